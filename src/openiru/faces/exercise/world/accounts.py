"""Makes the invented accounts of one platform: which sort each is comes from the mix, the words from the phrases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from openiru.faces.exercise.world import phrases
from openiru.faces.exercise.world.addresses import Address, account_address, item_address
from openiru.faces.exercise.world.mix import GROUPS, Mix, dealt
from openiru.faces.exercise.world.shapes import Group, Item, Planted, Shows, Wrong

_NEWEST = 3


@dataclass(frozen=True, slots=True)
class Share:
    """One platform's part of a world: how many accounts, which wrong ones among them, and the number of the first."""

    mix: Mix
    total: int
    wrong: tuple[Wrong, ...]
    first: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """What one account is to be, before it has an address and words."""

    number: int
    kind: str
    group: Group
    shows: Shows
    wrong: Wrong
    stale: bool


def accounts_of(share: Share, start: datetime, rng: Random) -> list[Planted]:
    """The accounts of one platform as they are before anybody reports them."""
    right = _right(share)
    mistaken = [
        _Plan(0, share.mix.usual_kind, GROUPS[index % 2], Shows.RECENT, wrong, stale=False)
        for index, wrong in enumerate(share.wrong)
    ]
    step = max(1, len(right) // (len(mistaken) or 1))
    for index, plan in enumerate(mistaken):
        right.insert(index * step + step // 2, plan)
    return [_planted(share.mix, replace(plan, number=share.first + at), start, rng) for at, plan in enumerate(right)]


def _right(share: Share) -> list[_Plan]:
    mix, total = share.mix, share.total - len(share.wrong)
    groups = {group.letter: group for group in GROUPS}
    letters = dealt(mix.groups, total)
    shows = [Shows(one) for one in dealt({name.value: part for name, part in mix.shows.items()}, total)]
    stale = round(mix.stale * share.total / mix.accounts)
    candidates = [index for index, one in enumerate(shows) if one is Shows.RECENT]
    gone = set(candidates[:: max(1, len(candidates) // stale)][:stale]) if stale else set()
    kinds = {show: iter(_kinds(mix, show, shows.count(show))) for show in set(shows)}
    return [
        _Plan(0, next(kinds[show]), groups[letter], show, Wrong.NO, index in gone)
        for index, (letter, show) in enumerate(zip(letters, shows, strict=True))
    ]


def _kinds(mix: Mix, show: Shows, count: int) -> list[str]:
    return dealt(mix.kinds[show], count) if show in mix.kinds else [mix.usual_kind] * count


def _planted(mix: Mix, plan: _Plan, start: datetime, rng: Random) -> Planted:
    address = account_address(mix.platform, plan.kind, plan.number, rng)
    language = phrases.LANGUAGES[plan.number % len(phrases.LANGUAGES)]
    title, bio = _front(plan, language)
    hidden = plan.shows is Shows.NOTHING
    return Planted(
        url=address.url,
        platform=mix.platform,
        kind=plan.kind,
        handle=address.handle,
        stable_id=address.stable_id,
        title="" if hidden else title,
        bio="" if hidden else bio,
        followers=0 if plan.kind in ("phone", "invite") else int(rng.lognormvariate(7.9, 0.9)) + 40,
        private=hidden,
        exists=not plan.stale,
        items=() if plan.kind in ("phone", "invite") else _items(mix, plan, address, start, rng),
        group=plan.group,
        wrong=plan.wrong,
        shows=plan.shows,
    )


def _place(plan: _Plan) -> str:
    return phrases.PLACES[plan.number % len(phrases.PLACES)]


def _front(plan: _Plan, language: str) -> tuple[str, str]:
    if plan.wrong:
        return _said(phrases.WRONG_TITLES[plan.wrong], plan, "en"), _said(phrases.WRONG_BIOS[plan.wrong], plan, "en")
    if plan.shows is Shows.FRONT:
        return _said(phrases.FRONT_TITLE, plan, language), _said(phrases.FRONT_BIO[language], plan, language)
    return _said(phrases.PLAIN_TITLE, plan, language), _said(phrases.PLAIN_BIO, plan, language)


def _said(sentence: str, plan: _Plan, language: str) -> str:
    return sentence.format(
        name=plan.group.called(language),
        namesake=plan.group.namesake,
        place=_place(plan),
        number=plan.number,
    )


def _items(mix: Mix, plan: _Plan, address: Address, start: datetime, rng: Random) -> tuple[Item, ...]:
    made = []
    for age, (text, language, tells) in enumerate(_sayings(plan), start=1):
        when = start - timedelta(days=2 * age, hours=plan.number % 11)
        url, identity = item_address(mix.platform, address, 90 - age, when, rng)
        made.append(Item(url, identity, text, language, when.isoformat(timespec="seconds"), tells))
    return tuple(made)


def _sayings(plan: _Plan) -> Iterator[tuple[str, str, bool]]:
    """Newest first."""
    if plan.wrong:
        yield from ((_said(one, plan, "en"), "en", False) for one in phrases.WRONG_POSTS[plan.wrong])
        return
    if plan.shows is Shows.DEEP:
        yield from _some(plan, phrases.NEUTRAL, _NEWEST, tells=False)
    if plan.shows is Shows.PRAISE:
        yield from _some(plan, phrases.PRAISE, 2 + plan.number % 2, tells=True)
        return
    yield from _some(plan, phrases.CALLS, 2 + plan.number % 3, tells=True)
    if plan.number % 3 == 0 and plan.shows is not Shows.DEEP:
        yield from _some(plan, phrases.PRAISE, 1, tells=True)
        yield from _some(plan, phrases.NEUTRAL, 1, tells=False)


def _some(
    plan: _Plan, source: Mapping[str, tuple[str, ...]], count: int, *, tells: bool
) -> Iterator[tuple[str, str, bool]]:
    for index in range(count):
        language = phrases.LANGUAGES[(plan.number + index) % len(phrases.LANGUAGES)]
        sentences = source[language]
        yield _said(sentences[(plan.number + index) % len(sentences)], plan, language), language, tells
