"""How many rows a second each reader gives and how much memory it takes, beside the bare parser of its format."""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from openiru.stages.intake.formats import READERS
from openiru.stages.intake.formats.shapes import Row
from openiru.stages.intake.formats.xlsx_sheet import MEMBERS

GOAL_CSV = 400_000
MOST_MEMORY = 300
MEBI = 1024 * 1024


@dataclass(frozen=True)
class Case:
    """One generated file: the reader, how it is made, and the bare parser that is its limit."""

    reader: str
    label: str
    make: Callable[[Path, int], None]
    count: int
    bare: Callable[[Path], int]
    peer: str


def _csv(path: Path, count: int, quoted: bool = False) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write("url,followers,organisation,note\n")
        for number in range(count):
            note = f'"seen, {number}"' if quoted else f"seen {number}"
            out.write(f"https://t.me/channel{number},{number},Example Front,{note}\n")


def _quoted_csv(path: Path, count: int) -> None:
    _csv(path, count, quoted=True)


def _fourcat(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write(
            "id,thread_id,timestamp,unix_timestamp,body,author,author_fullname,author_id,author_followers,language_guess\n"
        )
        for number in range(count):
            out.write(
                f'{10**18 + number},1,2025-08-14 10:00:00,1755165600,"words, more",name{number},Name,{number + 1},12,ur\n'
            )


def _xlsx(path: Path, count: int) -> None:
    """A sheet of inline texts and numbers, written as it is zipped."""
    members = {name: text for name, text in MEMBERS.items() if "sheet1" not in name}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as out:
            start = MEMBERS["xl/worksheets/sheet1.xml"]
            out.write(start[: start.index('<row r="2">')].encode())
            for line in range(2, count + 2):
                text = f'<c r="A{line}" t="inlineStr"><is><t>https://t.me/channel{line}</t></is></c><c r="B{line}" t="s"><v>2</v></c>'
                out.write(f'<row r="{line}">{text}<c r="C{line}"><v>{line}</v></c></row>'.encode())
            out.write(b"</sheetData></worksheet>")


def _telegram(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write('{\n "name": "Example",\n "type": "public_channel",\n "id": 1234567890,\n "messages": [\n')
        for number in range(count):
            entities = [{"type": "plain", "text": "words " * 20}, {"type": "link", "text": "https://t.me/other"}]
            post = {
                "id": number,
                "type": "message",
                "date": "2025-08-14T15:00:00",
                "date_unixtime": "1755165600",
                "from": "Example",
            }
            post |= {"from_id": "channel1234567890", "text": ["words " * 20, entities[1]], "text_entities": entities}
            out.write(("," if number else "") + json.dumps(post, indent=1) + "\n")
        out.write(" ]\n}\n")


def _lines(path: Path, count: int) -> None:
    line = json.loads(READERS["snscrape"].examples[0].content.splitlines()[0])
    with path.open("w", encoding="utf-8") as out:
        for number in range(count):
            out.write(json.dumps({**line, "id": number + 10**18, "id.str": str(number + 10**18)}) + "\n")


def _stix(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write('{"type": "bundle", "id": "bundle--1", "objects": [\n')
        for number in range(count):
            account = {
                "type": "user-account",
                "spec_version": "2.1",
                "id": f"user-account--{number}",
                "account_type": "telegram",
            }
            out.write(("," if number else "") + json.dumps({**account, "account_login": f"channel{number}"}) + "\n")
        out.write("]}\n")


def _bare_csv(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as stream:
        return sum(1 for _ in csv.reader(stream))


def _bare_lines(path: Path) -> int:
    with path.open(encoding="utf-8") as stream:
        return sum(1 for line in stream if json.loads(line))


def _bare_ijson(prefix: str) -> Callable[[Path], int]:
    def run(path: Path) -> int:
        import ijson

        with path.open("rb") as stream:
            return sum(1 for _ in ijson.items(stream, prefix))

    return run


def _bare_openpyxl(path: Path) -> int:
    import openpyxl

    return sum(1 for _ in openpyxl.load_workbook(path, read_only=True).active.iter_rows(values_only=True))


def _bare_calamine(path: Path) -> int:
    import python_calamine

    return len(python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python())


def cases(scale: float) -> Iterator[Case]:
    """The files, at a share of their full size."""

    def of(count: int) -> int:
        return max(100, int(count * scale))

    yield Case("csv", "CSV, no quotes", _csv, of(1_000_000), _bare_csv, "csv.reader")
    yield Case("csv", "CSV, quoted notes", _quoted_csv, of(1_000_000), _bare_csv, "csv.reader")
    yield Case("4cat", "4CAT CSV", _fourcat, of(200_000), _bare_csv, "csv.reader")
    yield Case("xlsx", "XLSX", _xlsx, of(200_000), _bare_openpyxl, "openpyxl, read only")
    yield Case("xlsx", "XLSX", _xlsx, of(200_000), _bare_calamine, "calamine, sheet whole")
    yield Case("telegram", "result.json", _telegram, of(750_000), _bare_ijson("messages.item"), "ijson.items")
    yield Case("snscrape", "JSONL", _lines, of(200_000), _bare_lines, "json.loads a line")
    yield Case("stix", "STIX, two passes", _stix, of(200_000), _bare_ijson("objects.item"), "ijson.items")


def _ours(path: Path, reader: str) -> int:
    with path.open("rb") as stream:
        return sum(isinstance(found, Row) for found in READERS[reader].read(stream, None))


def _measured(work: Callable[..., int], *arguments: Any) -> tuple[int, float, float]:
    """What it counted, processor seconds (whatever else the machine does), and the highest memory in MiB above the start."""
    before = _peak()
    start = time.process_time()
    counted = work(*arguments)
    return counted, time.process_time() - start, _peak() - before


def _peak() -> float:
    """The process's highest resident memory in MiB."""
    words = Path("/proc/self/status").read_text(encoding="ascii").split("VmHWM:")[1].split()
    return int(words[0]) / 1024


def _alone(work: Callable[..., int], *arguments: Any) -> tuple[int, float, float]:
    """Measure in a new process, so that one measurement's memory does not hide the next one's."""
    receive, send = get_context("fork").Pipe(duplex=False)

    def run() -> None:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        send.send(_measured(work, *arguments))

    process = get_context("fork").Process(target=run)
    process.start()
    send.close()
    try:
        found: tuple[int, float, float] = receive.recv()
    except EOFError as error:
        raise SystemExit(f"{work.__name__}: the peer is absent or failed, see above") from error
    process.join()
    return found


def measure(case: Case, folder: Path) -> dict[str, object]:
    """One case: ours and the bare parser, each in a process of its own."""
    path = folder / f"{case.reader}-{case.count}.{'xlsx' if case.reader == 'xlsx' else 'dat'}"
    case.make(path, case.count)
    size = path.stat().st_size / MEBI
    rows, seconds, memory = _alone(_ours, path, case.reader)
    _, bare_seconds, bare_memory = _alone(case.bare, path)
    path.unlink()
    assert rows == case.count, f"{case.label}: {rows} rows of {case.count}"
    return {
        "format": case.label,
        "rows": rows,
        "file_mib": round(size, 1),
        "rows_per_second": round(rows / seconds),
        "mib_per_second": round(size / seconds, 1),
        "peak_mib": round(memory, 1),
        "peer": case.peer,
        "peer_rows_per_second": round(rows / bare_seconds),
        "peer_peak_mib": round(bare_memory, 1),
        "ratio": round(bare_seconds / seconds, 2),
    }


def main(argv: list[str] | None = None) -> int:
    """Print each case; fails under the goal for CSV, or where memory is not flat."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full sizes, e.g. 0.1")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for case in cases(options.scale):
            one = measure(case, Path(folder))
            found.append(one)
            if not options.json:
                print(_sentence(one), flush=True)
    met = int(str(found[0]["rows_per_second"])) >= GOAL_CSV and all(
        float(str(one["peak_mib"])) < MOST_MEMORY for one in found
    )
    if options.json:
        print(
            json.dumps(
                {"cases": found, "goal_csv_rows_per_second": GOAL_CSV, "most_memory_mib": MOST_MEMORY, "met": met}
            )
        )
    else:
        print(f"goal: {GOAL_CSV:,} rows a second of CSV, under {MOST_MEMORY} MiB: {'met' if met else 'NOT met'}")
    return 0 if met else 1


def _sentence(one: dict[str, object]) -> str:
    return (
        f"{one['format']:<18} {one['rows']:>9,} rows, {one['file_mib']:>6} MiB: {one['rows_per_second']:>9,} rows/s, "
        f"peak {one['peak_mib']:>5} MiB; {one['peer']} {one['peer_rows_per_second']:>9,} rows/s, peak {one['peer_peak_mib']} MiB; "
        f"ratio {one['ratio']}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
