"""Every figure opens exactly its list, unknown is not zero, the exported table gives the figures again, no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker

from openiru.platforms.shapes import Sighting
from openiru.stages.cases import services as casework
from openiru.stages.cases.models import Case
from openiru.stages.cases.rules import NewAssessment
from openiru.stages.intake.models import Account
from openiru.stages.notices import answers
from openiru.stages.notices import services as sending
from openiru.stages.notices.models import Notice
from openiru.stages.redress import services as redress
from openiru.stages.transparency import export, queries
from openiru.stages.transparency.figures import FIGURES, REMAINING
from openiru.stages.verify import services as verify
from openiru.stages.verify.seeing import Seen
from openiru.terms import Outcome, Platform, Presence
from tests import builders
from tests.builders import NOW, SYSTEM, Cast
from tests.laws.asking import refused

DAY = timedelta(days=1)
WHEN = NOW + 40 * DAY
PLATFORMS = (Platform.TELEGRAM, Platform.X, Platform.TIKTOK)


def _answered(outcome: Outcome) -> Callable[[Cast, Notice], object]:
    def answer(cast: Cast, notice: Notice) -> None:
        new = answers.NewAnswer(outcome, "their words")
        answers.record(notice.id, new, actor=cast.cleo, now=NOW + DAY)

    return answer


def _seen(presence: Presence, quote: str = "") -> Callable[[Cast, Notice], object]:
    def look(_cast: Cast, notice: Notice) -> None:
        account = notice.case.account
        sighting = Sighting(presence, "told", quote, "ZZ" if presence is Presence.WITHHELD else "")
        for at in (NOW + DAY, NOW + 3 * DAY):
            verify.record(Seen(account.id, "outside", sighting, account.url), actor=SYSTEM, now=at)

    return look


def _canaries(_cast: Cast, notice: Notice) -> None:
    for expect in (Presence.LIVE, Presence.NOT_FOUND):
        platform = Platform(notice.platform)
        url = f"https://{'t.me' if platform is Platform.TELEGRAM else 'x.com'}/canary{expect}"
        canary = verify.add_canary(platform, url, expect, actor=SYSTEM, now=NOW)
        for at in (NOW + DAY, NOW + 3 * DAY):
            verify.record_canary(canary.id, expect, vantage="outside", now=at)


def _withdrawn(cast: Cast, notice: Notice, *, wrong: bool = False) -> None:
    sending.withdraw(notice.id, reason="A mistake.", wrong=wrong, actor=cast.cleo, now=NOW + 2 * DAY)


def _appealed(cast: Cast, notice: Notice) -> None:
    appeal = redress.file(notice.holder_code, text="This is a choir.", contact="", now=NOW + DAY)
    redress.decide(appeal.id, upheld=True, reasons="It is.", actor=cast.rio, now=NOW + 2 * DAY)
    _answered(Outcome.REVERSED)(cast, notice)


STORIES: tuple[tuple[Callable[[Cast, Notice], object], ...], ...] = (
    (),
    (_answered(Outcome.ACCOUNT_DISABLED),),
    (_answered(Outcome.ACCOUNT_DISABLED), _seen(Presence.SUSPENDED, "Account suspended")),
    (_answered(Outcome.ACCOUNT_DISABLED), _seen(Presence.LIVE)),
    (_answered(Outcome.WITHHELD), _seen(Presence.WITHHELD, "withheld in ZZ")),
    (_answered(Outcome.DECLINED_NO_VIOLATION), _seen(Presence.LIVE)),
    (_answered(Outcome.CLARIFICATION_ASKED),),
    (_answered(Outcome.DUPLICATE),),
    (_canaries, _seen(Presence.NOT_FOUND)),
    (_seen(Presence.LOGIN_WALL),),
    (_withdrawn,),
    (lambda cast, notice: _withdrawn(cast, notice, wrong=True),),
    (_answered(Outcome.REMOVED_GLOBAL), _appealed),
    (lambda cast, notice: sending.close(notice.id, actor=cast.cleo, now=NOW + 9 * DAY),),
)


@pytest.fixture(scope="module")
def record(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """The mixed record, made once; each test changes it in a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield a_mixed_record()
        transaction.set_rollback(True)


@pytest.fixture
def cast(record: Cast, db: None) -> Cast:
    """Everybody, with the mixed record."""
    return record


def a_mixed_record() -> Cast:
    """Cases in every state, notices of every story, on three platforms."""
    builders.an_installation()
    cast = builders.a_cast()
    for number, story in enumerate(STORIES):
        for platform in PLATFORMS[: 1 + number % 3]:
            notice = builders.a_sent_notice(cast, platform=platform)
            for step in story:
                step(cast, notice)
    builders.a_case(cast)
    builders.an_assessment(cast)
    builders.an_approval(cast)
    builders.a_notice(cast)
    builders.a_queued_notice(cast)
    casework.decline(builders.an_assessment(cast).id, reasons="Not it.", actor=cast.ben, now=NOW)
    case = builders.a_case(cast, platform=Platform.X)
    casework.assess(case.id, NewAssessment(refer=False, purpose="a newspaper"), actor=cast.ana, now=NOW)
    casework.close(builders.a_case(cast).id, reason="nothing on it", actor=cast.ana, now=NOW)
    return cast


def figures(cast: Cast) -> dict[str, dict[str, int]]:
    return {row.platform: row.figures for row in queries.compliance(cast.sue, now=WHEN)}


def test_every_figure_opens_exactly_its_list(cast: Cast) -> None:
    found = figures(cast)
    assert set(found) == {*PLATFORMS, ""}
    for platform, row in found.items():
        assert set(row) == set(FIGURES)
        for name, count in row.items():
            listed = list(queries.cases_of(cast.sue, name, platform=platform, now=WHEN))
            assert len(listed) == len(set(listed)) == count, f"{platform or 'all'} {name}"
            assert not platform or {case.account.platform for case in listed} <= {platform}


def test_the_record_is_mixed_enough_to_tell_the_figures_apart(cast: Cast) -> None:
    total = figures(cast)[""]
    assert all(total.values()), {name for name, count in total.items() if not count}
    assert total["acted"] != total["verified_gone"] and total["silent"] != total["overdue"]


def test_why_accounts_are_still_there_adds_up_and_opens_its_lists(cast: Cast) -> None:
    found = queries.remaining(cast.sue, now=WHEN)
    for platform, row in found.items():
        lists = {name: set(queries.cases_of(cast.sue, name, platform=platform, now=WHEN)) for name in REMAINING}
        assert {name: len(cases) for name, cases in lists.items()} == row
        assert sum(row.values()) == len(set().union(*lists.values())), "no account is under two reasons"
    standing = Notice.objects.filter(sent_at__isnull=False, withdrawn_at=None).values("case").distinct().count()
    gone = (
        Case.objects.filter(account__conclusion__verified="verified_gone", notices__withdrawn_at=None)
        .distinct()
        .count()
    )
    assert sum(found[""].values()) == standing - gone


def test_what_was_claimed_and_what_was_seen_never_mix(cast: Cast) -> None:
    def cases(name: str) -> set[int]:
        return set(queries.cases_of(cast.sue, name, platform="", now=WHEN).values_list("id", flat=True))

    acted, gone = cases("acted"), cases("verified_gone")
    assert gone < acted and acted - gone
    verified = ("verified_gone", "withheld_here", "not_visible", "still_live", "unknown")
    assert sum(len(cases(name)) for name in verified) == len(set().union(*map(cases, verified))) == len(cases("sent"))


def test_a_figure_that_does_not_exist_opens_nothing(cast: Cast) -> None:
    with refused("not_found"):
        queries.cases_of(cast.sue, "acted; drop table", platform="", now=WHEN)


def test_unknown_followers_are_not_zero(cast: Cast) -> None:
    before = queries.compliance(cast.sue, now=WHEN)[-1].reach_sent
    some = list(queries.cases_of(cast.sue, "sent", platform="", now=WHEN))[:3]
    Account.objects.filter(cases__in=some[:2]).update(followers=None)
    Account.objects.filter(cases__in=some[2:]).update(followers=0)
    after = queries.compliance(cast.sue, now=WHEN)[-1].reach_sent
    assert before.unknown == 0 and after.unknown == 2
    assert after.known == before.known - 2 and after.followers == before.followers - 3 * 1200
    assert after.oldest == NOW


def test_reach_of_nothing_is_nothing_and_no_crash(cast: Cast) -> None:
    (row,) = queries.compliance(cast.eve, now=WHEN)
    assert (row.reach_sent.followers, row.reach_sent.known, row.reach_sent.oldest) == (0, 0, None)
    assert (row.median_hours, row.ninetieth_hours) == (None, None)


def test_hours_to_action_are_from_sending_to_the_claim(cast: Cast) -> None:
    row = queries.compliance(cast.sue, now=WHEN)[-1]
    assert row.median_hours == row.ninetieth_hours == 24


def test_the_exported_table_gives_the_figures_again(cast: Cast) -> None:
    rows = list(csv.DictReader(io.StringIO(export.as_csv(cast.dara, now=WHEN))))
    found = figures(cast)
    assert len(rows) == found[""]["reported"] == Case.objects.count()
    for platform, row in found.items():
        ours = [one for one in rows if not platform or one["platform"] == platform]
        for name, count in row.items():
            if name != "reported":
                assert sum(int(one[f"is_{name}"]) for one in ours) == count, f"{platform or 'all'} {name}"


def test_an_unknown_count_is_an_empty_cell(cast: Cast) -> None:
    Account.objects.update(followers=None, followers_at=None)
    Account.objects.filter(id=Account.objects.order_by("id").values("id")[:1]).update(followers=0)
    cells = {one["followers"] for one in csv.DictReader(io.StringIO(export.as_csv(cast.dara, now=WHEN)))}
    assert cells == {"", "0"}


def test_a_key_that_a_spreadsheet_would_run_is_harmless(cast: Cast) -> None:
    Account.objects.filter(id=Account.objects.order_by("id").values("id")[:1]).update(key='=HYPERLINK("x")')
    rows = csv.DictReader(io.StringIO(export.as_csv(cast.dara, now=WHEN)))
    assert [one["account"] for one in rows if "HYPERLINK" in one["account"]] == ['\'=HYPERLINK("x")']


def test_a_number_of_statements_that_does_not_grow_with_the_cases(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(30):
        queries.compliance(cast.sue, now=WHEN)
