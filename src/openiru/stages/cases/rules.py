"""Pure decisions of casework: what a complete assessment is, and every reason for which a yes is refused, in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from openiru.errors import Refused
from openiru.terms import Action, Ground, Leg, NoticeKind

RABAT = ("context", "speaker", "intent", "content", "extent", "likelihood")
"""The six factors of the Rabat Plan of Action (A/HRC/22/17/Add.4, §29)."""

RETENTION_DAYS = 5 * 365


@dataclass(frozen=True, slots=True)
class ItemJudged:
    """One item with its ground and reason, and the capture that shows it."""

    item_id: int
    ground: Ground
    why: str
    excerpt: str = ""
    language: str = ""
    translation: str = ""
    capture_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewAssessment:
    """An analyst's worksheet. With `refer` False only `purpose` (why not) is needed."""

    refer: bool
    organisation_id: int | None = None
    kind: NoticeKind = NoticeKind.REFERRAL
    leg: Leg = Leg.PLATFORM_POLICY
    action: Action = Action.DISABLE_ACCOUNT
    affiliation: str = ""
    purpose: str = ""
    purpose_is_protected: bool = False
    rabat: Mapping[str, str] = field(default_factory=dict)
    least_restrictive: str = ""
    policy_line: str = ""
    policy_why: str = ""
    law: str = ""
    law_articles: tuple[str, ...] = ()
    territory: str = ""
    end_date: date | None = None
    translator: str = ""
    reads_language: bool = False
    items: tuple[ItemJudged, ...] = ()


def missing(new: NewAssessment) -> tuple[str, ...]:
    """What a worksheet still lacks; empty when another person may decide on it."""
    if not new.refer:
        return () if new.purpose.strip() else ("purpose",)
    gaps = [
        name
        for name in ("organisation_id", "affiliation", "purpose", "least_restrictive")
        if not str(getattr(new, name) or "").strip()
    ]
    gaps += [f"rabat.{factor}" for factor in RABAT if not str(new.rabat.get(factor, "")).strip()]
    gaps += _leg_gaps(new)
    if not new.items:
        gaps.append("items")
    for position, item in enumerate(new.items, 1):
        gaps += _item_gaps(item, position)
    return tuple(gaps)


def check_assessment(new: NewAssessment, *, may_order: bool) -> None:
    """Raise `Refused` unless the worksheet is complete and may be what it says."""
    gaps = missing(new)
    if gaps:
        raise Refused("assessment_incomplete", missing=gaps)
    if new.refer and new.purpose_is_protected:
        raise Refused("protected", why="the purpose is protected speech")
    if new.kind is NoticeKind.ORDER and not may_order:
        raise Refused("order_not_yours")


@dataclass(frozen=True, slots=True)
class Standing:
    """All that a decision is weighed on. People are user ids; `protections` are the names that still stand.

    `terms` are what the policy asks of a single-source designation beside the second opinion.
    """

    assessor: int
    decider: int
    designated: bool
    why_not_designated: tuple[str, ...]
    single_source: bool
    protections: tuple[str, ...]
    items: int
    items_with_evidence: int
    reasons: str
    opinion_by: int | None = None
    opinion_agrees: bool = False
    kind: NoticeKind = NoticeKind.REFERRAL
    leg: Leg = Leg.PLATFORM_POLICY
    terms: tuple[str, ...] = ()


def check_approval(case: Standing) -> None:
    """Raise the first reason, in the order of the laws of the house, for which this may not be approved."""
    if case.decider in {case.assessor, case.opinion_by}:
        raise Refused("same_person")
    if not case.reasons.strip():
        raise Refused("reasons_missing")
    if not case.designated:
        raise Refused("not_designated", why=case.why_not_designated)
    if case.protections:
        raise Refused("protected", by=case.protections)
    if not case.items or case.items_with_evidence < case.items:
        raise Refused("evidence_missing", items=case.items, captured=case.items_with_evidence)
    if case.single_source:
        agrees = case.opinion_agrees if case.opinion_by is not None else None
        check_single_source(agrees, kind=case.kind, leg=case.leg, terms=case.terms)


def check_single_source(agrees: bool | None, *, kind: NoticeKind, leg: Leg, terms: Iterable[str]) -> None:
    """Raise for what one authority's word alone needs more: the second opinion always (None: not given), and what the policy

    in force adds. It is asked at approval, and again whenever a notice is composed, queued or handed over.
    """
    if agrees is None:
        raise Refused("opinion_missing")
    if not agrees:
        raise Refused("opinion_disagrees")
    if "referral_only" in terms and kind is NoticeKind.ORDER:
        raise Refused("single_source_no_order")
    if "own_rules_only" in terms and leg is not Leg.PLATFORM_POLICY:
        raise Refused("single_source_own_rules")


READ_BY_ALL = frozenset({"", "en", "zxx", "und"})
"""The unit's working language, and items without words, need no reader of their own."""


def unread(languages: Iterable[str], reads: frozenset[str]) -> tuple[str, ...]:
    """The languages that somebody does not read; a script of a language (`ur-Latn`) is read by who reads the language."""
    known = READ_BY_ALL | reads | {one.partition("-")[0] for one in reads}
    return tuple(sorted({one for one in languages if one not in known and one.partition("-")[0] not in known}))


def check_language(new: NewAssessment, reads: frozenset[str]) -> None:
    """Raise `language_unread` unless the analyst reads what is judged, or names who translated it."""
    lacking = unread((item.language for item in new.items), reads)
    if new.refer and lacking and not new.translator.strip():
        raise Refused("language_unread", languages=lacking)


def check_reader(languages: Iterable[str], reads: frozenset[str], translator: str) -> None:
    """Raise `language_unread` unless whoever decides reads what is judged, or a named translator is recorded."""
    lacking = unread(languages, reads)
    if lacking and not translator.strip():
        raise Refused("language_unread", languages=lacking)


@dataclass(frozen=True, slots=True)
class Third:
    """Who else had part in a case with a protection: its senior reviewers, and whether the decider ended one."""

    decider: int
    reviewers: frozenset[int]
    ended_a_protection: bool


def check_third(third: Third) -> None:
    """Raise unless the senior review is a third person's, and the decider removed no protection of this account."""
    if third.decider in third.reviewers:
        raise Refused("same_person")
    if third.ended_a_protection:
        raise Refused("removed_it")


def check_refusal(*, assessor: int, decider: int, reasons: str) -> None:
    """Raise `Refused` unless another person says no with reasons: a no needs four eyes as well, but nothing else."""
    if assessor == decider:
        raise Refused("same_person")
    if not reasons.strip():
        raise Refused("reasons_missing")


def _leg_gaps(new: NewAssessment) -> list[str]:
    if new.leg is Leg.PLATFORM_POLICY and new.kind is NoticeKind.REFERRAL:
        return [name for name in ("policy_line", "policy_why") if not getattr(new, name).strip()]
    gaps = [name for name in ("law", "territory") if not getattr(new, name).strip()]
    return gaps if new.law_articles else [*gaps, "law_articles"]


def _item_gaps(item: ItemJudged, position: int) -> list[str]:
    gaps = [] if item.why.strip() else [f"items.{position}.why"]
    if item.capture_id is None:
        gaps.append(f"items.{position}.capture")
    if item.language and item.language != "en" and item.excerpt.strip() and not item.translation.strip():
        gaps.append(f"items.{position}.translation")
    return gaps
