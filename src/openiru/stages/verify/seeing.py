"""What one look brings, ready to be recorded, and whether the canaries of its run make it count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openiru.platforms.shapes import Sighting
from openiru.stages.verify import rules
from openiru.stages.verify.models import CanaryLook
from openiru.terms import Presence


@dataclass(frozen=True, slots=True)
class Seen:
    """One look, ready to be recorded."""

    account_id: int
    vantage: str
    sighting: Sighting
    address: str
    status: int | None = None
    final_address: str = ""
    page_sha256: str = ""
    signal_set: str = ""
    read_as: str = ""
    capture_id: int | None = None
    notice_id: int | None = None
    by_hand: bool = False

    def kept(self, now: datetime, sighting: Sighting | None = None) -> dict[str, Any]:
        """What is kept of every look, as columns; `sighting` where the page showed another account."""
        shown = sighting or self.sighting
        return {
            "at": now,
            "vantage": self.vantage,
            "presence": shown.presence,
            "territory": shown.territory[:2],
            "signal": shown.signal[:80],
            "quote": shown.quote[:300],
            "status": self.status,
            "address": self.address[:600],
            "final_address": self.final_address[:600],
            "signal_set": self.signal_set,
            "read_as": self.read_as,
            "page_sha256": self.page_sha256,
        }


def separating(platform: str, vantage: str, at: datetime, *, of_items: bool = False) -> bool:
    """Whether this platform's canaries, one live and one not there, both read as expected from this vantage about that time.

    A canary that could not be reached says nothing; it is looked at again.
    """
    looks = CanaryLook.objects.filter(
        canary__platform=platform,
        canary__of_items=of_items,
        vantage=vantage,
        at__gte=at - rules.CANARY_FRESH,
        at__lte=at + rules.CANARY_FRESH,
    )
    looks = looks.exclude(presence=Presence.ERROR).select_related("canary")
    fits = {(look.canary.expect, look.presence == look.canary.expect) for look in looks}
    expected = {(Presence.LIVE.value, True), (Presence.NOT_FOUND.value, True)}
    return expected <= fits and not any(not right for _, right in fits)
