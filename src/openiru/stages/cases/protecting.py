"""Lists of protected speakers that a deployment loads: a file with its hash; its rows stand until a senior reviewer ends them."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from openiru.errors import Refused, Unreadable
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.platforms import recognise
from openiru.stages.cases.models import Protection, ProtectionList
from openiru.stages.cases.protections import NewProtection, touched
from openiru.stages.register.screening import fold
from openiru.terms import ProtectionKind

COLUMNS = ("kind", "name", "address", "source", "expires_on")
LONGEST = 5_000_000
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a list brought: new protections, those that stood already, those that its newest version has no more."""

    list_id: int
    new: int
    kept: int
    dropped: int


def read(content: bytes, *, source: str) -> list[NewProtection]:
    """The rows of a CSV file with the columns of COLUMNS (source and expires_on may lack). Raises `Unreadable` with the line."""
    if len(content) > LONGEST:
        raise Unreadable("too_large")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("not_utf-8") from error
    rows = csv.DictReader(io.StringIO(text), strict=True)
    if not {"kind", "name", "address"} <= set(rows.fieldnames or ()):
        raise Unreadable("missing_column", where="line 1", value=", ".join(rows.fieldnames or ()))
    return list(_rows(rows, source))


def _rows(rows: csv.DictReader[str], source: str) -> Iterator[NewProtection]:
    try:
        for row in rows:
            yield _row(row, f"line {rows.line_num}", source)
    except csv.Error as error:
        raise Unreadable("bad_quoting", where=f"line {rows.line_num}") from error


def _row(row: dict[str, str | None], where: str, source: str) -> NewProtection:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if cells["kind"] not in set(ProtectionKind):
        raise Unreadable("no_such_kind", where=where, value=cells["kind"])
    if not cells["name"]:
        raise Unreadable("empty", where=where)
    new = NewProtection(ProtectionKind(cells["kind"]), cells["name"][:200], (cells["source"] or source)[:300])
    return replace(new, account_key=_key(cells["address"], where), expires_on=_day(cells["expires_on"], where))


def _key(address: str, where: str) -> str:
    if not address:
        return ""
    try:
        ref = recognise(address)
    except Unreadable as error:
        raise Unreadable(error.reason, where=where, value=address) from error
    account = ref.account
    if account is None:
        raise Unreadable("not_an_account", where=where, value=address)
    return account.key


def _day(text: str, where: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Unreadable("date_unclear", where=where, value=text) from error


@transaction.atomic
def load(name: str, content: bytes, *, source: str, actor: Actor, now: datetime) -> Loaded:
    """Take in a list whole or not at all. The same bytes again change nothing; a newer version of a list ends nothing by itself."""
    actor.must("protection.load")
    if not source.strip() or not name.strip():
        raise Refused("reasons_missing")
    rows = list(dict.fromkeys(read(content, source=source)))
    sha256 = hashlib.sha256(content).hexdigest()
    made, new_list = ProtectionList.objects.get_or_create(
        name=name.strip()[:120],
        sha256=sha256,
        defaults={"source": source[:300], "rows": len(rows), "loaded_at": now, "loaded_by_id": actor.user_id},
    )
    if not new_list:
        return Loaded(made.id, 0, len(rows), 0)
    new, kept, dropped = _store(rows, made, actor, now)
    facts = {"name": made.name, "sha256": sha256, "new": new, "kept": kept, "dropped": dropped}
    ledger.append(actor.id, "protection.list_loaded", f"protections:{made.id}", now=now, facts=facts)
    return Loaded(made.id, new, kept, dropped)


def _store(rows: list[NewProtection], made: ProtectionList, actor: Actor, now: datetime) -> tuple[int, int, int]:
    before = Protection.objects.select_for_update().filter(listed__name=made.name, ended_at=None)
    standing = {(one.kind, one.name, one.account_key): one for one in before}
    given = {(row.kind.value, row.name, row.account_key): row for row in rows}
    for key, row in given.items():
        if key in standing:
            Protection.objects.filter(id=standing[key].id).update(
                listed=made, dropped_at=None, expires_on=row.expires_on
            )
    fresh = Protection.objects.bulk_create(
        Protection(
            kind=row.kind, name=row.name, account_key=row.account_key, folded_name=fold(row.name)[:200], source=row.source,
            added_by_id=actor.user_id, added_at=now, expires_on=row.expires_on, listed=made,
        )
        for key, row in given.items()
        if key not in standing
    )  # fmt: skip
    for one in fresh:
        touched(one).update(stale=True)
    gone = [one.id for key, one in standing.items() if key not in given and one.dropped_at is None]
    Protection.objects.filter(id__in=gone).update(dropped_at=now)
    return len(fresh), len(given) - len(fresh), len(gone)
