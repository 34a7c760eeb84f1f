"""Fixtures that every test may use."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest


@pytest.fixture
def now() -> datetime:
    """A fixed moment, so that tests do not depend on the day they run."""
    return datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
