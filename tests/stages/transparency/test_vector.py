"""The vector adds up and never shows a figure without its errors; curves agree with the product-limit formula done by hand."""

from __future__ import annotations

import csv
import io
import warnings
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.ledger.models import Entry
from openiru.stages.notices import answers, corrections
from openiru.stages.notices import services as sending
from openiru.stages.notices.models import Notice
from openiru.stages.transparency import export, quality, queries, survival, vector
from openiru.terms import Ground, Leg, Outcome, Platform
from tests import builders
from tests.builders import LATER, NOW, Cast
from tests.laws.asking import refused

HOURS = st.lists(st.integers(0, 500).map(float), max_size=30)


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, in an exercise."""
    builders.an_installation()
    return builders.a_cast()


def an_answered(cast: Cast, outcome: Outcome, **changes: object) -> Notice:
    notice = builders.a_sent_notice(cast, **changes)
    answers.record(
        notice.id, answers.NewAnswer(outcome, "Their words."), actor=cast.cleo, now=NOW + timedelta(hours=10)
    )
    notice.refresh_from_db()
    return notice


@pytest.fixture
def record(cast: Cast) -> list[Notice]:
    """Two platforms, one acted, one refused as badly made, one withdrawn as wrong, one silent, one not sent."""
    rows = [
        an_answered(cast, Outcome.ACCOUNT_DISABLED),
        an_answered(cast, Outcome.DECLINED_INVALID, platform=Platform.X),
        builders.a_sent_notice(cast, platform=Platform.X),
        builders.a_sent_notice(cast),
        builders.a_notice(cast),
    ]
    sending.withdraw(rows[3].id, reason="A namesake.", wrong=True, actor=cast.cleo, now=LATER)
    return rows


def test_the_cells_add_up_to_what_was_sent_and_errors_stand_in_each(cast: Cast, record: list[Notice]) -> None:
    cells = vector.cells(cast.sue)
    assert sum(cell.counts["sent"] for cell in cells) == 4
    total = Counter[str]()
    for cell in cells:
        total.update(cell.counts)
        assert {"wrong", "withdrawn", "reversed"} <= set(cell.counts)
        assert (
            cell.week is not None and cell.week.weekday() == 0 and cell.leg in set(Leg) and cell.ground in set(Ground)
        )
    assert (total["answered"], total["acted"], total["declined"]) == (2, 1, 1)
    assert (total["silent"], total["wrong"], total["withdrawn"]) == (1, 1, 1)


def test_a_part_is_that_part_and_axes_can_be_put_together(cast: Cast, record: list[Notice]) -> None:
    (cell,) = vector.cells(cast.sue, vector.Asked(platform="x", by=("platform",)))
    assert (cell.platform, cell.counts["sent"], cell.counts["silent"], cell.week) == ("x", 2, 1, None)
    assert vector.cells(cast.sue, vector.Asked(leg="local_law")) == []
    (ground,) = vector.cells(cast.sue, vector.Asked(ground="solicits_participation", by=("ground",)))
    assert ground.counts["sent"] == 4


def test_another_agency_sees_nothing_and_a_role_without_the_verb_is_refused(cast: Cast, record: list[Notice]) -> None:
    assert (
        vector.cells(cast.eve) == [] and survival.curves(cast.eve, now=LATER) == [] and quality.quality(cast.eve) == []
    )
    with refused("not_allowed"):
        vector.cells(builders.SYSTEM)


def test_what_is_claimed_meets_what_is_seen_and_nothing_seen_is_unknown(cast: Cast, record: list[Notice]) -> None:
    table = vector.claimed_by_verified(cast.sue)
    assert table["account_disabled"] == {"unknown": 1} and sum(sum(row.values()) for row in table.values()) == 4


def test_our_own_quality_stands_beside_theirs_and_says_what_lacked(cast: Cast, record: list[Notice]) -> None:
    x = next(one for one in quality.quality(cast.sue) if one.platform == "x")
    assert (x.counts["sent"], x.counts["declined_invalid"], x.counts["reversed"]) == (2, 1, 0)
    assert x.completeness is not None and 0 < x.completeness < 100
    lack = {(one.platform, one.code): (one.notices, one.of) for one in quality.lacking(cast.sue)}
    assert lack["x", "few_items"] == (2, 2) and not any(platform == "telegram" for platform, _ in lack)


def test_corrections_are_counted_as_ours(cast: Cast) -> None:
    builders.an_organisation(by=("Assembly", "Northland", "Westmark"))
    notice = builders.a_sent_notice(cast)
    builders.Organisation.objects.get().listings.filter(published_list__authority="Westmark").update(
        ended_on=NOW.date()
    )
    corrections.send(notice.id, actor=cast.cleo, now=LATER)
    (made,) = quality.quality(cast.sue)
    assert made.counts["corrected"] == 1


def test_the_csv_has_every_cell_and_the_ledger_knows_who_took_it(cast: Cast, record: list[Notice]) -> None:
    rows = list(csv.DictReader(io.StringIO(export.vector_csv(cast.sue, vector.Asked(), now=LATER))))
    assert sum(int(row["sent"]) for row in rows) == 4 and "reversed" in rows[0]
    assert Entry.objects.filter(event="transparency.exported", subject="vector").count() == 1


def test_a_curve_falls_when_a_platform_acts_and_a_refusal_stays_in_the_denominator(
    cast: Cast, record: list[Notice]
) -> None:
    curves = {one.platform: one for one in survival.curves(cast.sue, now=NOW + timedelta(hours=48))}
    assert (curves["x"].notices, curves["x"].acted, curves["x"].median_hours) == (2, 0, None)
    telegram = curves["telegram"]
    assert (telegram.notices, telegram.acted) == (2, 1)
    assert telegram.points[-1].hours == 10 and telegram.points[-1].share == 0.0


@given(ended=HOURS, open_=HOURS)
def test_the_estimate_is_the_product_of_what_was_left_at_each_time(ended: list[float], open_: list[float]) -> None:
    points = survival.estimate(ended, open_)
    share, expected = 1.0, [(0.0, 1.0)]
    for at in sorted(set(ended)):
        at_risk = sum(one >= at for one in (*ended, *open_))
        share *= 1 - ended.count(at) / at_risk
        expected.append((at, share))
    assert [one.hours for one in points] == [at for at, _ in expected]
    assert [one.share for one in points] == pytest.approx([one for _, one in expected])
    assert all(0 <= one.low <= one.share + 1e-9 and one.share - 1e-9 <= one.high <= 1 for one in points)


@pytest.mark.parametrize("how", ["they say so", "we withdrew and they put it back"])
def test_a_reversal_corrects_the_figures_and_keeps_what_was_said_before(cast: Cast, how: str) -> None:
    notice = an_answered(cast, Outcome.ACCOUNT_DISABLED)
    (before,) = vector.cells(cast.sue)
    assert (before.counts["acted"], before.counts["reversed"]) == (1, 0)
    assert survival.curves(cast.sue, now=NOW + timedelta(days=9))[0].acted == 1
    if how != "they say so":
        sending.withdraw(notice.id, reason="A choir.", wrong=True, actor=cast.cleo, now=LATER)
    back = answers.NewAnswer(Outcome.REVERSED, "We put the account back.")
    answers.record(notice.id, back, actor=cast.cleo, now=NOW + timedelta(hours=20))
    (after,) = vector.cells(cast.sue)
    assert after.counts["reversed"] == 1 and after.counts["sent"] == 1
    (row, every) = queries.compliance(cast.sue, now=NOW + timedelta(days=9))
    assert row.figures["reversed"] == every.figures["reversed"] == 1
    listed = queries.cases_of(cast.sue, "reversed", platform="", now=NOW + timedelta(days=9))
    assert [one.id for one in listed] == [notice.case_id], "a click on the figure lists this very case"
    assert [one.outcome for one in notice.answers.order_by("id")] == ["account_disabled", "reversed"]
    if how == "they say so":
        assert after.counts["acted"] == row.figures["acted"] == 0
        assert survival.curves(cast.sue, now=NOW + timedelta(days=9))[0].acted == 0
    else:
        assert (after.counts["wrong"], row.figures["wrong"]) == (1, 1)


def test_the_estimate_warns_nobody_where_its_bounds_are_undefined() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert survival.estimate([1.0, 2.0], [])[-1].share == 0
        assert survival.estimate([5.0], [5.0, 9.0])
