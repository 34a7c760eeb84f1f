"""The product's clock: it only goes on, whatever the wall's does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from openiru import clock


class Wall(datetime):
    """A wall clock that jumps back by an hour after its first look."""

    looks = 0

    @classmethod
    def now(cls, _zone=None):  # type: ignore[no-untyped-def, override]
        cls.looks += 1
        start = datetime(2126, 3, 2, 9, 0, tzinfo=UTC)
        return start if cls.looks == 1 else start - timedelta(hours=1) + timedelta(seconds=cls.looks)


def test_a_wall_clock_that_jumps_back_does_not_take_the_product_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "datetime", Wall)
    monkeypatch.setattr(clock, "_offset", timedelta)
    monkeypatch.setattr(clock, "_latest", datetime(2000, 1, 1, tzinfo=UTC))
    seen = [clock.now() for _ in range(5)]
    assert seen == sorted(seen)
    assert seen[0] == seen[-1]
