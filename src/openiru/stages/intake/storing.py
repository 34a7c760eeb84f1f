"""Stores one part of a file in a few statements over all of its rows: accounts by key, handles, items, reports, rejections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.backends.utils import CursorWrapper

from openiru.stages.intake.naming import Part

Given = dict[str, datetime | date | int | None]


@dataclass(frozen=True, slots=True)
class Whose:
    """What every row of a part has in common."""

    batch_id: int | None
    agency_id: int
    by_id: int | None
    now: datetime
    until: date
    reporter_id: int | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """How many accounts and reports a part added; what was known already is not counted.

    `told` are the ids of the reports of a small part's rows in their order, whether new or known; empty for a large one.
    """

    accounts: int
    reports: int
    told: tuple[int, ...] = ()


FEW = 1000
"""Up to so many rows a caller is told which report each of them became."""


_STAGES = """
create temp table stage (
    n int, line bigint, key text, handle_key text, platform text, kind text, url text, handle text, stable_id text,
    name text, phone_hash text, phone_sealed bytea, followers bigint, seen_at timestamptz, address text,
    organisation text, lists text[], note text, hashes jsonb, warnings text[]
) on commit drop;
create temp table stage_post (
    n int, key text, url text, kind text, posted_at timestamptz, language text, body text
) on commit drop;
create temp table stage_bad (line bigint, place text, value text, reason text) on commit drop;
"""

_IDENTIFY = """
update intake_account a set key = s.key, stable_id = s.stable_id, kind = s.kind
from (
    select distinct on (s.key) k.id, s.key, s.stable_id, s.kind
    from (
        select distinct on (handle_key) handle_key, key, stable_id, kind, seen_at, n from stage
        where handle_key <> '' order by handle_key, seen_at desc nulls last, n desc
    ) s join intake_account k on k.key = s.handle_key and k.stable_id = '' and k.merged_into_id is null
    where not exists (select 1 from intake_account b where b.key = s.key)
    order by s.key, s.seen_at desc nulls last, s.n desc
) s
where a.id = s.id
"""
"""A handle met its stable id: the account that was known by the handle alone is known by the id from now on.

Of two accounts whose handles met one id, the later handle's becomes it; the other stays, and its page shows that a person
should look.
"""

_FIND = """
create temp table who on commit drop as
select k.key, coalesce(held.merged_into_id, held.id, own.merged_into_id, own.id) as account_id
from (select distinct key from stage) k
left join intake_alias l on l.key = k.key and l.holds
left join intake_account held on held.id = l.account_id
left join intake_account own on own.key = k.key
"""
"""Who a key leads to: the account that holds it as a handle, else the one it is the key of; joined ones lead to the other."""

_MAKE = """
with made as (
insert into intake_account (uuid, platform, kind, key, url, handle, stable_id, name, phone_hash, phone_sealed, followers,
                            followers_at, first_seen, retain_until)
select distinct on (s.key) uuidv7(), s.platform, s.kind, s.key, s.url, s.handle, s.stable_id, s.name,
       s.phone_hash, s.phone_sealed, s.followers, case when s.followers is null then null else %(now)s end, %(now)s,
       %(until)s
from stage s join who using (key) where who.account_id is null
order by s.key, (s.followers is null), s.n desc
on conflict (key) do nothing
returning id, key
), told as (update who set account_id = made.id from made where made.key = who.key)
select count(*) from made
"""

_FOLLOWERS = """
update intake_account a set followers = s.followers, followers_at = %(now)s
from (select distinct on (who.account_id) who.account_id, s.followers from stage s join who using (key)
      where s.followers is not null and who.account_id is not null order by who.account_id, s.n desc) s
where a.id = s.account_id
"""

_NAMES = """
update intake_account a set name = s.name
from (select distinct on (who.account_id) who.account_id, s.name from stage s join who using (key)
      where s.name <> '' and who.account_id is not null order by who.account_id, s.seen_at desc nulls last, s.n desc) s
where a.id = s.account_id and a.name <> s.name
"""

_FOUND = "update who set account_id = a.id from intake_account a where who.account_id is null and a.key = who.key"

_SEEN = """
insert into intake_alias (account_id, key, handle, first_seen, last_seen, holds)
select who.account_id, s.handle_key, max(s.handle), min(coalesce(s.seen_at, %(now)s)), max(coalesce(s.seen_at, %(now)s)),
       false
from stage s join who using (key) where s.handle_key <> '' group by who.account_id, s.handle_key
on conflict (account_id, key) do update set handle = excluded.handle,
    first_seen = least(intake_alias.first_seen, excluded.first_seen),
    last_seen = greatest(intake_alias.last_seen, excluded.last_seen)
"""

_LOSE = """
update intake_alias l set holds = false
where l.holds and l.key = any(%(keys)s)
  and exists (select 1 from intake_alias o where o.key = l.key and o.last_seen > l.last_seen)
"""

_HOLD = """
update intake_alias set holds = true
where not holds and id in (
    select distinct on (key) id from intake_alias where key = any(%(keys)s) order by key, last_seen desc, holds desc, id
)
"""

_SHOWN = """
update intake_account a set handle = l.handle
from (select distinct on (account_id) account_id, handle from intake_alias
      where account_id in (select account_id from intake_alias where key = any(%(keys)s))
      order by account_id, holds desc, last_seen desc, id desc) l
where a.id = l.account_id and a.handle <> l.handle
"""

_POSTS = """
insert into intake_item (account_id, key, url, kind, posted_at, language, text, first_seen, retain_until)
select distinct on (p.key) who.account_id, p.key, p.url, p.kind, p.posted_at, p.language, p.body, %(now)s, %(until)s
from stage_post p join stage s using (n) join who on who.key = s.key order by p.key, p.n
on conflict (key) do nothing
"""

_REPORTS = """
insert into intake_report (account_id, batch_id, line, agency_id, address, claimed_organisation, claimed_lists, followers,
                           name, seen_at, note, words, hashes, warnings, at, by_id, reporter_id, retain_until)
select who.account_id, %(batch)s, s.line, %(agency)s, s.address, s.organisation, s.lists, s.followers, s.name, s.seen_at,
       s.note, sha256(convert_to(s.address || chr(31) || s.note, 'UTF8')), s.hashes, s.warnings, %(now)s,
       %(by)s, %(reporter)s, %(until)s
from stage s join who using (key) order by s.n
on conflict (account_id, agency_id, words) do nothing
"""


_TOLD = """
select r.id from stage s join who using (key)
join intake_report r on r.account_id = who.account_id and r.agency_id = %(agency)s
    and r.words = sha256(convert_to(s.address || chr(31) || s.note, 'UTF8'))
order by s.n
"""

_BAD = """
insert into intake_rejection (batch_id, line, "column", value, reason)
select %(batch)s, line, place, value, reason from stage_bad
"""


def store(part: Part, whose: Whose) -> Stored:
    """Store a part in the caller's transaction. Keys lead to known accounts; handles go to who was last seen with them."""
    given: Given = {
        "now": whose.now,
        "until": whose.until,
        "batch": whose.batch_id,
        "agency": whose.agency_id,
        "by": whose.by_id,
        "reporter": whose.reporter_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STAGES)
        _copy(cursor, "stage", part.rows)
        if part.with_ids:
            cursor.execute(_IDENTIFY)
        cursor.execute(_FIND)
        cursor.execute(_FOLLOWERS, given)
        cursor.execute(_NAMES, given)
        cursor.execute(_MAKE, given)
        made = int(cursor.fetchone()[0])
        cursor.execute(_FOUND)
        if part.with_ids:
            cursor.execute(_SEEN, given)
            cursor.execute("select array_agg(distinct handle_key) from stage where handle_key <> ''")
            settle_handles(cursor, cursor.fetchone()[0])
        if part.posts:
            _copy(cursor, "stage_post", part.posts)
            cursor.execute(_POSTS, given)
        cursor.execute(_REPORTS, given)
        reports = int(cursor.rowcount)
        if part.rejected:
            _copy(cursor, "stage_bad", part.rejected)
            cursor.execute(_BAD, given)
        told = _told(cursor, given) if part.named <= FEW else ()
        cursor.execute("drop table stage, stage_post, stage_bad, who")
    return Stored(made, reports, told)


def _told(cursor: CursorWrapper, given: Given) -> tuple[int, ...]:
    cursor.execute(_TOLD, given)
    return tuple(int(row[0]) for row in cursor.fetchall())


def settle_handles(cursor: CursorWrapper, keys: list[str]) -> None:
    """Give each of these handles to the account that was last seen with it, and show accounts by their newest handle."""
    for statement in (_LOSE, _HOLD, _SHOWN):
        cursor.execute(statement, {"keys": keys})


def _copy(cursor: CursorWrapper, table: str, lines: str) -> None:
    with cursor.copy(f"copy {table} from stdin") as copy:
        copy.write(lines)
