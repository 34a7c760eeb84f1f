"""What a platform's own text makes of two gates: is each item still live, and do enough items carry a request against a whole account.

Both numbers are a hypothesis of the reference (§13 [H]). What stops a notice, and what is only shown, is decided here for each
platform, with why; a platform that is not named has the two that stand for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from openiru.platforms.shapes import Weight
from openiru.terms import Platform

STALE_AFTER = timedelta(hours=24)
"""An item should have been seen live within this time when the notice is sent."""

ENOUGH_FOR_AN_ACCOUNT = 3
"""Items that a request against a whole account should rest on."""


@dataclass(frozen=True, slots=True)
class Gate:
    """How much a gap weighs, and why; `kinds` are the kinds of account that it stops, none: all of them."""

    weight: Weight
    why: str
    source: str
    kinds: frozenset[str] = frozenset()

    def weighs(self, key: str) -> Weight:
        """The weight for the account with this key (`platform:kind:…`)."""
        kind = key.split(":")[1] if key.count(":") else ""
        return self.weight if not self.kinds or kind in self.kinds else Weight.SOFT


_LIVE = Gate(
    Weight.HARD,
    "anybody can look at its page, a look takes a minute, and what is gone already comes back as refused or a duplicate",
    "§4 [N S35]: of 23 items 3 were duplicates and 12 brought nothing; §13 [H]",
)
_LIVE_FOR_MEMBERS = Gate(Weight.SOFT, "only members can look again, and nobody joins to check", "§6 and law 10")

LIVE: Mapping[Platform, Gate] = {
    Platform.X: Gate(Weight.HARD, "X delays on duplicates and on what is not there", "§0.5, §3 [P S5, S11]"),
    Platform.TELEGRAM: Gate(
        Weight.HARD, "Telegram may stop reading whoever sends unfounded reports repeatedly", "§2 [P S22]"
    ),
    Platform.YOUTUBE: Gate(Weight.HARD, "its priority flaggers are measured by their accuracy", "§8 [P S51]"),
    Platform.WHATSAPP: _LIVE_FOR_MEMBERS,
    Platform.DISCORD: _LIVE_FOR_MEMBERS,
}

_SEVERAL = Gate(Weight.SOFT, "it takes an account on less where that is plain; fewer are seldom enough", "§13 [H]")

SEVERAL: Mapping[Platform, Gate] = {
    Platform.X: Gate(Weight.SOFT, "X asks for the specific posts or accounts, and names no number", "§3 [P S5]"),
    Platform.FACEBOOK: Gate(Weight.SOFT, "a Tier 1 entity's own account goes whatever it posted", "§4 [P S36]"),
    Platform.INSTAGRAM: Gate(Weight.SOFT, "a Tier 1 entity's own account goes whatever it posted", "§4 [P S36]"),
    Platform.YOUTUBE: Gate(Weight.SOFT, "it ends channels of members of designated organisations", "§8 [P S52]"),
    Platform.TIKTOK: Gate(Weight.SOFT, "it may ban members on evidence from elsewhere", "§7 [P S49]"),
    Platform.TELEGRAM: Gate(Weight.SOFT, "3 to 10 exact posts work best", "§2 [H from P]"),
    Platform.WHATSAPP: Gate(
        Weight.HARD,
        "it weighs amount, severity and repetition: name several dated updates, not the channel alone",
        "§6 [P S39]",
        frozenset({"channel"}),
    ),
}


def live(platform: Platform) -> Gate:
    """The gate of an item that was not seen live lately."""
    return LIVE.get(platform, _LIVE)


def several(platform: Platform) -> Gate:
    """The gate of a request against a whole account that rests on few items."""
    return SEVERAL.get(platform, _SEVERAL)
