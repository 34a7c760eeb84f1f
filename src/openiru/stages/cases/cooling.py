"""The cool-off: so long an approval may be recalled before anything of it goes out; an imminent threat never waits."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from openiru.stages.cases.models import Decision


def over(decision: Decision) -> datetime:
    """From when on a notice of this approval may leave."""
    if decision.assessment.case.urgent:
        return decision.at
    return decision.at + timedelta(minutes=int(settings.OPENIRU["OPENIRU_COOL_OFF"]))
