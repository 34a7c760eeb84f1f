"""The few kinds of form fields, each with its label around it, so that every form reads the same."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

register = template.Library()
Shown = dict[str, object]


@register.inclusion_tag("console/fields/area.html")
def area(name: str, label: str, value: object = "", rows: int = 2, hint: str = "") -> Shown:
    """Several lines of text."""
    return {"name": name, "label": label, "value": value or "", "rows": rows, "hint": hint}


@register.inclusion_tag("console/fields/line.html")
def line(name: str, label: str, value: object = "", kind: str = "text", hint: str = "") -> Shown:
    """One line of text, a date, an address."""
    return {"name": name, "label": label, "value": value or "", "kind": kind, "hint": hint}


@register.inclusion_tag("console/fields/choose.html")
def choose(name: str, label: str, options: Iterable[tuple[object, str]], value: object = "", empty: str = "") -> Shown:
    """One of a closed list; `empty` is the words for no choice, where there may be none."""
    plain = [(str(one), words) for one, words in options]
    return {"name": name, "label": label, "options": plain, "value": str(value or ""), "empty": empty}


@register.inclusion_tag("console/fields/tick.html")
def tick(name: str, label: str, value: object = "") -> Shown:
    """Yes or no."""
    return {"name": name, "label": label, "checked": bool(value)}
