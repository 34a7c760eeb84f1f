"""The words that the UK Sanctions List uses in each of its forms, and what they are to us."""

from __future__ import annotations

from openiru.stages.register.formats.entries import Collector
from openiru.terms import AliasQuality

TYPE = {
    "primary name": AliasQuality.PRIMARY,
    "primary name variation": AliasQuality.STRONG,
    "alias": AliasQuality.STRONG,
}
"""Their type → ours, in small letters, since the list writes it in several ways."""

DATES = ("%d/%m/%Y", "%Y-%m-%d")


def quality_of(kind: str, strength: str, *, reference: str, entries: Collector) -> AliasQuality:
    """The quality of a name of this type and strength; a type that is not known is weak, with a warning."""
    if kind.lower() not in TYPE:
        entries.warn(f"{reference}: name type {kind or 'missing'!r} is not known; kept as weak")
    quality = TYPE.get(kind.lower(), AliasQuality.WEAK)
    low = "low" in strength.lower()
    return AliasQuality.WEAK if low and quality is not AliasQuality.PRIMARY else quality
