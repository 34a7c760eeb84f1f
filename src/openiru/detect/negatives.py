"""Protected speech and earlier mistakes: what a reviewer said must not suggest anything is set aside, with the reason, and kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from openiru.detect.columns import SET_ASIDE, Suggested


@dataclass(frozen=True, slots=True)
class Negative:
    """A found value that suggests nothing: of one subject or any (`""`), for one detector's name or any.

    With `passage` it suggests nothing wherever it is part of what was found: a verse, a line of a play, an agency's report.
    """

    value: str
    reason: str
    subject: str = ""
    detector: str = ""
    passage: bool = False


class Negatives:
    """Applied to every detector's output. It takes nothing away: what it sets aside can be counted and looked at."""

    def __init__(self, entries: Iterable[Negative] = ()) -> None:
        given = list(entries)
        self._reasons = {(folded(one.value), one.subject, one.detector): one.reason for one in given if not one.passage}
        self._passages = [(folded(one.value), one.subject, one.detector, one.reason) for one in given if one.passage]

    def apply(self, suggested: Suggested) -> Suggested:
        """The same suggestions, those that an entry covers moved to `set_aside`."""
        if not (self._reasons or self._passages) or not suggested.matches.num_rows:
            return suggested
        columns = (suggested.matches[name].to_pylist() for name in ("found", "subject", "detector"))
        reasons = [self.reason(*one) for one in zip(*columns, strict=True)]
        counted = pa.array([reason is None for reason in reasons], pa.bool_())
        covered = pa.array([reason is not None for reason in reasons], pa.bool_())
        why = pa.array([reason for reason in reasons if reason is not None], pa.string())
        moved = suggested.matches.filter(covered).append_column(SET_ASIDE.field("suppressed_by"), why)
        return Suggested(suggested.matches.filter(counted), pa.concat_tables([suggested.set_aside, moved]))

    def reason(self, found: str, subject: str, detector: str) -> str | None:
        """Why a value found by a detector does not count for this subject, or None where it does."""
        keys = ((folded(found), whose, which) for whose in (subject, "") for which in (detector, ""))
        exact = next((self._reasons[key] for key in keys if key in self._reasons), None)
        if exact is not None or not self._passages:
            return exact
        text = folded(found)
        for passage, whose, which, reason in self._passages:
            if whose in {subject, ""} and which in {detector, ""} and passage in text:
                return reason
        return None


def folded(value: str) -> str:
    """A value as it is compared: compatibility forms, capitals and gaps made one."""
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())
