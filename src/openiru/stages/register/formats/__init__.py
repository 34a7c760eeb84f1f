"""The registry of list formats: one file per published form; a new one is one line here."""

from __future__ import annotations

from pathlib import Path

from openiru.errors import Unreadable
from openiru.stages.register.formats import (
    eu_fsf,
    ftm,
    manual,
    ofac_advanced,
    ofac_csv,
    ofac_xml,
    uk_csv,
    uk_proscribed,
    uk_xml,
    un_xml,
)
from openiru.stages.register.formats.files import beginning, gather, named_alike
from openiru.stages.register.formats.shapes import Content, Files, ListFormat, ParsedList
from openiru.stages.register.formats.xml import root_of

_MODULES = (un_xml, ofac_csv, ofac_xml, ofac_advanced, uk_xml, uk_csv, uk_proscribed, eu_fsf, ftm, manual)
FORMATS: dict[str, ListFormat] = {module.FORMAT.name: module.FORMAT for module in _MODULES}
"""Name → format. The conformance tests and screens loop over it."""


def open_list(path: Path) -> Files:
    """The file at a path with those that belong to it; Unreadable if it is missing, or one of them is."""
    return gather(path, FORMATS.values())


def guess(source: Path | Files) -> ListFormat:
    """Tell the format from the file names or the root element; Unreadable if it is none that we know."""
    files = open_list(source) if isinstance(source, Path) else named_alike(source)
    for format_ in FORMATS.values():
        if format_.files and format_.files[0] in files:
            return format_
    if len(files) != 1:
        raise Unreadable("not a set of files that we know", where=", ".join(sorted(files)))
    ((name, content),) = files.items()
    return _told_by(content, beginning(content), name)


def _told_by(content: Content, head: bytes, name: str) -> ListFormat:
    """The format of a single file, by how it begins or by its root element."""
    if not head.strip():
        raise Unreadable("the file is empty", where=name)
    for format_ in FORMATS.values():
        if format_.begins and format_.begins(head):
            return format_
    if not head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \r\n\t").startswith(b"<"):
        raise Unreadable("not a list format that we know", where=name)
    root = root_of(content)
    for format_ in FORMATS.values():
        if root in format_.roots:
            return format_
    raise Unreadable(f"no list that we know has the root element {root}", where=name)


def read_list(files: Files, name: str) -> ParsedList:
    """Read a list in the named format. Raises Unreadable for another format, and as the format's own reader does."""
    format_, files = FORMATS[name], named_alike(files)
    missing = [file for file in format_.files if file not in files]
    if missing:
        raise Unreadable("this list needs the file too", where=missing[0])
    if not format_.files and len(files) != 1:
        raise Unreadable("this list is one file", where=", ".join(sorted(files)))
    return format_.read(files)
