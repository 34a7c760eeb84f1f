"""A holder who came back: found in what is on file, filed with the link shown, decided by a person, counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openiru.platforms.shapes import Sighting
from openiru.stages.intake.formats.shapes import Row
from openiru.stages.intake.models import Account, Report
from openiru.stages.notices.models import Notice
from openiru.stages.verify import returning, services
from openiru.stages.verify.models import Reappearance
from openiru.stages.verify.returning import Return
from openiru.stages.verify.seeing import Seen
from openiru.terms import Presence
from tests import builders
from tests.builders import LATER, NOW, SYSTEM, Cast
from tests.laws.asking import refused, refused_by_the_database, sql

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return builders.a_cast()


def a_return(cast: Cast, earlier: Account, handle: str = "backagain", **changes: str) -> Reappearance:
    new = Return(earlier.id, Row(0, f"https://t.me/{handle}", note="the same picture"), **changes)
    report = returning.file(new, agency_id=cast.ana.agency_id or 0, actor=cast.ana, now=LATER)
    return Reappearance.objects.get(report=report)


def test_a_return_is_a_new_report_that_names_the_earlier_account_and_opens_no_notice(cast: Cast) -> None:
    account = builders.a_sent_notice(cast).case.account
    before = Notice.objects.count()
    one = a_return(cast, account, link="announced")
    assert (one.earlier, one.link, one.word, one.shown) == (account, "announced", "open", "the same picture")
    assert Report.objects.get(reappearance_of=account).account == one.later
    assert Notice.objects.count() == before and not one.later.cases.exists()
    assert a_return(cast, account) == one


def test_an_account_is_not_its_own_successor(cast: Cast) -> None:
    account = builders.a_sent_notice(cast).case.account
    with refused("same_account"):
        returning.file(
            Return(account.id, Row(0, account.url)), agency_id=cast.ana.agency_id or 0, actor=cast.ana, now=NOW
        )


def test_a_person_decides_once_with_reasons_and_the_database_holds_it(cast: Cast) -> None:
    one = a_return(cast, builders.a_sent_notice(cast).case.account)
    for actor, code in ((cast.eve, "not_found"), (SYSTEM, "not_allowed")):
        with refused(code):
            returning.decide(one.id, same=True, reasons="the same picture", actor=actor, now=LATER)
    with refused("reasons_missing"):
        returning.decide(one.id, same=True, reasons=" ", actor=cast.ana, now=LATER)
    assert returning.decide(one.id, same=True, reasons="picture", actor=cast.ana, now=LATER).word == "same_holder"
    with refused("wrong_state"):
        returning.decide(one.id, same=False, reasons="no", actor=cast.ana, now=LATER)
    with refused_by_the_database("reappearance_decided_by_a_person"):
        sql("update verify_reappearance set decided_by_id = null where id = %s", one.id)


def test_what_a_captured_page_announces_is_a_candidate_until_it_is_filed(cast: Cast) -> None:
    account = builders.a_sent_notice(cast).case.account
    text = f"We moved to our backup channel https://t.me/valleybackup and see https://t.me/{account.handle} or https://t.me/friends"
    builders.a_capture(account, cast.ana, content=b"x", text=text)
    found = returning.candidates(account, cast.ana)
    assert (found[0].address, found[0].link) == ("https://t.me/valleybackup", "announced")
    assert account.handle not in {one.address.rpartition("/")[2] for one in found}
    assert not Report.objects.filter(reappearance_of=account).exists()
    a_return(cast, account, "valleybackup")
    assert "https://t.me/valleybackup" not in {one.address for one in returning.candidates(account, cast.ana)}


def test_an_account_whose_page_forwards_from_the_old_one_is_the_first_candidate(cast: Cast) -> None:
    account, later = builders.a_sent_notice(cast).case.account, builders.a_case(cast).account
    builders.a_capture(account, cast.ana, content=b"x", text="see https://t.me/friends", facts={"links": [later.url]})
    builders.a_capture(later, cast.ana, content=b"y", text="news", facts={"forwards": [account.key]})
    first, *rest = returning.candidates(account, cast.ana)
    assert (first.link, first.address) == ("forwards", later.url)
    assert later.url not in {one.address for one in rest}
    assert returning.candidates(account, cast.eve) == []


def test_only_what_a_person_confirmed_is_counted_with_its_times(cast: Cast) -> None:
    account = builders.a_sent_notice(cast).case.account
    Account.objects.filter(id=account.id).update(followers=1000)
    gone = Sighting(Presence.SUSPENDED, "told", "Account suspended")
    services.record(Seen(account.id, "outside", gone, account.url), actor=SYSTEM, now=NOW)
    one, other = a_return(cast, account, "backagain"), a_return(cast, account, "somebodyelse")
    Account.objects.filter(id=one.later_id).update(followers=250, first_seen=NOW + timedelta(days=2))
    returning.decide(one.id, same=True, reasons="picture", actor=cast.ana, now=LATER)
    returning.decide(other.id, same=False, reasons="a newspaper", actor=cast.ana, now=LATER)
    end = NOW + timedelta(days=9)
    services.record(Seen(one.later_id, "outside", gone, "https://t.me/backagain"), actor=SYSTEM, now=end)
    found = returning.counts(cast.sue)
    assert (found.filed, found.confirmed, found.open, found.deepest) == (2, 1, 0, 1)
    assert (found.to_return, found.lifespan, found.regained) == (timedelta(days=2), timedelta(days=7), 0.25)
    assert returning.counts(cast.eve).filed == 0


@pytest.mark.parametrize(
    ("pairs", "deepest"),
    [([], 0), ([(1, 2)], 1), ([(1, 2), (2, 3), (1, 4)], 2), ([(1, 2), (2, 1)], 1), ([(1, 1)], 0)],
)
def test_generations_are_counted_and_a_circle_ends(pairs: list[tuple[int, int]], deepest: int) -> None:
    assert returning.depth(pairs) == deepest


def seen_under(account: Account, handle: str, stable_id: str) -> None:
    shown = Sighting(Presence.RENAMED, "told", "it moved", stable_id=stable_id, handle=handle)
    services.record(Seen(account.id, "outside", shown, account.url), actor=SYSTEM, now=LATER)


def test_a_stable_id_under_a_new_handle_is_filed_once_as_a_report_with_the_link_shown(cast: Cast) -> None:
    account = builders.a_sent_notice(cast).case.account
    account.stable_id = account.stable_id or "1234567890"
    account.save(update_fields=["stable_id"])
    before, reports, notices = account.handle, Report.objects.count(), Notice.objects.count()
    for _ in range(2):
        seen_under(account, "movedaway", account.stable_id)
    one = Reappearance.objects.get()
    assert (one.earlier, one.later, one.link, one.word) == (account, account, "same_id", "open")
    assert before in one.shown and "movedaway" in one.shown and account.stable_id in one.shown
    assert one.report is not None and one.report.account_id == account.id
    assert (Report.objects.count(), Notice.objects.count()) == (reports + 1, notices), "a person decides"
    returning.decide(one.id, same=True, reasons="the same id", actor=cast.ana, now=LATER)
    counts = returning.counts(cast.ana)
    assert (counts.confirmed, counts.renamed, counts.to_return_known, counts.deepest) == (1, 1, 0, 0)


def test_who_was_never_written_about_may_rename_as_they_like(cast: Cast) -> None:
    account = builders.a_notice(cast).case.account
    seen_under(account, "movedaway", account.stable_id or "1234567890")
    assert not Reappearance.objects.exists()


def test_only_the_same_id_may_stand_for_itself(cast: Cast) -> None:
    one = a_return(cast, builders.a_sent_notice(cast).case.account)
    with refused_by_the_database("reappearance_of_another"):
        sql("update verify_reappearance set later_id = earlier_id where id = %s", one.id)
