"""The clock against its written model (docs/clock.md): calendars, pauses, restarts, reminders by themselves, steps by two people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from openiru.stages.notices import corrections, queries, rules
from openiru.stages.notices import services as sending
from openiru.stages.notices.clock import escalations, model, reminders
from openiru.stages.notices.clock.calendars import (
    EVERY_DAY,
    FRIDAY_SATURDAY,
    SATURDAY_SUNDAY,
    Calendar,
    Counting,
    end_of,
    rolled,
)
from openiru.stages.notices.models import Dispatch, Escalation, Notice
from tests import builders
from tests.builders import NOW, SYSTEM, Cast
from tests.laws.asking import refused, refused_by_the_database, sql

CALENDARS = st.sampled_from(
    (
        EVERY_DAY,
        Calendar("", SATURDAY_SUNDAY),
        Calendar("", FRIDAY_SATURDAY, "Asia/Karachi"),
        Calendar("PK", SATURDAY_SUNDAY, "Asia/Karachi"),
        Calendar("DE", SATURDAY_SUNDAY, "Europe/Berlin"),
    )
)
HOURS = st.integers(0, 600)
MOMENTS = st.integers(0, 400 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))


def walked(start: datetime, minutes: int, calendar: Calendar) -> datetime:
    """The model of working hours: go minute by minute by the local calendar, a minute of a day off does not count."""
    zone, now = ZoneInfo(calendar.zone), start
    while minutes:
        if calendar.works_on(now.astimezone(zone).date()):
            minutes -= 1
        now += timedelta(minutes=1)
    return now


@settings(deadline=None)
@given(start=MOMENTS, hours=st.integers(0, 60), calendar=CALENDARS)
def test_working_hours_are_those_of_the_written_model(start: datetime, hours: int, calendar: Calendar) -> None:
    end = end_of(start, timedelta(hours=hours), Counting.WORKING, calendar)
    assert walked(start, hours * 60, calendar) <= end
    if hours:
        assert walked(start, hours * 60 - 1, calendar) < end == walked(start, hours * 60, calendar)


@settings(deadline=None)
@given(start=MOMENTS, hours=HOURS, calendar=CALENDARS)
def test_a_rolled_end_is_the_first_working_day_at_the_same_time_and_running_hours_know_no_calendar(
    start: datetime, hours: int, calendar: Calendar
) -> None:
    zone = ZoneInfo(calendar.zone)
    plain = end_of(start, timedelta(hours=hours), Counting.RUNNING, calendar)
    assert plain == start + timedelta(hours=hours)
    end = end_of(start, timedelta(hours=hours), Counting.ROLLED, calendar)
    assert end >= plain and calendar.works_on(end.astimezone(zone).date())
    day = plain.astimezone(zone).date()
    while day < end.astimezone(zone).date():
        assert not calendar.works_on(day)
        day += timedelta(days=1)
    assert rolled(end, calendar) == end


def test_public_holidays_and_both_weekends_are_known() -> None:
    pakistan = Calendar("PK", SATURDAY_SUNDAY, "Asia/Karachi")
    assert not pakistan.works_on(date(2026, 3, 23)) and pakistan.works_on(date(2026, 3, 27))
    assert not Calendar("", FRIDAY_SATURDAY).works_on(date(2026, 3, 27))
    assert Calendar("", FRIDAY_SATURDAY).works_on(date(2026, 3, 29))


class ClockModel(RuleBasedStateMachine):
    """The timer beside the written model: a list of what happened, read anew each time."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.timer = model.Timer(NOW, 48)
        self.restart = model.Timer(NOW, 48, after_pause=model.AfterPause.RESTART)
        self.happened: list[tuple[str, datetime]] = []

    def _do(self, name: str) -> None:
        act = {"receive": model.receive, "stop": model.stop, "go": model.go}[name]
        self.timer, self.restart = act(self.timer, self.now), act(self.restart, self.now)
        self.happened.append((name, self.now))

    @rule(minutes=st.integers(1, 5000))
    def time_goes_by(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def the_platform_has_it(self) -> None:
        self._do("receive")

    @rule()
    def it_asks(self) -> None:
        self._do("stop")

    @rule()
    def we_answer(self) -> None:
        self._do("go")

    @invariant()
    def the_answer_is_due_when_the_model_says(self) -> None:
        arrived = next((at for name, at in self.happened if name in {"receive", "stop"}), None)
        stood, since, began = timedelta(0), None, None
        for name, at in self.happened:
            if name == "stop" and since is None:
                since = at
            if name == "go" and since is not None:
                stood, since, began = stood + (at - since), None, at
        start = arrived or NOW + timedelta(hours=24)
        assert self.timer.due == start + timedelta(hours=48) + stood
        assert self.restart.due == (began or start) + timedelta(hours=48)
        assert model.is_late(self.timer, self.now) == (since is None and self.now > self.timer.due)


TestClockModel = ClockModel.TestCase


def an_overdue_notice(cast: Cast) -> Notice:
    notice = builders.a_sent_notice(cast)
    assert notice.due_at is not None
    return notice


def a_working_moment(notice: Notice) -> datetime:
    """After the answer was due, on a day on which people work."""
    assert notice.due_at is not None
    return rolled(notice.due_at + timedelta(hours=1), Calendar())


def test_a_reminder_goes_by_itself_once_to_the_same_address(cast: Cast) -> None:
    notice = an_overdue_notice(cast)
    now = a_working_moment(notice)
    assert reminders.remind_due(actor=SYSTEM, now=now) == 1 and reminders.remind_due(actor=SYSTEM, now=now) == 0
    dispatch = notice.dispatches.get(purpose="reminder")
    assert dispatch.address == notice.address and dispatch.queued_by is None and Notice.objects.count() == 1


def test_a_clock_asks_three_times_and_then_only_people_do(cast: Cast) -> None:
    notice = an_overdue_notice(cast)
    now, sent = a_working_moment(notice), 0
    for _ in range(40):
        sent += reminders.remind_due(actor=SYSTEM, now=now)
        now += timedelta(days=1)
    assert sent == reminders.MOST == notice.dispatches.filter(purpose="reminder").count()


def test_no_reminder_goes_on_a_day_off_by_hand_or_for_what_no_longer_holds(cast: Cast) -> None:
    notice = an_overdue_notice(cast)
    now = a_working_moment(notice)
    day_off = now + timedelta(days=(5 - now.weekday()) % 7)
    assert day_off.weekday() == 5 and reminders.remind_due(actor=SYSTEM, now=day_off) == 0
    Notice.objects.update(way="portal")
    assert reminders.remind_due(actor=SYSTEM, now=now) == 0
    Notice.objects.update(way="email")
    builders.Organisation.objects.get().listings.update(ended_on=NOW.date())
    assert reminders.remind_due(actor=SYSTEM, now=now) == 0
    with refused("not_allowed"):
        reminders.remind_due(actor=cast.cleo, now=now)


def test_only_a_reminder_may_have_nobody_behind_it(cast: Cast) -> None:
    notice = an_overdue_notice(cast)
    with refused_by_the_database("dispatch_only_reminders_by_themselves"):
        sql("update notices_dispatch set queued_by_id = null where notice_id = %s", notice.id)


def a_step(cast: Cast, notice: Notice, now: datetime) -> Escalation:
    return escalations.ask(notice.id, Escalation.Step.LIAISON, "Two reminders, no word.", actor=cast.cleo, now=now)


def test_a_further_step_is_proposed_asked_and_decided_by_two_people(cast: Cast) -> None:
    notice = an_overdue_notice(cast)
    now = a_working_moment(notice)
    with refused("step_not_proposed"):
        a_step(cast, notice, now)
    sending.remind(notice.id, actor=cast.cleo, now=now)
    later = now + rules.STEP_AFTER
    notice.refresh_from_db()
    assert queries.proposals(notice, now=later) == (rules.Proposal.NEXT_LEG, rules.Proposal.LIAISON)
    before = Dispatch.objects.count()
    step = a_step(cast, notice, later)
    with refused("not_allowed"):
        escalations.decide(step.id, approved=True, reasons="Yes.", actor=cast.cleo, now=later)
    with refused("not_found"):
        escalations.decide(step.id, approved=True, reasons="Yes.", actor=cast.eve, now=later)
    with refused("reasons_missing"):
        escalations.decide(step.id, approved=True, reasons=" ", actor=cast.sue, now=later)
    escalations.decide(step.id, approved=True, reasons="The line exists for this.", actor=cast.sue, now=later)
    assert Dispatch.objects.count() == before and rules.Proposal.LIAISON not in queries.proposals(notice, now=later)
    with refused_by_the_database("escalation_takes_two_people"):
        sql("update notices_escalation set decided_by_id = asked_by_id where id = %s", step.id)


def test_the_supervisor_is_proposed_after_a_week_and_an_order_only_where_the_agency_may_give_one() -> None:
    late = rules.Clock("received", rules.Leg.LOCAL_LAW, NOW, NOW, None)
    assert rules.proposals(late, NOW + timedelta(days=7)) == (rules.Proposal.LIAISON, rules.Proposal.SUPERVISOR)
    may = rules.proposals(replace(late, may_order=True), NOW + timedelta(days=2))
    assert may == (rules.Proposal.ORDER, rules.Proposal.LIAISON)


def a_notice_with_an_ended_listing(cast: Cast) -> Notice:
    builders.an_organisation(by=("Assembly", "Northland", "Westmark"))
    notice = builders.a_sent_notice(cast)
    builders.Organisation.objects.get().listings.filter(published_list__authority="Westmark").update(
        ended_on=NOW.date()
    )
    return notice


def test_a_correction_is_made_from_facts_and_reaches_everybody_who_was_told(cast: Cast) -> None:
    notice = a_notice_with_an_ended_listing(cast)
    later = NOW + timedelta(hours=2)
    made = corrections.send(notice.id, actor=cast.cleo, now=later)
    ended = made.facts["ended"]
    assert [one["authority"] for one in ended] == ["Westmark"] and ended[0]["reference"] in made.text
    assert len(made.facts["standing"]) == 2 and made.due_at == later + timedelta(hours=72)
    assert [one.address for one in notice.dispatches.filter(purpose="correction")] == [notice.address]
    assert corrections.overdue(cast.cleo, now=made.due_at + timedelta(seconds=1)).get() == made
    (back,) = corrections.taken_back(cast.cleo, after=NOW)
    assert (back.kind, back.reference, back.wrong) == ("corrected", notice.reference, False)
    corrections.confirmed(made.id, "Noted.", actor=cast.cleo, now=later)
    assert not corrections.overdue(cast.cleo, now=made.due_at + timedelta(days=9)).exists()


def test_nothing_is_corrected_that_stands_and_what_is_not_designated_is_withdrawn_instead(cast: Cast) -> None:
    notice = builders.a_sent_notice(cast)
    with refused("nothing_to_correct"):
        corrections.send(notice.id, actor=cast.cleo, now=NOW)
    builders.Organisation.objects.get().listings.update(ended_on=NOW.date())
    with refused("not_designated"):
        corrections.send(notice.id, actor=cast.cleo, now=NOW)
    sending.withdraw(notice.id, reason="Delisted.", wrong=False, actor=cast.cleo, now=NOW)
    (back,) = corrections.taken_back(cast.cleo, after=NOW - timedelta(days=1))
    assert back.kind == "withdrawn" and back.due_at == NOW + timedelta(hours=72)


def test_a_withdrawal_goes_where_the_notice_went_whatever_the_address_is_by_now(cast: Cast) -> None:
    notice = builders.a_sent_notice(cast)
    went_to = notice.dispatches.get().address
    Notice.objects.filter(id=notice.id).update(address="elsewhere@example.org")
    sending.withdraw(notice.id, reason="Wrong.", wrong=True, actor=cast.cleo, now=NOW)
    assert [one.address for one in notice.dispatches.filter(purpose="withdrawal")] == [went_to]
