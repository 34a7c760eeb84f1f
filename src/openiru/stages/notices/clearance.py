"""Asks at the door for many messages at once: which surely may go out today. All others are asked one by one, by `door`.

It only ever says yes to what `door.check_may_send` says yes to (tests/stages/notices/test_clearance.py); in doubt it says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q

from openiru.stages.cases.models import Decision, Interest, Protection
from openiru.stages.notices.models import Withdrawal
from openiru.stages.register import queries as register
from openiru.stages.register.screening import fold


def surely_clear(decisions: Iterable[Decision], now: datetime) -> frozenset[int]:
    """The ids of the decisions against which nothing stands: approved, designated by several, nobody protected, none withdrawn as wrong.

    The decisions must have their assessment, case and account loaded; the questions are four for all of them together.
    """
    found = [one for one in decisions if _stands(one)]
    allowed = _allowed({one.assessment.organisation_id for one in found}, now.date())
    touched = _touched(found, now.date())
    cases = {one.assessment.case_id for one in found}
    wrong = set(
        Withdrawal.objects.filter(notice__case_id__in=cases, wrong=True).values_list("notice__case_id", flat=True)
    )
    keys = {one.assessment.case.account.key for one in found}
    held = set(
        Interest.objects.filter(account_key__in=keys, ended_at=None, until__gt=now).values_list(
            "account_key", flat=True
        )
    )
    return frozenset(
        one.id
        for one in found
        if not one.assessment.case.sign_stop
        and one.assessment.case.account.key not in held
        and one.assessment.organisation_id in allowed
        and one.assessment.case_id not in wrong
        and not _names(one) & touched
    )


def _stands(decision: Decision) -> bool:
    return decision.approved and decision.recalled_at is None and not decision.assessment.replaced


def _allowed(organisations: Iterable[int | None], on: date) -> set[int | None]:
    """Those that are designated by more than one source; what rests on one has terms that the door reads."""
    allowed: set[int | None] = set()
    for number in organisations:
        verdict = register.designation(number, on=on).verdict if number else None
        if verdict and verdict.allowed and not verdict.single_source:
            allowed.add(number)
    return allowed


def _touched(decisions: Iterable[Decision], on: date) -> set[str]:
    """The keys and folded names among these that a protection in force names, reviewed or not."""
    words = {word for one in decisions for word in _names(one)}
    in_force = Q(ended_at=None) & (Q(expires_on=None) | Q(expires_on__gte=on))
    rows = Protection.objects.filter(in_force, Q(account_key__in=words) | Q(folded_name__in=words))
    return {word for row in rows.values_list("account_key", "folded_name") for word in row if word}


def _names(decision: Decision) -> set[str]:
    account = decision.assessment.case.account
    return ({account.key} | {fold(word) for word in (account.name, account.handle) if word}) - {""}
