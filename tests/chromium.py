"""Finds a Chromium for the browser journeys, or installs one; where neither is possible it fails with the one command to run."""

from __future__ import annotations

import os
import subprocess
import sys

from openiru.errors import Unavailable
from openiru.stages.evidence import browser

WAYS = (
    ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"),
    (sys.executable, "-m", "playwright", "install", "chromium"),
)


def find_or_install() -> str:
    """Return the path of a Chromium; raises SystemExit with the command a person should run."""
    configured = os.environ.get("OPENIRU_CHROMIUM", "")
    try:
        return browser.find(configured)
    except Unavailable:
        pass
    for way in WAYS if os.geteuid() == 0 else WAYS[1:]:
        print("No Chromium here; trying:", " ".join(way), flush=True)
        try:
            if way[0] == "apt-get":
                subprocess.run(("apt-get", "update", "-qq"), check=False)
            subprocess.run(way, check=True, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
            return browser.find(configured)
        except (OSError, subprocess.CalledProcessError, Unavailable):
            continue
    raise SystemExit("The browser journeys need a Chromium: apt-get install --no-install-recommends chromium")


if __name__ == "__main__":
    print("Chromium:", find_or_install())
