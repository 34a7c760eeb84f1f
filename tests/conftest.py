"""Fixtures that every test may use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db import connection
from pytest_django import DjangoDbBlocker


@pytest.fixture
def now() -> datetime:
    """A fixed moment, so that tests do not depend on the day they run."""
    return datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Commit for real. The ledger's guards refuse to empty it, so they are put aside for that one statement."""
    with django_db_blocker.unblock():
        yield
        tables = [model._meta.db_table for model in apps.get_models() if model.__module__.startswith("openiru.")]
        with connection.cursor() as cursor:
            cursor.execute("set session_replication_role = replica")
            cursor.execute(f"truncate {', '.join(tables)} restart identity cascade")
            cursor.execute("set session_replication_role = origin")
