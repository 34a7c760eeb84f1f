"""Who may do what: every verb of the table by every role through the services, and Eve of another agency who must see nothing."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import pytest
from django.db import transaction

from openiru.errors import Refused
from openiru.ledger.models import Entry
from openiru.people import queries as people
from openiru.people import services as people_services
from openiru.people.actor import Actor
from openiru.people.models import User
from openiru.people.roles import MAY, Role
from openiru.stages.cases import delisting as of_cases
from openiru.stages.cases import protecting, protections
from openiru.stages.cases import queries as cases
from openiru.stages.cases import services as casework
from openiru.stages.cases.holds import services as holds
from openiru.stages.cases.models import Case
from openiru.stages.cases.quality import queries as quality_queries
from openiru.stages.cases.quality import services as quality
from openiru.stages.cases.triage import holding, officer_rules, queues, weights
from openiru.stages.cases.triage import work as triage
from openiru.stages.cases.triage.rules import Wanted
from openiru.stages.evidence import sealing
from openiru.stages.evidence import services as evidence
from openiru.stages.intake import accounts, loading, reporters, retention
from openiru.stages.intake import queries as intake
from openiru.stages.intake import services as intake_services
from openiru.stages.intake.models import Account
from openiru.stages.intake.watching import services as watching
from openiru.stages.matching import modelling
from openiru.stages.matching import queries as matches
from openiru.stages.matching import services as matching
from openiru.stages.notices import answers, corrections, delisting, direct_lines, typed, ways
from openiru.stages.notices import queries as notices
from openiru.stages.notices import services as sending
from openiru.stages.notices.clock import escalations, reminders
from openiru.stages.notices.counter import hooks as counter_hooks
from openiru.stages.notices.counter import queries as counter
from openiru.stages.notices.counter import services as counter_services
from openiru.stages.redress import queries as redress
from openiru.stages.redress import services as redress_services
from openiru.stages.register import services as register
from openiru.stages.transparency import export
from openiru.stages.transparency import queries as transparency
from openiru.stages.verify import items as posts
from openiru.stages.verify import queries as verified
from openiru.stages.verify import returning
from openiru.stages.verify import services as verify
from openiru.stages.verify.seeing import Seen
from tests import builders
from tests.builders import NOW, SYSTEM, Cast
from tests.laws.asking import refused
from tests.people.table import whose
from tests.people.verbs import ELSEWHERE, TABLE, Verb

ROOMS: tuple[ModuleType, ...] = (
    people_services, register, intake_services, loading, accounts, reporters, retention, casework,
    protections, evidence, sealing, sending, answers, verify, returning, posts,
    redress_services, export, of_cases, delisting, watching, matching, modelling,
    ways, direct_lines, counter_services, counter_hooks,
    corrections, typed, escalations, reminders,
    holding, triage, weights, officer_rules, protecting, quality, holds,
)  # fmt: skip
INSIDE = {
    "next_part",
    "lock",
    "learn",
    "note_handle",
    "touch",
    "hold_still",
    "visible",
    "counts",
    "candidates",
    "file_renamed",
    "take",
    "in_force",
    "languages_of",
    "versions",
    "agency_of",
    "words",
    "of_case",
    "check_none",
    "quarantines",
    "receipt",
    "lines",
    "overdue",
    "taken_back",
}
"""Public in its room, and not a verb: other services call it inside their own transaction."""
VERBS = pytest.mark.parametrize("verb", TABLE, ids=lambda verb: verb.name)
BEHIND_SCREENS = {
    "today.view", "register.view", "register.screen", "intake.view", "protection.view", "watch.view",
    "ledger.view", "ledger.export", "exercise.view", "exercise.clock",
}  # fmt: skip
"""Verbs that a face asks before it reads; no service stands behind them."""


@pytest.fixture
def cast(db: None) -> Cast:
    builders.an_installation()
    return builders.a_cast()


def somebody(cast: Cast, role: Role) -> Actor:
    """A person of Ana's agency with one role, who had no part in anything; the system as itself."""
    if role is Role.SYSTEM:
        return SYSTEM
    user = User.objects.create(
        email=f"{role}@bureau.example.org",
        name="New",
        roles=[role],
        agency_id=cast.ana.agency_id,
        platform="telegram" if role is Role.PLATFORM_CONTACT else "",
    )
    return people.actor_for(user)


def said_no(do: Callable[[Actor], object], actor: Actor) -> str:
    """The code with which this actor is refused, or nothing; what was done is undone."""
    code = ""
    with transaction.atomic():
        try:
            do(actor)
        except Refused as error:
            code = error.code
        transaction.set_rollback(True)
    return code


@VERBS
def test_each_verb_is_for_the_roles_of_the_table_and_for_nobody_else(verb: Verb, cast: Cast) -> None:
    do = verb.ready(cast)
    for role in Role:
        code = said_no(do, somebody(cast, role))
        if role not in MAY[verb.may]:
            assert code == "not_allowed", f"{role} {verb.name}: {code}"
        elif role is Role.SYSTEM:
            assert code in {"", "needs_person"}, f"{role} {verb.name}: {code}"
        else:
            assert code in {"", "same_person"}, f"{role} {verb.name}: {code}"


@VERBS
def test_the_one_whose_work_it_is_may(verb: Verb, cast: Cast) -> None:
    do = verb.ready(cast)
    assert said_no(do, whose(verb.who, cast)) == ""


@pytest.mark.parametrize("verb", [one for one in TABLE if one.bound], ids=lambda verb: verb.name)
def test_eve_of_another_agency_finds_nothing_whatever_her_roles(verb: Verb, cast: Cast) -> None:
    do = verb.ready(cast)
    before = Entry.objects.count()
    with refused("not_found"):
        do(cast.eve)
    assert Entry.objects.count() == before


def test_eve_sees_nothing_in_any_list(cast: Cast) -> None:
    notice = builders.a_sent_notice(cast)
    redress_services.file(notice.holder_code, text="This is a choir.", contact="", now=NOW)
    answers.receive(b"From: a@t.me\r\n\r\nhello\r\n", actor=SYSTEM, now=NOW)
    account = notice.case.account
    eve, on = cast.eve, NOW.date()
    for find in (lambda: cases.page(notice.case_id, eve, on=on), lambda: notices.get(notice.id, eve)):
        with refused("not_found"):
            find()
    empty = [
        cases.queue(eve), queues.page(Wanted(), eve, now=NOW).cases,
        cases.approved_unsent(eve), notices.board(eve), notices.of_case(notice.case_id, eve),
        notices.withdrawal_tasks(eve), redress.appeals(eve), intake.batches(eve), intake.reports_of(account.id, eve),
        verified.by_hand(eve, now=NOW), direct_lines.lines(eve), counter.open_remarks(eve),
        transparency.cases_of(eve, "reported", platform="", now=NOW),
        *notices.waiting_for_people(eve, now=NOW).values(),
    ]  # fmt: skip
    assert [list(found) for found in empty] == [[]] * len(empty)
    assert (queues.counts(eve), notices.counts(eve)) == ({}, {})
    (row,) = transparency.compliance(eve, now=NOW)
    assert set(row.figures.values()) == {0}
    assert export.as_csv(eve, now=NOW).count("\n") == 1


def test_the_partner_agency_sees_what_eve_does_not(cast: Cast) -> None:
    notice = builders.a_sent_notice(cast)
    assert cases.page(notice.case_id, cast.cleo, on=NOW.date()).case == notice.case
    assert list(notices.board(cast.dara)) == [notice]


QUERIES: dict[str, Callable[[Actor], object]] = {
    "case.view": cases.queue,
    "notice.view": notices.board,
    "notice.answer": notices.mailbox,
    "line.view": direct_lines.lines,
    "counter.view": counter.board,
    "redress.view": redress.appeals,
    "transparency.view": lambda actor: transparency.compliance(actor, now=NOW),
    "people.administer": people.everybody,
    "verify.look": lambda actor: verified.by_hand(actor, now=NOW),
    "intake.reporters": intake.reporters,
    "match.view": matches.bank,
    "protection.view": lambda actor: cases.protections(actor, on=NOW.date()),
    "score.view": weights.versions,
    "rule.view": officer_rules.visible,
    "quality.view": lambda actor: quality_queries.figures(actor, now=NOW),
    "quality.view_person": lambda actor: quality_queries.of_person(0, actor, now=NOW),
    "quality.golden": quality_queries.golden_cases,
    "hold.view": lambda actor: holds.of_case(Case(account=Account()), actor, now=NOW),
}


@pytest.mark.parametrize("verb", QUERIES)
def test_reading_passes_the_same_table(verb: str, cast: Cast) -> None:
    for role in Role:
        code = said_no(QUERIES[verb], somebody(cast, role))
        assert code == ("" if role in MAY[verb] else "not_allowed"), role


def test_no_verb_stands_outside_the_walk() -> None:
    walked = {verb.call for verb in TABLE} | set(ELSEWHERE)
    for room in ROOMS:
        for name, function in inspect.getmembers(room, inspect.isfunction):
            if function.__module__ != room.__name__ or name.startswith("_") or name in INSIDE:
                continue
            if "actor" in inspect.signature(function).parameters:
                assert function in walked, f"{room.__name__}.{name} is not in tests/people/verbs.py"


def test_every_verb_of_the_table_is_walked_or_stands_before_a_screen() -> None:
    walked = {verb.may for verb in TABLE} | set(QUERIES)
    assert set(MAY) - walked == BEHIND_SCREENS - walked
    assert set(MAY) >= BEHIND_SCREENS


def test_an_unknown_id_is_nothing_to_be_found_and_no_crash(cast: Cast) -> None:
    nothing = 987_654_321
    calls: tuple[Callable[[], object], ...] = (
        lambda: casework.approve(nothing, reasons="x", actor=cast.ben, now=NOW),
        lambda: casework.recall(nothing, reasons="x", actor=cast.ben, now=NOW),
        lambda: casework.close(nothing, reason="x", actor=cast.ana, now=NOW),
        lambda: protections.end(nothing, reasons="x", actor=cast.rio, now=NOW),
        lambda: protections.review(
            protections.NewReview(builders.a_case(cast).id, nothing, True, "x"), actor=cast.rio, now=NOW
        ),
        lambda: sending.compose(nothing, actor=cast.cleo, now=NOW),
        lambda: sending.settle(nothing, arrived=True, why="x", actor=cast.cleo, now=NOW),
        lambda: answers.place(nothing, builders.a_sent_notice(cast).id, actor=cast.cleo, now=NOW),
        lambda: redress_services.decide(nothing, upheld=True, reasons="x", actor=cast.rio, now=NOW),
        lambda: evidence.look(nothing, why="x", actor=cast.ana, now=NOW),
        lambda: evidence.record(evidence.NewCapture(nothing, "http", "", (evidence.keep("a", "b", b"c"),)), actor=SYSTEM, now=NOW),
        lambda: verify.record(Seen(nothing, "outside", None, ""), actor=SYSTEM, now=NOW),  # type: ignore[arg-type]
        lambda: accounts.join(nothing, nothing + 1, why="x", actor=cast.ana, now=NOW),
        lambda: accounts.undo(nothing, why="x", actor=cast.ana, now=NOW),
        lambda: loading.lease(nothing, actor=cast.ana, now=NOW),
        lambda: reporters.end(nothing, actor=cast.sue, now=NOW),
        lambda: people_services.set_roles(nothing, [Role.AUDITOR], actor=cast.adi, now=NOW),
        lambda: people_services.renew_password(nothing, actor=cast.adi, now=NOW),
        lambda: register.confirm(nothing, "x", actor=cast.ben, now=NOW),
        lambda: register.confirm_policy(nothing, actor=cast.rio, now=NOW),
        lambda: register.link(nothing, nothing, actor=cast.ben, now=NOW),
    )  # fmt: skip
    for number, call in enumerate(calls):
        with pytest.raises(Refused) as caught:
            call()
        assert caught.value.code == "not_found", number


def test_a_partner_without_the_agency_sees_no_more_after_the_cooperation_is_his_alone(cast: Cast) -> None:
    blind = replace(cast.cleo, sees=frozenset())
    with refused("not_found"):
        cases.page(builders.a_case(cast).id, blind, on=NOW.date())
