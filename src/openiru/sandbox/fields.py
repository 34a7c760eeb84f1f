"""Reads a notice's fields the way a wary form does: whatever has the wrong shape counts as absent."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Document = Mapping[str, object]


def text(document: Document, *path: str) -> str:
    """The trimmed string at a path of keys, or nothing."""
    value: object = document
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value.strip() if isinstance(value, str) else ""


def rows(document: Document, *path: str) -> tuple[Document, ...]:
    """The list of objects at a path of keys, or nothing."""
    value: object = document
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return tuple(one for one in value if isinstance(one, Mapping)) if isinstance(value, list) else ()


def texts(document: Document, *path: str) -> tuple[str, ...]:
    """The list of strings at a path of keys, or nothing."""
    value: object = document
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return tuple(one for one in value if isinstance(one, str) and one.strip()) if isinstance(value, list) else ()


def _each_item_has(field: str) -> Callable[[Document], bool]:
    return lambda document: all(text(item, field) for item in rows(document, "items"))


def _holder_told_or_excused(document: Document) -> bool:
    return bool(text(document, "holder_notice", "text") or text(document, "holder_notice", "nondisclosure_until"))


def is_local_law(document: Document) -> bool:
    """Whether the notice is of the second leg."""
    return text(document, "leg") == "local_law"


def translated(document: Document, read: tuple[str, ...]) -> bool:
    """Whether every item in a language that the reviewers do not read has a translation."""
    return all(text(item, "language") in read or text(item, "translation") for item in rows(document, "items"))


ALWAYS: Mapping[str, Callable[[Document], bool]] = {
    "needs_items": lambda document: any(text(item, "url") for item in rows(document, "items")),
    "needs_grounds": _each_item_has("ground"),
    "needs_why": _each_item_has("why"),
    "needs_affiliation": lambda document: bool(text(document, "affiliation")),
    "needs_authority": lambda document: bool(
        text(document, "authority", "name") and text(document, "authority", "email")
    ),
    "needs_date": lambda document: bool(text(document, "issued_at")),
    "needs_action": lambda document: bool(text(document, "action")),
    "needs_holder_notice": _holder_told_or_excused,
}
"""What a notice of either leg is asked for, by the rule that asks."""

OWN_RULES: Mapping[str, Callable[[Document], bool]] = {
    "needs_policy_line": lambda document: bool(text(document, "policy", "line")),
    "needs_policy_why": lambda document: bool(text(document, "policy", "why")),
}
"""What the first leg is asked for besides."""

LOCAL_LAW: Mapping[str, Callable[[Document], bool]] = {
    "needs_law": lambda document: bool(text(document, "law", "instrument") and texts(document, "law", "articles")),
    "needs_territory": lambda document: bool(text(document, "territory")),
    "needs_order": lambda document: text(document, "kind") == "order",
}
"""What the second leg is asked for besides."""
