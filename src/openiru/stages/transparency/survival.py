"""How long until platforms act: the share still not acted on by hours since sending (Kaplan and Meier, by SciPy)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from scipy.stats import CensoredData, ecdf

from openiru.people.actor import Actor
from openiru.stages.transparency.vector import EVERYTHING, Asked, sent_notices
from openiru.terms import ACTED

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Point:
    """After so many hours this share is not acted on yet; `low` and `high` bound it with 95 % confidence (log-log)."""

    hours: float
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Curve:
    """One platform's curve over all of its notices; `acted` of `notices` were acted on. It begins at hour 0 with share 1."""

    platform: str
    notices: int
    acted: int
    points: tuple[Point, ...]

    @property
    def median_hours(self) -> float | None:
        """When half was acted on; None where it never came to that."""
        return next((point.hours for point in self.points if point.share <= 0.5), None)


def curves(actor: Actor, asked: Asked = EVERYTHING, *, now: datetime) -> list[Curve]:
    """A curve for each platform that was sent something, by the platform's own word that it acted.

    A refusal is not an end of waiting: the account is still there, so it stays in the denominator until now, and the curve
    ends at the share that was never acted on. What was withdrawn counts until then.
    """
    acted = {outcome.value for outcome in ACTED}
    rows: dict[str, tuple[list[float], list[float]]] = {}
    columns = ("platform", "sent_at", "answered_at", "withdrawn_at", "claimed")
    for platform, sent, answered, withdrawn, claimed in sent_notices(actor, asked).values_list(*columns):
        ended, open_ = rows.setdefault(platform, ([], []))
        if claimed in acted and answered is not None:
            ended.append(max((answered - sent) / _HOUR, 0.0))
        else:
            open_.append(max(((withdrawn or now) - sent) / _HOUR, 0.0))
    return [_curve(platform, *rows[platform]) for platform in sorted(rows)]


def _curve(platform: str, ended: list[float], open_: list[float]) -> Curve:
    return Curve(platform, len(ended) + len(open_), len(ended), estimate(ended, open_))


def estimate(ended: list[float], open_: list[float]) -> tuple[Point, ...]:
    """The Kaplan–Meier estimate over hours until action and hours without one so far."""
    start = Point(0.0, 1.0, 1.0, 1.0)
    if not ended:
        return (start,)
    sf = ecdf(CensoredData(uncensored=np.array(ended), right=np.array(open_))).sf
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # where bounds are undefined, `_bounded` gives the whole range
        bounds: Any = sf.confidence_interval(method="log-log")
    found = zip(
        sf.quantiles.tolist(),
        sf.probabilities.tolist(),
        bounds.low.probabilities.tolist(),
        bounds.high.probabilities.tolist(),
        strict=True,
    )
    seen = set(ended)
    return (start, *(Point(at, share, *_bounded(share, low, high)) for at, share, low, high in found if at in seen))


def _bounded(share: float, low: float, high: float) -> tuple[float, float]:
    """Where the bounds are not defined (nothing or everything acted on) they are the whole range."""
    return (low if low == low else 0.0), (high if high == high else max(share, 1.0))
