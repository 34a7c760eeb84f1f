"""Keeps a run across restarts: since every decision is by rule, what came in is enough to bring everything back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from threading import RLock

from openiru.sandbox.engine import Engine
from openiru.sandbox.shapes import Kind, Platform, Submission, World
from openiru.sandbox.worldfile import parse


class Journal:
    """Everything that changes the engine goes through here and is written down, where a folder was given."""

    def __init__(self, engine: Engine, folder: Path | None) -> None:
        self.engine = engine
        self._lock = RLock()
        self._file = folder / "journal.jsonl" if folder else None
        if folder:
            folder.mkdir(parents=True, exist_ok=True)

    def replay(self) -> int:
        """Do again what is written down; returns how many lines. Whoever calls it keeps the postman quiet meanwhile."""
        if self._file is None or not self._file.exists():
            return 0
        raw = self._file.read_bytes()
        whole = raw[: raw.rfind(b"\n") + 1]
        if whole != raw:
            # The process was killed while it wrote its last line: nobody was told that it was taken in.
            self._file.write_bytes(whole)
        lines = whole.decode().split("\n")[:-1]
        for line in lines:
            self._again(json.loads(line))
        return len(lines)

    def receive(self, platform: Platform, sent: Submission) -> str:
        """Hand a submission to the engine; returns the ticket."""
        with self._lock:
            self._write({"do": "receive", "inbox": platform.inboxes[0], "sent": asdict(sent)})
            return self.engine.receive(platform, sent)

    def move_clock(self, to: datetime) -> None:
        """Move the clock. Raises `ClockGoesBack`, and then nothing is written."""
        with self._lock:
            self.engine.move_clock(to)
            self._write({"do": "clock", "now": to.isoformat()})

    def switch(self, changes: Mapping[str, bool]) -> None:
        """Turn rules on or off. Raises KeyError, and then nothing is written."""
        self.engine.switch(changes)
        self._write({"do": "switch", "changes": dict(changes)})

    def reset(self, raw_world: Mapping[str, object] | None) -> None:
        """Begin again. Raises `BadWorld`, and then nothing changes."""
        world: World | None = parse(raw_world) if raw_world else None
        self.engine.reset(world)
        if self._file is not None:
            self._file.unlink(missing_ok=True)
        if raw_world:
            self._write({"do": "reset", "world": dict(raw_world)})

    def _again(self, entry: Mapping[str, object]) -> None:
        match entry:
            case {"do": "receive", "inbox": str(inbox), "sent": dict(sent)}:
                platform = self.engine.platform_of(inbox)
                if platform is not None:
                    fields = sent | {"kind": Kind(sent["kind"]), "urls": tuple(sent["urls"])}
                    self.engine.receive(platform, Submission(**fields))
            case {"do": "clock", "now": str(now)}:
                self.engine.move_clock(datetime.fromisoformat(now))
            case {"do": "switch", "changes": dict(changes)}:
                self.engine.switch(changes)
            case {"do": "reset", "world": dict(world)}:
                self.engine.reset(parse(world))

    def _write(self, entry: Mapping[str, object]) -> None:
        if self._file is None:
            return
        with self._lock, self._file.open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
