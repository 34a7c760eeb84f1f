"""Every figure of the compliance page: its words, and the one condition that both counts it and opens its list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openiru.stages.cases.models import Case, Decision
from openiru.stages.notices.models import Answer, Notice
from openiru.terms import ACTED, DECLINED, Outcome, Verified


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; `where` gives the condition on cases at a time. `group` sets columns that belong together."""

    name: str
    title: str | Promise
    says: str | Promise
    group: str
    where: Callable[[datetime], Q]


def _notices(**conditions: object) -> Q:
    return Q(Exists(Notice.objects.filter(case=OuterRef("pk"), **conditions)))


def _sent() -> Q:
    return _notices(sent_at__isnull=False)


def _verified(*states: Verified) -> Q:
    return _sent() & Q(account__conclusion__verified__in=[state.value for state in states])


def _claimed(outcomes: frozenset[Outcome]) -> Q:
    return _notices(sent_at__isnull=False, claimed__in=[outcome.value for outcome in outcomes])


def _decided(_now: datetime) -> Q:
    return Q(Exists(Decision.objects.filter(assessment__case=OuterRef("pk")))) | Q(close_reason="not_referred")


def _reversed(_now: datetime) -> Q:
    answered = Answer.objects.filter(notice__case=OuterRef("pk"), outcome=Outcome.REVERSED.value)
    return Q(Exists(answered)) | _notices(withdrawal__reinstated_at__isnull=False)


def _silent(_now: datetime) -> Q:
    return _sent() & ~_notices(answered_at__isnull=False) & ~_notices(state="paused")


FIGURES: dict[str, Figure] = {
    figure.name: figure
    for figure in (
        Figure("reported", _("Reported"), _("accounts somebody reported"), "work", lambda now: Q()),
        Figure("decided", _("Decided"), _("two people decided, or an analyst did not refer"), "work", _decided),
        Figure(
            "not_referred",
            _("Not referred"),
            _("declined, closed, or not designated: nothing was sent"),
            "work",
            lambda now: Q(state__in=["closed", "declined"]) & ~_sent(),
        ),
        Figure("sent", _("Sent"), _("a notice went out"), "work", lambda now: _sent()),
        Figure(
            "answered",
            _("Answered"),
            _("the platform said something else than that it has it"),
            "claimed",
            lambda now: _notices(answered_at__isnull=False),
        ),
        Figure("acted", _("Acted"), _("the platform says that it acted"), "claimed", lambda now: _claimed(ACTED)),
        Figure("declined", _("Refused"), _("the platform says no"), "claimed", lambda now: _claimed(DECLINED)),
        Figure(
            "clarification",
            _("Asked back"),
            _("the platform asks something; the clock stands"),
            "claimed",
            lambda now: _notices(state="paused"),
        ),
        Figure("silent", _("No answer"), _("sent, and no answer until now"), "claimed", _silent),
        Figure(
            "overdue",
            _("Overdue"),
            _("the answer is late"),
            "claimed",
            lambda now: _notices(state__in=["sent", "received"], due_at__lt=now),
        ),
        Figure(
            "verified_gone",
            _("Verified gone"),
            _("we saw the platform's own words for it"),
            "verified",
            lambda now: _verified(Verified.GONE),
        ),
        Figure(
            "withheld_here",
            _("Withheld here"),
            _("gone in one territory only, visible elsewhere"),
            "verified",
            lambda now: _verified(Verified.WITHHELD_HERE),
        ),
        Figure(
            "not_visible",
            _("No longer visible"),
            _("not found twice, a day apart; the cause is unknown"),
            "verified",
            lambda now: _verified(Verified.NOT_VISIBLE),
        ),
        Figure("still_live", _("Still live"), _("we saw it"), "verified", lambda now: _verified(Verified.STILL_LIVE)),
        Figure(
            "unknown",
            _("Unknown"),
            _("sent, and nothing we saw tells"),
            "verified",
            lambda now: _sent() & (Q(account__conclusion=None) | Q(account__conclusion__verified="unknown")),
        ),
        Figure(
            "wrong",
            _("Wrong"),
            _("withdrawn because the notice was wrong"),
            "errors",
            lambda now: _notices(withdrawal__wrong=True),
        ),
        Figure(
            "withdrawn",
            _("Withdrawn"),
            _("taken back, for whatever reason"),
            "errors",
            lambda now: _notices(withdrawn_at__isnull=False),
        ),
        Figure("reversed", _("Reversed"), _("the platform undid what it had done"), "errors", _reversed),
    )
}


def _remaining() -> Q:
    """A notice went out and stands, and the account is not verified gone."""
    gone = Q(account__conclusion__verified=Verified.GONE.value)
    return _notices(sent_at__isnull=False, withdrawn_at=None) & ~Q(Exists(_concluded(gone)))


def _concluded(said: Q) -> QuerySet:  # type: ignore[type-arg]
    return Case.objects.filter(said, pk=OuterRef("pk"))


def _first_of(*reasons: tuple[str, str | Promise, str | Promise, Callable[[datetime], Q]]) -> dict[str, Figure]:
    """Reasons that cannot overlap: each counts what remains and none before it holds for."""
    figures: dict[str, Figure] = {}
    before: list[Callable[[datetime], Q]] = []
    for name, title, says, holds in reasons:
        where = partial(_only, holds=holds, before=tuple(before))
        figures[name] = Figure(name, title, says, "remaining", where)
        before.append(holds)
    return figures


def _only(now: datetime, *, holds: Callable[[datetime], Q], before: tuple[Callable[[datetime], Q], ...]) -> Q:
    found = _remaining() & holds(now)
    for earlier in before:
        found &= ~earlier(now)
    return found


REMAINING: dict[str, Figure] = _first_of(
    (
        "still_withheld_here",
        _("Withheld only here"),
        _("gone in one territory, visible elsewhere"),
        lambda now: Q(Exists(_concluded(Q(account__conclusion__verified=Verified.WITHHELD_HERE.value)))),
    ),
    ("still_asked_back", _("Asked back"), _("the platform's question is open"), lambda now: _notices(state="paused")),
    (
        "still_claimed_gone",
        _("Claimed, not verified"),
        _("the platform says that it acted, and we do not see it gone"),
        lambda now: _claimed(ACTED),
    ),
    ("still_refused", _("Refused"), _("the platform said no"), lambda now: _claimed(DECLINED)),
    ("still_silent", _("Never answered"), _("no answer until now"), _silent),
    ("still_other", _("Another answer"), _("neither yes nor no"), lambda now: Q(pk__isnull=False)),
)
"""Why accounts that were referred are still there: every such account under one reason, so that these add up."""


def narrow(cases: QuerySet, figure: str, now: datetime) -> QuerySet:  # type: ignore[type-arg]
    """The cases that a figure counts; raises KeyError for a figure that does not exist."""
    return cases.filter((FIGURES | REMAINING)[figure].where(now))
