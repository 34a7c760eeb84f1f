"""Verify's verbs: plan looks, record what was seen, conclude. Returns of a holder are in `returning`."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.platforms import PLATFORMS, recognise
from openiru.platforms.shapes import Sighting, Target
from openiru.stages.intake import accounts
from openiru.stages.intake.models import Account
from openiru.stages.notices.models import Notice
from openiru.stages.verify import items, returning, rules, schedule
from openiru.stages.verify.models import Canary, CanaryLook, Conclusion, Lookup, Observation
from openiru.stages.verify.seeing import Seen, separating
from openiru.terms import Leg, Platform, Presence, Verified

LEASE = timedelta(minutes=5)
MANUAL = tuple(name.value for name, known in PLATFORMS.items() if known.check.manual_only or not known.check.documented)
"""Platforms with no honest automatic check: no machine is let in, or only by a way that they do not document."""
_WAITING = (Notice.State.DRAFTED, Notice.State.QUEUED)


@transaction.atomic
def plan(*, vantages: tuple[str, ...], actor: Actor) -> int:
    """Plan looks for every notice that went out and has none yet; return how many. Only time is asked, nothing is decided.

    The first vantage sees what everybody sees; the others (a territory each) are only needed where local law was asked.
    """
    actor.must("verify.look")
    planned = Lookup.objects.filter(notice=OuterRef("pk"), item=None)
    fresh = Notice.objects.exclude(sent_at=None).exclude(Exists(planned)).select_related("case")
    looks = [
        one
        for notice in fresh
        if notice.sent_at
        for one in _looks(notice, notice.sent_at, vantages, schedule.STEPS, "")
    ]
    answered = Notice.objects.filter(answered_at__isnull=False).exclude(lookups__hint="answer").select_related("case")
    looks += [
        one
        for notice in answered
        if notice.answered_at
        for one in _looks(notice, notice.answered_at, vantages, (schedule.HINT,), "answer")
    ]
    return len(Lookup.objects.bulk_create(looks, batch_size=1000, ignore_conflicts=True))


@transaction.atomic
def plan_items(*, vantage: str, actor: Actor, now: datetime) -> int:
    """Plan looks at the posts of notices: one before it goes out, then on the account's schedule; return how many.

    They are made from the vantage that sees what everybody sees.
    """
    actor.must("verify.look")
    known = Notice.objects.filter(platform__in=items.PLATFORMS_WITH_A_WAY).select_related("decision__assessment")
    open_ones = known.filter(sent_at=None, lookups=None, state__in=_WAITING)
    looks = list(items.looks_before(open_ones, vantage=vantage, now=now))
    planned = Lookup.objects.filter(notice=OuterRef("pk"), item__isnull=False).exclude(hint=items.BEFORE)
    for notice in known.exclude(sent_at=None).exclude(Exists(planned)):
        looks += items.looks_after(notice, notice.sent_at or now, vantage, schedule.STEPS, "")
    return len(Lookup.objects.bulk_create(looks, batch_size=1000, ignore_conflicts=True))


def _looks(
    notice: Notice, since: datetime, vantages: tuple[str, ...], steps: tuple[schedule.Step, ...], hint: str
) -> list[Lookup]:
    account = notice.case.account_id
    return [
        Lookup(account_id=account, notice=notice, vantage=vantage, due_at=slot.due, deadline=slot.deadline, hint=hint)
        for slot in schedule.slots(since, f"{notice.uuid}", steps)
        for vantage in (vantages if notice.leg == Leg.LOCAL_LAW else vantages[:1])
    ]


@transaction.atomic
def sooner(account_id: int, *, vantages: tuple[str, ...], actor: Actor, now: datetime) -> int:
    """A person has a hint that something changed: look now, from every vantage; returns how many looks were planned."""
    actor.must("verify.look")
    found = Account.objects.filter(id=account_id)
    account = (found if actor.is_system else found.filter(cases__agency__in=actor.sees)).first()
    if account is None:
        raise Refused("not_found")
    slack = schedule.HINT.slack
    looks = [
        Lookup(account=account, vantage=vantage, due_at=now, deadline=now + slack, hint="person")
        for vantage in vantages
    ]
    made = Lookup.objects.bulk_create(looks, ignore_conflicts=True)
    facts = {"hint": "person", "looks": len(made)}
    ledger.append(actor.id, "verify.hinted", f"account:{account.uuid}", now=now, facts=facts)
    return len(made)


@transaction.atomic
def lease(*, now: datetime, vantage: str, limit: int = 50) -> list[Lookup]:
    """Take looks that are due from one vantage; a lease that ran out is simply taken again, looking twice harms nobody."""
    absent = Lookup.objects.filter(done_at=None, due_at__lte=now, vantage=vantage, item__isnull=False)
    absent.filter(account__conclusion__verified__in=items.ABSENT).update(done_at=now, error=items.NOT_ASKED)
    due = list(
        Lookup.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("account", "notice", "item")
        .filter(done_at=None, due_at__lte=now, vantage=vantage)
        .filter(Q(item__isnull=False) | Q(account__phone_hash="") & ~Q(account__platform__in=MANUAL))
        .exclude(leased_until__gt=now)
        .order_by("deadline", "id")[:limit]
    )
    for one in due:
        one.leased_until = now + LEASE
        one.attempts += 1
    Lookup.objects.bulk_update(due, ["leased_until", "attempts"])
    return due


@transaction.atomic
def record(seen: Seen, *, actor: Actor, now: datetime, lookup_id: int | None = None) -> Observation:
    """Record one look and what all looks together allow us to say now; the ledger commits to both."""
    actor.must("verify.look")
    account = Account.objects.select_for_update().filter(id=seen.account_id).first()
    if account is None or not (actor.is_system or account.cases.filter(agency__in=actor.sees).exists()):
        raise Refused("not_found")
    sighting = rules.of_this_account(account.stable_id, seen.sighting)
    observation = Observation.objects.create(
        account=account,
        notice_id=seen.notice_id,
        capture_id=seen.capture_id,
        followers=sighting.followers,
        by_hand=seen.by_hand,
        **seen.kept(now, sighting),
    )
    if lookup_id is not None:
        Lookup.objects.filter(id=lookup_id).update(done_at=now, error="")
    before = account.handle
    _learn(account, sighting, now)
    if before and account.handle.lower() != before.lower():
        returning.file_renamed(account, before, actor=actor, now=now)
    facts = {"presence": sighting.presence.value, "signal": sighting.signal, "page": seen.page_sha256}
    ledger.append(actor.id, "verify.looked", f"account:{account.uuid}", now=now, facts=facts)
    _conclude(account, actor, now)
    return observation


@transaction.atomic
def failed(lookup_id: int, reason: str, *, now: datetime) -> None:
    """A look could not be made: it is tried again later and shown until then."""
    one = Lookup.objects.select_for_update().get(id=lookup_id)
    one.error, one.leased_until = reason[:300], None
    one.due_at = now + rules.next_look(one.attempts)
    one.save(update_fields=["error", "leased_until", "due_at"])


@transaction.atomic
def put_off(until: dict[int, datetime]) -> None:
    """Looks whose host has no turn yet wait for it; that is no failure and no attempt."""
    rows = list(Lookup.objects.select_for_update().filter(id__in=until))
    for one in rows:
        one.due_at, one.leased_until, one.attempts = until[one.id], None, max(0, one.attempts - 1)
    Lookup.objects.bulk_update(rows, ["due_at", "leased_until", "attempts"])


@transaction.atomic
def record_canary(
    canary_id: int, presence: Presence, *, vantage: str, now: datetime, by_hand: bool = False
) -> CanaryLook:
    """Write down what a canary showed."""
    return CanaryLook.objects.create(canary_id=canary_id, at=now, vantage=vantage, presence=presence, by_hand=by_hand)


@transaction.atomic
def record_canaries_by_hand(platform: Platform, *, vantage: str, as_expected: bool, actor: Actor, now: datetime) -> int:
    """A person opened the canaries in the very way in which the account was opened, and says whether they read as expected."""
    actor.must("verify.look")
    canaries = list(Canary.objects.filter(platform=platform, of_items=False))
    for one in canaries:
        shown = Presence(one.expect) if as_expected else Presence.UNKNOWN
        record_canary(one.id, shown, vantage=vantage, now=now, by_hand=True)
    facts = {"platform": platform.value, "as_expected": as_expected, "canaries": len(canaries)}
    ledger.append(actor.id, "verify.canaries_seen", f"platform:{platform}", now=now, facts=facts)
    return len(canaries)


@transaction.atomic
def add_canary(platform: Platform, url: str, expect: Presence, *, actor: Actor, now: datetime) -> Canary:
    """Add an address whose state we know: one that is live, one that is not there."""
    actor.must("verify.look")
    if expect not in {Presence.LIVE, Presence.NOT_FOUND}:
        raise Refused("wrong_state")
    of_items = recognise(url).target is Target.ITEM
    if of_items and not items.address_of(platform, "", url):
        raise Refused("look_by_hand", why="this platform documents no way to look up a post")
    known = {"expect": expect, "of_items": of_items}
    canary, made = Canary.objects.get_or_create(platform=platform, url=url, defaults=known)
    if made:
        facts = {"platform": platform.value, "expect": expect.value}
        ledger.append(actor.id, "verify.looked", f"canary:{canary.id}", now=now, facts=facts)
    return canary


def _learn(account: Account, sighting: Sighting, now: datetime) -> None:
    """Keep what the page itself says: followers with their date, the stable id, the handle."""
    mine = accounts.learn(account, accounts.Learnt(sighting.handle, sighting.stable_id), now=now)
    if mine and sighting.followers is not None:
        account.followers, account.followers_at = sighting.followers, now
        account.save(update_fields=["followers", "followers_at"])


def _conclude(account: Account, actor: Actor, now: datetime) -> None:
    rows = list(Observation.objects.filter(account=account).order_by("at", "id"))
    looks = [row.as_look(_counts(account, row)) for row in rows]
    said = rules.conclude(looks)
    deciding = next((row for row, one in zip(rows, looks, strict=True) if one is said.look), None)
    before = Conclusion.objects.filter(account=account).first()
    if before is not None and before.verified == said.verified:
        return
    Conclusion.objects.update_or_create(
        account=account,
        defaults={"verified": said.verified, "since": now, "observation": deciding, "why": said.why[:300]},
    )
    was = before.verified if before else Verified.UNKNOWN.value
    facts = {"was": was, "is": said.verified.value, "why": said.why}
    ledger.append(actor.id, "verify.concluded", f"account:{account.uuid}", now=now, facts=facts)


def _counts(account: Account, row: Observation) -> bool:
    """Whether canaries make this look count; only one that found nothing needs them."""
    return row.presence == Presence.NOT_FOUND and separating(account.platform, row.vantage, row.at)
