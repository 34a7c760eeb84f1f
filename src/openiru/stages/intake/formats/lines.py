"""Reads text lines from untrusted bytes: any Unicode encoding with a mark, no line longer than the limit, hashed on the way."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from typing import BinaryIO

from openiru.errors import Unreadable
from openiru.stages.intake.formats.shapes import Rejected

LONGEST = 64 * 1024
_CHUNK = 1024 * 1024
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Lines:
    """Iterates over the lines of a stream; `number` is the line last given, `rejected` those that were too long."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self.number = 0
        self.rejected: list[Rejected] = []

    @property
    def sha256(self) -> str:
        """Hex digest of all bytes read so far."""
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[str]:
        kept, dropping, start = "", False, ""
        for piece in self._text():
            *whole, rest = (kept + piece).split("\n")
            for line in whole:
                self.number += 1
                if dropping or len(line) > LONGEST:
                    self.rejected.append(Rejected(self.number, (start or line)[:200], "line_too_long"))
                    dropping, start = False, ""
                    continue
                yield line.rstrip("\r") + "\n"
            kept = rest
            if len(kept) > LONGEST:
                dropping, start, kept = True, start or kept[:200], ""
        if dropping or kept:
            self.number += 1
            if dropping:
                self.rejected.append(Rejected(self.number, start, "line_too_long"))
            else:
                yield kept

    def _text(self) -> Iterator[str]:
        first = self._stream.read(_CHUNK)
        self._hash.update(first)
        encoding, skip = _encoding(first)
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        try:
            yield decoder.decode(first[skip:]).replace("\0", "")
            while chunk := self._stream.read(_CHUNK):
                self._hash.update(chunk)
                yield decoder.decode(chunk).replace("\0", "")
            yield decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise Unreadable(f"not_{encoding}", where=f"line {self.number + 1}") from error


def _encoding(first: bytes) -> tuple[str, int]:
    for mark, name in _MARKS:
        if first.startswith(mark):
            return name, len(mark)
    if b"\0" in first[:200]:
        return ("utf-16-le" if first[1:2] == b"\0" else "utf-16-be"), 0
    return "utf-8", 0
