"""Looks at single posts, by the addresses that platforms document for them: planned, recorded, concluded; never of the account."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.db import transaction

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.platforms import PLATFORMS
from openiru.platforms.shapes import ItemCheck
from openiru.stages.intake.models import Item
from openiru.stages.notices.models import Answer, Notice
from openiru.stages.verify import rules, schedule
from openiru.stages.verify.comparing import Pair, compare
from openiru.stages.verify.models import Conclusion, ItemConclusion, ItemObservation, Lookup
from openiru.stages.verify.seeing import Seen, separating
from openiru.terms import Platform, Presence, Verified

ABSENT = (Verified.GONE, Verified.NOT_VISIBLE)
NOT_ASKED = "its account is not there, so the post was not asked for"
PLATFORMS_WITH_A_WAY = tuple(name.value for name, known in PLATFORMS.items() if known.posts)
BEFORE = "before"
"""The hint of a look that is made before anything can have happened: what no visitor saw then cannot vanish later."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One post of a notice: what we may say of it, its newest look, what the platform says, and the pair of both."""

    item: Item
    verified: Verified
    why: str
    look: ItemObservation | None
    claimed: str
    pair: Pair


def check_of(platform: str) -> ItemCheck | None:
    """How a platform's posts are looked up; None where it documents no way."""
    return PLATFORMS[Platform(platform)].posts


def address_of(platform: str, kind: str, url: str) -> str:
    """The address that is asked for a post; empty where no visitor could see it, there or not."""
    known = check_of(platform)
    if known is None or (known.hidden and re.fullmatch(known.hidden, url)):
        return ""
    form = known.check.by_kind.get(kind, known.check.url)
    return form.format(url=quote(url, safe=""), plain=url)


def looks_before(notices: Iterable[Notice], *, vantage: str, now: datetime) -> Iterator[Lookup]:
    """A look at each post of notices that have not gone out yet."""
    for notice in notices:
        for item in _items(notice):
            deadline = notice.composed_at + schedule.HINT.slack
            yield _lookup(notice, item, vantage, schedule.Slot(now, deadline), BEFORE)


def looks_after(
    notice: Notice, since: datetime, vantage: str, steps: tuple[schedule.Step, ...], hint: str
) -> Iterator[Lookup]:
    """The looks at each post of a notice that went out, on the account's own schedule."""
    for item in _items(notice):
        for slot in schedule.slots(since, f"{notice.uuid}:{item.id}", steps):
            yield _lookup(notice, item, vantage, slot, hint)


@transaction.atomic
def record(item_id: int, seen: Seen, *, actor: Actor, now: datetime, lookup_id: int | None = None) -> ItemObservation:
    """Record one look at a post and what all looks at it allow us to say; the ledger commits to both."""
    actor.must("verify.look")
    item = Item.objects.select_for_update(of=("self",)).select_related("account").filter(id=item_id).first()
    if item is None or not (actor.is_system or item.account.cases.filter(agency__in=actor.sees).exists()):
        raise Refused("not_found")
    observation = ItemObservation.objects.create(item=item, **seen.kept(now))
    if lookup_id is not None:
        Lookup.objects.filter(id=lookup_id).update(done_at=now, error="")
    if seen.sighting.presence is Presence.LIVE:
        item.last_seen_live = now
        item.save(update_fields=["last_seen_live"])
    facts = {"presence": seen.sighting.presence.value, "signal": seen.sighting.signal, "page": seen.page_sha256}
    ledger.append(actor.id, "verify.looked", f"item:{item.id}", now=now, facts=facts)
    _conclude(item, actor, now)
    return observation


def standing_of(notice: Notice) -> list[Standing]:
    """Each post of a notice: claimed and verified."""
    items = list(_items(notice))
    said = {one.item_id: one for one in ItemConclusion.objects.filter(item__in=items)}
    newest = {one.item_id: one for one in ItemObservation.objects.filter(item__in=items).order_by("at", "id")}
    claims = _claims(notice)
    gone = Conclusion.objects.filter(account=notice.case.account_id, verified__in=ABSENT).exists()
    return [_standing(item, said.get(item.id), newest.get(item.id), claims.get(item.url, ""), gone) for item in items]


def _standing(
    item: Item, said: ItemConclusion | None, look: ItemObservation | None, claimed: str, gone: bool
) -> Standing:
    verified, why = (Verified(said.verified), said.why) if said else (Verified.UNKNOWN, "")
    if gone:
        verified, why = Verified.NOT_VISIBLE, NOT_ASKED
    return Standing(item, verified, why, look, claimed, compare(claimed, verified))


def _claims(notice: Notice) -> dict[str, str]:
    """What the platform says of each post, by address: its word on the post itself, else on the whole notice; the newest counts."""
    claims = {item.url: notice.claimed for item in _items(notice)}
    for answer in Answer.objects.filter(notice=notice).order_by("at", "id"):
        claims.update({url: word for url, word in answer.items.items() if url in claims})
    return claims


def _items(notice: Notice) -> Iterator[Item]:
    """The posts that a notice names and that a machine may look at."""
    for one in notice.decision.assessment.items.select_related("item").order_by("item_id"):
        if address_of(notice.platform, one.item.kind, one.item.url):
            yield one.item


def _lookup(notice: Notice, item: Item, vantage: str, slot: schedule.Slot, hint: str) -> Lookup:
    return Lookup(
        account_id=item.account_id,
        item=item,
        notice=notice,
        vantage=vantage,
        due_at=slot.due,
        deadline=slot.deadline,
        hint=hint,
    )


def _conclude(item: Item, actor: Actor, now: datetime) -> None:
    rows = list(ItemObservation.objects.filter(item=item).order_by("at", "id"))
    platform = item.account.platform
    looks = [one.as_look(separating(platform, one.vantage, one.at, of_items=True)) for one in rows]
    said = rules.conclude_item(looks)
    before = ItemConclusion.objects.filter(item=item).first()
    if before is not None and before.verified == said.verified:
        ItemConclusion.objects.filter(id=before.id).update(why=said.why[:300])
        return
    deciding = next((row for row, look in zip(rows, looks, strict=True) if look is said.look), None)
    ItemConclusion.objects.update_or_create(
        item=item,
        defaults={"verified": said.verified, "since": now, "observation": deciding, "why": said.why[:300]},
    )
    was = before.verified if before else Verified.UNKNOWN.value
    facts = {"was": was, "is": said.verified.value, "why": said.why}
    ledger.append(actor.id, "verify.concluded", f"item:{item.id}", now=now, facts=facts)
