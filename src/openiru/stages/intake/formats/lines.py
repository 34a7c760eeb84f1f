"""Reads text lines from untrusted bytes: any Unicode encoding, any line end, no line longer than the limit, nothing lost in silence."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from openiru.errors import Unreadable
from openiru.stages.intake.formats.shapes import Rejected, shown

LONGEST = 64 * 1024
_CHUNK = 256 * 1024
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_WIDE = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_LONE = re.compile("[\ud800-\udfff]")
_BROKEN = "\udcff"
"""Stands for the bytes of a character that was cut off."""
_KEPT = {"utf-8": "surrogateescape", "utf-16-le": "surrogatepass", "utf-16-be": "surrogatepass"}


class Lines:
    """Iterates over the lines of a stream, each ending in `\\n` (the last perhaps not), or a `Rejected` for one not taken.

    Rejected are lines that are too long, hold a NUL, or are no text in the file's encoding; the others go on.
    `number` is the line last given. CR, LF and CRLF all end a line. Raises Unreadable for UTF-32.
    """

    def __init__(self, stream: BinaryIO, longest: int = LONGEST) -> None:
        self._stream = stream
        self._longest = longest
        self.encoding = "utf-8"
        self.number = 0

    def __iter__(self) -> Iterator[str | Rejected]:
        kept, start, clean = "", "", True
        for piece in self._pieces():
            *whole, rest = (kept + piece).split("\n")
            clean = clean and _is_clean(piece)
            for line in whole:
                self.number += 1
                if start or len(line) > self._longest:
                    yield Rejected(self.number, start or shown(line), "line_too_long")
                    start = ""
                else:
                    yield line + "\n" if clean else self._checked(line)
            clean = clean or _is_clean(rest)
            kept, start = ("", start or shown(rest)) if start or len(rest) > self._longest else (rest, "")
        if kept or start:
            self.number += 1
            yield Rejected(self.number, start, "line_too_long") if start else self._checked(kept, "")

    def _checked(self, line: str, end: str = "\n") -> str | Rejected:
        if "\0" in line:
            return Rejected(self.number, line, "nul_byte")
        if _LONE.search(line):
            return Rejected(self.number, line, f"not_{self.encoding}")
        return line + end

    def _pieces(self) -> Iterator[str]:
        first = self._stream.read(_CHUNK)
        self.encoding, skip = encoding_of(first)
        decoder = io.IncrementalNewlineDecoder(
            codecs.getincrementaldecoder(self.encoding)(_KEPT[self.encoding]), translate=True
        )
        yield decoder.decode(first[skip:])
        while chunk := self._stream.read(_CHUNK):
            yield decoder.decode(chunk)
        try:
            yield decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            yield _BROKEN


def encoding_of(first: bytes) -> tuple[str, int]:
    """The encoding of a file and the length of its mark, from its first bytes. Raises Unreadable for UTF-32."""
    if first.startswith(_WIDE):
        raise Unreadable("unknown_encoding", where="line 1", value="UTF-32")
    for mark, name in _MARKS:
        if first.startswith(mark):
            return name, len(mark)
    head = first[:4096]
    nuls = head.count(0)
    if nuls and (nuls * 10 >= len(head) or not _is_utf8(head)):
        return ("utf-16-le" if head[1::2].count(0) * 2 > nuls else "utf-16-be"), 0
    return "utf-8", 0


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _is_clean(piece: str) -> bool:
    if "\0" in piece:
        return False
    if piece.isascii():
        return True
    try:
        piece.encode()
    except UnicodeEncodeError:
        return False
    return True
