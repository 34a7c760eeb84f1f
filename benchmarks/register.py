"""Measures the register on real lists: reading, storing, comparing two versions, and a long list in little memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from openiru.stages.register import formats
from openiru.stages.register.changes import Changes, compare
from openiru.stages.register.formats.files import whole
from openiru.stages.register.formats.shapes import ParsedOrganisation

UN_LIMIT, US_LIMIT, LONG_LIMIT, LONG_MEMORY = 1.0, 2.0, 30.0, 200
ROUNDS = 5
OLDER, NEWER = "un_consolidated_2025-04-19.xml", "un_consolidated_2026-02-27.xml"
LONG = 100_000_000
"""Bytes of the generated list; the real one in this form is some 120 MB."""

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def main() -> int:
    """Print the figures; how many limits were missed. Without the folder of real data only the generated list runs."""
    missed = _long()
    folder = Path(os.environ.get("OPENIRU_DATA", "data")) / "designations"
    if not folder.is_dir():
        print(f"skipped: no lists at {folder} (set OPENIRU_DATA)")
        return missed
    _floor(folder / "un" / NEWER)
    return missed + _difference(folder / "un") + _store(folder)


def _floor(path: Path) -> None:
    files = formats.open_list(path)
    content = whole(files[path.name])
    read = formats.read_list(files, "un_xml")
    floor = _best(lambda: expat.ParserCreate().Parse(content, True))
    ours = _best(lambda: formats.read_list(files, "un_xml"))
    print(f"{read.entries} entries: {len(read.organisations)} organisations, {read.individuals_count} counted")
    print(f"expat alone {floor:.3f} s, our reader {ours:.3f} s ({ours / floor:.1f} times)")


def _difference(folder: Path) -> int:
    """Our difference of the two UN files beside one made without our reader; 1 if they disagree."""
    older, newer = (formats.read_list(formats.open_list(folder / name), "un_xml") for name in (OLDER, NEWER))
    started = time.perf_counter()
    ours = compare(older.organisations, newer.organisations)
    took = time.perf_counter() - started
    found, theirs = _of(ours), _independent(folder / OLDER, folder / NEWER)
    back, theirs_back = (
        _of(compare(newer.organisations, older.organisations)),
        _independent(folder / NEWER, folder / OLDER),
    )
    for kind, references in theirs.items():
        print(f"difference, {kind}: ours {len(found[kind])}, independent {len(references)}")
    same = found == theirs and back == theirs_back
    print(
        f"the differences, there and back, are {'equal' if same else 'NOT EQUAL'}; comparing took {took * 1000:.1f} ms"
    )
    return int(not same)


def _of(found: Changes) -> dict[str, set[str]]:
    parts: dict[str, set[str]] = {"added": {one.reference for one in (*found.added, *found.relisted)}}
    return parts | {
        "removed": {one.reference for one in found.removed},
        "amended": {one.reference for one in found.amended},
    }


def _independent(older: Path, newer: Path) -> dict[str, set[str]]:
    """The difference by reference number and the texts of the fields, from the whole tree, with nothing of ours."""
    then, now = (dict(_raw(ElementTree.parse(path).getroot())) for path in (older, newer))
    return {
        "added": now.keys() - then.keys(),
        "removed": then.keys() - now.keys(),
        "amended": {reference for reference in then.keys() & now.keys() if then[reference] != now[reference]},
    }


def _raw(root: ElementTree.Element) -> Iterator[tuple[str, object]]:
    for entity in root.iter("ENTITY"):
        single = ("FIRST_NAME", "UN_LIST_TYPE", "LISTED_ON", "NAME_ORIGINAL_SCRIPT", "COMMENTS1")
        values = tuple(" ".join((entity.findtext(tag) or "").split()) for tag in single)
        aliases = {
            (one.findtext("QUALITY"), " ".join((one.findtext("ALIAS_NAME") or "").split()))
            for one in entity.iter("ENTITY_ALIAS")
        }
        places = [" ".join((one.findtext("COUNTRY") or "").split()) for one in entity.iter("ENTITY_ADDRESS")]
        yield (entity.findtext("REFERENCE_NUMBER") or "").strip(), (values, aliases, list(dict.fromkeys(places)))


def _store(folder: Path) -> int:
    """Read and store in a database that is thrown away; how many limits were missed."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    import django
    import tests.server  # noqa: F401 - starts the embedded database before the settings are read

    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0)
    try:
        return (
            _load("un-consolidated", folder / "un" / OLDER, UN_LIMIT)
            + _load("un-consolidated", folder / "un" / NEWER, UN_LIMIT)
            + _load("us-ofac-sdn", folder / "ofac" / "2021-07", US_LIMIT)
        )
    finally:
        connection.creation.destroy_test_db("", verbosity=0)


def _load(slug: str, path: Path, limit: float) -> int:
    from openiru.people.actor import SYSTEM
    from openiru.stages.register import queries, services

    its_list = services.ensure_list(slug, actor=SYSTEM, now=NOW)
    started = time.perf_counter()
    loaded = services.load(path, published_list=its_list, by_hand=False, actor=SYSTEM, now=NOW)
    took = time.perf_counter() - started
    print(
        f"read and store {path.name}: {took:.3f} s (limit {limit} s), {loaded.snapshot.entries} entries; "
        f"new {loaded.new}, changed {loaded.changed}, ended {loaded.ended}"
    )
    for name in ("first", "next"):
        started = time.perf_counter()
        queries.screen("A Name That Is Not Listed")
        print(f"  {name} screening {(time.perf_counter() - started) * 1000:.1f} ms")
    return int(took > limit)


def _long() -> int:
    """A generated Advanced XML list, read in a process of its own so that its memory can be told; limits missed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "SDN_ADVANCED.XML"
        _generate(path)
        size = path.stat().st_size / 1_000_000
        done = subprocess.run(
            (sys.executable, "-m", "benchmarks.register", str(path)), check=True, capture_output=True, text=True
        )
    organisations, took, megabytes = (float(word) for word in done.stdout.split())
    print(
        f"a generated Advanced XML of {size:.0f} MB: {organisations:.0f} organisations in {took:.1f} s "
        f"(limit {LONG_LIMIT:.0f}), {megabytes:.0f} MB of memory (limit {LONG_MEMORY})"
    )
    return int(took > LONG_LIMIT or megabytes > LONG_MEMORY)


def _read_long(path: Path) -> int:
    started = time.perf_counter()
    found: tuple[ParsedOrganisation, ...] = formats.read_list(formats.open_list(path), "ofac_advanced").organisations
    took = time.perf_counter() - started
    print(len(found), took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return 0


def _generate(path: Path) -> None:
    """Repeat the parties of the format's example, a person for every two groups, until the file is long enough."""
    text = whole(formats.FORMATS["ofac_advanced"].examples[0]["SDN_ADVANCED.XML"]).decode()
    head, _, rest = text.partition("    <DistinctParty")
    group, _, rest = ("    <DistinctParty" + rest).partition('    <DistinctParty FixedRef="7002">')
    entry = "    <SanctionsEntry" + rest.partition("<SanctionsEntry")[2].partition("</SanctionsEntries>")[0]
    person = group.replace('PartySubTypeID="3"', 'PartySubTypeID="4"')
    entry = entry.partition("<SanctionsEntry ")[1] + entry.partition("<SanctionsEntry ")[2]
    number = 10_000
    with path.open("w", encoding="utf-8") as file:
        file.write(head)
        while file.tell() < LONG * 0.78:
            number += 1
            file.write((group if number % 3 else person).replace("7001", str(number)).replace("DAWN", f"DAWN {number}"))
        file.write("</DistinctParties><SanctionsEntries>")
        for one in range(10_001, number + 1):
            file.write(entry.replace("7001", str(one)))
        file.write("</SanctionsEntries></Sanctions>")


def _best(work: Callable[[], object]) -> float:
    """The best of a few rounds: what the machine can do when others leave it alone."""
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


if __name__ == "__main__":
    sys.exit(_read_long(Path(sys.argv[1])) if len(sys.argv) > 1 else main())
