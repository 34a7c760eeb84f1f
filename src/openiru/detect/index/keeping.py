"""The file of a segment: a page that says what it holds, with its checksum, and then the arrays, as they lie in memory."""

from __future__ import annotations

import json
import mmap
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openiru.detect.index import files
from openiru.detect.index.building import Tables
from openiru.detect.index.plan import Plan
from openiru.detect.index.segment import Segment
from openiru.errors import Unreadable

MAGIC = b"OpenIRU hashes 1\n"
PAGE = 4096
ARRAYS = (*Tables._fields, "keys", "drops")


def save(segment: Segment, path: Path) -> None:
    """Write the segment to a new file, and see it on the disk before returning."""
    arrays: dict[str, NDArray[Any]] = dict(zip(ARRAYS, (*segment.tables, segment.keys, segment.drops), strict=True))
    at, about = PAGE, {}
    for name, array in arrays.items():
        about[name] = {
            "at": at,
            "type": array.dtype.str,
            "shape": list(array.shape),
            "crc32": zlib.crc32(_bytes(array)),
        }
        at += -(-array.nbytes // PAGE) * PAGE
    head = {"arrays": about, "widths": segment.plan.widths, "count": segment.plan.count, "first_key": segment.first_key}
    body = json.dumps({**head, "bytes": at}).encode()
    start = MAGIC + f"{zlib.crc32(body):08x} {len(body)}\n".encode() + body
    if len(start) > PAGE:
        raise ValueError("the head of a segment does not fit its page")
    with files.new_file(path) as file:
        files.write(file, start.ljust(PAGE, b"\0"))
        for array in arrays.values():
            files.write(file, _bytes(array))
            files.write(file, b"\0" * (-array.nbytes % PAGE))


def load(path: Path, *, check: bool = False) -> Segment:
    """Map a segment's file. Raises Unreadable where its head or size is wrong; with `check`, every byte is compared with its checksum."""
    with path.open("rb") as file:
        head = _head(file.read(PAGE), path)
        file.seek(0, 2)
        if file.tell() != head["bytes"]:
            raise Unreadable(f"segment of {file.tell()} bytes where {head['bytes']} were written", where=str(path))
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    arrays = {name: _array(mapped, about) for name, about in head["arrays"].items()}
    wrong = [name for name, one in arrays.items() if check and zlib.crc32(_bytes(one)) != head["arrays"][name]["crc32"]]
    if wrong:
        raise Unreadable(f"the {wrong[0]} of a segment do not have their checksum", where=str(path))
    tables = Tables(*(arrays[name] for name in Tables._fields))
    return Segment(
        tables, arrays["keys"], arrays["drops"], Plan(tuple(head["widths"]), head["count"]), head["first_key"]
    )


def _head(page: bytes, path: Path) -> dict[str, Any]:
    try:
        magic, rest = page[: len(MAGIC)], page[len(MAGIC) :]
        line, rest = rest.split(b"\n", 1)
        checksum, length = line.split()
        body = rest[: int(length)]
        if magic != MAGIC or zlib.crc32(body) != int(checksum, 16):
            raise ValueError(magic)
        head: dict[str, Any] = json.loads(body)
    except ValueError as fault:
        raise Unreadable("not the head of a segment of hashes", where=str(path)) from fault
    return head


def _array(mapped: mmap.mmap, about: dict[str, Any]) -> NDArray[Any]:
    kind, shape = np.dtype(about["type"]), tuple(about["shape"])
    return np.frombuffer(mapped, dtype=kind, count=int(np.prod(shape)), offset=about["at"]).reshape(shape)


def _bytes(array: NDArray[Any]) -> memoryview:
    return memoryview(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
