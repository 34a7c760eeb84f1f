"""Invented approvals for the benchmark: four cases by the services, each copied; three items in three languages, every fourth an order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import connection
from tests import builders

from benchmarks import copies
from openiru.people.actor import Actor
from openiru.people.models import Agency
from openiru.stages.cases.models import Decision
from openiru.terms import Leg, NoticeKind, Platform

ORDER: dict[str, Any] = {"kind": NoticeKind.ORDER, "leg": Leg.LOCAL_LAW, **builders.LAW}
KINDS: tuple[tuple[Platform, dict[str, Any]], ...] = (
    (Platform.FACEBOOK, {}),
    (Platform.X, {}),
    (Platform.TELEGRAM, {}),
    (Platform.TELEGRAM, ORDER),
)
TEXTS = (
    ("en", "Join the brigade.", ""),
    ("ur", "وادی کی صبح کی صفوں میں شامل ہوں", "Join at dawn."),
    ("ar", "انضموا إلينا في الوادي", "Join us."),
)
TABLES = (
    "intake_account",
    "intake_item",
    "evidence_capture",
    "cases_case",
    "cases_assessment",
    "cases_assesseditem",
    "cases_decision",
)


def approvals(number: int) -> tuple[Actor, list[int]]:
    """The liaison, and the ids of so many approved decisions of which no notice was composed yet, the kinds in turn."""
    builders.an_installation()
    cast = builders.a_cast()
    Agency.objects.filter(slug="bureau").update(may_order=True, address="1 Example Street, Exampletown")
    each = number // len(KINDS)
    for place, (platform, changes) in enumerate(KINDS):
        _copied(_approved(cast, platform, changes), each, copies.BEGINS * (place + 1))
    made = Decision.objects.filter(id__gte=copies.BEGINS).values_list("id", flat=True)
    return cast.cleo, sorted(made, key=lambda one: (one % copies.BEGINS, one))


def _approved(cast: builders.Cast, platform: Platform, changes: dict[str, Any]) -> Decision:
    case = builders.a_case(cast, platform=platform, items=len(TEXTS))
    sheet = builders.a_worksheet(case)
    items = tuple(
        replace(item, language=language, excerpt=text, translation=words)
        for item, (language, text, words) in zip(sheet.items, TEXTS, strict=True)
    )
    told = {"items": items, "translator": "a sworn translator (invented)"}
    return builders.an_approval(cast, builders.an_assessment(cast, case, **told, **changes))


def _copied(decision: Decision, number: int, begins: int) -> None:
    """Copy a decision with all that it rests on."""
    case, assessment = decision.assessment.case, decision.assessment
    rows = {
        "intake_account": [case.account_id],
        "intake_item": list(case.account.items.values_list("id", flat=True)),
        "evidence_capture": list(case.account.captures.values_list("id", flat=True)),
        "cases_case": [case.id],
        "cases_assessment": [assessment.id],
        "cases_assesseditem": list(assessment.items.values_list("id", flat=True)),
        "cases_decision": [decision.id],
    }
    firsts, lasts = ({table: pick(ids) for table, ids in rows.items()} for pick in (min, max))
    with connection.cursor() as cursor, copies.unguarded(cursor):
        cursor.execute("create temp table if not exists mark (n bigint primary key)")
        cursor.execute("truncate mark")
        cursor.execute("insert into mark select generate_series(1, %s)", [number])
        for table in TABLES:
            copies.copy(cursor, table, firsts, lasts, begins)
