"""Detection over what came in: suggestions with their reason, reviewers' words, banks by two people, and nothing decided."""

from __future__ import annotations

import pytest

from openiru.ledger.models import Entry
from openiru.stages.cases.models import Case, Decision
from openiru.stages.intake import retention
from openiru.stages.intake.models import Item, Report
from openiru.stages.matching import queries, reading, services, work
from openiru.stages.matching.models import BankEntry, Match, Opinion, Progress
from openiru.stages.register.models import ListedName, Listing, Organisation
from tests import builders
from tests.builders import NOW, SYSTEM, Cast
from tests.laws.asking import refused, refused_by_the_database

pytestmark = pytest.mark.django_db

PICTURE = ["sha256", "ab" * 32]


@pytest.fixture
def cast() -> Cast:
    builders.an_installation()
    return builders.a_cast()


def named(name: str = "Kharu Brigade", **quality: str) -> Organisation:
    """An organisation that two lists carry under this name."""
    organisation = builders.an_organisation(name)
    for listing in organisation.listings.all():
        for given, how in ({name: "primary"} | quality).items():
            ListedName.objects.create(listing=listing, name=given, quality=how, script="Latin")
    return organisation


def scan() -> int:
    return work.scan_new(actor=SYSTEM, now=NOW)


def a_bank_entry(cast: Cast, **changes: object) -> BankEntry:
    """An entry that Ana proposed and Ben confirmed."""
    given = {
        "kind": "known_channel",
        "bearing": "suggests",
        "value": "https://t.me/example_kharu",
        "source": "seen in a case",
    }
    given |= {"organisation_id": builders.an_organisation().id} | changes
    entry = services.propose(services.NewEntry(**given), actor=cast.ana, now=NOW)  # type: ignore[arg-type]
    return services.confirm(entry.id, actor=cast.ben, now=NOW)


def test_a_listed_name_in_a_post_is_suggested_with_its_place_and_reason(cast: Cast) -> None:
    organisation = named()
    case = builders.a_case(cast)
    Item.objects.filter(account=case.account).update(text="Join the Kharu Brigade today")
    assert scan() == 6
    match = Match.objects.get(item__account=case.account)
    assert (match.organisation, match.found, match.start, match.end) == (organisation, "Kharu Brigade", 9, 22)
    assert "Kharu Brigade" in match.sentence
    assert queries.of_account(case.account_id, cast.ana).get() == match


def test_a_display_name_is_read_and_a_reporters_note_is_not(cast: Cast) -> None:
    named()
    builders.a_report(builders.an_account(), cast.ana, note="It speaks for the Kharu Brigade")
    account = builders.an_account()
    builders.a_report(account, cast.ana, name="Kharu Brigade media")
    scan()
    match = Match.objects.get()
    assert (match.report and match.report.account, match.field) == (account, "name")


def test_a_match_opens_no_case_and_decides_nothing(cast: Cast) -> None:
    named()
    builders.a_report(builders.an_account(), cast.ana, name="Kharu Brigade")
    scan()
    assert Match.objects.exists()
    assert not Case.objects.exists()
    assert not Decision.objects.exists()


def test_what_was_read_is_not_read_again_until_a_list_changes(cast: Cast) -> None:
    organisation = named()
    builders.a_report(builders.an_account(), cast.ana, name="Kharu Brigade")
    assert scan() == 3
    assert scan() == 0
    builders.a_report(builders.an_account(), cast.ana, name="another name")
    assert scan() == 3
    assert Entry.objects.filter(event="match.scanned").exists()
    Listing.objects.filter(organisation=organisation).update(ended_on=NOW.date())
    scan()
    assert not Match.objects.filter(current=True).exists()
    assert Match.objects.filter(current=False).exists()


def test_every_row_is_read_once_by_each_detector(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PART", 2)
    named()
    for _ in range(7):
        builders.a_report(builders.an_account(), cast.ana, name="Kharu Brigade")
    scan()
    assert Match.objects.count() == Report.objects.count()
    assert set(Progress.objects.filter(source="report").values_list("rows", flat=True)) == {7}


def test_of_two_workers_at_one_part_one_result_is_kept(cast: Cast) -> None:
    named()
    builders.a_report(builders.an_account(), cast.ana, name="Kharu Brigade")
    from openiru.detect.scan import batch_of
    from openiru.detect.scan import scan as scanned
    from openiru.stages.matching.detectors import detectors

    names = detectors()[0]
    part, same = (services.next_part(names.name, names.version, Progress.Source.REPORT) for _ in range(2))
    found = scanned(batch_of(part.rows), [names])
    assert services.record(part, found, actor=SYSTEM, now=NOW)
    assert not services.record(same, found, actor=SYSTEM, now=NOW)
    assert Match.objects.count() == 1


def test_a_weak_alias_alone_suggests_nothing(cast: Cast) -> None:
    named(**{"Morning Light": "weak"})
    builders.a_report(builders.an_account(), cast.ana, name="Morning Light")
    scan()
    assert not Match.objects.exists()


def test_a_link_to_a_known_channel_counts_once_two_people_agreed(cast: Cast) -> None:
    case = builders.a_case(cast)
    Item.objects.filter(account=case.account).update(text="new address: t.me/example_kharu")
    new = services.NewEntry(
        "known_channel", "suggests", "https://t.me/example_kharu", builders.an_organisation().id, "a case"
    )
    entry = services.propose(new, actor=cast.ana, now=NOW)
    scan()
    assert not Match.objects.exists()
    with refused("not_allowed"):
        services.confirm(entry.id, actor=cast.ana, now=NOW)
    services.confirm(entry.id, actor=cast.ben, now=NOW)
    scan()
    assert Match.objects.get().bank_entry == entry
    services.end(entry.id, actor=cast.ben, now=NOW)
    assert not queries.of_account(case.account_id, cast.ana).exists()


def test_a_hash_that_came_with_a_report_is_compared(cast: Cast) -> None:
    entry = a_bank_entry(cast, kind="sha256", value="AB" * 32)
    builders.a_report(builders.an_account(), cast.ana, hashes=[["sha256", "broken"], ["crc32", "00"], PICTURE])
    scan()
    match = Match.objects.get()
    assert (match.bank_entry, match.detector, match.field) == (entry, "media", "sha256")
    assert "byte for byte" in match.sentence


@pytest.mark.parametrize(
    ("kind", "value"),
    [("sha256", "ab"), ("pdq", "00" * 32), ("wallet", "1BadWallet"), ("invite", "nothing"), ("name", "Kharu")],
)
def test_a_value_that_cannot_be_compared_is_refused(cast: Cast, kind: str, value: str) -> None:
    with refused("bank_value"):
        a_bank_entry(cast, kind=kind, value=value)


def test_a_value_that_suppresses_sets_aside_what_was_found_and_what_comes(cast: Cast) -> None:
    organisation = named()
    account = builders.an_account()
    builders.a_report(account, cast.ana, name="kharu BRIGADE fans")
    scan()
    given = {"kind": "name", "bearing": "suppresses", "value": "Kharu Brigade", "organisation_id": organisation.id}
    entry = a_bank_entry(cast, **given, source="a football club of that name")
    builders.a_report(account, cast.ana, name="Kharu Brigade results")
    scan()
    assert set(Match.objects.values_list("aside", flat=True)) == {"a football club of that name"}
    with refused("not_allowed"):
        services.end(entry.id, actor=cast.ben, now=NOW)
    services.end(entry.id, actor=cast.rio, now=NOW)
    assert set(Match.objects.values_list("aside", flat=True)) == {""}


def test_what_reviewers_say_is_counted_by_the_listed_name(cast: Cast) -> None:
    named()
    builders.a_report(builders.an_account(), cast.ana, name="Kharu Brigade")
    scan()
    match = Match.objects.get()
    services.say(match.id, Opinion.Says.RIGHT, actor=cast.ana, now=NOW)
    services.say(match.id, Opinion.Says.WRONG, actor=cast.ana, now=NOW)
    services.say(match.id, Opinion.Says.SPEAKS_OF, actor=cast.ben, now=NOW)
    tally = queries.tallies(cast.ana)[0]
    assert (tally.known, tally.right, tally.wrong, tally.speaks_of) == ("Kharu Brigade", 0, 1, 1)
    assert Entry.objects.filter(event="match.opinion").count() == 3


def test_eve_sees_no_match_of_another_agency(cast: Cast) -> None:
    named()
    case = builders.a_case(cast)
    Item.objects.filter(account=case.account).update(text="the Kharu Brigade")
    scan()
    match = Match.objects.get()
    assert not queries.of_account(case.account_id, cast.eve).exists()
    with refused("not_found"):
        services.say(match.id, Opinion.Says.RIGHT, actor=cast.eve, now=NOW)


def test_matches_go_with_the_report_that_led_nowhere(cast: Cast) -> None:
    named()
    builders.a_report(builders.an_account(retain_until=NOW.date()), cast.ana, name="Kharu Brigade")
    scan()
    Report.objects.update(retain_until=NOW.date())
    from datetime import timedelta

    assert retention.forget(actor=SYSTEM, now=NOW + timedelta(days=2))
    assert not Match.objects.exists()


def test_the_database_lets_nobody_confirm_their_own_value(cast: Cast) -> None:
    new = services.NewEntry("invite", "suggests", "https://t.me/+AbCdEfGh123", builders.an_organisation().id, "a case")
    entry = services.propose(new, actor=cast.ana, now=NOW)
    with refused_by_the_database("bank_takes_two_people"):
        BankEntry.objects.filter(id=entry.id).update(confirmed_by=cast.ana.user_id, confirmed_at=NOW)
    with refused_by_the_database("never changed"):
        BankEntry.objects.filter(id=entry.id).update(value="https://t.me/+Other123456")
    with refused_by_the_database("never deleted"):
        BankEntry.objects.filter(id=entry.id).delete()


def test_addresses_that_notices_asked_about_are_learnt_once(cast: Cast) -> None:
    address = ("https://t.me/example_gone", builders.an_organisation().id, cast.ana.agency_id or 0)
    assert services.learn_referred([address, address], actor=SYSTEM, now=NOW) == 1
    assert services.learn_referred([address], actor=SYSTEM, now=NOW) == 0
    case = builders.a_case(cast)
    Item.objects.filter(account=case.account).update(text="back again after https://t.me/example_gone/12")
    scan()
    assert Match.objects.get().bank_entry is not None
    assert services.learn_referred([], actor=SYSTEM, now=NOW) == 1
    assert not queries.of_account(case.account_id, cast.ana).exists()


def test_a_bank_and_what_it_found_are_its_agencys(cast: Cast) -> None:
    entry = a_bank_entry(cast)
    assert not queries.bank(cast.eve).exists()
    with refused("not_found"):
        services.end(entry.id, actor=cast.eve, now=NOW)
    account = builders.an_account()
    builders.a_report(account, cast.eve)
    builders.an_item(account, text="read https://t.me/example_kharu")
    scan()
    assert Match.objects.get().bank_entry == entry
    assert not queries.of_account(account.id, cast.eve).exists()


def test_a_photograph_that_is_known_to_be_news_holds_back_what_is_near_to_it(cast: Cast) -> None:
    picture = "d8f8f0cce0f4a84f0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22"
    a_bank_entry(cast, kind="pdq", value=picture)
    builders.a_report(builders.an_account(), cast.ana, hashes=[["pdq", picture]])
    scan()
    assert Match.objects.get().aside == ""
    news = a_bank_entry(cast, kind="pdq", bearing="suppresses", value=picture, organisation_id=None)
    scan()
    assert "negative bank" in Match.objects.get().aside
    services.end(news.id, actor=cast.rio, now=NOW)
    scan()
    assert Match.objects.get().aside == ""
