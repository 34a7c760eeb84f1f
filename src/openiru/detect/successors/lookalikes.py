"""Letters that imitate others, read as what they imitate: look-alikes, digits in place of letters, other scripts in Latin."""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

from openiru.detect.names.letters import looks

LEET = str.maketrans({"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"})
_LATIN = re.compile("[a-z]")
_AT_THE_ENDS = "0123456789_.-"


def plain_letters(text: str) -> str:
    """Latin letters and digits of a small text. A digit between letters is the letter that it imitates; at the ends it counts.

    Look-alikes are read only beside Latin letters: a handle that is all of another script is written in Latin as it sounds.
    """
    if not text.isascii():
        text = anyascii(text.translate(_imitating()) if _LATIN.search(text) else text).lower()
    core = text.strip(_AT_THE_ENDS)
    before, _, after = text.partition(core) if core else (text, "", "")
    return before + core.translate(LEET) + after


@lru_cache(maxsize=1)
def _imitating() -> dict[int, str]:
    return {ord(sign): letter for sign, letter in looks().items()}
