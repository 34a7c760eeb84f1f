"""The detector of names: texts of a batch in, matches out."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from openiru.detect.columns import SET_ASIDE, Columns, Suggested
from openiru.detect.matches import SCHEMA
from openiru.detect.names.aliases import Alias, ContextWord, Protected, Rejected, book_of
from openiru.detect.names.chunks import chunks
from openiru.detect.names.hits import FIELDS, Hit
from openiru.detect.names.judging import Judged, judge, score
from openiru.detect.names.passes import Passes
from openiru.detect.names.sentences import sentence

_RULES = "2"
WITHIN = 10
"""Words between a short alias and its context, as shipped."""


@dataclass(frozen=True)
class Options:
    """`within` words is near; `engine` is the fastest that is there; `second` looks for disguises too, `third` for misspellings."""

    within: int = WITHIN
    engine: str = ""
    second: bool = True
    third: bool = True


class Names:
    """Finds the aliases given, and only those: it learns nothing, and a nickname that no list has names nobody.

    `sources` are aliases, context words and protected phrases; `background` has occurrences in a million words of ordinary
    language. `rejected` says which patterns cannot be looked for. One object per thread.
    """

    name = "names"

    def __init__(
        self,
        sources: Iterable[Alias | ContextWord | Protected],
        *,
        background: Mapping[str, float] | None = None,
        options: Options | None = None,
    ) -> None:
        given = tuple(sources)
        self._made_of = (given, dict(background or {}), options or Options())
        book = book_of(given, self._made_of[1])
        self.rejected: tuple[Rejected, ...] = tuple(book.rejected)
        self._options = self._made_of[2]
        self._passes = Passes(book, self._options.engine)
        said = repr(
            (given, sorted(self._made_of[1].items()), self._options.within, self._options.second, self._options.third)
        )
        self.version = f"{_RULES}+{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()[:12]}"

    def __reduce__(self) -> tuple[object, ...]:
        return _again, self._made_of

    def match(self, batch: pa.Table) -> Suggested:
        """Matches in the columns text, name, handle and bio, those of them that the batch has, by row, field and place."""
        rows: defaultdict[int, list[Hit]] = defaultdict(list)
        for field in FIELDS:
            if field in batch.column_names:
                for chunk in chunks(batch.column(field)):
                    for hit in self._passes.find(chunk, field, second=self._options.second, third=self._options.third):
                        rows[hit.row].append(hit)
        return self._suggested(rows)

    def _suggested(self, rows: Mapping[int, list[Hit]]) -> Suggested:
        counted, aside = Columns(SCHEMA), Columns(SET_ASIDE)
        for row in sorted(rows):
            for one in judge(rows[row], self._options.within):
                if one.aside:
                    aside.add(*self._values(row, one), one.aside)
                else:
                    counted.add(*self._values(row, one))
        return Suggested(counted.table(), aside.table())

    def _values(self, row: int, one: Judged) -> tuple[object, ...]:
        hit = one.hit
        known = one.alias
        values = (score(one), known.subject, hit.found, known.text)
        return row, self.name, hit.field, self.version, *values, hit.start, hit.end, sentence(one)


def _again(given: tuple[Alias | ContextWord | Protected, ...], background: dict[str, float], options: Options) -> Names:
    return Names(given, background=background, options=options)
