"""Nothing of the machines it was made on stands in the repository, and no secret."""

from __future__ import annotations

import re
import subprocess

from tests.house.tree import ROOT

TRACES = re.compile(
    r"/(?:root|home/[a-z]+|work)/|pypi\.org/simple|files\.pythonhosted|BEGIN (?:RSA |EC )?PRIVATE KEY|registry\.npmjs"
)


def test_no_machine_path_no_registry_and_no_key_is_in_the_repository() -> None:
    listed = subprocess.run(("git", "ls-files"), cwd=ROOT, capture_output=True, text=True, check=False)
    assert listed.returncode == 0, "this test needs git and a clone"
    names = listed.stdout.splitlines()
    found = []
    for name in names:
        path = ROOT / name
        if path.suffix in {".ttf", ".png", ".woff2"} or name == "tests/house/test_traces.py" or not path.is_file():
            continue
        found += [f"{name}: {hit}" for hit in TRACES.findall(path.read_text(encoding="utf-8", errors="replace"))]
    assert not found
