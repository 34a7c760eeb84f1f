"""Reads what a score is made of, for many cases at once: matches, reports, grounds, signs, protections, rules, designation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Q

from openiru.stages.cases.models import AssessedItem, Case, Protection, Quarantine
from openiru.stages.cases.protections import in_force
from openiru.stages.cases.signs import finding
from openiru.stages.cases.triage.scoring import Signals
from openiru.stages.evidence.models import Capture
from openiru.stages.intake.models import Item, Report
from openiru.stages.matching.models import Match
from openiru.stages.register import queries as register
from openiru.stages.register.claims import claims
from openiru.stages.register.screening import fold

FRONT_LENGTH = 400
"""Characters of a captured front that an account says of itself; what follows are its posts."""
MOST_TEXTS = 20


@dataclass
class Found:
    """What was read of one account."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    claimed: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    reach: list[tuple[datetime, int]] = field(default_factory=list)
    matches: list[tuple[float, str, int]] = field(default_factory=list)
    quarantined: int = 0


def texts_of(account_id: int, name: str) -> list[tuple[str, str]]:
    """The texts of one account in which signs are looked for: its front first, then its items."""
    found = Found(texts=[(finding.FRONT, name)] if name else [])
    _texts([account_id], {account_id: found})
    return found.texts


def read(cases: Sequence[Case], *, on: date) -> dict[int, tuple[Found, Signals]]:
    """What each case's account shows, and its signals; five queries for all of them together."""
    by_account = {one.account_id: Found() for one in cases}
    for one in cases:
        found = by_account[one.account_id]
        if one.account.name:
            found.texts.append((finding.FRONT, one.account.name))
        found.names |= {word for word in (fold(one.account.name), fold(one.account.handle)) if word}
    _texts(list(by_account), by_account)
    _reports(cases, by_account)
    _matches(cases, by_account)
    grounds = _grounds([one.id for one in cases])
    protections = _protections(cases, by_account, on)
    return {
        one.id: (by_account[one.account_id], _signals(one, by_account[one.account_id], (grounds, protections), on))
        for one in cases
    }


def _signals(case: Case, found: Found, rest: tuple[Mapping[int, Any], ...], on: date) -> Signals:
    grounds, protections = rest
    best = max(found.matches, default=(0.0, "", 0))
    organisation = organisation_of(case, found, on)
    return Signals(
        confidence=best[0],
        detectors=tuple(sorted({detector for _, detector, _ in found.matches})),
        grounds=tuple(sorted(grounds.get(case.id, ()))),
        followers=case.account.followers,
        growth=_growth(found.reach),
        designation=standing(organisation, on) if organisation else "",
        signs=tuple(finding.as_json(finding.find(found.texts))),
        protections=tuple(protections.get(case.id, ())),
        quarantined=found.quarantined,
        due_at=case.due_at.isoformat() if case.due_at else "",
        facts={
            "platform": case.platform,
            "language": language_of(found),
            "organisation": organisation,
            "names": sorted(found.names),
            "matches": len(found.matches),
            "reports": len(found.claimed),
            "days_open": (on - case.opened_at.date()).days,
            "state": case.state,
        },
    )


def organisation_of(case: Case, found: Found, on: date) -> int | None:
    """The organisation that a case is most likely about: what was assessed, else the best match, else one claimed name's only meaning."""
    if case.organisation_id and case.assessor_id:
        return case.organisation_id
    if found.matches:
        return max(found.matches)[2]
    return next((meant[0] for name in found.claimed if len(meant := _meant(name, on)) == 1), None)


def language_of(found: Found) -> str:
    """The language most of the items are in; empty where nobody said."""
    said = [one for one in found.languages if one]
    return max(sorted(set(said)), key=said.count) if said else ""


@lru_cache(maxsize=2048)
def _meant(name: str, on: date) -> tuple[int, ...]:
    found = claims([name], on=on) if name.strip() else []
    return tuple(one.organisation.id for claim in found for one in claim.designations)


@lru_cache(maxsize=512)
def standing(organisation_id: int, on: date) -> str:
    """How strongly an organisation is designated on a day: `several` sources, a `single_source`, or nothing."""
    verdict = register.designation(organisation_id, on=on).verdict
    return "" if not verdict.allowed else "single_source" if verdict.single_source else "several"


def forget_lists() -> None:
    """Read the lists anew: called at the beginning of each round, since a version may have come into force."""
    _meant.cache_clear()
    standing.cache_clear()


def _texts(accounts: Sequence[int], into: Mapping[int, Found]) -> None:
    items = Item.objects.filter(account_id__in=accounts).order_by("-id")
    for account, number, text, language in items.values_list("account_id", "id", "text", "language"):
        found = into[account]
        found.languages.append(language)
        if text and len(found.texts) < MOST_TEXTS:
            found.texts.append((str(number), text))
    captures = Capture.objects.filter(account_id__in=accounts, deleted_at=None).order_by("-id")
    seen: set[int] = set()
    rows: list[tuple[int, int | None, str]] = list(captures.values_list("account_id", "item_id", "text"))
    for account, item, text in rows:
        if item is None and account not in seen:
            seen.add(account)
            into[account].texts.insert(0, (finding.FRONT, text[:FRONT_LENGTH]))
        elif item is not None and len(into[account].texts) < MOST_TEXTS:
            into[account].texts.append((str(item), text))


def _reports(cases: Sequence[Case], into: Mapping[int, Found]) -> None:
    """Only what the case's own agency reported."""
    agency = {one.account_id: one.agency_id for one in cases}
    rows = Report.objects.filter(account_id__in=list(agency)).order_by("id")
    for account, whose, name, claimed, followers, at in rows.values_list(
        "account_id", "agency_id", "name", "claimed_organisation", "followers", "at"
    ):
        if whose != agency[account]:
            continue
        found = into[account]
        found.claimed.append(claimed)
        if name:
            found.names.add(fold(name))
            found.texts.append((finding.FRONT, name))
        if followers is not None:
            found.reach.append((at, followers))


def _growth(reach: Sequence[tuple[datetime, int]]) -> float | None:
    """Followers won a day as a part of those there were, between the first and the last report; None within less than a day."""
    if len(reach) < 2 or reach[-1][0] - reach[0][0] < timedelta(days=1) or not reach[0][1]:
        return None
    days = (reach[-1][0] - reach[0][0]) / timedelta(days=1)
    return (reach[-1][1] - reach[0][1]) / reach[0][1] / days


def _matches(cases: Sequence[Case], into: Mapping[int, Found]) -> None:
    aside = set(Quarantine.objects.filter(rule=None, lifted_at=None).values_list("detector", "known"))
    accounts, agency = [one.account_id for one in cases], {one.account_id: one.agency_id for one in cases}
    whose = Q(report__account__in=accounts) | Q(item__account__in=accounts)
    rows = Match.objects.filter(whose, current=True, aside="").values_list(
        "report__account_id",
        "item__account_id",
        "score",
        "detector",
        "known",
        "organisation_id",
        "bank_entry__agency_id",
    )
    for by_report, by_item, score, detector, known, organisation, bank in rows:
        account = by_report or by_item
        if bank is not None and bank != agency[account]:
            continue
        if (detector, known) in aside:
            into[account].quarantined += 1
        else:
            into[account].matches.append((score, detector, organisation))


def _grounds(cases: Sequence[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = AssessedItem.objects.filter(
        assessment__case_id__in=cases, assessment__replaced=False, assessment__refer=True
    )
    for case, ground in rows.values_list("assessment__case_id", "ground"):
        found[case].add(ground)
    return found


def _protections(cases: Sequence[Case], into: Mapping[int, Found], on: date) -> dict[int, list[str]]:
    keys = {one.account.key: one.id for one in cases}
    names: dict[str, list[int]] = defaultdict(list)
    for one in cases:
        for word in into[one.account_id].names:
            names[word].append(one.id)
    rows = Protection.objects.filter(in_force(on), Q(account_key__in=list(keys)) | Q(folded_name__in=list(names)))
    found: dict[int, list[str]] = defaultdict(list)
    for key, folded, name in rows.values_list("account_key", "folded_name", "name"):
        for case in {*([keys[key]] if key in keys else []), *(names.get(folded, []) if folded else [])}:
            found[case].append(name or key)
    return found
