"""How the tests of the laws ask: a rule's no by its code, the database's no by raw SQL as the application's own role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from openiru.errors import Refused


@contextmanager
def refused(code: str) -> Iterator[None]:
    """A rule says no with exactly this code."""
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code, str(caught.value)


@contextmanager
def refused_by_the_database(words: str) -> Iterator[None]:
    """The database says no, in these words or by the constraint of this name; what it refused is rolled back."""
    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        yield


def sql(statement: str, *values: Any) -> int:
    """Run one statement past every service; returns the number of rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
