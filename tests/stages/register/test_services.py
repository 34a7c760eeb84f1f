"""The register's verbs against the database: loading, confirming, linking and policies, each with its ledger entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from openiru.errors import Refused, Unreadable
from openiru.ledger.models import Entry
from openiru.people.actor import SYSTEM, Actor
from openiru.people.models import User
from openiru.people.roles import Role
from openiru.stages.register import queries, services, suggestions
from openiru.stages.register.formats.catalogue import ListSpec
from openiru.stages.register.formats.files import whole
from openiru.stages.register.formats.shapes import Files
from openiru.stages.register.models import Listing, Organisation, Policy, PublishedList, Snapshot
from openiru.stages.register.rules import SHIPPED, DesignationPolicy, SingleSourceTerm, SnapshotState
from openiru.terms import ListAuthorityKind

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LEAGUE = ListSpec("league", "League list", "UN", ListAuthorityKind.MULTILATERAL, "un_xml", "https://example.org/un.xml")
NORTH = ListSpec("north", "Northland list", "US", ListAuthorityKind.NATIONAL, "uk_xml", "https://example.org/n.xml")


def a_person(name: str, *roles: Role) -> Actor:
    user = User.objects.create(email=f"{name}@example.org", name=name, roles=sorted(roles))
    return Actor(str(user.actor), user.id, frozenset(roles), None, frozenset())


@pytest.fixture
def ben() -> Actor:
    return a_person("ben", Role.APPROVER)


@pytest.fixture
def sam() -> Actor:
    return a_person("sam", Role.SUPERVISOR)


@pytest.fixture
def ida() -> Actor:
    return a_person("ida", Role.SENIOR_REVIEWER)


def a_list(spec: ListSpec = LEAGUE) -> PublishedList:
    return services.ensure_list(spec.slug, spec=spec, actor=SYSTEM, now=NOW)


def un_file(*groups: str, on: str = "2026-02-01") -> Files:
    """A list in the UN's form; a group is `reference:name` or `reference:name:alias`."""
    entities = ""
    for group in groups:
        reference, name, *aliases = group.split(":")
        more = "".join(
            f"<ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>{alias}</ALIAS_NAME></ENTITY_ALIAS>"
            for alias in aliases
        )
        entities += (
            f"<ENTITY><FIRST_NAME>{name}</FIRST_NAME><UN_LIST_TYPE>Example</UN_LIST_TYPE>"
            f"<REFERENCE_NUMBER>{reference}</REFERENCE_NUMBER><LISTED_ON>2011-07-29</LISTED_ON>{more}</ENTITY>"
        )
    people = "<INDIVIDUALS><INDIVIDUAL><REFERENCE_NUMBER>XXi.1</REFERENCE_NUMBER></INDIVIDUAL></INDIVIDUALS>"
    head = f'<CONSOLIDATED_LIST dateGenerated="{on}T00:00:00Z">'
    return {"un.xml": f"{head}{people}<ENTITIES>{entities}</ENTITIES></CONSOLIDATED_LIST>".encode()}


def uk_file(reference: str, name: str) -> Files:
    text = (
        "<Designations><DateGenerated>01/02/2026</DateGenerated><Designation><DateDesignated>01/05/2012</DateDesignated>"
        f"<UniqueID>{reference}</UniqueID><Names><Name><Name6>{name}</Name6>"
        "<NameType>Primary Name</NameType></Name></Names>"
        "<IndividualEntityShip>Entity</IndividualEntityShip></Designation></Designations>"
    )
    return {"uk.xml": text.encode()}


VALLEY, RIVER = "XXe.1:VALLEY DAWN FRONT:Dawn Committee", "XXe.2:RIVER LIGHT BAND"


def published(files: Files, *, into: PublishedList | None = None, now: datetime = NOW) -> services.Loaded:
    return services.load(files, published_list=into or a_list(), by_hand=False, actor=SYSTEM, now=now)


def by_hand(files: Files, *, into: PublishedList | None = None, now: datetime = NOW) -> services.Loaded:
    return services.load(files, published_list=into or a_list(), by_hand=True, actor=SYSTEM, now=now)


def the_organisation(name: str) -> Organisation:
    return Organisation.objects.get(name=name)


def reasons(name: str) -> tuple[str, ...]:
    return queries.designation(the_organisation(name).id, on=NOW.date()).verdict.reasons


def test_a_published_list_is_in_force_at_once_and_in_the_ledger() -> None:
    loaded = published(un_file(VALLEY, RIVER))
    assert (loaded.new, loaded.organisations, loaded.individuals, loaded.quarantined) == (2, 2, 1, "")
    assert loaded.snapshot.state == "in_force"
    entry = Entry.objects.get(subject=f"snapshot:{loaded.snapshot.id}")
    assert entry.event == "register.snapshot_loaded"
    assert entry.record is not None and entry.record["facts"]["sha256"] == loaded.snapshot.sha256
    found = queries.designation(the_organisation("VALLEY DAWN FRONT").id, on=NOW.date())
    assert found.verdict.allowed and found.verdict.single_source
    (fact,) = found.facts
    assert (fact.reference, fact.listed_on, fact.snapshot_sha256) == (
        "XXe.1",
        date(2011, 7, 29),
        loaded.snapshot.sha256,
    )


def test_the_same_file_twice_adds_nothing() -> None:
    first = published(un_file(VALLEY))
    again = published(un_file(VALLEY), now=NOW + timedelta(days=1))
    assert again.known and again.snapshot == first.snapshot
    assert (Snapshot.objects.count(), Listing.objects.count()) == (1, 1)
    assert [entry.event for entry in Entry.objects.order_by("id")] == [
        "register.list_added",
        "register.snapshot_loaded",
    ]


def test_a_list_loaded_by_hand_counts_only_after_two_different_people(ben: Actor, sam: Actor) -> None:
    snapshot = by_hand(un_file(VALLEY)).snapshot
    assert reasons("VALLEY DAWN FRONT") == ("list_unconfirmed",)
    found = queries.screen("Valley Dawn Front")
    assert (found["designated"], found["unconfirmed"]) == (False, True)
    services.confirm(snapshot.id, "compared on the publisher's page", actor=ben, now=NOW)
    assert reasons("VALLEY DAWN FRONT") == ("list_unconfirmed",)
    with pytest.raises(Refused, match="same_person"):
        services.confirm(snapshot.id, "again", actor=ben, now=NOW)
    services.confirm(snapshot.id, "compared by telephone", actor=sam, now=NOW)
    assert reasons("VALLEY DAWN FRONT") == ()
    assert queries.screen("Valley Dawn Front")["designated"] is True
    events = Entry.objects.filter(subject=f"snapshot:{snapshot.id}").order_by("id").values_list("event", flat=True)
    assert list(events) == ["register.snapshot_loaded", *["register.snapshot_confirmed"] * 2]


def test_a_version_that_waits_changes_nothing_of_the_one_in_force(ben: Actor, sam: Actor) -> None:
    published(un_file(VALLEY, RIVER))
    waiting = by_hand(un_file(VALLEY + ":New Alias", "XXe.3:THIRD GROUP", on="2026-03-01")).snapshot
    assert waiting.state == "unconfirmed"
    assert not Listing.objects.filter(reference="XXe.3").exists()
    assert reasons("RIVER LIGHT BAND") == ()
    assert not queries.screen("New Alias")["matches"]
    later = NOW + timedelta(hours=1)
    for person in (ben, sam):
        services.confirm(waiting.id, "the publisher's page", actor=person, now=later)
    assert Snapshot.objects.get(state="superseded").published_on == date(2026, 2, 1)
    assert reasons("RIVER LIGHT BAND") == ("listing_ended",)
    assert queries.screen("New Alias")["designated"] is True
    assert [listing.reference for listing in queries.ended_since(later)] == ["XXe.2"]
    assert not queries.ended_since(later + timedelta(seconds=1)).exists()
    assert Listing.objects.get(reference="XXe.2").ended_on == date(2026, 3, 1)


def test_a_listing_that_comes_back_is_in_force_again() -> None:
    third, fourth, fifth = "XXe.3:THIRD GROUP", "XXe.4:FOURTH GROUP", "XXe.5:FIFTH GROUP"
    published(un_file(VALLEY, RIVER, third, fourth, fifth))
    published(un_file(VALLEY, third, fourth, fifth, on="2026-02-02"))
    back = published(un_file(VALLEY, RIVER, third, fourth, fifth, on="2026-02-03"))
    assert (back.new, back.changed, back.ended) == (0, 1, 0)
    assert reasons("RIVER LIGHT BAND") == ()


def test_a_list_that_shrank_is_put_aside_until_two_people_say_that_it_is_right(ben: Actor, sam: Actor) -> None:
    published(un_file(VALLEY, RIVER))
    small = published(un_file(VALLEY, on="2026-03-01"))
    assert (small.quarantined, small.snapshot.state) == ("shrunk", "quarantined")
    assert reasons("RIVER LIGHT BAND") == ()
    assert Entry.objects.get(subject=f"snapshot:{small.snapshot.id}").event == "register.snapshot_quarantined"
    assert list(queries.waiting()) == [small.snapshot]
    for person in (ben, sam):
        services.confirm(small.snapshot.id, "asked the publisher", actor=person, now=NOW)
    assert reasons("RIVER LIGHT BAND") == ("listing_ended",)


def test_an_older_list_never_replaces_a_newer_one(ben: Actor) -> None:
    published(un_file(VALLEY, on="2026-02-20"))
    assert published(un_file(VALLEY, RIVER, on="2026-02-10")).quarantined == "older_than_in_force"
    waiting = by_hand(un_file(VALLEY, RIVER, "XXe.3:THIRD", on="2026-02-15"))
    with pytest.raises(Refused, match="snapshot_outdated"):
        services.confirm(waiting.snapshot.id, "page", actor=ben, now=NOW)


def test_a_person_may_put_a_waiting_version_aside(ben: Actor) -> None:
    waiting = by_hand(un_file(VALLEY)).snapshot
    services.quarantine(waiting.id, "the hash is not the publisher's", actor=ben, now=NOW)
    assert reasons("VALLEY DAWN FRONT") == ("list_quarantined",)
    assert not queries.screen("Valley Dawn Front")["matches"]
    with pytest.raises(Refused, match="snapshot_not_waiting"):
        services.quarantine(waiting.id, "again", actor=ben, now=NOW)


def test_a_file_that_cannot_be_read_whole_changes_nothing() -> None:
    published(un_file(VALLEY))
    broken = {"un.xml": whole(un_file(VALLEY, RIVER)["un.xml"])[:-30]}
    with pytest.raises(Unreadable):
        published(broken)
    assert (Snapshot.objects.count(), Entry.objects.exclude(event="register.list_added").count()) == (1, 1)


def test_a_second_list_counts_for_an_organisation_only_after_a_person_linked_it(ben: Actor) -> None:
    published(un_file(VALLEY))
    published(uk_file("N-1", "Valley Dawn Front"), into=a_list(NORTH))
    valley, own = the_organisation("VALLEY DAWN FRONT"), the_organisation("Valley Dawn Front")
    assert valley != own
    assert queries.designation(own.id, on=NOW.date()).verdict.reasons == ("single_national",)
    (suggested,) = suggestions.likely().links
    assert (suggested.listing.reference, suggested.organisation) == ("N-1", valley)
    services.link(suggested.listing.id, valley.id, actor=ben, now=NOW)
    verdict = queries.designation(valley.id, on=NOW.date()).verdict
    assert verdict.allowed and not verdict.single_source
    assert list(queries.organisations("valley")) == [valley]
    assert not suggestions.likely().links
    assert Entry.objects.filter(event="register.listing_linked").count() == 1
    with pytest.raises(Refused, match="already_linked"):
        services.link(suggested.listing.id, valley.id, actor=ben, now=NOW)


def test_the_system_neither_confirms_nor_links_nor_sets_policy() -> None:
    snapshot = by_hand(un_file(VALLEY)).snapshot
    listing = Listing.objects.get()
    for verb in (
        lambda: services.confirm(snapshot.id, "page", actor=SYSTEM, now=NOW),
        lambda: services.quarantine(snapshot.id, "why", actor=SYSTEM, now=NOW),
        lambda: services.link(listing.id, listing.organisation_id, actor=SYSTEM, now=NOW),
        lambda: services.propose_policy(SHIPPED, "why", actor=SYSTEM, now=NOW),
        lambda: services.confirm_policy(1, actor=SYSTEM, now=NOW),
    ):
        with pytest.raises(Refused, match="not_allowed"):
            verb()


def test_an_analyst_does_not_load_lists() -> None:
    ana = a_person("ana", Role.ANALYST)
    with pytest.raises(Refused, match="not_allowed"):
        services.load(un_file(VALLEY), published_list=a_list(), by_hand=True, actor=ana, now=NOW)


def test_links_are_suggested_across_spellings_page_by_page_each_pair_once() -> None:
    published(un_file(VALLEY, "XXe.2:RIVER LIGHT BRIGADE", "XXe.3:MOUNTAIN ECHO COLLECTIVE"))
    published(uk_file("N-1", "Vally Dawn Front"), into=a_list(NORTH))
    whole_page = suggestions.likely()
    (suggested,) = whole_page.links
    assert (suggested.listing.reference, suggested.organisation.name, whole_page.after) == (
        "N-1",
        "VALLEY DAWN FRONT",
        None,
    )
    assert "vally" in suggested.sentence and suggested.score < 100
    assert suggested.listing.organisation_id != suggested.organisation.id  # nothing is linked by suggesting it


def test_pages_of_suggestions_leave_none_out() -> None:
    names = ["Valley Dawn Front", "River Light Brigade", "Mountain Echo Collective"]
    published(un_file(*[f"XXe.{at}:{name.upper()}" for at, name in enumerate(names, 1)], "XXe.9:LONELY STAR UNION"))
    for at, name in enumerate(names):
        published(uk_file(f"N-{at}", name), into=a_list(replace(NORTH, slug=f"north-{at}")))
    found, after = [], 0
    while after is not None:
        page = suggestions.likely(after, looked_at=1)
        found += [one.organisation.name for one in page.links]
        after = page.after
    assert sorted(found) == sorted(name.upper() for name in names)


def test_a_policy_takes_two_people(sam: Actor, ida: Actor) -> None:
    published(uk_file("N-1", "Valley Dawn Front"), into=a_list(NORTH))
    assert queries.current_policy() == SHIPPED
    loose = DesignationPolicy(frozenset({"US"}), independent_needed=1)
    policy = services.propose_policy(loose, "a court asked for it", actor=sam, now=NOW)
    assert queries.current_policy() == SHIPPED
    with pytest.raises(Refused, match="same_person"):
        services.confirm_policy(policy.id, actor=sam, now=NOW)
    services.confirm_policy(policy.id, actor=ida, now=NOW)
    assert queries.current_policy() == loose
    verdict = queries.designation(the_organisation("Valley Dawn Front").id, on=NOW.date()).verdict
    assert verdict.allowed and verdict.single_source
    with pytest.raises(Refused, match="policy_in_force"):
        services.confirm_policy(policy.id, actor=ida, now=NOW)
    events = Entry.objects.filter(subject=f"policy:{policy.id}").order_by("id").values_list("event", flat=True)
    assert list(events) == ["register.policy_proposed", "register.policy_confirmed"]


def test_a_policy_keeps_who_is_at_home_and_what_one_source_alone_may_not(sam: Actor, ida: Actor) -> None:
    terms = frozenset({SingleSourceTerm.REFERRAL_ONLY})
    careful = replace(SHIPPED, home=frozenset({"US"}), foreign_needed=1, single_source_terms=terms)
    policy = services.propose_policy(careful, "we are asked to", actor=sam, now=NOW)
    services.confirm_policy(policy.id, actor=ida, now=NOW)
    assert queries.current_policy() == careful


def test_a_policy_of_before_asks_nothing_that_it_did_not_ask(sam: Actor, ida: Actor) -> None:
    row = Policy.objects.create(
        counted_authorities=["UN"], reason="old", proposed_at=NOW, confirmed_at=NOW, confirmed_by_id=ida.user_id
    )
    assert queries.policy_of(row) == DesignationPolicy(frozenset({"UN"}))


def test_a_policy_proposed_before_another_came_into_force_is_outdated(sam: Actor, ida: Actor) -> None:
    old = services.propose_policy(SHIPPED, "first", actor=sam, now=NOW)
    new = services.propose_policy(SHIPPED, "second", actor=sam, now=NOW)
    services.confirm_policy(new.id, actor=ida, now=NOW + timedelta(hours=1))
    with pytest.raises(Refused, match="policy_outdated"):
        services.confirm_policy(old.id, actor=ida, now=NOW + timedelta(hours=2))
    assert Policy.objects.filter(confirmed_at=None).count() == 1


def test_a_known_list_cannot_become_another_authoritys() -> None:
    assert a_list() == a_list()
    with pytest.raises(Refused, match="list_differs"):
        services.ensure_list("league", spec=NORTH, actor=SYSTEM, now=NOW)
    with pytest.raises(Refused, match="list_unknown"):
        services.ensure_list("nowhere", actor=SYSTEM, now=NOW)
    assert services.ensure_list("un-consolidated", actor=SYSTEM, now=NOW).authority == "UN"


def test_screening_names_the_list_the_version_and_the_day() -> None:
    snapshot = published(un_file(VALLEY)).snapshot
    found = queries.screen("dawn committee")
    assert found["designated"] is True and found["near"] == []
    assert isinstance(found["matches"], list) and len(found["matches"]) == 1
    match = found["matches"][0]
    expected = {
        "organisation": "VALLEY DAWN FRONT",
        "name": "Dawn Committee",
        "quality": "strong",
        "reference": "XXe.1",
        "list": "League list",
        "listed_on": "2011-07-29",
        "snapshot_state": "in_force",
        "snapshot_sha256": snapshot.sha256,
    }
    assert expected.items() <= match.items()
    assert queries.screen("Somebody Else") == {
        "query": "Somebody Else",
        "designated": False,
        "unconfirmed": False,
        "matches": [],
        "near": [],
    }


def test_the_lists_show_the_version_in_force_and_the_newest() -> None:
    in_force = published(un_file(VALLEY)).snapshot
    newest = by_hand(un_file(VALLEY, RIVER, on="2026-03-01"), now=NOW + timedelta(days=1)).snapshot
    (standing,) = queries.lists()
    assert (standing.in_force, standing.newest) == (in_force, newest)


def test_an_organisation_that_is_not_there_is_not_found() -> None:
    with pytest.raises(Refused, match="not_found"):
        queries.designation(0, on=NOW.date())


def test_the_rule_and_the_table_know_the_same_states() -> None:
    assert set(SnapshotState) == set(Snapshot.State.values)
