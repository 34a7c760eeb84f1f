"""Names the rows of a file in a process of its own, so that naming and storing work at the same time. No database here."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, BinaryIO, cast

from openiru.stages.intake.formats import READERS
from openiru.stages.intake.naming import PART, Part, parts

Message = Part | Exception | None
"""What the process sends: parts, then None; or what went wrong."""

Open = Callable[[], AbstractContextManager[IO[bytes]]]
"""Opens the bytes of a file, seekable, as often as it is called, in any process."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to take in: how to open it, how to read it, and what it is called."""

    name: str
    open: Open
    reader: str
    mapping: Mapping[str, str] | None = None


def opened(path: Path) -> IO[bytes]:
    """The bytes of a file of this machine."""
    return path.open("rb")


def missing(source: Source, *, done: int, rows: int, key: bytes) -> Generator[Part]:
    """The parts after the first `done` of `rows` records: named in a process of its own if there are several.

    So both cores work: one names, the other stores. Raises what the reader raises, and RuntimeError if the process died.
    """
    if rows - done <= PART:
        if rows > done or not rows:
            yield from _produce(source, done, key)
        return
    with _process(source, done, key) as coming:
        while True:
            found = _received(coming)
            if found is None:
                return
            if isinstance(found, Exception):
                raise found
            yield found


def _received(coming: Connection[None, Message]) -> Message:
    try:
        return coming.recv()
    except EOFError as error:
        raise RuntimeError("the process that names the rows died") from error


@contextmanager
def _process(source: Source, start: int, key: bytes) -> Iterator[Connection[None, Message]]:
    """A process that names rows; it waits while the pipe is full, and dies with us."""
    context = multiprocessing.get_context("spawn")
    coming, sending = context.Pipe(duplex=False)
    child = context.Process(target=_send, args=(sending, source, start, key), daemon=True)
    child.start()
    sending.close()
    try:
        yield coming
    finally:
        coming.close()
        child.join(10)
        child.kill()


def _send(sending: Connection[Message, None], source: Source, start: int, key: bytes) -> None:
    try:
        for part in _produce(source, start, key):
            sending.send(part)
        sending.send(None)
    except BrokenPipeError:
        return
    except Exception as error:
        sending.send(error)


def _produce(source: Source, start: int, key: bytes) -> Iterator[Part]:
    with source.open() as stream:
        records = READERS[source.reader].read(cast(BinaryIO, stream), source.mapping)
        yield from parts(records, key=key, start=start)
