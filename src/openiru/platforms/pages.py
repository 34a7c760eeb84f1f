"""Takes a page apart into the places a platform itself writes to: title, meta, marked elements, JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

LARGEST = 3_000_000
"""Characters of a page that are read; account pages carry what we look for near the top."""

_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_MARKS = ("class", "id", "data-testid", "role", "itemprop")
_DATA = ("data-post", "data-view", "data-peer", "data-id", "data-user-id")


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says in its own places. Of a repeated title, meta or mark the first counts."""

    title: str
    metas: dict[str, str]
    marks: dict[str, str]
    documents: tuple[object, ...]


@dataclass(slots=True)
class _Open:
    tag: str
    marks: tuple[str, ...]
    text: list[str] = field(default_factory=list)


def parse(body: str) -> Page:
    """The page's own places; a body that is JSON has only documents. Never fails: what cannot be read is left out."""
    text = body[:LARGEST]
    whole = _json(text) if text.lstrip()[:1] in {"{", "["} else None
    if whole is not None:
        return Page("", {}, {}, (whole,))
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return Page(" ".join(reader.title.split()), reader.metas, reader.finished(), tuple(reader.documents))


def values(document: object, key: str) -> Iterator[object]:
    """Every value under `key` at any depth; `A.b`: `b` in an object of `__typename` `A`; `a/b`: `b` below `a`."""
    outer, _, inner = key.partition("/")
    if inner:
        for below in values(document, outer):
            yield from values(below, inner)
        return
    kind, _, name = key.rpartition(".")
    waiting = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if name in node and (not kind or node.get("__typename") == kind):
                yield node[name]
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


class _Reader(HTMLParser):
    """Walks the tags once; unclosed elements end with their parent."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.metas: dict[str, str] = {}
        self.documents: list[object] = []
        self._marks: dict[str, str] = {}
        self._open: list[_Open] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens an element and notes its marks; a meta tag is read at once."""
        table = {name: value or "" for name, value in attrs}
        if tag == "meta":
            self._meta(table)
        for name in _DATA:
            if name in table:
                self._marks.setdefault(name, table[name])
        if tag in _VOID:
            return
        marks = tuple(word for name in _MARKS for word in table.get(name, "").split())
        self._open.append(_Open(tag, (*marks, f"script:{table.get('type', '')}") if tag == "script" else marks))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that closes itself holds no text."""
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        """Text belongs to every element that is open."""
        for element in self._open[-40:]:
            element.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Closes the innermost element of that name, and what was left open in it."""
        if not any(element.tag == tag for element in self._open):
            return
        while self._open:
            element = self._open.pop()
            self._close(element)
            if element.tag == tag:
                return

    def finished(self) -> dict[str, str]:
        """The marked elements, also those that were never closed."""
        while self._open:
            self._close(self._open.pop())
        return self._marks

    def _close(self, element: _Open) -> None:
        text = "".join(element.text)
        if element.tag == "title" and not self.title:
            self.title = text
        elif element.tag == "script":
            self._script(element, text)
        for mark in (element.tag, *element.marks):
            self._marks.setdefault(mark, " ".join(text.split()))

    def _meta(self, table: dict[str, str]) -> None:
        name = table.get("property") or table.get("name") or ""
        if name:
            self.metas.setdefault(name.lower(), table.get("content", ""))

    def _script(self, element: _Open, text: str) -> None:
        if any(mark.startswith("script:application/") and mark.endswith("json") for mark in element.marks):
            document = _json(text)
            if document is not None:
                self.documents.append(document)


def _json(text: str) -> object:
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found
