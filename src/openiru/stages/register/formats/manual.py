"""Reads a list that people wrote down from a document (TOML), for authorities that publish only a PDF or a gazette.

The file names the document, its address and its SHA-256; two other people compare it with the document line by line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime

from openiru.errors import Unreadable
from openiru.stages.register.formats.entries import Collector
from openiru.stages.register.formats.files import whole
from openiru.stages.register.formats.shapes import Files, ListFormat, ParsedList, ParsedOrganisation, Tried
from openiru.stages.register.formats.text import collect, decode, tidy
from openiru.terms import AliasQuality

DOCUMENT = ("title", "authority", "address", "sha256", "published_on", "count")
ENTRY = frozenset({"reference", "name", "names", "programs", "listed_on", "remarks", "country"})
NAME = frozenset({"name", "quality"})
END = "# end"
"""The last line: nothing in the form itself would show that the end was lost."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
Table = Mapping[str, object]


def read(files: Files) -> ParsedList:
    """Read the one file. A key that is not known makes it unreadable: a slip of the pen must not lose a name."""
    ((where, content),) = files.items()
    text = decode(whole(content), where)
    if text.rstrip().rpartition("\n")[2] != END:
        raise Unreadable(f"the last line is not {END!r}: the file may be cut off", where=where)
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Unreadable(f"not TOML, or cut off: {error}", where=where) from error
    _only(found, frozenset({"document", "organisation"}), "the file")
    document = _table(found.get("document"), "document")
    _only(document, frozenset(DOCUMENT), "document")
    rows = found.get("organisation")
    entries, published = Collector(), _published(document)
    for number, row in enumerate(rows if isinstance(rows, list) else [], start=1):
        entries.add(_organisation(_table(row, f"organisation {number}"), f"organisation {number}"))
    if document.get("count") != len(rows if isinstance(rows, list) else []):
        raise Unreadable(
            "not as many organisations as `count` says: one is missing, or the file is cut off", where=where
        )
    entries.warn(
        f"written down by hand from {_text(document, 'title', 'document')!r} at {_text(document, 'address', 'document')}"
        f", SHA-256 of the document {_hash(document)}: compare line by line"
    )
    return entries.finish(published, authority=_text(document, "authority", "document"))


def _organisation(row: Table, where: str) -> ParsedOrganisation:
    _only(row, ENTRY, where)
    name, day = _text(row, "name", where), row.get("listed_on", "")
    names = [(name, AliasQuality.PRIMARY)]
    for one in _list(row.get("names", []), f"{where} names"):
        alias = _table(one, f"{where} names")
        _only(alias, NAME, f"{where} names")
        names.append((_text(alias, "name", f"{where} names"), _quality(alias, where)))
    return ParsedOrganisation(
        reference=_text(row, "reference", where)[:80],
        name=name,
        names=collect(names),
        programs=tuple(str(program)[:80] for program in _list(row.get("programs", []), f"{where} programs")),
        listed_on=day if isinstance(day, date) and not isinstance(day, datetime) else None,
        listed_on_text=str(day),
        remarks=tidy(str(row.get("remarks", ""))),
        country=tidy(str(row.get("country", "")))[:100],
    )


def _quality(alias: Table, where: str) -> AliasQuality:
    try:
        return AliasQuality(str(alias.get("quality", "")))
    except ValueError as error:
        raise Unreadable(f"a name's quality is one of {', '.join(AliasQuality)}", where=where) from error


def _published(document: Table) -> date:
    day = document.get("published_on")
    if not isinstance(day, date) or isinstance(day, datetime):
        raise Unreadable("the day the document was published is missing", where="document published_on")
    return day


def _hash(document: Table) -> str:
    text = _text(document, "sha256", "document").lower()
    if not _SHA256.fullmatch(text):
        raise Unreadable("not a SHA-256: 64 hexadecimal digits", where="document sha256", value=text)
    return text


def _text(table: Table, key: str, where: str) -> str:
    found = table.get(key)
    if not isinstance(found, str) or not tidy(found):
        raise Unreadable("missing, or no text", where=f"{where} {key}")
    return tidy(found)


def _table(found: object, where: str) -> Table:
    if not isinstance(found, dict):
        raise Unreadable("missing, or not a table", where=where)
    return found


def _list(found: object, where: str) -> list[object]:
    if not isinstance(found, list):
        raise Unreadable("not a list", where=where)
    return found


def _only(table: Table, known: frozenset[str], where: str) -> None:
    strange = sorted(set(table) - known)
    if strange:
        raise Unreadable("a key that is not known", where=f"{where} {', '.join(strange)}")


def _begins(head: bytes) -> bool:
    lines = head.removeprefix(b"\xef\xbb\xbf").splitlines()
    return next((line.strip() for line in lines if line.strip() and not line.startswith(b"#")), b"") == b"[document]"


_EXAMPLE = """# Written down from the gazette by two people.
[document]
title = "First Schedule (invented)"
authority = "Exampleland"
address = "https://example.org/first-schedule.pdf"
sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
published_on = 2026-01-15
count = 1

[[organisation]]
reference = "1"
name = "VALLEY DAWN FRONT"
listed_on = 2012-07-17
programs = ["First Schedule"]
remarks = "An invented group."
country = "Exampleland"
names = [
    { name = "Dawn Front of the Valley", quality = "strong" },
    { name = "The Front", quality = "weak" },
]
# end
"""

_DEFAULTS = {
    "listed_on": "no date: the entry counts from the version on which it stands",
    "programs": "no programs",
    "remarks": "no remarks",
    "country": "no country",
    "names": "no other names",
}

FORMAT = ListFormat(
    name="manual",
    title="A list written down by hand from a document (TOML)",
    read=read,
    tried=Tried.UNTRIED,
    begins=_begins,
    examples=({"first-schedule.toml": _EXAMPLE.encode()},),
    defaults=_DEFAULTS,
    by_hand=True,
)
