"""Copies of rows that the services made once: as many as a benchmark needs, with every number, key and address their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

BEGINS = 10_000_000
"""The first id of what is copied."""
ROOM = 10
"""So many rows of one table may belong to one copy."""
_OF = {
    "account_id": "intake_account",
    "item_id": "intake_item",
    "capture_id": "evidence_capture",
    "case_id": "cases_case",
    "assessment_id": "cases_assessment",
    "decision_id": "cases_decision",
    "notice_id": "notices_notice",
}
_OWN = {
    "uuid": "gen_random_uuid()",
    "key": "key || n",
    "handle": "handle || n",
    "stable_id": "case when stable_id = '' then '' else stable_id || n end",
    "url": "url || n",
    "reference": "'IRU-' || lpad(n::text, 14, '0')",
    "holder_code": "lpad(n::text, 14, '0')",
    "message_id": "'<' || lpad(to_hex(n), 32, '0') || '@iru.example.org>'",
    "message_sha256": "digest",
}


@contextmanager
def unguarded(cursor: Any) -> Iterator[None]:
    """Copy past the triggers: what is copied was made through them."""
    cursor.execute("set session_replication_role = replica")
    yield
    cursor.execute("set session_replication_role = origin")
    cursor.execute("analyze")


def copy(cursor: Any, table: str, firsts: Mapping[str, int], lasts: Mapping[str, int], begins: int = BEGINS) -> None:
    """Copy the rows of a table from its first to its last id, once for each row `n` of the table `mark`.

    What points to another table of `firsts` points to the copy there.
    """
    cursor.execute("select column_name from information_schema.columns where table_name = %s", [table])
    columns = [name for (name,) in cursor.fetchall()]
    chosen = [_chosen(name, table, firsts, begins) for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(
        f"insert into {table} ({names}) select {', '.join(chosen)} from {table}, mark where id between %s and %s",
        [firsts[table], lasts.get(table, firsts[table])],
    )


def _chosen(name: str, table: str, firsts: Mapping[str, int], begins: int) -> str:
    other = table if name == "id" else _OF.get(name, "")
    if other in firsts:
        return f'{begins} + n * {ROOM} + "{name}" - {firsts[other]}'
    return _OWN.get(name, f'"{name}"')
