"""What the PDF prints: the same document as `notice.json`, with the platform's name and, for an order, the sections of Annex I."""

from __future__ import annotations

from openiru.platforms import PLATFORMS, annex_one
from openiru.platforms.document import as_json
from openiru.platforms.shapes import NoticeFacts


def printed(facts: NoticeFacts) -> dict[str, object]:
    """The notice's facts as the template takes them: nothing is in it that is not in the facts."""
    annex = [
        {"letter": one.letter, "title": one.title, "fields": [list(field) for field in one.fields]}
        for one in annex_one.sections(facts)
    ]
    return {**as_json(facts), "platform_title": PLATFORMS[facts.platform].title, "annex": annex}
