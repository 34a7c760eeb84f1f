"""Gathers the file, or the few files, that together are one published list, opens them, and gives them one hash."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from openiru.errors import Unreadable
from openiru.stages.register.formats.shapes import Content, Files, ListFormat

LARGEST = 256 * 1024 * 1024
HELD = 16 * 1024 * 1024
"""A larger file stays on disk and is read from there piece by piece."""


def gather(path: Path, known: Iterable[ListFormat]) -> Files:
    """Read the list at a path: the file, and beside it the others of its format (alt.csv beside sdn.csv).

    A folder is read for the first format whose first file is in it. Raises Unreadable for what is missing or too large.
    """
    folder = path if path.is_dir() else path.parent
    for format_ in known:
        if format_.files and (path.is_dir() or path.name.lower() in format_.files):
            beside = {found.name.lower(): found for found in sorted(folder.iterdir()) if found.is_file()}
            if format_.files[0] in beside:
                return _set(beside, format_)
    return {path.name: _content(path)}


def _set(beside: Mapping[str, Path], format_: ListFormat) -> Files:
    missing = [name for name in format_.files if name not in beside]
    if missing:
        raise Unreadable("this list needs the file too", where=missing[0])
    return {name: _content(beside[name]) for name in (*format_.files, *format_.optional_files) if name in beside}


def named_alike(files: Files) -> Files:
    """A set of files with their names in small letters, as publishers write them both ways; one file keeps its name."""
    return {name.lower(): content for name, content in files.items()} if len(files) > 1 else files


def _content(path: Path) -> Content:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise Unreadable(f"larger than {LARGEST // 1024 // 1024} MB, so no list that we know", where=path.name)
        return path if size > HELD else path.read_bytes()
    except OSError as error:
        raise Unreadable("cannot be opened", where=path.name) from error


def opened(content: Content) -> io.BufferedIOBase:
    """A stream over the bytes, wherever they are; the caller closes it. Unreadable if they are gone."""
    try:
        return content.open("rb") if isinstance(content, Path) else io.BytesIO(content)
    except OSError as error:
        raise Unreadable("cannot be opened", where=str(getattr(content, "name", ""))) from error


def whole(content: Content) -> bytes:
    """All bytes at once, for formats that are small."""
    with opened(content) as stream:
        return stream.read()


def beginning(content: Content, size: int = 4096) -> bytes:
    """The first bytes, which tell one format from another."""
    with opened(content) as stream:
        return stream.read(size)


def digest(files: Files) -> str:
    """The SHA-256 that people compare with the publisher's: of the file, or of `sha256sum` over the names in order."""
    hashes = {name: _sha256(content) for name, content in sorted(named_alike(files).items())}
    if len(hashes) == 1:
        return next(iter(hashes.values()))
    return hashlib.sha256("".join(f"{value}  {name}\n" for name, value in hashes.items()).encode()).hexdigest()


def _sha256(content: Content) -> str:
    with opened(content) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
