"""Writes and checks a bag of evidence (BagIt, RFC 8493), offline: every file is named by two hash lists, so one changed byte has a name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from openiru.errors import Refused, Unavailable
from openiru.stages.evidence import wacz
from openiru.tlog.canonical import canonical_json

ALGORITHMS: Mapping[str, Callable[[bytes], Any]] = {"sha256": hashlib.sha256, "sha512": hashlib.sha512}
_DECLARED = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands in a bag: which files do not hold, and what each capture's seal says."""

    changed: tuple[str, ...]
    captures: int
    files: int
    stamped: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether every byte is as it was put in."""
        return not self.changed


def manifest_of(files: list[dict[str, object]]) -> bytes:
    """The canonical list of names, sizes and digests of a capture: its SHA-256 is the seal, and what is time-stamped."""
    return canonical_json([{"name": one["name"], "sha256": one["sha256"], "size": one["size"]} for one in files])


def write(out: Path, payload: Iterator[tuple[str, bytes]], about: Mapping[str, str]) -> int:
    """Write a bag into a new folder; `payload` gives (path below `data/`, bytes). Raises `Refused` if the folder is there."""
    if out.exists():
        raise Refused("file_exists", path=str(out))
    sums: dict[str, dict[str, str]] = {name: {} for name in ALGORITHMS}
    count = size = 0
    for path, content in payload:
        _put(out, f"data/{path}", content, sums)
        count, size = count + 1, size + len(content)
    facts = {**about, "Payload-Oxum": f"{size}.{count}"}
    tags: dict[str, dict[str, str]] = {name: {} for name in ALGORITHMS}
    _put(out, "bagit.txt", _DECLARED.encode(), tags)
    _put(out, "bag-info.txt", "".join(f"{name}: {_line(value)}\n" for name, value in facts.items()).encode(), tags)
    for name, found in sums.items():
        _put(out, f"manifest-{name}.txt", _listed(found), tags)
    for name, found in tags.items():
        (out / f"tagmanifest-{name}.txt").write_bytes(_listed(found))
    return count


def verify(bag: Path, check_stamp: Callable[[bytes, bytes], object] | None = None) -> Verdict:
    """Check every byte of a bag with nothing but the bag; `check_stamp(reply, manifest)` raises if a time-stamp fails."""
    present = {path.relative_to(bag).as_posix() for path in bag.rglob("*") if path.is_file() or path.is_symlink()}
    if not any(name.startswith("tagmanifest-") for name in present):
        return Verdict(("bagit.txt",) if "bagit.txt" not in present else ("tagmanifest-sha256.txt",), 0, 0, ())
    lists = [f"tagmanifest-{name}.txt" for name in ALGORITHMS]
    changed = _against(
        bag, present, lists, {name for name in present if not name.startswith(("data/", "tagmanifest-"))}
    )
    if not changed:
        payload = {name for name in present if name.startswith("data/")}
        changed = _against(bag, present, [f"manifest-{name}.txt" for name in ALGORITHMS], payload)
        changed += [] if changed or (bag / "bagit.txt").read_text("utf-8") == _DECLARED else ["bagit.txt"]
    if changed:
        return Verdict(tuple(sorted(set(changed))), 0, len(present), ())
    return _captures(bag, len(present), check_stamp)


def _against(bag: Path, present: set[str], lists: list[str], expected: set[str]) -> list[str]:
    """Hold files against the lists. Where the lists do not agree about a file, the list that is wrong is the changed one."""
    wrong = {name: _misfits(bag, name, expected) for name in lists if name in present}
    missing = [name for name in lists if name not in present]
    if missing:
        return missing
    both = set.intersection(*wrong.values())
    alone = [name for name, found in wrong.items() if found - both]
    return sorted(both) + alone


def _misfits(bag: Path, name: str, expected: set[str]) -> set[str]:
    """What does not fit this list: changed or missing files, files it does not name, and itself where it cannot be read."""
    algorithm = ALGORITHMS[name.split("-")[1].removesuffix(".txt")]
    named: dict[str, str] = {}
    for line in (bag / name).read_bytes().split(b"\n"):
        digest, _, path = line.decode("utf-8", "replace").partition("  ")
        if line:
            named[_unescaped(path)] = digest
    odd = {path for path in named if path not in expected or not _is_inside(path)}
    bad = {path for path in expected & set(named) if algorithm((bag / path).read_bytes()).hexdigest() != named[path]}
    return odd | bad | (expected - set(named))


def _captures(bag: Path, files: int, check_stamp: Callable[[bytes, bytes], object] | None) -> Verdict:
    changed, stamped, count = [], [], 0
    for record in sorted((bag / "data").glob("captures/*/capture.json")):
        folder, count = record.parent, count + 1
        about = json.loads(record.read_bytes())
        manifest = manifest_of(about["files"])
        where = folder.relative_to(bag).as_posix()
        if hashlib.sha256(manifest).hexdigest() != about["digest"]:
            changed.append(f"{where}/capture.json")
        for file in about["files"]:
            place = folder / "files" / file["name"]
            held = place.read_bytes() if place.is_file() else b""
            inside = wacz.problems(held) if file["name"].endswith(".wacz") and held else []
            if hashlib.sha256(held).hexdigest() != file["sha256"] or inside:
                changed.append(f"{where}/files/{file['name']}")
        reply = folder / "seal.tsr"
        if reply.is_file() and check_stamp is not None:
            try:
                check_stamp(reply.read_bytes(), manifest)
                stamped.append(about["uuid"])
            except Unavailable:
                changed.append(f"{where}/seal.tsr")
    return Verdict(tuple(changed), count, files, tuple(stamped))


def _put(out: Path, path: str, content: bytes, sums: dict[str, dict[str, str]]) -> None:
    if not _is_inside(path):
        raise Refused("address_forbidden", address=path)
    place = out / path
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.write_bytes(content)
    for name, algorithm in ALGORITHMS.items():
        sums[name][path] = algorithm(content).hexdigest()


def _listed(found: Mapping[str, str]) -> bytes:
    return "".join(f"{digest}  {_escaped(path)}\n" for path, digest in sorted(found.items())).encode()


def _escaped(path: str) -> str:
    return path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")


def _unescaped(path: str) -> str:
    return path.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def _line(value: str) -> str:
    return " ".join(value.split())


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and ".." not in parts and not path.startswith("/") and "\0" not in path
