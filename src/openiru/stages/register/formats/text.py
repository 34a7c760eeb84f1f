"""What every list needs read alike: bytes to text, dates that may be partial, and the script a name is written in."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache

from openiru.errors import Unreadable
from openiru.stages.register.formats.files import whole
from openiru.stages.register.formats.shapes import Content, ParsedName
from openiru.terms import AliasQuality

LONGEST_NAME = 400
_SCRIPTS = {"CJK": "Han", "HIRAGANA": "Kana", "KATAKANA": "Kana"}
_DOS_END = "\x1a"
"""Files made under DOS end in this mark, which is no row."""

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def decode(content: bytes, where: str) -> str:
    """Decode a CSV file: UTF-8 or UTF-16 by its mark, else UTF-8, else the older Windows code page."""
    if not content.strip():
        raise Unreadable("the file is empty", where=where)
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None) or _without_mark(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(f"not text in {encoding}", where=where) from error
    if "\0" in text:
        raise Unreadable("not a text file", where=where)
    return text


def _without_mark(content: bytes) -> str:
    if content[1:200:2].count(0) > 50:
        return "utf-16-le"
    if content[0:200:2].count(0) > 50:
        return "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def csv_rows(content: Content, *, columns: int, where: str) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of each row; Unreadable for a row with another number of columns (a file cut off).

    With `columns` 0 the first row says how many there are.
    """
    text = decode(whole(content), where)
    if not text.endswith(("\n", _DOS_END)):
        raise Unreadable("the last line does not end: the file may be cut off", where=where)
    text = text.rstrip(f"{_DOS_END}\r\n")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            if not row:
                continue
            columns = columns or len(row)
            if len(row) != columns:
                raise Unreadable(
                    f"{len(row)} columns where {columns} should be", where=f"{where} line {reader.line_num}"
                )
            yield reader.line_num, [cell.strip() for cell in row]
    except csv.Error as error:
        raise Unreadable(str(error), where=f"{where} line {reader.line_num}") from error


def csv_table(content: Content, *, where: str, above: str = "") -> tuple[str, Iterator[tuple[int, dict[str, str]]]]:
    """The line above a table, if it starts with `above`, and its rows: line number and cells by column name."""
    text = decode(whole(content), where).lstrip("\ufeff")
    first = text.partition("\n")[0] if above and text.startswith(above) else ""
    return first.strip(), _by_name(text[len(first) + 1 :] if first else text, where, first_line=2 if first else 1)


def _by_name(text: str, where: str, *, first_line: int) -> Iterator[tuple[int, dict[str, str]]]:
    rows = csv_rows(text.encode(), columns=0, where=where)
    heading = next(rows, (0, []))[1]
    if len(set(heading)) != len(heading):
        raise Unreadable("two columns have the same name", where=where)
    for line, row in rows:
        yield line + first_line - 1, dict(zip(heading, row, strict=True))


def full_date(text: str, *forms: str) -> date | None:
    """The date that a text gives in full in one of these forms, or None; a year or a month alone is no date."""
    for form in forms:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a list prints days, not moments
        except ValueError:
            continue
    return None


def iso_date(text: str) -> date | None:
    """A date as XML writes it; a time or an offset after it is dropped (one list has `2015-03-27-04:00`)."""
    match = re.match(r"\d{4}-\d{2}-\d{2}(?!\d)", text)
    return full_date(match[0], "%Y-%m-%d") if match else None


@lru_cache(maxsize=4096)
def _script_of_letter(letter: str) -> str:
    word = unicodedata.name(letter, "UNKNOWN").split(" ", 1)[0]
    return _SCRIPTS.get(word, word.title())


def script_of(name: str) -> str:
    """The script most letters of a name are in, such as `Latin` or `Arabic`; empty for a name without letters."""
    if name.isascii():
        return "Latin" if any(map(str.isalpha, name)) else ""
    letters = Counter(_script_of_letter(letter) for letter in name if letter.isalpha())
    return letters.most_common(1)[0][0][:20] if letters else ""


def tidy(text: str | None) -> str:
    """A text with its white space made single."""
    return " ".join(text.split()) if text else ""


def collect(pairs: Iterable[tuple[str, AliasQuality]]) -> tuple[ParsedName, ...]:
    """The names of one entry, each once in the first quality it was given, none empty."""
    found: dict[str, ParsedName] = {}
    for raw, quality in pairs:
        name = tidy(raw)[:LONGEST_NAME]
        if name:
            found.setdefault(name, ParsedName(name, quality, script_of(name)))
    return tuple(found.values())
