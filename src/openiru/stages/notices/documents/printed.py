"""What the PDF prints: the same document as `notice.json`, with the platform's name and, for an order, the sections of Annex I."""

from __future__ import annotations

import re

from openiru.platforms import PLATFORMS, annex_one
from openiru.platforms.document import as_json
from openiru.platforms.shapes import NoticeFacts

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_URDU = re.compile("[\u0679\u067e\u0686\u0688\u0691\u06a9\u06af\u06ba\u06be\u06c1\u06cc\u06d2]")
"""Letters that Urdu has and Arabic has not: what has one is set in Nastaliq."""


def script(text: str) -> str:
    """How a text is set: `ur` in Nastaliq, `ar` from right to left, an empty word from left to right."""
    if _URDU.search(text):
        return "ur"
    return "ar" if _RIGHT_TO_LEFT.search(text) else ""


def printed(facts: NoticeFacts) -> dict[str, object]:
    """The notice's facts as the template takes them: nothing is in it that is not in the facts."""
    annex = [
        {"letter": one.letter, "title": one.title, "fields": [list(field) for field in one.fields]}
        for one in annex_one.sections(facts)
    ]
    scripts = [[script(item.excerpt), script(item.translation)] for item in facts.items]
    return {**as_json(facts), "platform_title": PLATFORMS[facts.platform].title, "annex": annex, "scripts": scripts}
