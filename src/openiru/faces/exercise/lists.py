"""Invented lists in the published formats: UN consolidated XML, OFAC's legacy CSV files, UK sanctions list XML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from openiru.faces.exercise.world.shapes import Group

INDIVIDUALS = 20
_GENERATED = "2025-08-15T00:00:00.000Z"
_OTHERS = (
    "Amberlake Freight Syndicate",
    "Brotherhood of the Tin Lantern",
    "Corvane Salt Traders",
    "Dunmarrow Sling Company",
    "Eastmere Thorn League",
    "Fellgrave Night Post",
    "Glasswort Raiders",
    "Hollowmere Ferry Fund",
    "Ironthistle Circle",
    "Juniper Gate Exchange",
    "Kettlemoor Signal Band",
    "Larkspur Quarry Union",
)
_PREFIX = {"multilateral": "EXe.", "national-one": "", "national-two": "EXB", "single-national": "EXN."}
_DATES = {"A": "2016-05-11", "B": "2019-03-04", "C": "2022-10-20"}
_NULL = "-0- "
_CSV_END = "\x1a"


def reference(list_name: str, group: Group) -> str:
    """The entry's own reference on a list, in the form that the list's publisher uses."""
    number = "ABC".index(group.letter) + 1
    return _reference(list_name, number)


def write(folder: Path, groups: Sequence[Group]) -> None:
    """Write all four lists: each has its groups, twelve other invented organisations and twenty individuals."""
    _un_form(_on("multilateral", groups), "multilateral", folder / "multilateral.xml")
    _un_form(_on("single-national", groups), "single-national", folder / "single-national.xml")
    _ofac_form(_on("national-one", groups), folder / "national-one")
    _uk_form(_on("national-two", groups), folder / "national-two.xml")


def _on(list_name: str, groups: Sequence[Group]) -> list[Group]:
    return [group for group in groups if list_name in group.lists]


def _reference(list_name: str, number: int) -> str:
    if list_name == "national-one":
        return str(90_000 + number)
    width = 4 if list_name == "national-two" else 3
    return f"{_PREFIX[list_name]}{number:0{width}d}"


def _add(parent: Element, tag: str, text: str = "") -> Element:
    child = SubElement(parent, tag)
    child.text = text or None
    return child


def _save(root: Element, path: Path) -> None:
    indent(root)
    ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _un_form(groups: Sequence[Group], list_name: str, path: Path) -> None:
    root = Element("CONSOLIDATED_LIST", {"dateGenerated": _GENERATED})
    people = _add(root, "INDIVIDUALS")
    for number in range(1, INDIVIDUALS + 1):
        _un_individual(people, list_name, number)
    entities = _add(root, "ENTITIES")
    for group in groups:
        _un_entity(entities, reference(list_name, group), group.title, group)
    for number, name in enumerate(_OTHERS, start=11):
        _un_entity(entities, _reference(list_name, number), name, None)
    _save(root, path)


def _un_head(parent: Element, tag: str, data_id: str, name: str) -> Element:
    one = _add(parent, tag)
    _add(one, "DATAID", data_id)
    _add(one, "VERSIONNUM", "1")
    _add(one, "FIRST_NAME", name)
    return one


def _un_individual(parent: Element, list_name: str, number: int) -> None:
    one = _un_head(parent, "INDIVIDUAL", str(7_100_000 + number), f"PERSONA {number}")
    _add(one, "SECOND_NAME", "EXEMPLI")
    _add(one, "UN_LIST_TYPE", "Example")
    _add(one, "REFERENCE_NUMBER", _PREFIX[list_name].replace("e.", "i.") + f"{500 + number}")
    _add(one, "LISTED_ON", "2015-02-03")
    _add(_add(one, "LIST_TYPE"), "VALUE", "UN List")


def _un_entity(parent: Element, number: str, name: str, group: Group | None) -> None:
    one = _un_head(parent, "ENTITY", str(7_200_000 + int(number[-3:])), name.upper())
    _add(one, "UN_LIST_TYPE", "Example")
    _add(one, "REFERENCE_NUMBER", number)
    _add(one, "LISTED_ON", _DATES[group.letter] if group else "2014-01-15")
    if group:
        _add(one, "NAME_ORIGINAL_SCRIPT", group.urdu[0])
    _add(one, "COMMENTS1", "Invented for an exercise.")
    _add(_add(one, "LIST_TYPE"), "VALUE", "UN List")
    for quality, alias in _aliases(group):
        entry = _add(one, "ENTITY_ALIAS")
        _add(entry, "QUALITY", quality)
        _add(entry, "ALIAS_NAME", alias)
    _add(_add(one, "ENTITY_ADDRESS"), "COUNTRY", "Ombristan")


def _aliases(group: Group | None) -> Iterator[tuple[str, str]]:
    if group is not None:
        yield from (("a.k.a.", alias) for alias in (*group.english[1:], *group.roman, *group.urdu))
        yield from (("Low", alias) for alias in group.weak)


def _quoted(*cells: str) -> str:
    return ",".join(cell if cell == _NULL or cell.isdigit() else f'"{cell}"' for cell in cells)


def _ofac_form(groups: Sequence[Group], folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    entities = [(reference("national-one", group), group.title.upper()) for group in groups]
    entities += [(_reference("national-one", number), name.upper()) for number, name in enumerate(_OTHERS, start=11)]
    rows = [_quoted(number, name, _NULL, "SDGT", *[_NULL] * 8) for number, name in entities]
    for number in range(1, INDIVIDUALS + 1):
        person = f"EXEMPLI, Persona {number}"
        rows.append(_quoted(str(90_500 + number), person, "individual", "SDGT", *[_NULL] * 7, "DOB 1970."))
    _ofac_file(folder / "sdn.csv", rows)
    _ofac_file(folder / "alt.csv", list(_ofac_aliases(groups)))
    _ofac_file(
        folder / "add.csv",
        [
            _quoted(number, str(95_000 + at), _NULL, _NULL, "Ombristan", _NULL)
            for at, (number, _) in enumerate(entities)
        ],
    )


def _ofac_aliases(groups: Sequence[Group]) -> Iterator[str]:
    number = 96_000
    for group in groups:
        for alias in (*group.english[1:], *group.roman):
            number += 1
            yield _quoted(reference("national-one", group), str(number), "aka", alias.upper(), _NULL)


def _ofac_file(path: Path, rows: Sequence[str]) -> None:
    path.write_bytes(("\r\n".join(rows) + "\r\n" + _CSV_END).encode("ascii"))


def _uk_form(groups: Sequence[Group], path: Path) -> None:
    root = Element("Designations")
    _add(root, "DateGenerated", "15/08/2025")
    for group in groups:
        _uk_designation(root, reference("national-two", group), "Entity", group.title, group)
    for number, name in enumerate(_OTHERS, start=11):
        _uk_designation(root, _reference("national-two", number), "Entity", name, None)
    for number in range(1, INDIVIDUALS + 1):
        _uk_designation(root, _reference("national-two", 500 + number), "Individual", f"PERSONA {number} EXEMPLI", None)
    _save(root, path)


def _uk_designation(root: Element, number: str, ship: str, name: str, group: Group | None) -> None:
    one = _add(root, "Designation")
    _add(one, "LastUpdated", "15/08/2025")
    _add(one, "DateDesignated", _british(_DATES[group.letter]) if group else "15/01/2014")
    _add(one, "UniqueID", number)
    names = _add(one, "Names")
    _uk_name(names, name, "Primary Name")
    for alias in (*group.english[1:], *group.roman) if group else ():
        _uk_name(names, alias, "Alias")
    if group:
        other = _add(_add(one, "NonLatinNames"), "NonLatinName")
        _add(other, "NameNonLatinScript", group.urdu[0])
        _add(other, "NonLatinScriptType", "Arabic")
        _add(other, "NonLatinScriptLanguage", "Urdu")
    _add(one, "RegimeName", "The Example (Sanctions) Regulations")
    _add(one, "IndividualEntityShip", ship)
    _add(one, "DesignationSource", "UK")
    _add(one, "SanctionsImposed", "Asset freeze")
    _add(one, "OtherInformation", "Invented for an exercise.")


def _uk_name(names: Element, name: str, kind: str) -> None:
    one = _add(names, "Name")
    _add(one, "Name6", name)
    _add(one, "NameType", kind)
    if kind == "Alias":
        _add(one, "AliasStrength", "Good quality a.k.a")


def _british(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{day}/{month}/{year}"
