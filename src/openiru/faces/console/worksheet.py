"""The analyst's worksheet as a form: filled from what was typed, else from the assessment that stands; read into a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openiru.faces.console.forms import day, number, number_or_none, word
from openiru.stages.cases.models import AssessedItem, Assessment
from openiru.stages.cases.queries import CasePage
from openiru.stages.cases.rules import RABAT, ItemJudged, NewAssessment
from openiru.stages.evidence.models import Capture
from openiru.stages.intake.models import Item
from openiru.terms import Action, Ground, Leg, NoticeKind

_TEXTS = (
    "affiliation",
    "purpose",
    "least_restrictive",
    "policy_line",
    "policy_why",
    "law",
    "territory",
    "translator",
)
_ITEM = ("ground", "why", "excerpt", "language", "translation", "capture")


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item with the captures that may show it, and what was said of it so far."""

    item: Item
    captures: Sequence[Capture]
    values: Mapping[str, str]

    @property
    def prefix(self) -> str:
        """What the names of this item's fields begin with."""
        return f"item-{self.item.id}-"


@dataclass(frozen=True, slots=True)
class Worksheet:
    """The whole form: plain values by name, and a row for each item."""

    values: Mapping[str, str]
    rows: tuple[ItemRow, ...]

    @property
    def rabat(self) -> list[tuple[str, str]]:
        """The six factors with what was said of each."""
        return [(factor, self.values.get(f"rabat-{factor}", "")) for factor in RABAT]


def fill(page: CasePage, typed: Mapping[str, str] | None = None) -> Worksheet:
    """The form as it is shown: what was typed wins over the assessment that stands, that over nothing."""
    before = page.assessment
    values = dict(typed) if typed else (_values(before) if before else _fresh(page))
    rows = (ItemRow(item, _fitting(page, item), _row_values(item, values)) for item, _ in page.items)
    return Worksheet(values, tuple(rows))


def read(typed: Mapping[str, str], items: Sequence[int]) -> NewAssessment:
    """The value that the service takes; Refused `form_incomplete` for a word outside its closed list."""
    return NewAssessment(
        refer=True,
        organisation_id=number_or_none(typed.get("organisation", "")),
        kind=word(NoticeKind, typed.get("kind", ""), name="kind"),
        leg=word(Leg, typed.get("leg", ""), name="leg"),
        action=word(Action, typed.get("action", ""), name="action"),
        purpose_is_protected=bool(typed.get("purpose_is_protected")),
        rabat={factor: typed.get(f"rabat-{factor}", "") for factor in RABAT},
        law_articles=tuple(part.strip() for part in typed.get("law_articles", "").splitlines() if part.strip()),
        end_date=day(typed.get("end_date", ""), name="end_date"),
        reads_language=bool(typed.get("reads_language")),
        items=tuple(_judged(typed, item) for item in items if typed.get(f"item-{item}-on")),
        **{name: typed.get(name, "").strip() for name in _TEXTS},
    )


def _judged(typed: Mapping[str, str], item: int) -> ItemJudged:
    said = {name: typed.get(f"item-{item}-{name}", "").strip() for name in _ITEM}
    return ItemJudged(
        item_id=number(str(item), name="item"),
        ground=word(Ground, said["ground"], name="ground"),
        why=said["why"],
        excerpt=said["excerpt"],
        language=said["language"],
        translation=said["translation"],
        capture_id=number_or_none(said["capture"]),
    )


def _fitting(page: CasePage, item: Item) -> list[Capture]:
    """The captures of the item first, then those of the whole account, which may show it too."""
    standing = [one for one in page.captures if one.deleted_at is None]
    own = [one for one in standing if one.item_id == item.id]
    return [*own, *(one for one in standing if one.item_id is None)]


def _fresh(page: CasePage) -> dict[str, str]:
    """A new worksheet: every item ticked that has a capture of its own, the organisation if only one may be meant."""
    meant = {one.organisation.id for claim in page.claims for one in claim.referable}
    values = {
        "kind": NoticeKind.REFERRAL.value,
        "leg": Leg.PLATFORM_POLICY.value,
        "action": Action.DISABLE_ACCOUNT.value,
        "organisation": str(meant.pop()) if len(meant) == 1 else "",
    }
    for item, captures in page.items:
        own = [one for one in captures if one.deleted_at is None]
        if own:
            values |= {f"item-{item.id}-on": "1", f"item-{item.id}-capture": str(own[0].id)}
        values |= {f"item-{item.id}-excerpt": item.text, f"item-{item.id}-language": item.language}
    return values


def _values(before: Assessment) -> dict[str, str]:
    values = {name: str(getattr(before, name)) for name in (*_TEXTS, "kind", "leg", "action")}
    values |= {f"rabat-{factor}": str(before.rabat.get(factor, "")) for factor in RABAT}
    values |= {
        "organisation": str(before.organisation_id or ""),
        "law_articles": "\n".join(before.law_articles),
        "end_date": before.end_date.isoformat() if before.end_date else "",
        "purpose_is_protected": "1" if before.purpose_is_protected else "",
        "reads_language": "1" if before.reads_language else "",
    }
    for judged in before.items.all():
        values |= _judged_values(judged)
    return values


def _judged_values(judged: AssessedItem) -> dict[str, str]:
    prefix = f"item-{judged.item_id}-"
    plain = {name: str(getattr(judged, name)) for name in _ITEM if name != "capture"}
    return {f"{prefix}on": "1", f"{prefix}capture": str(judged.capture_id or "")} | {
        f"{prefix}{name}": value for name, value in plain.items()
    }


def _row_values(item: Item, values: Mapping[str, str]) -> dict[str, str]:
    return {name: values.get(f"item-{item.id}-{name}", "") for name in ("on", *_ITEM)}
