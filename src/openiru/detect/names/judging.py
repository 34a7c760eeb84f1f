"""Which hits of a row may count: short and ambiguous names need context, a weak alias needs a strong one, the longest wins."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from openiru.detect.names.aliases import Alias, ContextWord, Protected, Quality
from openiru.detect.names.hits import Hit, How

_WEAK = frozenset({Quality.WEAK, Quality.LOW})
_ORDER = list(How)
_SCORES = {Quality.STRONG: 0.95, Quality.PREVIOUS: 0.85, Quality.WEAK: 0.5, Quality.LOW: 0.5}
_AMBIGUOUS, _ONE_WORD = 0.7, 0.8
_IN_FORM = {How.WRITTEN: 1.0, How.JOINED: 0.95, How.SPELT_OUT: 0.85, How.DISGUISED: 0.8, How.MISSPELT: 0.6}


class Judged(NamedTuple):
    """A hit that counts, with the hit that is its context; or, with `aside`, one inside a protected phrase."""

    hit: Hit
    alias: Alias
    context: Hit | None = None
    aside: str = ""


def judge(hits: Sequence[Hit], within: int) -> list[Judged]:
    """What remains of the hits of one row, by field and place. Nothing here is more than a suggestion."""
    if len(hits) == 1:
        source = hits[0].entry.source
        return [Judged(hits[0], source)] if isinstance(source, Alias) and _stands_alone(hits[0]) else []
    anchors = _anchors(hits)
    accepted = []
    for hit in hits:
        if isinstance(hit.entry.source, Alias):
            context = None if _stands_alone(hit) else _context_of(hit, hit.entry.source, anchors, within)
            if context or _stands_alone(hit):
                accepted.append(Judged(hit, hit.entry.source, context))
    guards = [hit for hit in hits if isinstance(hit.entry.source, Protected)]
    return [_guarded(one, guards) for one in _longest(_unless_written(accepted))]


def score(judged: Judged) -> float:
    """0 to 1: how plainly the name stands there. An order of the detector's own, no probability."""
    best = _SCORES[judged.alias.quality]
    most = _AMBIGUOUS if judged.hit.entry.ambiguous else _ONE_WORD if is_one_word(judged) else 1.0
    return round(min(best, most) * _IN_FORM[judged.hit.how], 4)


def is_one_word(judged: Judged) -> bool:
    """Whether a name of one word stands there without any context: in some language it may be a word like any other."""
    return judged.context is None and len(judged.alias.text.split()) == 1


def _stands_alone(hit: Hit) -> bool:
    source = hit.entry.source
    return isinstance(source, Alias) and not hit.entry.ambiguous and source.quality not in _WEAK


_Anchors = dict[tuple[type, str], dict[str, list[Hit]]]
"""Names that stand alone, and context words, by their subject and then by field, in the order of their words."""


def _anchors(hits: Sequence[Hit]) -> _Anchors:
    found: _Anchors = {}
    for hit in sorted(hits, key=lambda one: one.word):
        source = hit.entry.source
        if hit.how is How.MISSPELT:
            continue  # what may be another name says nothing of its neighbours
        if isinstance(source, ContextWord) or (isinstance(source, Alias) and _stands_alone(hit)):
            found.setdefault((type(source), source.subject), {}).setdefault(hit.field, []).append(hit)
    return found


def _context_of(hit: Hit, alias: Alias, anchors: _Anchors, within: int) -> Hit | None:
    """The nearest strong name of the same organisation; for a name that no list calls weak, a context word will do."""
    keys: list[tuple[type, str]] = [(Alias, alias.subject)]
    if alias.quality not in _WEAK:
        keys += [(ContextWord, alias.subject), (ContextWord, "")]
    near = [other for key in keys for other in _near(hit, anchors.get(key, {}), within)]
    return min(near, key=lambda one: (one.field != hit.field, abs(one.word - hit.word), one.start)) if near else None


def _near(hit: Hit, by_field: dict[str, list[Hit]], within: int) -> list[Hit]:
    found = []
    for field, others in by_field.items():
        if field != hit.field:
            found.append(others[0])
            continue
        first = bisect_left(others, hit.word - within, key=lambda one: one.word)
        last = bisect_right(others, hit.word + within, key=lambda one: one.word)
        found += [other for other in others[first:last] if not _overlap(hit, other)]
    return found


def _overlap(one: Hit, other: Hit) -> bool:
    return one.field == other.field and one.start < other.end and other.start < one.end


def _unless_written(accepted: list[Judged]) -> list[Judged]:
    """A misspelt name is none where another name stands as it is written."""
    written = [one.hit for one in accepted if one.hit.how is not How.MISSPELT]
    return [
        one for one in accepted if one.hit.how is not How.MISSPELT or not any(_overlap(one.hit, hit) for hit in written)
    ]


def _longest(accepted: list[Judged]) -> list[Judged]:
    """A name inside a longer one is not said twice, whoever's it is; of two readings of one place, the plainest stays."""
    kept: list[Judged] = []
    seen: set[tuple[str, int, int, str]] = set()
    reach = ("", 0, 0)
    for one in sorted(accepted, key=_by_place):
        field, start, end = span = one.hit.field, one.hit.start, one.hit.end
        inside = field == reach[0] and end <= reach[2] and span != reach
        if inside or (*span, one.alias.subject) in seen:
            continue
        seen.add((field, start, end, one.alias.subject))
        kept.append(one)
        reach = span
    return kept


def _by_place(one: Judged) -> tuple[str, int, int, str, int, float]:
    hit = one.hit
    return hit.field, hit.start, -hit.end, one.alias.subject, _ORDER.index(hit.how), -_SCORES[one.alias.quality]


def _guarded(one: Judged, guards: Sequence[Hit]) -> Judged:
    for guard in guards:
        if guard.field == one.hit.field and guard.start <= one.hit.start and one.hit.end <= guard.end:
            assert isinstance(guard.entry.source, Protected)
            return one._replace(aside=guard.entry.source.reason)
    return one
