"""Ranks the accounts that a new one may succeed: candidates share something rare, so cost grows with them and not with pairs."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from openiru.detect.successors import handles
from openiru.detect.successors.judging import Successor, judge
from openiru.detect.successors.profiles import Profile
from openiru.detect.successors.signals import Known, between

MOST = 64
"""Candidates that are looked at closely for one new account."""

RARE = 5
"""A link or a file that more accounts have is nobody's mark: news and what everybody passes on."""

COMMONEST = 0.05
"""Three letters that more than this part of all handles have find nobody."""

_BANDS = 8
_RULES = "1"


class Successors:
    """The accounts that were acted on, ready to be asked. Build it once; `rank` changes nothing.

    `others` are accounts that only say what is common: their links, files and handles.
    """

    name = "successors"

    def __init__(self, parents: Sequence[Profile], others: Iterable[Profile] = ()) -> None:
        self.parents = tuple(parents)
        everybody = (*self.parents, *others)
        self._known = Known(
            handles.Rarity(one.handle for one in everybody if one.handle),
            _rare(one.links for one in everybody),
            _rare(one.files for one in everybody),
        )
        self._blocks: dict[str, list[int]] = defaultdict(list)
        for at, parent in enumerate(self.parents):
            for key in dict.fromkeys(self._keys(parent)):
                self._blocks[key].append(at)
        self.version = f"{_RULES}+{hashlib.sha256(repr(self.parents).encode('utf-8', 'replace')).hexdigest()[:12]}"

    def rank(self, child: Profile) -> list[Successor]:
        """The accounts that this one may succeed, the likeliest first; of those without any signal, none."""
        found = []
        for at in self._candidates(child):
            parent = self.parents[at]
            signals = between(child, parent, self._known) if parent.subject != child.subject else []
            if signals:
                found.append(judge(child, parent, signals))
        return sorted(found, key=lambda one: (-one.log_odds, one.parent))

    def alike(self, handle: str) -> list[tuple[str, float]]:
        """Only by handle: the parents' subjects with their likeness (0 to 1), the most alike first."""
        child = Profile("", handle=handle)
        found = [
            (self.parents[at], self._known.rarity.alike(handle, self.parents[at].handle))
            for at in self._candidates(child)
        ]
        return sorted(((one.subject, like) for one, like in found), key=lambda one: (-one[1], one[0]))

    def _candidates(self, child: Profile) -> list[int]:
        shared: dict[int, float] = defaultdict(float)
        for key in dict.fromkeys(self._keys(child)):
            having = self._blocks.get(key, ())
            if key[0] != "g" or len(having) <= max(RARE, COMMONEST * len(self.parents)):
                weight = self._known.rarity.weight(key[1:]) if key[0] == "g" else 100.0
                for at in having:
                    shared[at] += weight
        return sorted(shared, key=lambda at: (-shared[at], at))[:MOST]

    def _keys(self, one: Profile) -> Iterator[str]:
        """What finds an account: a letter for the kind, then the value."""
        for text in {handles.stem(one.handle), handles.stem(one.name)} - {""}:
            yield from (f"g{gram}" for gram in handles.grams(text))
            yield f"h{text}"
        if one.stable_id:
            yield f"i{one.platform}:{one.stable_id}"
        for key in (one.subject, one.key, *one.announces, *one.forwards):
            if key:
                yield f"a{key}"
        yield from (f"a{link}" for link in one.links)
        yield from (f"l{link}" for link in one.links & self._known.rare_links)
        yield from (f"f{file}" for file in one.files & self._known.rare_files)
        yield from (f"p{at}{one.avatar[at * 4 : at * 4 + 4].hex()}" for at in range(_BANDS if one.avatar else 0))
        if one.bio:
            yield f"b{' '.join(one.bio.casefold().split())[:24]}"


def _rare(given: Iterable[Collection[str]]) -> frozenset[str]:
    counts = Counter(value for values in given for value in values)
    return frozenset(value for value, count in counts.items() if count <= RARE)
