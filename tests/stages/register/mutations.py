"""Takes one field away from an example of a list: every element and attribute, every column, every key, every class."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from openiru.stages.register.formats.files import whole
from openiru.stages.register.formats.shapes import Files, ListFormat

Mutant = tuple[str, Files]


def mutants(format_: ListFormat) -> Iterator[Mutant]:
    """The format's first example once for each of its fields, without it, and the name of that field."""
    example = format_.examples[0]
    for name, content in example.items():
        for field, text in _without(format_, name, whole(content).decode()):
            yield field, {**example, name: text.encode()}


def _without(format_: ListFormat, name: str, text: str) -> Iterator[tuple[str, str]]:
    if format_.roots:
        return _xml(text)
    if name.endswith(".html"):
        return _html(text)
    if name.endswith(".json"):
        return _json(text)
    if name.endswith(".toml"):
        return _toml(text)
    return _csv(text, name) if format_.files else _table(text)


def _xml(text: str) -> Iterator[tuple[str, str]]:
    root = ElementTree.fromstring(text)
    parents = {child: parent for parent in root.iter() for child in parent}
    tags = dict.fromkeys((_short(parents[node].tag), _short(node.tag)) for node in root.iter() if node in parents)
    attributes = dict.fromkeys((_short(node.tag), key) for node in root.iter() for key in node.attrib)
    for parent, tag in tags:
        yield f"{parent}/{tag}", _cut_elements(text, parent, tag)
    for tag, key in attributes:
        yield f"{tag}@{key}", _cut_attributes(text, tag, key)


def _cut_elements(text: str, parent: str, tag: str) -> str:
    root = ElementTree.fromstring(text)
    for node in [one for one in root.iter() if _short(one.tag) == parent]:
        for child in [one for one in node if _short(one.tag) == tag]:
            node.remove(child)
    return _written(root)


def _cut_attributes(text: str, tag: str, key: str) -> str:
    root = ElementTree.fromstring(text)
    for node in root.iter():
        if _short(node.tag) == tag:
            node.attrib.pop(key, None)
    return _written(root)


def _written(root: Element) -> str:
    return ElementTree.tostring(root, encoding="unicode")


def _short(tag: str) -> str:
    return tag.rpartition("}")[2]


def _csv(text: str, name: str) -> Iterator[tuple[str, str]]:
    rows = list(csv.reader(io.StringIO(text.rstrip("\x1a"))))
    for column in range(len(rows[0])):
        yield f"{name} column {column + 1}", _lines([[*row[:column], "", *row[column + 1 :]] for row in rows])


def _table(text: str) -> Iterator[tuple[str, str]]:
    above, _, table = text.partition("\n")
    rows = list(csv.reader(io.StringIO(table)))
    yield "the line above", table
    for column, heading in enumerate(rows[0]):
        emptied = [rows[0], *([*row[:column], "", *row[column + 1 :]] for row in rows[1:])]
        yield heading, f"{above}\n{_lines(emptied)}"
        yield heading, f"{above}\n{_lines([row[:column] + row[column + 1 :] for row in rows])}"


def _lines(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _json(text: str) -> Iterator[tuple[str, str]]:
    rows = [json.loads(line) for line in text.splitlines()]
    for number, row in enumerate(rows):
        for key in row:
            yield key, _json_lines(rows, number, {one: value for one, value in row.items() if one != key})
        for key in row["properties"]:
            left = {one: value for one, value in row["properties"].items() if one != key}
            yield f"{row['schema']}.{key}", _json_lines(rows, number, {**row, "properties": left})


def _json_lines(rows: list[object], number: int, row: object) -> str:
    return "".join(json.dumps(row if at == number else one) + "\n" for at, one in enumerate(rows))


def _toml(text: str) -> Iterator[tuple[str, str]]:
    for key in dict.fromkeys(re.findall(r"^(\w+) = ", text, re.MULTILINE)):
        value = r"\[\n(?:.*\n)*?\]" if key == "names" else r".*"
        yield key, re.sub(rf"^{key} = {value}\n", "", text, flags=re.MULTILINE)
    for key in ("name", "quality"):
        yield f"names.{key}", re.sub(rf'{key} = "[^"]*",? (?=[nq}}])', "", text)
    for table in ("[document]", "[[organisation]]"):
        yield table, text.replace(table, "")


def _html(text: str) -> Iterator[tuple[str, str]]:
    for name in dict.fromkeys(re.findall(r"\bLeg\w+", text)):
        yield name, text.replace(name, "")
    yield "DC.date.valid", text.replace("DC.date.valid", "")
    yield "content", re.sub(r' content="[^"]*"', "", text)
