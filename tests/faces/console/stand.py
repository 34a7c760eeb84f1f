"""A small invented world for the console's tests: the cast, one organisation on two lists, another on one, and their cases."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime

from openiru.ledger import services as ledger
from openiru.people import services as people
from openiru.people.actor import SYSTEM
from openiru.people.models import Agency, User
from openiru.people.queries import actor_for
from openiru.people.roles import Role
from openiru.stages.cases import rules
from openiru.stages.cases import services as cases
from openiru.stages.cases.models import Assessment, Case, Decision
from openiru.stages.evidence import services as evidence
from openiru.stages.evidence.models import Capture
from openiru.stages.intake import formats
from openiru.stages.intake import loading as intake
from openiru.stages.register.models import ListedName, Listing, Organisation, PublishedList, Snapshot
from openiru.terms import Action, Ground, Leg, Mode, NoticeKind

RABAT = dict.fromkeys(rules.RABAT, "said")
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)


@dataclass(frozen=True, slots=True)
class Stand:
    """Who is here and what there is."""

    agency: Agency
    regulator: Agency
    ana: User
    ben: User
    cleo: User
    dara: User
    sam: User
    olga: User
    senior: User
    admin: User
    eve: User
    front: Organisation
    lone: Organisation


def build(now: datetime) -> Stand:
    """Make the installation, its people and its designations."""
    ledger.install(mode=Mode.EXERCISE, name="Example IRU", now=now)
    agency, regulator, other = (
        people.add_agency(slug, name=f"Example {slug.capitalize()}", actor=SYSTEM, now=now)
        for slug in ("agency", "regulator", "other")
    )
    people.let_cooperate(agency, regulator, actor=SYSTEM, now=now)

    def user(name: str, role: Role, where: Agency) -> User:
        new = people.NewUser(f"{name}@example.org", name.capitalize(), frozenset({role}), where)
        return people.add_user(new, actor=SYSTEM, now=now)[0]

    return Stand(
        agency=agency,
        regulator=regulator,
        ana=user("ana", Role.ANALYST, agency),
        ben=user("ben", Role.APPROVER, agency),
        cleo=user("cleo", Role.LIAISON, regulator),
        dara=user("dara", Role.AUDITOR, regulator),
        sam=user("sam", Role.SUPERVISOR, regulator),
        olga=user("olga", Role.SECOND_OPINION, agency),
        senior=user("senior", Role.SENIOR_REVIEWER, regulator),
        admin=user("admin", Role.ADMINISTRATOR, regulator),
        eve=user("eve", Role.ANALYST, other),
        front=an_organisation("Front of the Blue Lamp", ("UN", "US"), now),
        lone=an_organisation("Union of the Quiet Hill", ("UN",), now),
    )


def an_organisation(name: str, authorities: tuple[str, ...], now: datetime) -> Organisation:
    """An organisation that these authorities list, on snapshots in force."""
    slug = name.lower().replace(" ", "-")
    made = Organisation.objects.create(name=name, slug=slug)
    for authority in authorities:
        published, _ = PublishedList.objects.get_or_create(
            slug=f"list-{authority.lower()}",
            defaults={
                "title": f"Invented list of {authority}",
                "authority": authority,
                "authority_kind": "multilateral" if authority == "UN" else "national",
                "format": "un_xml",
            },
        )
        snapshot, _ = Snapshot.objects.get_or_create(
            published_list=published,
            sha256=(authority.lower().encode().hex() * 32)[:64],
            defaults={
                "retrieved_at": now,
                "origin": "https://lists.example.org",
                "loaded_by_hand": False,
                "state": Snapshot.State.IN_FORCE,
                "entries": 3,
                "organisations": 2,
                "individuals": 1,
                "published_on": date(2026, 1, 1),
            },
        )
        linked = User.objects.filter(roles__contains=[Role.APPROVER]).first()
        listing = Listing.objects.create(
            published_list=published,
            reference=f"{authority}.{made.id}",
            organisation=made,
            linked_by=linked,
            name=name,
            listed_on=date(2020, 5, 4),
            first_snapshot=snapshot,
            last_snapshot=snapshot,
        )
        ListedName.objects.create(listing=listing, name=name, quality="primary", script="Latin")
    return made


def report(stand: Stand, now: datetime, *, number: int = 1, start: int = 0) -> list[Case]:
    """Take in this many accounts on X as the agency's file, each with an item, and open their cases."""
    heading = "url,followers,organisation,lists,items,note\n"
    rows = "".join(
        f"https://x.com/lampwriter{n},{'' if n % 5 == 0 else 100 * n},{stand.front.name},UN|US,"
        f"https://x.com/lampwriter{n}/status/{10**17 + n},seen at the market\n"
        for n in range(start, start + number)
    )
    parsed = formats.parse(formats.READERS["csv"], io.BytesIO((heading + rows).encode()))
    actor = actor_for(stand.ana)
    intake.load(parsed, name=f"reported-{start}.csv", agency_id=stand.agency.id, actor=actor, now=now)
    cases.open_waiting(stand.agency.id, actor=actor, now=now)
    return list(Case.objects.filter(agency=stand.agency).order_by("id"))[start : start + number]


def capture(case: Case, stand: Stand, now: datetime) -> Capture:
    """A captured picture of the case's first item."""
    item = case.account.items.first()
    assert item is not None
    new = evidence.NewCapture(
        case.account_id,
        "upload",
        item.url,
        (evidence.keep("post.png", "image/png", PIXEL),),
        item_id=item.id,
        text="Join the Front of the Blue Lamp at the market on Friday.",
    )
    return evidence.record(new, actor=actor_for(stand.ana), now=now)


def assess(case: Case, stand: Stand, now: datetime, organisation: Organisation | None = None) -> Assessment:
    """Ana's complete worksheet."""
    item = case.account.items.first()
    assert item is not None
    judged = rules.ItemJudged(
        item.id,
        Ground.SOLICITS_PARTICIPATION,
        "calls to join",
        "Join the Front",
        "en",
        "",
        capture(case, stand, now).id,
    )
    new = rules.NewAssessment(
        refer=True,
        organisation_id=(organisation or stand.front).id,
        kind=NoticeKind.REFERRAL,
        leg=Leg.PLATFORM_POLICY,
        action=Action.DISABLE_ACCOUNT,
        affiliation="names itself the media office, posts its sealed statements",
        purpose="recruiting; no news, no research",
        rabat=RABAT,
        least_restrictive="a label would leave the recruiting in place",
        policy_line="Violent and hateful entities",
        policy_why="recruits for a listed organisation",
        items=(judged,),
    )
    return cases.assess(case.id, new, actor=actor_for(stand.ana), now=now)


def approve(case: Case, stand: Stand, now: datetime) -> Decision:
    """Ana assesses, Ben approves."""
    made = assess(case, stand, now)
    return cases.approve(made.id, reasons="clear recruiting", actor=actor_for(stand.ben), now=now)
