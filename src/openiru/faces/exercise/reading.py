"""How the exercise's simulated analyst reads a page: the documented signs by which a person there recognises and spares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from openiru.stages.register.screening import fold
from openiru.terms import Ground

CALLS: tuple[tuple[str, Ground, str], ...] = (
    ("join the ranks", Ground.SOLICITS_PARTICIPATION, ""),
    ("enlist with", Ground.SOLICITS_PARTICIPATION, ""),
    ("donate to the", Ground.SOLICITS_PARTICIPATION, ""),
    ("take up arms", Ground.INCITES, ""),
    ("ki safon mein shamil", Ground.SOLICITS_PARTICIPATION, "Join the ranks of {name}."),
    ("ke liye chanda", Ground.SOLICITS_PARTICIPATION, "Give money for {name}."),
    ("hathiyar uthao", Ground.INCITES, "Take up arms with {name}."),
    ("صفوں میں شامل", Ground.SOLICITS_PARTICIPATION, "Join the ranks of {name}."),
    ("چندہ دیں", Ground.SOLICITS_PARTICIPATION, "Give money for {name}."),
    ("ہتھیار اٹھاؤ", Ground.INCITES, "Take up arms with {name}."),
    ("glory to the", Ground.INCITES, ""),
    ("brave sons of", Ground.INCITES, ""),
    ("janbaz zindabad", Ground.INCITES, "Long live the fighters of {name}."),
    ("جانباز زندہ باد", Ground.INCITES, "Long live the fighters of {name}."),
)
"""Sign, the ground a person would give for it, and the translation a reader of the language would write."""

SPARES: tuple[tuple[str, str], ...] = (
    ("newsroom", "press"),
    ("correspondent", "press"),
    ("gazette", "press"),
    ("journalist", "press"),
    ("according to police", "reporting"),
    ("satire", "satire"),
    ("parody", "satire"),
    ("human rights", "a rights group"),
    ("condemn", "counter-speech"),
    ("mazammat", "counter-speech"),
    ("against violence", "counter-speech"),
    ("cricket", "a namesake"),
    ("مذمت", "counter-speech"),
)


@dataclass(frozen=True, slots=True)
class Sign:
    """What a reader found in one text."""

    ground: Ground
    quote: str
    translation: str
    language: str


def spared(texts: Iterable[str]) -> str:
    """Why this is somebody who must not be referred; empty when nothing says so."""
    whole = "\n".join(texts).lower()
    return next((why for sign, why in SPARES if sign in whole), "")


def call_in(text: str, names: Iterable[str]) -> Sign | None:
    """The sentence that calls for the organisation, quoted, if this text both names it and calls."""
    if not names_it(text, names):
        return None
    lower = text.lower()
    for sign, ground, translation in CALLS:
        at = lower.find(sign)
        if at >= 0:
            name = next(iter(names), "")
            quote = _sentence(text, at)
            own = translation.format(name=name) or f"{name}: {quote[quote.lower().find(sign) :]}"
            return Sign(ground, quote, own, language_of(quote))
    return None


def names_it(text: str, names: Iterable[str]) -> bool:
    """Whether a text has one of the names, in whatever script."""
    folded = f" {fold(text)} "
    return any(f" {fold(name)} " in folded or name in text for name in names)


def language_of(text: str) -> str:
    """Urdu script, Roman Urdu or English, as a person sees at once."""
    if any("\u0600" <= letter <= "\u06ff" for letter in text):
        return "ur"
    words = set(text.lower().split())
    return "ur-Latn" if words & {"ki", "ke", "mein", "zindabad", "walo.", "hathiyar", "liye"} else "en"


def _sentence(text: str, at: int) -> str:
    ends = ".۔!?\n"
    start = max((text.rfind(end, 0, at) for end in ends), default=-1) + 1
    stops = [place for end in ends if (place := text.find(end, at)) >= 0]
    return text[start : min(stops, default=len(text)) + 1].strip()[:400]
