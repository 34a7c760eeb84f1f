"""Filters and small tags: words for codes, counts that may be unknown, moments and clocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openiru.detect.text import Label
from openiru.faces.console.labels import label
from openiru.faces.console.scored import words_of
from openiru.people.actor import Actor
from openiru.platforms import made_at
from openiru.stages.evidence import rules as record
from openiru.stages.evidence.models import Capture
from openiru.stages.matching.models import Match
from openiru.stages.notices.models import Notice
from openiru.stages.verify.comparing import Pair, compare
from openiru.stages.verify.models import Conclusion

register = template.Library()
register.filter("word", label)


@register.filter
def may(actor: Actor | None, verb: str) -> bool:
    """Whether this person's roles have the verb."""
    return actor is not None and actor.may(verb)


@register.simple_tag
def text_labels() -> list[tuple[str, str]]:
    """What a reviewer may say that a text is, each in words."""
    return [(one.value, _("none of these") if one is Label.NONE else str(label(one.value))) for one in Label]


@register.filter
def count(number: int | None) -> str:
    """A number with its thousands; None is unknown, never zero."""
    return _("unknown") if number is None else str(intcomma(number))


@register.filter
def number(values: Mapping[str, object] | None, name: str) -> str:
    """The number under a name with its thousands, or a dash where there is none."""
    found = (values or {}).get(name)
    return str(intcomma(found)) if isinstance(found, int) else "–"


@register.filter
def at(values: Mapping[str, object] | None, name: object) -> object:
    """What stands under a name, or an empty text."""
    return (values or {}).get(str(name), "")


@register.filter
def hours(number: float | None) -> str:
    """Hours with one decimal, or a dash where nothing was measured."""
    return "–" if number is None else f"{number:,.1f}"


@register.filter
def days(length: timedelta | None) -> str:
    """A length of time, or a dash where nothing is known."""
    return "–" if length is None else span(length)


@register.filter
def lacking(capture: Capture) -> tuple[str, ...]:
    """Which fields of a capture's record of collection only a person can fill, and nobody did."""
    return tuple(name for name in record.lacking(capture.facts, capture.told) if name in record.TOLD)


@register.filter
def pair(notice: Notice, conclusion: Conclusion | None) -> Pair:
    """What is claimed of a notice beside what is verified: the pair's name and next step."""
    return compare(notice.claimed, conclusion.verified if conclusion else "")


@register.simple_tag
def when(moment: datetime | date | None) -> str | SafeString:
    """A moment in UTC as a `time` element, or a dash."""
    if moment is None:
        return "–"
    shown = moment.strftime("%Y-%m-%d %H:%M") if isinstance(moment, datetime) else moment.isoformat()
    return format_html('<time datetime="{}" dir="ltr">{}</time>', moment.isoformat(), shown)


@register.simple_tag
def made_on(key: str) -> str | SafeString:
    """A small line with the time that an item's own number carries, and how far it can be trusted; else nothing."""
    made = made_at(key)
    if made is None:
        return ""
    words = _("the id says it was made on %(day)s") % {"day": made.at.strftime("%Y-%m-%d %H:%M")}
    caution = f" ({_(made.caution)})" if made.caution else ""
    return format_html('<small class="quiet" title="{}">{}{}</small>', made.source, words, caution)


@register.simple_tag
def left(due: datetime | None, now: datetime) -> str | SafeString:
    """How long until something is due; what is late stands out."""
    if due is None:
        return "–"
    late = now > due
    words = _("%(time)s late") if late else _("%(time)s left")
    return format_html(
        '<time class="{}" datetime="{}">{}</time>',
        "late" if late else "left",
        due.isoformat(),
        words % {"time": span(abs(now - due))},
    )


@register.filter
def span(length: timedelta) -> str:
    """A length of time in its largest fitting unit."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(n)d min", "%(n)d min", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        return ngettext("%(n)d h", "%(n)d h", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d day", "%(n)d days", minutes // 1440) % {"n": minutes // 1440}


GOOD = {"verified_gone", "approved", "answered", "in_force", "removed_global", "account_disabled", "upheld"}
WARN = {"in_doubt", "paused", "unconfirmed", "withheld_here", "by_hand", "unread", "unplaced", "clarification_asked"}
BAD = {
    "failed",
    "sent",
    "not_proven",
    "still_live",
    "overdue",
    "quarantined",
    "declined_no_violation",
    "declined_invalid",
}


@register.simple_tag
def chip(code: object) -> SafeString:
    """A code as a small labelled mark; its colour only repeats what the words say."""
    text = str(code or "")
    tone = "good" if text in GOOD else "warn" if text in WARN else "bad" if text in BAD else "quiet"
    return format_html('<span class="chip {}">{}</span>', tone, label(text) or "–")


@register.simple_tag
def capped(number: int, most: int) -> str:
    """A number that was counted up to a bound and no further."""
    return f"{intcomma(most)}+" if number >= most else str(intcomma(number))


@register.simple_tag
def term_words(term: Mapping[str, Any]) -> str:
    """The sentence of one term of a score."""
    return words_of(term)


@register.filter
def is_held(match: Match, held: frozenset[tuple[str, str]]) -> bool:
    """Whether what a match compared is in quarantine."""
    return (match.detector, match.known) in held


@register.filter
def percent(share: float | None) -> str:
    """A share as a whole percentage, or a dash."""
    return "–" if share is None else f"{share * 100:.0f} %"
