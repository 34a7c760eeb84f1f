"""Appeals: the code is the key, somebody without a part decides, an upheld one undoes everything in the same transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from openiru.people.actor import Actor
from openiru.people.models import User
from openiru.people.roles import Role
from openiru.stages.cases import services as casework
from openiru.stages.notices import outbox
from openiru.stages.notices import services as sending
from openiru.stages.notices.models import Notice, Withdrawal
from openiru.stages.notices.transports.shapes import InDoubt
from openiru.stages.redress import queries, rules, services
from openiru.stages.redress.models import Appeal
from openiru.terms import Leg, Outcome
from tests import builders
from tests.builders import LATER, NOW, SYSTEM, Cast
from tests.laws.asking import refused, refused_by_the_database, sql

WORDS = "This is a choir."


@pytest.fixture
def cast(db: None) -> Cast:
    builders.an_installation()
    return builders.a_cast()


def an_appeal(notice: Notice, **changes: Any) -> Appeal:
    return services.file(notice.holder_code, **{"text": WORDS, "contact": "", "now": NOW, **changes})


def with_role(actor: Actor, role: Role) -> Actor:
    User.objects.filter(id=actor.person).update(roles=sorted({*actor.roles, role}))
    return replace(actor, roles=actor.roles | {role})


def test_a_holder_appeals_by_code_alone(cast: Cast) -> None:
    notice = builders.a_sent_notice(cast)
    appeal = services.file(f" {notice.holder_code.lower()} ", text=WORDS, contact="", now=NOW)
    assert appeal.notice == notice and appeal.due_at == NOW + timedelta(hours=72)
    assert queries.for_holder(notice.holder_code) == [appeal]
    assert queries.for_holder("AAAA-BBBB-CCCC") == []


def test_codes_are_long_and_never_the_same(cast: Cast) -> None:
    codes = {builders.a_notice(cast).holder_code for _ in range(5)}
    assert len(codes) == 5 and all(len(code) == 14 for code in codes)


@pytest.mark.parametrize("code", ["", "AAAA-BBBB-CCCC", "'; drop table", "\u0660" * 14])
def test_an_unknown_code_opens_nothing(cast: Cast, code: str) -> None:
    builders.a_sent_notice(cast)
    with refused("code_unknown"):
        services.file(code, text=WORDS, contact="", now=NOW)


def test_the_code_of_a_notice_that_never_went_out_is_unknown(cast: Cast) -> None:
    with refused("code_unknown"):
        an_appeal(builders.a_notice(cast))


def test_the_code_of_a_notice_that_may_have_arrived_is_good(cast: Cast) -> None:
    notice = builders.a_queued_notice(cast)
    leased = builders.a_begun_dispatch()
    outbox.record(leased, InDoubt("it broke"), actor=SYSTEM, now=NOW)
    appeal = an_appeal(notice)
    services.decide(appeal.id, upheld=True, reasons="It is a choir.", actor=cast.rio, now=LATER)
    notice.refresh_from_db()
    assert notice.state == "withdrawn" and notice.dispatches.filter(purpose="withdrawal").exists()


@pytest.mark.parametrize("text", ["", "  \n", "x" * (rules.LONGEST_TEXT + 1)])
def test_an_appeal_has_words_and_not_too_many(cast: Cast, text: str) -> None:
    with refused("reasons_missing"):
        an_appeal(builders.a_sent_notice(cast), text=text)


def test_one_appeal_at_a_time(cast: Cast) -> None:
    notice = builders.a_sent_notice(cast)
    first = an_appeal(notice)
    with refused("appeal_open"):
        an_appeal(notice)
    services.decide(first.id, upheld=False, reasons="The quotes stand.", actor=cast.rio, now=LATER)
    assert an_appeal(notice).state == "open"
    with refused_by_the_database("appeal_one_open_a_notice"):
        sql("update redress_appeal set state = 'open' where id = %s", first.id)


def test_whoever_had_a_part_does_not_decide(cast: Cast) -> None:
    assessment = builders.an_assessment(cast)
    casework.give_opinion(assessment.id, agrees=True, reasons="Checked.", actor=cast.sam, now=NOW)
    notice = builders.a_notice(cast, builders.an_approval(cast, assessment))
    sending.send(notice.id, actor=cast.cleo, now=NOW)
    Notice.objects.filter(id=notice.id).update(state="sent", sent_at=NOW)
    appeal = an_appeal(notice)
    for one in (cast.ana, cast.ben, cast.sam):
        with refused("same_person"):
            services.decide(
                appeal.id, upheld=False, reasons="No.", actor=with_role(one, Role.SENIOR_REVIEWER), now=LATER
            )
        with refused_by_the_database("had no part"):
            sql("update redress_appeal set decided_by_id = %s where id = %s", one.user_id, appeal.id)
    with refused("reasons_missing"):
        services.decide(appeal.id, upheld=False, reasons=" ", actor=cast.rio, now=LATER)
    assert services.decide(appeal.id, upheld=False, reasons="No.", actor=cast.bea, now=LATER).state == "rejected"


def test_whoever_had_a_part_in_another_step_of_the_case_does_not_decide_either(cast: Cast) -> None:
    first = builders.a_sent_notice(cast)
    Notice.objects.filter(id=first.id).update(state="answered", claimed=Outcome.DECLINED_NO_VIOLATION)
    casework.reopen(first.case_id, because="the next leg", actor=cast.ana, now=NOW)
    again = builders.an_assessment(cast, first.case, leg=Leg.LOCAL_LAW, **builders.LAW)
    casework.approve(again.id, reasons="The law too.", actor=cast.bea, now=NOW)
    appeal = an_appeal(first)
    with refused("same_person"):
        services.decide(appeal.id, upheld=True, reasons="A choir.", actor=cast.bea, now=LATER)
    with refused_by_the_database("had no part"):
        sql("update redress_appeal set decided_by_id = %s where id = %s", cast.bea.user_id, appeal.id)


def test_a_decided_appeal_stays_decided(cast: Cast) -> None:
    appeal = an_appeal(builders.a_sent_notice(cast))
    services.decide(appeal.id, upheld=False, reasons="The quotes stand.", actor=cast.rio, now=LATER)
    with refused("wrong_state"):
        services.decide(appeal.id, upheld=True, reasons="A choir.", actor=cast.bea, now=LATER)


def two_sent_legs(cast: Cast) -> tuple[Notice, Notice]:
    first = builders.a_sent_notice(cast)
    Notice.objects.filter(id=first.id).update(state="answered", claimed=Outcome.DECLINED_NO_VIOLATION)
    second = builders.a_notice(cast, builders.a_reopened_case_for_local_law(cast, first.case))
    sending.send(second.id, actor=cast.cleo, now=NOW)
    Notice.objects.filter(id=second.id).update(state="sent", sent_at=NOW)
    second.dispatches.update(state="sent", sent_at=NOW)
    return first, second


def test_an_upheld_appeal_takes_back_every_notice_of_the_case_at_once(cast: Cast) -> None:
    first, second = two_sent_legs(cast)
    other = builders.a_sent_notice(cast)
    services.decide(an_appeal(first).id, upheld=True, reasons="It is a choir.", actor=cast.rio, now=LATER)
    for notice in (first, second, other):
        notice.refresh_from_db()
    assert [one.state for one in (first, second, other)] == ["withdrawn", "withdrawn", "sent"]
    for notice in (first, second):
        undo = notice.dispatches.get(purpose="withdrawal")
        assert undo.state == "queued" and undo.queued_by_id == cast.rio.user_id
        assert notice.withdrawal.wrong and notice.withdrawal.due_at == LATER + timedelta(hours=72)


def test_if_one_of_them_cannot_be_taken_back_nothing_was_decided(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = two_sent_legs(cast)
    appeal = an_appeal(first)
    real, calls = sending.withdraw, []

    def withdraw(*words: Any, **named: Any) -> Any:
        calls.append(words)
        if len(calls) == 2:
            raise RuntimeError("the line is cut")
        return real(*words, **named)

    monkeypatch.setattr(sending, "withdraw", withdraw)
    with pytest.raises(RuntimeError, match="cut"):
        services.decide(appeal.id, upheld=True, reasons="It is a choir.", actor=cast.rio, now=LATER)
    appeal.refresh_from_db()
    assert appeal.state == "open" and not Withdrawal.objects.exists()
    assert {one.state for one in Notice.objects.filter(id__in=(first.id, second.id))} == {"answered", "sent"}


def test_after_an_upheld_appeal_nothing_more_goes_out_of_what_was_approved_before(cast: Cast) -> None:
    first = builders.a_sent_notice(cast)
    Notice.objects.filter(id=first.id).update(state="answered", claimed=Outcome.DECLINED_NO_VIOLATION)
    decision = builders.a_reopened_case_for_local_law(cast, first.case)
    services.decide(an_appeal(first).id, upheld=True, reasons="It is a choir.", actor=cast.rio, now=LATER)
    with refused("on_hold"):
        sending.compose(decision.id, actor=cast.cleo, now=LATER)


def test_a_rejected_appeal_takes_nothing_back(cast: Cast) -> None:
    notice = builders.a_sent_notice(cast)
    services.decide(an_appeal(notice).id, upheld=False, reasons="The quotes stand.", actor=cast.rio, now=LATER)
    notice.refresh_from_db()
    assert notice.state == "sent" and not Withdrawal.objects.exists()


def test_the_oldest_open_appeal_comes_first(cast: Cast) -> None:
    notices = [builders.a_sent_notice(cast) for _ in range(3)]
    late, early, done = (
        an_appeal(one, now=NOW + timedelta(hours=hours)) for one, hours in zip(notices, (5, 1, 0), strict=True)
    )
    services.decide(done.id, upheld=False, reasons="The quotes stand.", actor=cast.rio, now=LATER)
    assert list(queries.appeals(cast.rio)) == [early, late, done]
