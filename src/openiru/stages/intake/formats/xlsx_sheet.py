"""Reads a list of reported accounts from an Excel workbook (XLSX): its first visible sheet, formulas named and never calculated."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import BinaryIO
from xml.parsers import expat

from openiru.stages.intake.formats.lines import LONGEST
from openiru.stages.intake.formats.listed import columns_of, rows_of
from openiru.stages.intake.formats.shapes import Columns, Example, Reader, Rejected, Row
from openiru.stages.intake.formats.tables import Record
from openiru.stages.intake.formats.workbook import Attributes, Workbook

MOST_COLUMNS = 16_384
"""What Excel itself allows (ECMA-376)."""


def read(stream: BinaryIO, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Rejected]:
    """Give each row; a line is the sheet's row. Sheets that are not read are named, each with `other_sheet`."""
    book = Workbook(stream)
    yield from rows_of(_records(book), mapping)
    for sheet in book.sheets[1:]:
        yield Rejected(1, sheet.name[:200], "other_sheet")


def columns(stream: BinaryIO) -> Columns:
    """The headings with our guess, for a person to confirm."""
    return columns_of(_records(Workbook(stream)))


class _Cells:
    """Takes the elements of a sheet and keeps the rows that are complete."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self.ready: list[Record | Rejected] = []
        self._line = 0
        self._cells: list[str] = []
        self._why_not = ""
        self._column = 0
        self._type, self._style = "n", ""
        self._into: list[str] | None = None
        self._value: list[str] = []
        self._length = 0
        self._formula: list[str] | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        if name == "c" or name.endswith(":c"):
            self._column = _place(attributes["r"]) if "r" in attributes else self._column + 1
            self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._value, self._formula, self._length = [], None, 0
            return
        plain = name.rpartition(":")[2]
        if plain in {"v", "t"}:
            self._into = self._value
        elif plain == "f":
            self._into = self._formula = []
        elif plain == "row":
            told = attributes.get("r", "")
            self._line = int(told) if told.isascii() and told.isdigit() and len(told) < 9 else self._line + 1
            self._cells, self._column, self._why_not = [], 0, ""

    def end(self, name: str) -> None:
        """An element ends."""
        self._into = None
        if name == "c" or name.endswith(":c"):
            self._put()
        elif name == "row" or name.endswith(":row"):
            self._finish()

    def data(self, text: str) -> None:
        """Text inside an element."""
        if self._into is not None:
            self._length += len(text)
            if self._length <= LONGEST:
                self._into.append(text)
            else:
                self._why_not = "line_too_long"

    def _finish(self) -> None:
        if self._why_not:
            self.ready.append(Rejected(self._line, " ".join(self._cells)[:200], self._why_not))
        elif any(self._cells):
            self.ready.append((self._line, self._cells))

    def _put(self) -> None:
        try:
            text = self._text()
        except (ValueError, IndexError):
            text, self._why_not = "".join(self._value)[:200], "broken_cell"
        if not text:
            return
        gap = self._column - len(self._cells) - 1
        if self._column > MOST_COLUMNS or gap < 0:
            self._why_not = "broken_cell"
        else:
            self._cells.extend([""] * gap)
            self._cells.append(text)

    def _text(self) -> str:
        """What a cell says; a formula as its own text after `=`, whatever it came to."""
        if self._formula is not None:
            return "=" + "".join(self._formula)
        value = "".join(self._value)
        if self._type == "s":
            return self._book.strings[int(value)]
        if self._type == "n" and self._style in self._book.dates and value:
            return self._book.day(float(value))
        return value


def _records(book: Workbook) -> Iterator[Record | Rejected]:
    parser, cells = expat.ParserCreate(), _Cells(book)
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = (
        cells.start,
        cells.end,
        cells.data,
    )
    for _ in book.parse(book.sheets[0].member, parser):
        ready, cells.ready = cells.ready, []
        yield from ready


def _place(reference: str) -> int:
    """The column's number in a reference such as `AB12`; beyond what is allowed where it is none."""
    place = 0
    for sign in reference.rstrip("0123456789"):
        if not "A" <= sign <= "Z" or place > MOST_COLUMNS:
            return MOST_COLUMNS + 1
        place = place * 26 + ord(sign) - 64
    return place or MOST_COLUMNS + 1


def pack(members: Mapping[str, str]) -> bytes:
    """A workbook from the texts of its members; for examples, so that no binary file stands in the repository."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "workbook": "sheet.main",
    "worksheets/sheet1": "worksheet",
    "sharedStrings": "sharedStrings",
    "styles": "styles",
}
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MEMBERS: Mapping[str, str] = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    + "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{_TYPE}.{kind}+xml"/>' for part, kind in _PARTS.items()
    )
    + "</Types>",
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_RELS}"><sheets><sheet name="Accounts" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_RELS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/sharedStrings.xml": f"<sst {_MAIN}><si><t>لنک</t></si><si><t>تنظیم</t></si>"
    "<si><r><t>Example </t></r><r><t>Front</t></r></si></sst>",
    "xl/styles.xml": f'<styleSheet {_MAIN}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    "xl/worksheets/sheet1.xml": f'<worksheet {_MAIN}><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
    '<c r="C1" t="inlineStr"><is><t>Followers</t></is></c><c r="D1" t="inlineStr"><is><t>Date seen</t></is></c></row>'
    '<row r="2"><c r="A2" t="inlineStr"><is><t>https://t.me/example_one</t></is></c><c r="B2" t="s"><v>2</v></c>'
    '<c r="C2"><v>1200</v></c><c r="D2" s="1"><v>45883</v></c></row>'
    '<row r="3"><c r="A3" t="str"><f>HYPERLINK("https://x.com/example_two")</f><v>https://x.com/example_two</v></c></row>'
    "</sheetData></worksheet>",
}
EXAMPLE = Example(
    "list.xlsx",
    pack(MEMBERS),
    (Row(2, "https://t.me/example_one", 1200, "Example Front", seen_at=datetime(2025, 8, 14, tzinfo=UTC)),),
    (Rejected(3, '=HYPERLINK("https://x.com/example_two")', "formula_cell", "لنک"),),
    form="ECMA-376 part 1, SpreadsheetML; read: files written by openpyxl and XlsxWriter",
    tried=True,
)
READER = Reader(
    "xlsx",
    "Excel workbook (XLSX)",
    (".xlsx", ".xlsm"),
    read,
    lambda head: head.startswith(b"PK\x03\x04") and b"xl/" in head,
    columns,
    (EXAMPLE,),
)
