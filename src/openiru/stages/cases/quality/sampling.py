"""Which decisions are read a second time: a share that the supervisor sets, drawn by chance, in the decision's own transaction."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from openiru.stages.cases.quality.models import BlindReview, SampleShare

if TYPE_CHECKING:
    from openiru.stages.cases.models import Case


def share_of(agency_id: int) -> int:
    """The share in percent that an agency reads again; 0 until somebody set one."""
    found = SampleShare.objects.filter(agency_id=agency_id).order_by("-at", "-id").values_list("percent", flat=True)
    return found.first() or 0


def sample(case: Case, answer: str, person: int, now: datetime) -> BlindReview | None:
    """Ask for a blind second reading of this decision if chance says so. Nobody can tell beforehand which."""
    if secrets.randbelow(100) >= share_of(case.agency_id):
        return None
    return BlindReview.objects.create(
        case=case,
        first=answer,
        first_by_id=person,
        asked_at=now,
        platform=case.account.platform,
        language=case.language,
        organisation=case.organisation.name if case.organisation else "",
    )
