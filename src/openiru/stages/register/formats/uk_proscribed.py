"""Reads the organisations proscribed in the United Kingdom: Schedule 2 to the Terrorism Act 2000, as its HTML page has it.

Class names: as a public parser of the page has them (reference §5); the page itself was not at hand. The list has no
numbers, so the name that stands first is the reference, and it has no dates but in notes, which are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser

from openiru.errors import Unreadable
from openiru.stages.register.formats.entries import Collector
from openiru.stages.register.formats.files import opened
from openiru.stages.register.formats.shapes import Files, ListFormat, ParsedList, ParsedOrganisation, Tried
from openiru.stages.register.formats.text import collect, decode, iso_date, tidy
from openiru.terms import AliasQuality

LIST, ENTRY, LEFT_OUT = "LegUnorderedList", "LegListTextStandard", ("LegCommentaryLink", "LegChangeDelimiter")
"""Classes of the page: the list, the text of one entry in it, and what editors put between the words."""

PROGRAM = "Terrorism Act 2000, Schedule 2"
_DATE = "DC.date.valid"
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_INCLUDING = re.compile(r",?\s*\(?\bincluding\b\s+", re.IGNORECASE)
_AND = re.compile(r",\s+|\s+and\s+", re.IGNORECASE)
_BRACKETS = re.compile(r"\(([^()]+)\)")
_JUNK = " ,.;[]()\t\r\n"
_EDITORS = re.compile(r"\W*[FECMIX]\d+(?=[A-Z])")
_NOTHING = re.compile(r"[\s.\[\]]*$")
_PIECE = 65_536


@dataclass(slots=True)
class _Page(HTMLParser):
    """Walks the page and keeps the text of each entry; `open` holds the tag and class of what is open."""

    entries: list[str] = field(default_factory=list)
    lists: int = 0
    whole: bool = False
    published: date | None = None
    _open: list[tuple[str, str]] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self, convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what opens."""
        given = {key: value or "" for key, value in attrs}
        if tag == "meta" and given.get("name") == _DATE:
            self.published = iso_date(given.get("content", ""))
        if tag not in _VOID:
            self._open.append((tag, given.get("class", "")))
            self.lists += LIST in given.get("class", "").split()

    def handle_endtag(self, tag: str) -> None:
        """Close what is open, and take the text of an entry that ends here."""
        if tag not in (name for name, _ in self._open):
            return
        while self._open:
            name, classes = self._open.pop()
            if ENTRY in classes.split() and self._is_open(LIST):
                self.entries.append(tidy("".join(self._text)))
                self._text.clear()
            if name == tag:
                break
        self.whole = self.whole or tag == "html"

    def handle_data(self, data: str) -> None:
        """Keep the words of an entry, without what editors put between them."""
        if self._is_open(ENTRY) and self._is_open(LIST) and not any(map(self._is_open, LEFT_OUT)):
            self._text.append(data)

    def _is_open(self, name: str) -> bool:
        return any(name in classes.split() for _, classes in self._open)


def read(files: Files) -> ParsedList:
    """Read the one page."""
    page = _Page()
    for piece in _pieces(files):
        page.feed(piece)
    page.close()
    where = next(iter(files))
    if page.lists != 1:
        raise Unreadable(f"{page.lists} lists of names where one should be: another page, or cut off", where=where)
    if not page.whole:
        raise Unreadable("the page does not end: it may be cut off", where=where)
    entries = Collector()
    for text in page.entries:
        if not _NOTHING.match(text):
            entries.add(_organisation(text))
    if page.published is None:
        entries.warn("the page does not say from which day it is valid")
    return entries.finish(page.published)


def _pieces(files: Files) -> Iterator[str]:
    ((name, content),) = files.items()
    with opened(content) as stream:
        text = decode(stream.read(), name)
    for start in range(0, len(text), _PIECE):
        yield text[start : start + _PIECE]


def _organisation(text: str) -> ParsedOrganisation:
    if _EDITORS.match(text):
        raise Unreadable("an editor's mark stands in a name: the page has another form now", where=text[:60])
    names = list(_names(text))
    return ParsedOrganisation(
        reference=names[0][0].casefold()[:80] if names else "",
        name=names[0][0] if names else "",
        names=collect(names),
        programs=(PROGRAM,),
        remarks=text,
    )


def _names(text: str) -> Iterator[tuple[str, AliasQuality]]:
    """The name, those in brackets after it, and those it includes, which are parts of it: strong, not the name."""
    parts = _INCLUDING.split(text, maxsplit=1)
    included = _AND.split(parts[1]) if len(parts) > 1 else []
    for number, part in enumerate([parts[0], *included]):
        quality = AliasQuality.STRONG if number else AliasQuality.PRIMARY
        inside = _BRACKETS.findall(part)
        outside = _BRACKETS.sub(" ", part).partition("(")
        for found, its in ((outside[0], quality), *((name, None) for name in (*inside, outside[2]))):
            if name := tidy(found).strip(_JUNK):
                yield name, its or _in_brackets(name)


def _in_brackets(name: str) -> AliasQuality:
    """Another name of the group; letters that only stand for it say too little by themselves."""
    return AliasQuality.WEAK if name.isupper() and " " not in name else AliasQuality.STRONG


def _begins(head: bytes) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    return start.startswith((b"<!doctype html", b"<html")) and b"terrorism act 2000" in start


_EXAMPLE = """<!DOCTYPE html>
<html lang="en"><head><meta name="DC.date.valid" content="2026-01-15"><title>Terrorism Act 2000</title></head><body>
<ul class="LegUnorderedList LegUnorderedListStyleNone">
<li class="LegListItem"><div class="LegListItemNo"></div><p class="LegListTextStandard LegLevel2">
<span class="LegChangeDelimiter">[</span><a class="LegCommentaryLink" href="#c1">F1</a>VALLEY DAWN FRONT (Dawn Front of the Valley)
(VDF), including the Dawn Brigade and the River Light Brigade.<span class="LegChangeDelimiter">]</span></p></li>
<li class="LegListItem"><p class="LegListTextStandard LegLevel2"><a class="LegCommentaryLink" href="#c2">F2</a>. . . .</p></li>
</ul></body></html>
"""

_DEFAULTS = {
    "LegUnorderedListStyleNone": "not read",
    "LegListItem": "not read",
    "LegListItemNo": "not read",
    "LegLevel2": "not read",
    "LegChangeDelimiter": "the editors' brackets stay in the remarks",
}

FORMAT = ListFormat(
    name="uk_proscribed",
    title="UK proscribed organisations (Terrorism Act 2000, Schedule 2, HTML)",
    read=read,
    tried=Tried.UNTRIED,
    begins=_begins,
    examples=({"schedule-2.html": _EXAMPLE.encode()},),
    defaults=_DEFAULTS,
)
