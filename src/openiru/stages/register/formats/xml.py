"""Reads XML from outside: no document types, no entities, one record at a time, and a clear word for what is broken."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers import expat

from openiru.errors import Unreadable
from openiru.stages.register.formats.files import opened
from openiru.stages.register.formats.shapes import Content
from openiru.stages.register.formats.text import tidy

_CHUNK = 65_536


class _Seen(Exception):
    """The root element was reached; carries its name."""


def root_of(content: Content) -> str:
    """The root element's name without its namespace, read without expanding anything.

    A document type declaration stands before the root or nowhere, so this guard covers the whole file: Unreadable if
    there is one, since entities could read files or fill the memory.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = _stop_at_root
    blank = True
    try:
        with opened(content) as stream:
            while chunk := stream.read(_CHUNK):
                blank = blank and not chunk.strip()
                parser.Parse(chunk, False)
        if blank:
            raise Unreadable("the file is empty")
        parser.Parse(b"", True)
    except _Seen as seen:
        return str(seen).rpartition(":")[2]
    except expat.ExpatError as error:
        reason = "the file is empty" if blank else expat.ErrorString(error.code)
        raise Unreadable(reason, where=f"line {error.lineno}") from error
    raise Unreadable("no element in it")


def _refuse_doctype(*_: object) -> None:
    raise Unreadable("a document type declaration is not allowed in a list")


def _stop_at_root(name: str, _: object) -> None:
    raise _Seen(name)


def records(
    content: Content, roots: frozenset[str], tags: frozenset[str], forget: frozenset[str] = frozenset()
) -> Iterator[Element]:
    """Yield each element whose name is in `tags`, names without namespaces, and forget it afterwards.

    Those in `forget` are not wanted and let go at once, so that a long list needs little memory. Raises Unreadable for
    another root element, and for a file that is broken or cut off, naming the line.
    """
    root = root_of(content)
    if root not in roots:
        raise Unreadable(f"the root element is {root}, not {' or '.join(sorted(roots))}")
    try:
        with opened(content) as stream:
            for _, node in ElementTree.iterparse(stream, events=("end",)):
                node.tag = node.tag.rpartition("}")[2]
                if node.tag in tags:
                    yield node
                    node.clear()
                elif node.tag in forget:
                    node.clear()
    except ElementTree.ParseError as error:
        line, _ = error.position
        raise Unreadable(f"broken or cut off: {expat.ErrorString(error.code)}", where=f"line {line}") from error


def value(node: Element, path: str) -> str:
    """The text at a path below an element, tidied; empty where there is none."""
    return tidy(node.findtext(path))


def values(node: Element, path: str) -> list[str]:
    """All texts at a path below an element that are not empty."""
    return [text for found in node.iterfind(path) if (text := tidy(found.text))]
