"""Every platform file keeps the same promises: examples, routes, facts, signals, forms."""

from __future__ import annotations

import re

import pytest

from openiru.platforms import PLATFORMS, presence, recognise
from openiru.platforms.shapes import Certainty, PlatformFile
from openiru.terms import Leg, Platform

FILES = pytest.mark.parametrize("file", PLATFORMS.values(), ids=PLATFORMS)


def test_every_platform_has_a_file() -> None:
    assert set(PLATFORMS) == set(Platform)
    assert all(file.platform is platform for platform, file in PLATFORMS.items())


@FILES
def test_its_examples_are_true(file: PlatformFile) -> None:
    assert len(file.examples) >= 5
    for url, key in file.examples.items():
        assert recognise(url).key == key == file.recognise(url).key


@FILES
def test_it_has_a_route_for_both_legs(file: PlatformFile) -> None:
    assert {route.leg for route in file.routes} == set(Leg)
    for route in file.routes:
        assert route.way in {"email", "portal"}
        assert route.due_hours > 0 and route.source
        # An address nobody published is not made up: it is empty until the deployment sets it.
        assert route.address or (route.way == "email" and route.certainty is Certainty.HYPOTHESIS)
        if route.way == "portal":
            assert not route.automated_allowed


@FILES
def test_the_first_route_of_a_leg_has_an_address(file: PlatformFile) -> None:
    for leg in Leg:
        assert next(route for route in file.routes if route.leg is leg).address


@FILES
def test_each_fact_says_where_it_was_read(file: PlatformFile) -> None:
    codes = [fact.code for fact in file.facts]
    assert len(set(codes)) == len(codes) and "no_deadline" in codes
    assert all("§" in fact.source and fact.says for fact in file.facts)


@FILES
def test_its_signals_are_versioned_and_sourced(file: PlatformFile) -> None:
    signals = presence.load(file.platform, file.hosts)
    assert file.check.signal_set == signals.version
    assert file.check.expires == signals.expires
    names = [signal.name for signal in signals.signals]
    assert len(set(names)) == len(names)
    assert all(signal.source and re.compile(signal.pattern) for signal in signals.signals)
    assert {detail.fact for detail in signals.details} <= {"stable_id", "handle", "followers"}


@FILES
def test_a_check_by_hand_says_why(file: PlatformFile) -> None:
    assert bool(file.check.why_manual) is file.check.manual_only
    assert re.search(r"\{(?:handle|id|actor|user)\}", file.check.url)
