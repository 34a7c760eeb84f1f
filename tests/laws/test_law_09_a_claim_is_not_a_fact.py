"""Law 9: verified gone is a quoted signal; not found counts twice, a day apart, with canaries that separate; unknown is the default."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.platforms.shapes import Sighting
from openiru.stages.notices import answers
from openiru.stages.transparency import queries as transparency
from openiru.stages.verify import services as verify
from openiru.stages.verify.models import CanaryLook, Conclusion
from openiru.stages.verify.rules import Look, conclude
from openiru.stages.verify.seeing import Seen
from openiru.terms import Outcome, Platform, Presence, Verified
from tests import builders
from tests.builders import NOW, SYSTEM

GONE = (Presence.SUSPENDED, Presence.REMOVED_BY_PLATFORM)
SEEN = (Presence.LIVE, Presence.LIVE_PRIVATE, Presence.LABEL_RESTRICTED, Presence.RENAMED)
SILENT = tuple(set(Presence) - {*GONE, *SEEN, Presence.WITHHELD, Presence.NOT_FOUND})
DAY = timedelta(hours=24)
ONE = st.builds(
    Look,
    at=st.integers(0, 72).map(lambda hours: NOW + timedelta(hours=hours)),
    vantage=st.sampled_from(["outside", "ZZ"]),
    presence=st.sampled_from(Presence),
    quote=st.sampled_from(["", "Account suspended"]),
    separating=st.booleans(),
)
LOOKS = st.lists(ONE, max_size=8).map(lambda looks: sorted(looks, key=lambda one: one.at))


def not_found(hours: float, *, vantage: str = "outside", separating: bool = True) -> Look:
    return Look(NOW + timedelta(hours=hours), vantage, Presence.NOT_FOUND, "", separating=separating)


def said(*looks: Look) -> Verified:
    return conclude(looks).verified


def may_say_not_visible(looks: Sequence[Look]) -> bool:
    """The law in its own words, written a second time: a pair of looks that allows it, and nothing seen in between."""
    telling = [one for one in looks if one.presence not in SILENT]
    for first in range(len(telling)):
        run = telling[first:]
        pair = run and run[0].vantage == run[-1].vantage and run[-1].at - run[0].at >= DAY
        if pair and run[0].separating and run[-1].separating and {one.presence for one in run} == {Presence.NOT_FOUND}:
            return True
    return False


@given(LOOKS)
def test_no_longer_visible_is_said_exactly_when_the_law_allows_it(looks: list[Look]) -> None:
    assert (conclude(looks).verified is Verified.NOT_VISIBLE) == may_say_not_visible(looks)


@given(LOOKS)
def test_verified_gone_always_rests_on_a_quoted_signal_that_nothing_newer_denies(looks: list[Look]) -> None:
    found = conclude(looks)
    if found.verified is Verified.GONE:
        assert found.look is not None and found.look.quote and found.look.presence in GONE
        place = next(number for number, one in enumerate(looks) if one is found.look)
        assert not any(one.presence in SEEN for one in looks[place + 1 :])


@given(LOOKS)
def test_what_shows_nothing_changes_nothing(looks: list[Look]) -> None:
    last = looks[-1].at if looks else NOW
    silence = [Look(last, "outside", presence, "some words") for presence in SILENT]
    assert conclude([*looks, *silence]).verified is conclude(looks).verified


def test_unknown_is_the_default() -> None:
    assert said() is Verified.UNKNOWN
    assert said(*(Look(NOW, "outside", presence, "words") for presence in SILENT)) is Verified.UNKNOWN


@pytest.mark.parametrize("presence", GONE)
def test_gone_without_the_platforms_words_is_unknown(presence: Presence) -> None:
    assert said(Look(NOW, "outside", presence, "")) is Verified.UNKNOWN
    assert said(Look(NOW, "outside", presence, "Account suspended")) is Verified.GONE


def test_not_found_once_or_twice_within_a_day_says_nothing() -> None:
    assert said(not_found(0)) is Verified.UNKNOWN
    assert said(not_found(0), not_found(23.99)) is Verified.UNKNOWN
    assert said(not_found(0), not_found(24)) is Verified.NOT_VISIBLE


def test_two_vantages_are_not_twice() -> None:
    assert said(not_found(0), not_found(30, vantage="ZZ")) is Verified.UNKNOWN


def test_canaries_that_do_not_separate_make_it_say_nothing() -> None:
    assert said(not_found(0, separating=False), not_found(30)) is Verified.UNKNOWN
    assert said(not_found(0), not_found(30, separating=False)) is Verified.UNKNOWN


def test_an_account_seen_in_between_starts_the_day_anew() -> None:
    seen = Look(NOW + timedelta(hours=12), "outside", Presence.LIVE, "")
    assert said(not_found(0), seen, not_found(30)) is Verified.UNKNOWN


def test_withheld_here_and_live_elsewhere_are_both_true() -> None:
    here = Look(NOW, "ZZ", Presence.WITHHELD, "withheld in ZZ", "ZZ")
    assert said(here, Look(NOW + timedelta(hours=1), "outside", Presence.LIVE, "")) is Verified.WITHHELD_HERE
    assert said(here, Look(NOW + timedelta(hours=1), "ZZ", Presence.LIVE, "")) is Verified.STILL_LIVE


@pytest.mark.django_db
def test_what_the_platform_says_never_moves_the_verified_column() -> None:
    cast = builders.a_cast()
    notice = builders.a_sent_notice(cast)
    new = answers.NewAnswer(Outcome.ACCOUNT_DISABLED, "We blocked this channel.")
    answers.record(notice.id, new, actor=cast.cleo, now=NOW)
    assert not Conclusion.objects.exists()
    (row, _all) = transparency.compliance(cast.sue, now=NOW)
    assert (row.figures["acted"], row.figures["verified_gone"], row.figures["unknown"]) == (1, 0, 1)


@pytest.mark.django_db
def test_the_service_asks_the_canaries_of_each_look() -> None:
    cast = builders.a_cast()
    account = builders.a_sent_notice(cast).case.account
    sighting = Sighting(Presence.NOT_FOUND, "not_found")

    def look(at: datetime) -> str:
        verify.record(Seen(account.id, "outside", sighting, account.url), actor=SYSTEM, now=at)
        return Conclusion.objects.get(account=account).verified

    live = verify.add_canary(Platform.TELEGRAM, "https://t.me/alive", Presence.LIVE, actor=SYSTEM, now=NOW)
    gone = verify.add_canary(Platform.TELEGRAM, "https://t.me/nowhere", Presence.NOT_FOUND, actor=SYSTEM, now=NOW)
    times = [NOW, NOW + DAY, NOW + 2 * DAY]
    for at in times:
        verify.record_canary(live.id, Presence.LIVE, vantage="outside", now=at)
        verify.record_canary(gone.id, Presence.NOT_FOUND, vantage="outside", now=at)
    assert look(times[0]) == Verified.UNKNOWN
    verify.record_canary(live.id, Presence.NOT_FOUND, vantage="outside", now=times[1])
    assert look(times[1]) == Verified.UNKNOWN
    assert look(times[2]) == Verified.NOT_VISIBLE
    assert CanaryLook.objects.count() == 7
