"""Opens an XLSX workbook from outside: nothing is expanded before its size is known, nothing is calculated, text is kept compactly."""

from __future__ import annotations

import re
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from posixpath import normpath
from typing import BinaryIO
from xml.parsers import expat

from openiru.errors import Unreadable

MOST_MEMBERS = 5_000
MOST_EXPANDED = 1024 * 1024 * 1024
MOST_STRINGS = 256 * 1024 * 1024
MOST_RATIO = 250
"""Honest sheets shrink 5 to 40 times; deflate's limit, which bombs come near, is 1,032."""
SMALL = 8 * 1024 * 1024
"""Below this a member may shrink as it likes."""
_CHUNK = 64 * 1024
_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Built-in number formats of ECMA-376 part 1, 18.8.30, that show dates or times."""
_DATE_CODE = re.compile(r"[dmyhs]", re.I)
_NO_DATE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|General', re.I)
Attributes = dict[str, str]


@dataclass(slots=True)
class Strings:
    """A table of texts as one block of bytes: a million of them take what their letters take."""

    _block: bytearray = field(default_factory=bytearray)
    _ends: array[int] = field(default_factory=lambda: array("Q", [0]))

    def add(self, text: str) -> None:
        """Put a text behind the others."""
        self._block += text.encode()
        self._ends.append(len(self._block))

    def __getitem__(self, place: int) -> str:
        if not 0 <= place < len(self._ends) - 1:
            raise IndexError(place)
        return self._block[self._ends[place] : self._ends[place + 1]].decode()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A visible sheet: its name and the member that holds it."""

    name: str
    member: str


class Workbook:
    """An opened workbook. Raises Unreadable: `not_xlsx`, `old_excel`, `zip_bomb`, `too_large`, `broken_xml`."""

    def __init__(self, stream: BinaryIO) -> None:
        if stream.read(8).startswith(b"\xd0\xcf\x11\xe0"):
            raise Unreadable("old_excel", where="the beginning")
        stream.seek(0)
        with _named_errors("the ZIP directory"):
            self._zip = zipfile.ZipFile(stream)
        self._members = {member.filename: member for member in self._zip.infolist()}
        if len(self._members) > MOST_MEMBERS:
            raise Unreadable("zip_bomb", where="the ZIP directory", value=f"{len(self._members)} members")
        self.since = datetime(1899, 12, 30)  # noqa: DTZ001 — a spreadsheet's dates have no zone
        self.sheets = self._sheets()
        self.strings = self._strings()
        self.dates = self._date_styles()

    def parse(
        self, member: str, parser: expat.XMLParserType, done: Callable[[], bool] = lambda: False
    ) -> Iterator[None]:
        """Feed a member to a parser, chunk by chunk; stops early once `done` says so."""
        self._check(member)
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.buffer_text = True
        with _named_errors(member), self._zip.open(self._members[member]) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
                yield
                if done():
                    return
            parser.Parse(b"", True)
        yield

    def _check(self, member: str, most: int = MOST_EXPANDED) -> None:
        """Look at what the directory says before a byte is expanded; zipfile itself never reads past the size that stands there."""
        info = self._members.get(member)
        if info is None or info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise Unreadable("not_xlsx", where=member)
        if info.file_size > SMALL and info.file_size > MOST_RATIO * max(1, info.compress_size):
            raise Unreadable("zip_bomb", where=member, value=f"{info.compress_size} → {info.file_size} bytes")
        if info.file_size > most:
            raise Unreadable("too_large", where=member, value=f"{info.file_size} bytes")

    def _each(self, member: str, names: frozenset[str], taken: Callable[[str, Attributes], None]) -> None:
        """Call `taken` for each element with one of the names."""
        parser = expat.ParserCreate()

        def start(name: str, attributes: Attributes) -> None:
            plain = name.rpartition(":")[2]
            if plain in names:
                taken(plain, attributes)

        parser.StartElementHandler = start
        for _ in self.parse(member, parser):
            pass

    def _sheets(self) -> tuple[Sheet, ...]:
        listed: list[Attributes] = []
        targets: dict[str, str] = {}

        def workbook(name: str, attributes: Attributes) -> None:
            if name == "sheet":
                listed.append({key.rpartition(":")[2]: value for key, value in attributes.items()})
            elif attributes.get("date1904") in {"1", "true"}:
                self.since = datetime(1904, 1, 1)  # noqa: DTZ001

        def relation(_: str, attributes: Attributes) -> None:
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

        self._each("xl/workbook.xml", frozenset({"sheet", "workbookPr"}), workbook)
        self._each("xl/_rels/workbook.xml.rels", frozenset({"Relationship"}), relation)
        found = [
            Sheet(one.get("name", ""), _member(targets.get(one.get("id", ""), "")))
            for one in listed
            if one.get("state", "visible") == "visible"
        ]
        if not found:
            raise Unreadable("empty_file", where="xl/workbook.xml")
        return tuple(found)

    def _strings(self) -> Strings:
        strings = Strings()
        if "xl/sharedStrings.xml" not in self._members:
            return strings
        self._check("xl/sharedStrings.xml", MOST_STRINGS)
        parser = expat.ParserCreate()
        _Texts(strings.add).attach(parser)
        for _ in self.parse("xl/sharedStrings.xml", parser):
            pass
        return strings

    def _date_styles(self) -> frozenset[str]:
        """The styles (their numbers as text) that show a date."""
        codes: dict[str, str] = {}
        styles: list[str] = []
        inside = [False]

        def taken(name: str, attributes: Attributes) -> None:
            if name == "numFmt":
                codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            elif name in {"cellXfs", "cellStyles", "dxfs"}:
                inside[0] = name == "cellXfs"
            elif inside[0]:
                styles.append(attributes.get("numFmtId", "0"))

        if "xl/styles.xml" in self._members:
            self._each("xl/styles.xml", frozenset({"numFmt", "cellXfs", "cellStyles", "dxfs", "xf"}), taken)
        return frozenset(str(place) for place, style in enumerate(styles) if _shows_date(style, codes))

    def day(self, serial: float) -> str:
        """A serial date as ISO 8601; raises ValueError where it is none."""
        try:
            return (self.since + timedelta(seconds=round(serial * 86_400))).isoformat()
        except OverflowError as error:
            raise ValueError(serial) from error


class _Texts:
    """Collects the texts of shared strings, without the reading aids (`rPh`) that East Asian files carry."""

    def __init__(self, add: Callable[[str], None]) -> None:
        self._add = add
        self._parts: list[str] = []
        self._in_text = self._in_aid = False

    def attach(self, parser: expat.XMLParserType) -> None:
        """Listen to a parser."""
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._data

    def _start(self, name: str, _: Attributes) -> None:
        plain = name.rpartition(":")[2]
        self._in_aid = self._in_aid or plain == "rPh"
        self._in_text = plain == "t" and not self._in_aid

    def _end(self, name: str) -> None:
        plain = name.rpartition(":")[2]
        self._in_text = False
        if plain == "rPh":
            self._in_aid = False
        elif plain == "si":
            self._add("".join(self._parts))
            self._parts.clear()

    def _data(self, text: str) -> None:
        if self._in_text:
            self._parts.append(text)


def _shows_date(style: str, codes: dict[str, str]) -> bool:
    if style in codes:
        return bool(_DATE_CODE.search(_NO_DATE.sub("", codes[style])))
    return style.isdigit() and int(style) in _DATES


def _member(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else normpath(f"xl/{target}")


def _no_doctype(*_: object) -> None:
    raise Unreadable("document_type")


@contextmanager
def _named_errors(member: str) -> Iterator[None]:
    """Say in one word what is wrong with a member, whatever the library calls it."""
    try:
        yield
    except expat.ExpatError as error:
        where = f"{member} line {error.lineno}, column {error.offset}"
        raise Unreadable("broken_xml", where=where, value=expat.ErrorString(error.code)) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise Unreadable("not_xlsx", where=member, value=str(error)) from error
