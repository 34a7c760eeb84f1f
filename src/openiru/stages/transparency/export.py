"""The whole compliance record as a table: one line a case, every figure a column, nothing rounded."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from django.db import transaction
from django.db.models import BooleanField, Case, Value, When

from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.cases.queries import visible
from openiru.stages.notices.documents.mail import harmless
from openiru.stages.transparency import vector
from openiru.stages.transparency.figures import FIGURES


@transaction.atomic
def as_csv(actor: Actor, *, now: datetime) -> str:
    """Return the table; that somebody took it is in the ledger. No officer's name, no phone number stands in it."""
    actor.must("transparency.view")
    marks = {
        f"is_{name}": Case(When(figure.where(now), then=Value(True)), default=Value(False), output_field=BooleanField())
        for name, figure in FIGURES.items()
        if name != "reported"
    }
    cases = visible(actor).select_related("account__conclusion").annotate(**marks).order_by("id")
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(
        ["case", "platform", "account", "state", "followers", "followers_at", "verified", "verified_since", *marks]
    )
    count = 0
    for case in cases.iterator(chunk_size=2000):
        account, said = case.account, getattr(case.account, "conclusion", None)
        table.writerow(
            [
                case.number,
                account.platform,
                harmless(account.key),
                case.state,
                "" if account.followers is None else account.followers,
                account.followers_at.isoformat() if account.followers_at else "",
                said.verified if said else "unknown",
                said.since.isoformat() if said else "",
                *(int(getattr(case, mark)) for mark in marks),
            ]
        )
        count += 1
    ledger.append(actor.id, "transparency.exported", "compliance", now=now, facts={"cases": count})
    return out.getvalue()


@transaction.atomic
def vector_csv(actor: Actor, asked: vector.Asked, *, now: datetime) -> str:
    """Return the vector by platform, ground, leg and week, every count a column; that somebody took it is in the ledger."""
    actor.must("transparency.view")
    found = vector.cells(actor, asked)
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow([*vector.AXES, *vector.COUNTS])
    for cell in found:
        table.writerow([cell.platform, cell.ground, cell.leg, cell.week, *cell.counts.values()])
    ledger.append(actor.id, "transparency.exported", "vector", now=now, facts={"cells": len(found)})
    return out.getvalue()
