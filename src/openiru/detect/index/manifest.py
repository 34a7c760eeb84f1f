"""The manifest names what an index consists of: its segments from old to new, and the journals since. It changes by renaming."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from openiru.detect.index import files
from openiru.errors import Unreadable

NAME = "manifest.json"
FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """`next` numbers the file that comes to be next; a number is never used twice."""

    segments: tuple[str, ...] = ()
    journals: tuple[str, ...] = ()
    next: int = 1
    format: int = FORMAT


def read(folder: Path) -> Manifest:
    """Raises Unreadable where there is none, or where it is not what was written."""
    path = folder / NAME
    try:
        kept = json.loads(path.read_bytes())
        checksum = kept.pop("sha256")
    except FileNotFoundError as fault:
        raise Unreadable("no index of hashes here", where=str(folder)) from fault
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise Unreadable("not the manifest of an index", where=str(path)) from fault
    if checksum != _checksum(kept) or kept.get("format") != FORMAT:
        raise Unreadable("the manifest does not have its checksum, or is of another format", where=str(path))
    return Manifest(tuple(kept["segments"]), tuple(kept["journals"]), kept["next"])


def publish(folder: Path, manifest: Manifest) -> None:
    """From here on readers see the new state; a death before leaves the old one whole."""
    kept = json.loads(json.dumps(asdict(manifest)))
    with files.new_file(folder / NAME) as file:
        files.write(file, json.dumps({**kept, "sha256": _checksum(kept)}, indent=1).encode())


def clear(folder: Path, manifest: Manifest) -> None:
    """Remove the files of this index that the manifest does not name: what a death or a merge left over."""
    named = {*manifest.segments, *manifest.journals, NAME}
    for pattern in ("*.segment", "*.journal", "*.new"):
        for path in folder.glob(pattern):
            if path.name not in named:
                files.remove(path)


def _checksum(kept: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
