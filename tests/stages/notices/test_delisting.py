"""A designation that ends: cases go back, a named person is asked to withdraw, and a clock withdraws nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openiru import clock
from openiru.faces.jobs import ticks
from openiru.ledger.models import Entry
from openiru.people.models import User
from openiru.stages.cases import delisting as of_cases
from openiru.stages.cases import services as casework
from openiru.stages.cases.models import Assessment, Case
from openiru.stages.cases.triage import queues
from openiru.stages.cases.triage.rules import Wanted
from openiru.stages.notices import delisting, queries, rules, services
from openiru.stages.notices.models import Dispatch, Notice, WithdrawalTask
from openiru.stages.register.models import ListedName, Listing
from tests import builders
from tests.builders import LATER, NOW, SYSTEM, Cast
from tests.laws.asking import refused, refused_by_the_database

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    builders.an_installation()
    return builders.a_cast()


def end(*authorities: str) -> None:
    """The newest versions of these authorities' lists do not have the organisation any more."""
    found = Listing.objects.filter(published_list__authority__in=authorities or ("Assembly", "Northland"))
    found.update(ended_on=NOW.date(), ended_noticed_at=LATER)


def take() -> tuple[int, int]:
    return of_cases.take(actor=SYSTEM, now=LATER), delisting.propose(actor=SYSTEM, now=LATER)


def test_every_open_case_goes_back_and_its_assessment_stands_no_more(cast: Cast) -> None:
    assessed, approved = builders.an_assessment(cast), builders.an_approval(cast)
    end()
    assert take() == (2, 0)
    assert set(Case.objects.values_list("state", flat=True)) == {"open"}
    assert all(one.reopened_because == "designation ended: Valley Dawn Front" for one in Case.objects.all())
    assert not Assessment.objects.filter(replaced=False).exists()
    with refused("assessment_stale"):
        casework.approve(assessed.id, reasons="x", actor=cast.ben, now=LATER)
    with refused("wrong_state"):
        services.compose(approved.id, actor=cast.cleo, now=LATER)
    assert queues.many(Wanted(), cast.ana, now=LATER) == 2


def test_an_approval_does_not_come_back_to_life_with_the_listing(cast: Cast) -> None:
    approved = builders.an_approval(cast)
    end()
    take()
    Listing.objects.update(ended_on=None, ended_noticed_at=None)
    with refused("wrong_state"):
        services.compose(approved.id, actor=cast.cleo, now=LATER)


def test_what_ended_before_the_assessment_was_written_does_not_send_it_back(cast: Cast) -> None:
    builders.an_assessment(cast)
    found = Listing.objects.all()
    found.update(ended_on=NOW.date() - timedelta(days=9), ended_noticed_at=NOW - timedelta(days=9))
    assert take() == (0, 0)


def test_whoever_sent_a_notice_is_asked_to_withdraw_it_within_its_time(cast: Cast) -> None:
    notice = builders.a_sent_notice(cast)
    end()
    assert take() == (1, 1)
    (task,) = queries.withdrawal_tasks(cast.cleo)
    assert (task.person_id, task.notice_id) == (cast.cleo.user_id, notice.id)
    assert task.due_at == LATER + rules.WITHDRAW_WITHIN
    assert "Valley Dawn Front is not designated under the policy in force: its listing has ended" in task.because
    assert not queries.withdrawal_tasks(cast.eve)
    event = Entry.objects.get(event="notice.withdrawal_proposed")
    assert event.subject == notice.subject


def test_the_clock_withdraws_and_sends_nothing(cast: Cast) -> None:
    builders.a_sent_notice(cast)
    end()
    before = Dispatch.objects.count()
    take()
    assert Dispatch.objects.count() == before
    assert Notice.objects.get().state == "sent"
    with refused("not_allowed"):
        services.withdraw(Notice.objects.get().id, reason="x", wrong=False, actor=SYSTEM, now=LATER)


def test_asking_twice_asks_once(cast: Cast) -> None:
    builders.a_sent_notice(cast)
    end()
    assert take() == (1, 1)
    assert take() == (0, 0)
    assert WithdrawalTask.objects.count() == 1


def test_withdrawing_settles_the_task_and_tells_the_platform_that_was_told(cast: Cast) -> None:
    notice = builders.a_sent_notice(cast)
    end()
    take()
    services.withdraw(notice.id, reason="Delisted.", wrong=False, actor=cast.cleo, now=LATER)
    task = WithdrawalTask.objects.get()
    assert (task.settled_at, task.settled_by_id) == (LATER, cast.cleo.user_id)
    assert notice.dispatches.filter(purpose="withdrawal", state="queued").count() == 1
    assert take() == (0, 0)


def test_a_notice_that_nobody_was_sent_is_withdrawn_without_a_word(cast: Cast) -> None:
    notice = builders.a_notice(cast)
    end()
    assert take() == (1, 1)
    (task,) = queries.withdrawal_tasks(cast.cleo)
    assert task.person_id == cast.ben.user_id  # nobody sent it, so whoever approved it is asked
    services.withdraw(notice.id, reason="Delisted.", wrong=False, actor=cast.ben, now=LATER)
    assert not notice.dispatches.exists()


def test_where_another_authority_still_carries_it_the_platform_is_to_be_told_what_ended(cast: Cast) -> None:
    notice = builders.a_sent_notice(cast)
    end("Northland")
    assert take() == (0, 1)
    assert take() == (0, 0)
    (task,) = queries.withdrawal_tasks(cast.cleo)
    assert (task.kind, task.person_id, task.notice_id) == ("correct", cast.cleo.user_id, notice.id)
    assert "still designated" in task.because
    assert Entry.objects.filter(event="notice.correction_proposed", subject=notice.subject).count() == 1
    delisting.keep(task.id, "Wrote to the platform that Northland ended it.", actor=cast.cleo, now=LATER)
    assert take() == (0, 0)


def test_what_was_to_be_corrected_is_to_be_withdrawn_once_nothing_carries_it(cast: Cast) -> None:
    builders.a_sent_notice(cast)
    end("Northland")
    take()
    end()
    assert take() == (1, 1)
    assert WithdrawalTask.objects.get().kind == "withdraw"
    assert take() == (0, 0)


def test_a_notice_that_no_platform_was_sent_needs_no_correction(cast: Cast) -> None:
    builders.a_notice(cast)
    end("Northland")
    assert take() == (0, 0)


@pytest.mark.parametrize(
    "claimed", ["valley dawn FRONT", "Valey Daun Front", "Front of the Valley Dawn", "ویلی ڈان فرنٹ"]
)
def test_a_case_that_nobody_assessed_yet_is_marked_when_its_designation_ends(cast: Cast, claimed: str) -> None:
    case = builders.a_case(cast)
    other = builders.a_case(cast)
    for listing in builders.an_organisation().listings.all():
        ListedName.objects.create(listing=listing, name="Valley Dawn Front", quality="primary", script="Latin")
    case.account.reports.update(claimed_organisation=claimed)
    other.account.reports.update(claimed_organisation="Another Band")
    assert take() == (0, 0)
    end()
    assert take() == (1, 0)
    case.refresh_from_db()
    other.refresh_from_db()
    assert (case.state, case.reopened_because) == ("open", "designation ended: Valley Dawn Front")
    assert other.reopened_because == ""
    assert Entry.objects.filter(event="case.designation_ended", subject=case.subject).count() == 1
    assert take() == (0, 0)


def test_a_case_that_claims_only_a_weak_alias_is_not_marked(cast: Cast) -> None:
    case = builders.a_case(cast)
    for listing in builders.an_organisation().listings.all():
        ListedName.objects.create(listing=listing, name="Valley Dawn Front", quality="primary", script="Latin")
        ListedName.objects.create(listing=listing, name="Morning Light", quality="weak", script="Latin")
    case.account.reports.update(claimed_organisation="Morning Light")
    end()
    assert take() == (0, 0)


def test_a_notice_is_kept_only_if_the_organisation_is_designated_again(cast: Cast) -> None:
    builders.a_sent_notice(cast)
    end()
    take()
    task = WithdrawalTask.objects.get()
    with refused("not_designated"):
        delisting.keep(task.id, "Not so.", actor=cast.cleo, now=LATER)
    Listing.objects.update(ended_on=None, ended_noticed_at=None)
    with refused("not_found"):
        delisting.keep(task.id, "x", actor=cast.eve, now=LATER)
    assert delisting.keep(task.id, "Listed again.", actor=cast.cleo, now=LATER).settled_by_id == cast.cleo.user_id
    with refused("wrong_state"):
        delisting.keep(task.id, "Once more.", actor=cast.cleo, now=LATER)


def test_a_listing_that_ends_once_more_asks_once_more(cast: Cast) -> None:
    builders.a_sent_notice(cast)
    end()
    take()
    Listing.objects.update(ended_on=None, ended_noticed_at=None)
    delisting.keep(WithdrawalTask.objects.get().id, "Listed again.", actor=cast.cleo, now=LATER)
    later = LATER + timedelta(days=3)
    Listing.objects.update(ended_on=later.date(), ended_noticed_at=later)
    assert delisting.propose(actor=SYSTEM, now=later) == 1


def test_whoever_left_is_not_asked(cast: Cast) -> None:
    builders.a_sent_notice(cast)
    User.objects.filter(id=cast.cleo.user_id).update(is_active=False)
    end()
    take()
    assert WithdrawalTask.objects.get().person_id == cast.ben.user_id


def test_where_nobody_is_left_to_ask_it_is_red_and_the_others_are_asked(cast: Cast) -> None:
    lonely, other = builders.a_sent_notice(cast), builders.a_sent_notice(cast)
    lonely.case.agency.works_with.clear()
    assert other.id
    User.objects.exclude(id=cast.eve.user_id).update(is_active=False)
    end()
    with refused("nobody_to_ask"):
        delisting.propose(actor=SYSTEM, now=LATER)


def test_the_database_wants_a_person_who_settled_it(cast: Cast) -> None:
    builders.a_sent_notice(cast)
    end()
    take()
    with refused_by_the_database("withdrawal_task_settled_by_a_person"):
        WithdrawalTask.objects.update(settled_at=LATER)


def test_the_worker_takes_what_ended(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    builders.a_sent_notice(cast)
    end()
    monkeypatch.setattr(clock, "now", lambda: LATER)
    (tick,) = [one for one in ticks.TICKS if one.name == "take_delistings"]
    assert (tick.work(), tick.work()) == (2, 0)
