"""The return of a holder: found by what is already on file, filed as a new report with the link shown, decided by a person, counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

import pyarrow as pa
from django.db import transaction
from django.db.models import Q, QuerySet

from openiru.detect.links.finding import places_in
from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.evidence.models import Capture
from openiru.stages.intake import services as intake
from openiru.stages.intake.formats.shapes import Row
from openiru.stages.intake.models import Account, Report
from openiru.stages.notices.models import Notice
from openiru.stages.verify.models import Conclusion, Reappearance
from openiru.terms import Verified

_ANNOUNCING = (
    "backup",
    "back up",
    "new channel",
    "new account",
    "moved to",
    "follow us",
    "join us",
    "reserve",
    "نیا چینل",
)
_AROUND = 80


@dataclass(frozen=True, slots=True)
class Found:
    """An account that a captured page leads to: by which link, and the words around it."""

    address: str
    link: Reappearance.Link
    shown: str
    capture_id: int


@dataclass(frozen=True, slots=True)
class Return:
    """One earlier account as a person wants to file its possible return."""

    earlier_id: int
    row: Row
    link: str = Reappearance.Link.SEEN
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """What is known of confirmed returns. Times are medians; `known` says over how many each is.

    `renamed` went on as the same account under a new handle: that is no successor, and times and followers leave it out.
    """

    filed: int
    confirmed: int
    renamed: int
    open: int
    deepest: int
    to_return: timedelta | None
    to_return_known: int
    lifespan: timedelta | None
    lifespan_known: int
    regained: float | None
    regained_known: int


@transaction.atomic
def file(new: Return, *, agency_id: int, actor: Actor, now: datetime) -> Report:
    """File a possible return as a new report that names the earlier account and the link; a person judges it like any other."""
    found = Account.objects.filter(id=new.earlier_id)
    earlier = (found if actor.is_system else found.filter(cases__agency_id__in=actor.sees)).first()
    if earlier is None:
        raise Refused("not_found")
    if new.link not in Reappearance.Link.values:
        raise Refused("wrong_state", link=new.link)
    report = intake.file_report(intake.NewReport(new.row, agency_id, reappearance_of=earlier.id), actor=actor, now=now)
    if report.account_id == earlier.id:
        raise Refused("same_account")
    Reappearance.objects.get_or_create(
        earlier=earlier,
        later_id=report.account_id,
        defaults={"report": report, "link": new.link, "shown": (new.shown or new.row.note)[:300], "at": now},
    )
    facts = {"report": report.id, "link": new.link}
    ledger.append(actor.id, "verify.reappearance", f"account:{earlier.uuid}", now=now, facts=facts)
    return report


@transaction.atomic
def file_renamed(account: Account, before: str, *, actor: Actor, now: datetime) -> Report | None:
    """An account we wrote to a platform about goes on under a new handle, by its stable id: a new report, with the link shown.

    None for an account that no notice went out about, or that has no stable id to know it by. The report decides nothing.
    """
    told = Notice.objects.filter(case__account=account, sent_at__isnull=False).order_by("-sent_at", "-id").first()
    shown = f"the id {account.stable_id} was {before}, is {account.handle} now"[:300]
    known = Reappearance.objects.filter(earlier=account, link=Reappearance.Link.SAME_ID, shown=shown)
    if told is None or not account.stable_id or known.exists():
        return None
    row = Row(1, account.url, note=shown)
    report = intake.file_report(intake.NewReport(row, told.agency_id, reappearance_of=account.id), actor=actor, now=now)
    Reappearance.objects.create(
        earlier=account, later=account, report=report, link=Reappearance.Link.SAME_ID, shown=shown, at=now
    )
    facts = {"report": report.id, "link": Reappearance.Link.SAME_ID.value}
    ledger.append(actor.id, "verify.reappearance", f"account:{account.uuid}", now=now, facts=facts)
    return report


@transaction.atomic
def decide(reappearance_id: int, *, same: bool, reasons: str, actor: Actor, now: datetime) -> Reappearance:
    """A person says whether it is the same holder. That decides no case and sends no notice (law 5)."""
    actor.must("verify.decide")
    if not reasons.strip():
        raise Refused("reasons_missing")
    one = Reappearance.objects.select_for_update(of=("self",)).filter(id=reappearance_id).first()
    if one is None or actor.user_id is None or not one.earlier.cases.filter(agency_id__in=actor.sees).exists():
        raise Refused("not_found")
    if one.word != Reappearance.Word.OPEN:
        raise Refused("wrong_state")
    one.word = Reappearance.Word.SAME if same else Reappearance.Word.OTHER
    one.decided_by_id, one.decided_at, one.reasons = actor.user_id, now, reasons[:1000]
    one.save(update_fields=["word", "decided_by", "decided_at", "reasons"])
    facts = {"reappearance": one.id, "word": one.word}
    ledger.append(actor.id, "verify.reappearance_decided", f"account:{one.earlier.uuid}", now=now, facts=facts)
    return one


def candidates(account: Account, actor: Actor) -> list[Found]:
    """Accounts that captured pages tie to this one, of what this person may see, and that nobody filed yet; the best link first.

    A later account whose page forwards from this one, one that its own pages announce, one that they link to.
    """
    ours = Q() if actor.is_system else Q(by=None) | Q(by__agency__in=actor.sees)
    captures = Capture.objects.filter(ours, deleted_at=None).order_by("at", "id")
    filed = {account.key, *account.successors.values_list("later__key", flat=True)}
    seen: dict[str, Found] = {}
    for key, found in (*_forwarding(captures, account), *_of_own_pages(captures, account)):
        better = key not in seen or _ORDER.index(found.link) < _ORDER.index(seen[key].link)
        if key not in filed and better:
            seen[key] = found
    return sorted(seen.values(), key=lambda one: _ORDER.index(one.link))


def visible(actor: Actor) -> QuerySet[Reappearance]:
    """Possible returns of accounts that this person's agencies have a case on, those to decide first."""
    actor.must("case.view")
    found = Reappearance.objects.filter(earlier__cases__agency_id__in=actor.sees)
    order = ("-at", "-id")
    return found.select_related("earlier", "later", "report", "decided_by").distinct().order_by(*order)


def counts(actor: Actor) -> Counts:
    """Time to return, successors' lifespan, followers regained and generation depth, over what people confirmed."""
    every = list(visible(actor))
    same = [one for one in every if one.word == Reappearance.Word.SAME]
    renamed = sum(one.link == Reappearance.Link.SAME_ID for one in same)
    same = [one for one in same if one.link != Reappearance.Link.SAME_ID]
    gone = dict(
        Conclusion.objects.filter(verified__in=[Verified.GONE, Verified.NOT_VISIBLE])
        .filter(account_id__in={one.earlier_id for one in same} | {one.later_id for one in same})
        .values_list("account_id", "since")
    )
    waits = [first - gone[one.earlier_id] for one in same for first in [_began(one)] if one.earlier_id in gone]
    waits = [max(timedelta(0), wait) for wait in waits]
    lives = [gone[one.later_id] - _began(one) for one in same if one.later_id in gone]
    regained = [
        one.later.followers / one.earlier.followers
        for one in same
        if one.later.followers is not None and one.earlier.followers
    ]
    return Counts(
        filed=len(every),
        confirmed=len(same) + renamed,
        renamed=renamed,
        open=sum(one.word == Reappearance.Word.OPEN for one in every),
        deepest=depth([(one.earlier_id, one.later_id) for one in same]),
        to_return=_median(waits),
        to_return_known=len(waits),
        lifespan=_median(lives),
        lifespan_known=len(lives),
        regained=median(regained) if regained else None,
        regained_known=len(regained),
    )


def depth(pairs: list[tuple[int, int]]) -> int:
    """How many generations the longest line of returns has; a circle, which a mistake can make, is walked once."""
    after: dict[int, list[int]] = {}
    for earlier, later in pairs:
        after.setdefault(earlier, []).append(later)

    def below(account: int, path: frozenset[int]) -> int:
        return max((1 + below(one, path | {one}) for one in after.get(account, ()) if one not in path), default=0)

    return max((below(one, frozenset({one})) for one in after), default=0)


def _median(times: list[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(one.total_seconds() for one in times)) if times else None


def _began(one: Reappearance) -> datetime:
    return one.later.first_seen


def _forwarding(captures: QuerySet[Capture], account: Account) -> Iterator[tuple[str, Found]]:
    """Other accounts whose captured page forwards messages of this one."""
    others = captures.filter(facts__forwards__contains=[account.key]).exclude(account=account).select_related("account")
    for capture in others:
        shown = f"its page of {capture.at:%Y-%m-%d} forwards messages of {account}"
        yield capture.account.key, Found(capture.address, Reappearance.Link.FORWARDS, shown, capture.id)


def _of_own_pages(captures: QuerySet[Capture], account: Account) -> Iterator[tuple[str, Found]]:
    """What its own captured pages name in their text, and where their links lead."""
    for capture in captures.filter(account=account).exclude(text=""):
        text = capture.text
        for place in places_in(pa.chunked_array([[text]])):
            around = text[max(0, place.start - _AROUND) : place.end + _AROUND].strip()
            announced = any(word in around.lower() for word in _ANNOUNCING)
            link = Reappearance.Link.ANNOUNCED if announced else Reappearance.Link.LINKED
            # Any page may link to a site; only an announced one is a possible successor.
            if _names_account(place.keys[-1]) and (announced or not place.keys[-1].startswith("web:")):
                yield place.keys[-1], Found(place.address, link, around, capture.id)
        links = capture.facts.get("links")
        for place in places_in(pa.chunked_array([links if isinstance(links, list) else []], type=pa.string())):
            if _names_account(place.keys[-1]) and not place.keys[-1].startswith("web:"):
                yield place.keys[-1], Found(place.address, Reappearance.Link.LINKED, place.address, capture.id)


def _names_account(key: str) -> bool:
    """Wallets, posts and pages of a platform's own are no accounts."""
    return not key.startswith("wallet:") and ":other:" not in key


_ORDER = (Reappearance.Link.FORWARDS, Reappearance.Link.ANNOUNCED, Reappearance.Link.LINKED)
