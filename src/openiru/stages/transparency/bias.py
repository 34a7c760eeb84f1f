"""Rates by language with their intervals: where they differ from the rest, and what to look at then. Never about a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openiru.people.actor import Actor
from openiru.stages.cases.models import Case
from openiru.stages.cases.quality.rules import Rate, differ, rate
from openiru.stages.cases.queries import visible
from openiru.terms import Outcome

ENDED = (Case.State.APPROVED, Case.State.DECLINED, Case.State.CLOSED)
_SENT = Q(notices__sent_at__isnull=False)
RATES: Mapping[str, tuple[Q, Q]] = {
    "referral_rate": (Q(state=Case.State.APPROVED), Q(state__in=ENDED)),
    "protection_rate": (Q(protected=True) | Q(sign_stop=True), Q(state__in=ENDED)),
    "refusal_rate": (_SENT & Q(notices__answers__outcome=Outcome.DECLINED_NO_VIOLATION), _SENT),
    "reversal_rate": (_SENT & Q(notices__appeals__state="upheld"), _SENT),
}
"""Each rate: which cases count, out of which. Refusals and reversals are of cases of which a notice went out."""
LOOK_AT: Mapping[str, str | Promise] = {
    "referral_rate": _("Referred otherwise than the rest: read a sample of both blindly, and ask who translated."),
    "protection_rate": _(
        "Protected otherwise than the rest: are press and rights groups of this language on a list, and its words reviewed?"
    ),
    "refusal_rate": _(
        "Refused otherwise than the rest: compare excerpts and translations with what the platform quoted."
    ),
    "reversal_rate": _(
        "Reversed otherwise than the rest: stop and read these cases with somebody of the language before the next one."
    ),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One rate of one language, and whether it differs from all others together."""

    rate: Rate
    differs: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One language: its rates in the order of RATES, and what to look at."""

    name: str
    cells: tuple[Cell, ...]
    look_at: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The names of the rates, and a row for each language."""

    names: tuple[str, ...]
    rows: tuple[Row, ...]


def table(actor: Actor) -> Table:
    """Rates of the cases that this person may see, by the language of their items."""
    counted = {name: (_counts(actor, part & of), _counts(actor, of)) for name, (part, of) in RATES.items()}
    languages = sorted({language for _, of in counted.values() for language in of})
    return Table(tuple(RATES), tuple(_row(language, counted) for language in languages))


def labels(actor: Actor) -> QuerySet[Case]:
    """Cases whose outcome says that we were wrong: refused as no violation, or reversed on appeal. They are labels."""
    wrong = Q(notices__answers__outcome=Outcome.DECLINED_NO_VIOLATION) | Q(notices__appeals__state="upheld")
    return visible(actor).filter(wrong).distinct().order_by("id")


def _row(language: str, counted: Mapping[str, tuple[dict[str, int], dict[str, int]]]) -> Row:
    cells = []
    for part, of in counted.values():
        own = rate(part.get(language, 0), of.get(language, 0))
        rest = rate(sum(part.values()) - own.part, sum(of.values()) - own.of)
        cells.append(Cell(own, differ(own, rest)))
    look = tuple(str(LOOK_AT[name]) for name, cell in zip(counted, cells, strict=True) if cell.differs)
    return Row(language, tuple(cells), look)


def _counts(actor: Actor, where: Q) -> dict[str, int]:
    rows = visible(actor).filter(where).values_list("language").annotate(Count("id", distinct=True)).order_by()
    return dict(rows)
