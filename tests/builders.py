"""Builders with valid defaults: the cast, a designation, and each step of a case up to an answered notice; everybody is invented."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from openiru.ledger import services as ledger
from openiru.ledger.models import Installation
from openiru.people.actor import SYSTEM as SYSTEM
from openiru.people.actor import Actor
from openiru.people.models import Agency, User
from openiru.people.queries import actor_for
from openiru.people.roles import Role
from openiru.platforms import recognise
from openiru.stages.cases import services as casework
from openiru.stages.cases.models import Assessment, Case, Decision
from openiru.stages.cases.rules import RABAT, ItemJudged, NewAssessment
from openiru.stages.evidence import services as evidence
from openiru.stages.evidence.models import Capture
from openiru.stages.intake import reporters
from openiru.stages.intake.models import Account, Item, Report, Reporter
from openiru.stages.notices import outbox
from openiru.stages.notices import services as sending
from openiru.stages.notices.models import Dispatch, Notice
from openiru.stages.notices.transports.shapes import Accepted
from openiru.stages.register.models import Listing, Organisation, Policy, PublishedList, Snapshot
from openiru.terms import Action, Ground, Leg, ListAuthorityKind, Mode, Platform

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
MUCH_LATER = NOW + timedelta(days=2000)
LAW: dict[str, Any] = {
    "law": "Example Act 2012",
    "law_articles": ("s. 7",),
    "territory": "ZZ",
    "action": Action.WITHHOLD,
}
"""What an assessment needs besides for the local-law leg."""
COUNTED = ("Assembly", "Northland", "Westmark", "Home")
_PARTS = (
    ("ana", "bureau", (Role.ANALYST,)),
    ("omar", "bureau", (Role.ANALYST,)),
    ("ben", "bureau", (Role.APPROVER,)),
    ("bea", "bureau", (Role.APPROVER,)),
    ("sam", "bureau", (Role.SECOND_OPINION,)),
    ("rio", "bureau", (Role.SENIOR_REVIEWER,)),
    ("cleo", "regulator", (Role.LIAISON,)),
    ("sue", "regulator", (Role.SUPERVISOR,)),
    ("dara", "regulator", (Role.AUDITOR,)),
    ("adi", "bureau", (Role.ADMINISTRATOR,)),
    ("eve", "elsewhere", tuple(role for role in Role if role is not Role.SYSTEM)),
)
NAMES = tuple(f"{key.capitalize()} Exemplarova" for key, _, _ in _PARTS)
"""Names that would be noticed wherever they leaked."""
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody: Eve has every role, in another agency, and must see nothing."""

    ana: Actor
    omar: Actor
    ben: Actor
    bea: Actor
    sam: Actor
    rio: Actor
    cleo: Actor
    sue: Actor
    dara: Actor
    adi: Actor
    eve: Actor

    def each(self) -> dict[str, Actor]:
        """Everybody by name."""
        return {name: getattr(self, name) for name in self.__slots__}


def a_cast() -> Cast:
    """Two agencies that work together, a third that does not, and their people."""
    rows = [
        Agency(slug=slug, name=f"{slug.capitalize()} of Examples", email="unit@iru.example.org", may_order=False)
        for slug in ("bureau", "regulator", "elsewhere")
    ]
    agencies = {agency.slug: agency for agency in Agency.objects.bulk_create(rows)}
    agencies["bureau"].works_with.add(agencies["regulator"])
    people = User.objects.bulk_create(
        User(
            email=f"{key}@{slug}.example.org",
            name=name,
            agency=agencies[slug],
            roles=sorted(roles),
            password="!",
        )
        for (key, slug, roles), name in zip(_PARTS, NAMES, strict=True)
    )
    actors = {key: actor_for(user) for (key, _, _), user in zip(_PARTS, people, strict=True)}
    a_policy(proposed_by=actors["sue"], confirmed_by=actors["rio"])
    return Cast(**actors)


def an_installation(mode: Mode = Mode.EXERCISE) -> Installation:
    """The row that says what this is, for ever."""
    return ledger.install(mode=mode, name="Unit of Examples", now=NOW)


def a_policy(*, proposed_by: Actor, confirmed_by: Actor, counted: Iterable[str] = COUNTED) -> Policy:
    """A policy in force that counts the invented authorities."""
    return Policy.objects.create(
        counted_authorities=list(counted),
        reason="invented authorities",
        proposed_by_id=proposed_by.user_id,
        proposed_at=NOW - timedelta(days=30),
        confirmed_by_id=confirmed_by.user_id,
        confirmed_at=NOW - timedelta(days=29),
    )


def an_organisation(name: str = "Valley Dawn Front", *, by: Iterable[str] = ("Assembly", "Northland")) -> Organisation:
    """An organisation with a listing in force by each of these authorities; one alone makes it single-source."""
    number = next(_numbers)
    organisation = Organisation.objects.create(name=name, slug=f"organisation-{number}")
    for authority in by:
        a_listing(organisation, authority=authority)
    return organisation


def a_listing(organisation: Organisation, *, authority: str = "Assembly", **changes: Any) -> Listing:
    """One entry of a list in force that a person linked to the organisation."""
    number = next(_numbers)
    kind = ListAuthorityKind.MULTILATERAL if authority == "Assembly" else ListAuthorityKind.NATIONAL
    title = f"{authority} list {number} (invented)"
    published = PublishedList.objects.create(
        slug=f"list-{number}", title=title, authority=authority, authority_kind=kind, format="un_xml"
    )
    snapshot = Snapshot.objects.create(
        published_list=published,
        sha256=secrets.token_hex(32),
        retrieved_at=NOW - timedelta(days=10),
        origin="https://example.org/list.xml",
        loaded_by_hand=False,
        state=Snapshot.State.IN_FORCE,
        entries=1,
        organisations=1,
        individuals=0,
    )
    plain = {
        "reference": f"EX.{number}",
        "name": organisation.name,
        "listed_on": date(2011, 7, 29),
        "linked_by": User.objects.filter(email__startswith="ben@").first(),
    }
    return Listing.objects.create(
        published_list=published,
        organisation=organisation,
        first_snapshot=snapshot,
        last_snapshot=snapshot,
        **{**plain, **changes},
    )


_ADDRESSES = {
    Platform.TELEGRAM: ("https://t.me/{handle}", "https://t.me/{handle}/{post}"),
    Platform.X: ("https://x.com/{handle}", "https://x.com/{handle}/status/{post}"),
    Platform.TIKTOK: ("https://www.tiktok.com/@{handle}", "https://www.tiktok.com/@{handle}/video/72000{post}"),
    Platform.FACEBOOK: ("https://www.facebook.com/{handle}", "https://www.facebook.com/{handle}/posts/11900{post}"),
    Platform.INSTAGRAM: ("https://www.instagram.com/{handle}", "https://www.instagram.com/{handle}/p/C{post}/"),
    Platform.YOUTUBE: ("https://www.youtube.com/@{handle}", "https://www.youtube.com/watch?v=BaW_e{post}"),
    Platform.BLUESKY: (
        "https://bsky.app/profile/{handle}.example.org",
        "https://bsky.app/profile/{handle}/post/3k{post}",
    ),
    Platform.MASTODON: ("https://mastodon.social/@{handle}", "https://mastodon.social/@{handle}/{post}"),
    Platform.SNAPCHAT: (
        "https://www.snapchat.com/add/{handle}",
        "https://www.snapchat.com/@{handle}/spotlight/W7_{post}",
    ),
    Platform.WEB: ("https://{handle}/", "https://{handle}/news/{post}"),
}


def an_account(platform: Platform = Platform.TELEGRAM, **changes: Any) -> Account:
    """An account, by default a Telegram channel."""
    site = "example.org" if platform is Platform.WEB else f"dawnvoice{next(_numbers)}"
    handle = changes.pop("handle", site)
    ref = recognise(_ADDRESSES[platform][0].format(handle=handle))
    plain = {"first_seen": NOW, "retain_until": date(2027, 3, 2), "followers": 1200, "followers_at": NOW}
    named = {"handle": ref.value, "key": ref.key, "url": ref.canonical_url, "kind": ref.kind[:20]}
    return Account.objects.create(platform=platform, **{**named, **plain, **changes})


def a_report(account: Account, actor: Actor, **changes: Any) -> Report:
    """What somebody said of an account."""
    plain = {"address": account.url or account.key, "claimed_organisation": "Valley Dawn Front", "at": NOW}
    plain |= {"retain_until": date(2027, 3, 2), "by_id": actor.user_id, "agency_id": actor.agency_id}
    plain |= {"words": secrets.token_bytes(32)}
    return Report.objects.create(account=account, **{**plain, **changes})


def a_reporter(cast: Cast, way: Reporter.Way = Reporter.Way.API, **changes: Any) -> Reporter:
    """Somebody outside who may report to Ana's agency; its key or secret is `reporter.secret`."""
    plain = {"name": "A hotline", "address": f"hotline{next(_numbers)}@example.org"}
    new = reporters.NewReporter(cast.ana.agency_id or 0, way=way, **{**plain, **changes})
    reporter, reporter.secret = reporters.add(new, actor=cast.sue, now=NOW)  # type: ignore[attr-defined]
    return reporter


def an_item(account: Account, **changes: Any) -> Item:
    """One post of an account."""
    form = _ADDRESSES[Platform(account.platform)][1]
    ref = recognise(form.format(handle=account.handle, post=100_000 + next(_numbers)))
    plain = {"key": ref.key, "url": ref.canonical_url, "kind": ref.kind[:20], "first_seen": NOW}
    plain |= {"retain_until": date(2027, 3, 2)}
    return Item.objects.create(account=account, **{**plain, **changes})


def a_capture(
    subject: Account | Item, actor: Actor, *, content: bytes = b"", now: datetime = NOW, **changes: Any
) -> Capture:
    """A capture of an account or an item; its bytes stand in the store."""
    one = evidence.keep("page.html", "text/html", content or secrets.token_bytes(8))
    account, item = (subject.account_id, subject.id) if isinstance(subject, Item) else (subject.id, None)
    new = evidence.NewCapture(account, Capture.Way.HTTP, subject.url, (one,), item_id=item, status=200)
    return evidence.record(replace(new, **changes), actor=actor, now=now)


def a_case(cast: Cast, *, platform: Platform = Platform.TELEGRAM, items: int = 1, **changes: Any) -> Case:
    """An open case of the bureau, reported by Ana, with captured items; `changes` are the account's."""
    account = an_account(platform, **changes)
    a_report(account, cast.ana)
    assert cast.ana.agency_id is not None
    case = Case.objects.create(
        account=account,
        agency_id=cast.ana.agency_id,
        opened_at=NOW,
        changed_at=NOW,
        retain_until=NOW.date() + timedelta(days=400),
    )
    for _ in range(items):
        a_capture(an_item(account), cast.ana)
    return case


def a_worksheet(case: Case, **changes: Any) -> NewAssessment:
    """A complete worksheet over all captured items of a case."""
    organisation = Organisation.objects.first() or an_organisation()
    captures = Capture.objects.filter(account=case.account, item__isnull=False).order_by("id")
    items = tuple(
        ItemJudged(
            item_id=one.item_id or 0,
            ground=Ground.SOLICITS_PARTICIPATION,
            why="It calls on readers to join.",
            excerpt="Join the ranks of the Valley Dawn Front.",
            language="en",
            capture_id=one.id,
        )
        for one in captures
    )
    sheet = NewAssessment(
        refer=True,
        organisation_id=organisation.id,
        affiliation="Speaks in the organisation's name.",
        purpose="Recruitment.",
        rabat=dict.fromkeys(RABAT, "weighed"),
        least_restrictive="Single posts were weighed.",
        policy_line="Violent organisations",
        policy_why="It recruits.",
        items=items,
    )
    return replace(sheet, **changes)


def an_assessment(cast: Cast, case: Case | None = None, **changes: Any) -> Assessment:
    """An assessment by Ana."""
    case = case or a_case(cast)
    return casework.assess(case.id, a_worksheet(case, **changes), actor=cast.ana, now=NOW)


def an_approval(cast: Cast, assessment: Assessment | None = None, **changes: Any) -> Decision:
    """Ben's yes to an assessment."""
    assessment = assessment or an_assessment(cast, **changes)
    return casework.approve(assessment.id, reasons="Listed, quoted, captured.", actor=cast.ben, now=NOW)


def a_notice(cast: Cast, decision: Decision | None = None, **changes: Any) -> Notice:
    """A composed notice; `changes` are the case's."""
    decision = decision or an_approval(cast, an_assessment(cast, a_case(cast, **changes)))
    return sending.compose(decision.id, actor=cast.cleo, now=NOW)


def a_queued_notice(cast: Cast, **changes: Any) -> Notice:
    """A notice that Cleo told the unit to send."""
    notice = a_notice(cast, **changes)
    sending.send(notice.id, actor=cast.cleo, now=NOW)
    notice.refresh_from_db()
    return notice


def a_sent_notice(cast: Cast, *, now: datetime = NOW, **changes: Any) -> Notice:
    """A notice that the platform's server took (by mail), or that Cleo submitted with a ticket (by form)."""
    notice = a_queued_notice(cast, **changes)
    if notice.way == "portal":
        return sending.submitted(notice.id, "TCK-000123", actor=cast.cleo, now=now)
    dispatch = notice.dispatches.get()
    Dispatch.objects.filter(id=dispatch.id).update(state=Dispatch.State.SENDING, leased_until=now, attempts=1)
    outbox.record(dispatch.id, Accepted("250 taken"), actor=SYSTEM, now=now)
    notice.refresh_from_db()
    return notice


def a_begun_dispatch(*, now: datetime = NOW) -> int:
    """The one message that is due, taken and begun by a worker that says no more."""
    taken = outbox.lease(now=now)
    (number,) = outbox.begin(taken, taken.ids, now=now)
    return number


def a_reopened_case_for_local_law(cast: Cast, case: Case) -> Decision:
    """The same case approved again for the local-law leg."""
    casework.reopen(case.id, because="the next leg", actor=cast.ana, now=NOW)
    return an_approval(cast, an_assessment(cast, case, leg=Leg.LOCAL_LAW, **LAW))
