"""The exercise's table: what was reported, sent, claimed and verified on each platform, and what became of the planted wrong ones."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from django.db.models import Count, Sum

from openiru.people.actor import Actor
from openiru.stages.cases.models import Case
from openiru.stages.notices.models import Notice
from openiru.stages.transparency import queries
from openiru.terms import Platform


def table(actor: Actor, *, now: datetime) -> dict[str, dict[str, object]]:
    """The compliance vector of this exercise, by platform, with `all` last."""
    found: dict[str, dict[str, object]] = {}
    for row in queries.compliance(actor, now=now):
        found[row.platform or "all"] = {
            **row.figures,
            **_gone(actor, row.platform, now),
            "median_hours": row.median_hours,
            "ninetieth_hours": row.ninetieth_hours,
        }
    return found


def _gone(actor: Actor, platform: str, now: datetime) -> dict[str, object]:
    """What the naive practice would call gone: nobody can see it any more, for whatever reason; withheld is apart."""
    seen = (queries.cases_of(actor, name, platform=platform, now=now) for name in ("verified_gone", "not_visible"))
    counts = [cases.aggregate(number=Count("id"), followers=Sum("account__followers")) for cases in seen]
    return {
        "gone": sum(one["number"] for one in counts),
        "followers_gone": sum(one["followers"] or 0 for one in counts),
    }


def planted_wrong(world: Path) -> dict[str, int]:
    """How many accounts were planted as wrong, how many were refused, for how many a notice went out. Read only after the run."""
    truth = json.loads((world / "truth.json").read_text(encoding="utf-8"))["accounts"]
    addresses = {url for url, one in truth.items() if not one["affiliated"]}
    cases = Case.objects.filter(account__reports__address__in=addresses).distinct()
    sent = Notice.objects.filter(case__in=cases).exclude(sent_at=None).values("case").distinct().count()
    return {"planted": len(addresses), "refused": cases.filter(state__in=["closed", "declined"]).count(), "sent": sent}


def why_still_there(actor: Actor, *, now: datetime) -> dict[str, dict[str, int]]:
    """Of what was sent and is not verified gone: never answered, refused, asked back, withheld here only, by platform."""
    gone = queries.cases_of(actor, "verified_gone", platform="", now=now).values("id")
    found: dict[str, dict[str, int]] = {}
    for platform in Platform:
        found[platform.value] = {
            figure: queries.cases_of(actor, figure, platform=platform.value, now=now).exclude(id__in=gone).count()
            for figure in ("silent", "declined", "clarification", "withheld_here", "not_visible", "not_referred")
        }
    return found


def keep(home: Path, name: str, result: dict[str, object]) -> Path:
    """Write a result where the Exercise page reads it."""
    path = home / "exercise" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(result, indent=1, default=str), encoding="utf-8")
    fresh.rename(path)
    return path
