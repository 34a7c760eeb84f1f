"""Composes the letter that corrects what a notice said: from facts, so that a person only reads it and sends it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from openiru.stages.notices.models import Notice

SCHEMA = "openiru-correction/1"


def facts_of(notice: Notice, standing: list[dict[str, Any]], due: datetime) -> dict[str, Any]:
    """What has changed: listings that the notice stated and that do not stand any more, and those that stand today."""
    stated = notice.facts["organisation"]["listings"]
    now = {_name(one) for one in standing}
    return {
        "schema": SCHEMA,
        "reference": notice.reference,
        "previous_ticket": notice.ticket,
        "account": {"url": notice.facts["account"]["url"]},
        "organisation": notice.facts["organisation"]["name"],
        "ended": [one for one in stated if _name(one) not in now],
        "standing": standing,
        "asks": "take_note",
        "answer_by": due.isoformat(),
    }


def text_of(facts: Mapping[str, Any]) -> str:
    """The letter in words; the same facts give the same letter."""
    ended = "\n".join(f"- {_line(one)}" for one in facts["ended"]) or "- none"
    standing = "\n".join(f"- {_line(one)}" for one in facts["standing"]) or "- none"
    due = datetime.fromisoformat(facts["answer_by"])
    return (
        f"We correct our notice {facts['reference']}.\n\n"
        f"Account: {facts['account']['url']}\n"
        f"Organisation: {facts['organisation']}\n\n"
        f"The notice stated listings that are not in force any more:\n{ended}\n\n"
        f"The designation rests today on:\n{standing}\n\n"
        "The organisation is still designated, so the notice itself stands. If what you decided rested on a listing named as "
        "ended, please look at it again, and undo it where it does not hold without it.\n"
        f"Please confirm by {due:%Y-%m-%d %H:%M} UTC that you have taken note, with our reference in the subject.\n"
    )


def _name(one: Mapping[str, Any]) -> tuple[str, str]:
    return one["list"], one["reference"]


def _line(one: Mapping[str, Any]) -> str:
    since = f", since {one['listed_on']}" if one["listed_on"] else ""
    return f"{one['authority']}: {one['list']}, {one['reference']}{since}"
