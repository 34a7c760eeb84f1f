"""Reads of queues: one page by its keys, never by counting; each branch of a queue is one index, and the branches are merged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from openiru.people.actor import Actor
from openiru.people.models import User
from openiru.people.roles import Role
from openiru.stages.cases.models import Case, SavedQuery, Viewing
from openiru.stages.cases.triage import rules
from openiru.stages.cases.triage.rules import ALL, MINE, Order, Place, Wanted
from openiru.stages.evidence.models import Capture

A_PAGE = 50
MOST_COUNTED = 1_000
"""Numbers beside a queue are counted up to here and no further."""
MOST_FOUND = 1_000
"""Cases that a search for words looks at."""
_WORD = re.compile(r"[^\s'\\:&|!()<>*\x00]+")
Key = tuple[bool, Any, int]


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of a queue; `after` leads to the next one, and is None at the end."""

    cases: list[Case]
    after: Place | None


def page(wanted: Wanted, actor: Actor, *, now: datetime, after: Place | None = None) -> QueuePage:
    """The next cases of a queue that this person may see, imminent threats first, then by score or by age."""
    keys = _keys(wanted, actor, now, after=after)
    cases = _load([case_id for _, _, case_id in keys[:A_PAGE]])
    more = len(keys) > A_PAGE
    return QueuePage(cases, _place(keys[A_PAGE - 1], wanted.order) if more else None)


def free(wanted: Wanted, actor: Actor, *, now: datetime, besides: int | None = None) -> Iterator[int]:
    """The cases of a queue that nobody else holds, in its order."""
    for _, _, case_id in _keys(wanted, actor, now, free_for=actor.user_id or 0):
        if case_id != besides:
            yield case_id


def many(wanted: Wanted, actor: Actor, *, now: datetime) -> int:
    """How many cases a queue has, counted up to `MOST_COUNTED`."""
    found = _together([one.order_by().values("id")[:MOST_COUNTED] for one in _branches(wanted, actor, now)])
    return min(found.count(), MOST_COUNTED) if found is not None else 0


_COUNTS = """
select state, least(sum(number), %(most)s)::int from unnest(%(agencies)s::bigint[]) as a (id)
  cross join unnest(%(states)s::text[]) as s (state)
  cross join lateral (select count(*) as number from (
    select 1 from cases_case c where c.agency_id = a.id and c.state = s.state limit %(most)s) as limited) as counted
group by state having sum(number) > 0
"""


def counts(actor: Actor) -> dict[str, int]:
    """How many cases this person may see in each state, each counted up to `MOST_COUNTED`."""
    actor.must("case.view")
    with connection.cursor() as cursor:
        values: dict[str, Any] = {
            "most": MOST_COUNTED,
            "agencies": sorted(actor.sees),
            "states": [str(one) for one in Case.State.values],
        }
        cursor.execute(_COUNTS, values)
        return dict(cursor.fetchall())


def saved(actor: Actor) -> QuerySet[SavedQuery]:
    """This person's own queues, and those that their agency shares."""
    actor.must("case.view")
    mine = Q(owner_id=actor.user_id) | Q(shared=True, agency_id=actor.agency_id)
    return SavedQuery.objects.filter(mine).select_related("owner").order_by("name", "id")


def viewers(case_id: int, actor: Actor, *, now: datetime) -> list[User]:
    """The colleagues who have this case open now."""
    seen = Viewing.objects.filter(case_id=case_id, at__gt=now - rules.SEEN).exclude(user_id=actor.user_id or 0)
    return [one.user for one in seen.select_related("user").order_by("at")]


def _load(ids: Sequence[int]) -> list[Case]:
    found = Case.objects.select_related("account", "agency", "held_by", "organisation").in_bulk(list(ids))
    return [found[one] for one in ids]


def _place(key: Key, order: str) -> Place:
    urgent, value, case_id = key
    return Place(not urgent, str(-value) if order == Order.SCORE else value.isoformat(), case_id)


def _keys(
    wanted: Wanted, actor: Actor, now: datetime, *, after: Place | None = None, free_for: int | None = None
) -> list[Key]:
    """The sorting keys of a queue: (not urgent, minus score or opening, id), each branch read in the order of its index."""
    column = "score" if wanted.order == Order.SCORE else "opened_at"
    branches = []
    for branch in _branches(wanted, actor, now):
        rows = _beyond(branch, after, column)
        if free_for is not None:
            rows = rows.filter(Q(held_by=None) | Q(held_until__lte=now) | Q(held_by=free_for))
        ordered = rows.order_by("-urgent", "-score" if column == "score" else "opened_at", "id")
        branches.append(ordered.values_list("urgent", column, "id")[: A_PAGE + 1])
    found = _together(branches)
    return sorted({_key(row, column) for row in found})[: A_PAGE + 1] if found is not None else []


def _together(branches: Sequence[QuerySet[Any, Any]]) -> QuerySet[Any, Any] | None:
    """One question of many branches, each with its own order and limit; None of none."""
    if not branches:
        return None
    return branches[0].union(*branches[1:], all=True) if len(branches) > 1 else branches[0]


def _key(row: tuple[bool, Any, int], column: str) -> Key:
    urgent, value, case_id = row
    return (not urgent, -value if column == "score" else value, case_id)


def _beyond(branch: QuerySet[Case], after: Place | None, column: str) -> QuerySet[Case]:
    """What comes after a place; the bound that the index can begin at stands beside the exact one."""
    if after is None:
        return branch
    try:
        value: object = int(after.key) if column == "score" else datetime.fromisoformat(after.key)
    except ValueError:
        return branch
    step = "lt" if column == "score" else "gt"
    beyond = Q(**{f"{column}__{step}": value}) | Q(**{column: value, "id__gt": after.case_id})
    if after.urgent:
        return branch.filter(Q(urgent=False) | Q(urgent=True) & beyond)
    return branch.filter(beyond, urgent=False, **{f"{column}__{step}e": value})


def _branches(wanted: Wanted, actor: Actor, now: datetime) -> Iterator[QuerySet[Case]]:
    """One query for each agency and each state that the person has work in, each a walk along one index; a search for words is one."""
    actor.must("case.view")
    narrowed = _narrowed(wanted, actor, now)
    agencies, states = sorted(_agencies(wanted, actor)), _states(wanted, actor)
    if wanted.text and agencies and states:
        waits = Q()
        for state, more in states:
            waits |= Q(state=state) & more
        yield narrowed(Case.objects.filter(waits, agency_id__in=agencies))
        return
    for agency in agencies:
        for state, more in states:
            yield narrowed(Case.objects.filter(more, agency_id=agency, state=state))


def _agencies(wanted: Wanted, actor: Actor) -> Iterable[int]:
    if wanted.agency is not None:
        return actor.sees & {wanted.agency}
    return actor.sees


def _states(wanted: Wanted, actor: Actor) -> list[tuple[str, Q]]:
    if wanted.state == ALL:
        return [(str(state), Q()) for state in Case.State.values]
    return waits_for(actor) if wanted.state == MINE else [(wanted.state, Q())]


def waits_for(actor: Actor) -> list[tuple[str, Q]]:
    """The states in which something waits for this very person, each with what is excepted: nobody decides on their own."""
    others = ~Q(assessor_id=actor.user_id) | Q(assessor=None)
    waits = [(str(Case.State.OPEN), Q())] if Role.ANALYST in actor.roles else []
    if Role.APPROVER in actor.roles:
        return [*waits, (str(Case.State.ASSESSED), others)]
    if Role.SECOND_OPINION in actor.roles:
        return [*waits, (str(Case.State.ASSESSED), others & Q(needs_opinion=True))]
    return waits


def _narrowed(wanted: Wanted, actor: Actor, now: datetime) -> Any:
    plain: dict[str, Any] = {}
    for name in ("platform", "language"):
        if getattr(wanted, name):
            plain[name] = getattr(wanted, name)
    if wanted.organisation is not None:
        plain["organisation_id"] = wanted.organisation
    due = rules.until(wanted.clock, now)
    if due is not None:
        plain["due_at__lte"] = due
    if wanted.skill:
        plain["language__in"] = ["", "zxx", "und", "en", *_reads(actor)]

    def narrow(found: QuerySet[Case]) -> QuerySet[Case]:
        found = found.filter(**plain)
        if not wanted.graphic:
            found = found.exclude(Exists(Capture.objects.filter(account=OuterRef("account"), graphic=True)))
        return _with_words(found, wanted.text) if wanted.text else found

    return narrow


def _reads(actor: Actor) -> list[str]:
    known = User.objects.filter(id=actor.user_id or 0).values_list("languages", flat=True).first() or []
    return list(known)


def _with_words(found: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Cases one of whose words (handle, id, key, name, claimed name) begins like each word of the text; or a case's number."""
    number = re.fullmatch(r"[cC]-?0*(\d{1,15})", text)
    if number:
        return found.filter(id=int(number.group(1)))
    words = _WORD.findall(text)
    if not words:
        return found.none()
    query = " & ".join(f"'{word}':*" for word in words)
    hits = found.filter(search=SearchQuery(query, config="simple", search_type="raw"))
    return Case.objects.filter(id__in=list(hits.order_by().values_list("id", flat=True)[:MOST_FOUND]))


_SKIP = """
select distinct value from unnest(%(agencies)s::bigint[]) as a (id) cross join lateral (
  with recursive one as (
    (select {column} as value from cases_case where agency_id = a.id and state = 'open' and {column} {least} order by {column} limit 1)
    union all
    select (select {column} from cases_case where agency_id = a.id and state = 'open' and {column} > one.value
            order by {column} limit 1) from one where one.value is not null
  ) select value from one where value is not null limit 500) as found order by value
"""
"""The different values of a column in the open cases of agencies, by leaps along its index: as many steps as there are values."""


def values(column: str, actor: Actor) -> list[Any]:
    """The languages (`language`) or organisations (`organisation_id`) that open cases have."""
    least = {"language": "> ''", "organisation_id": "> 0"}[column]
    with connection.cursor() as cursor:
        cursor.execute(_SKIP.format(column=column, least=least), {"agencies": sorted(actor.sees)})
        return [value for (value,) in cursor.fetchall()]


def gone_before(now: datetime) -> datetime:
    """Viewings older than this mean nothing any more."""
    return now - timedelta(hours=1)
