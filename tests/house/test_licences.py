"""Every dependency's licence is known and within the policy of DESIGN.md: permissive; LGPL and MPL unmodified."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution

import pytest

from tests.house.tree import ROOT

PERMISSIVE = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Zlib|ZPL|Unlicense|CC0|HPND|PostgreSQL|0BSD|MPL|Mozilla|LGPL|Lesser General",
    re.IGNORECASE,
)
NAMED: dict[str, str] = {"pyrage": "MIT"}
"""Packages whose metadata says nothing that fits, judged by hand from their licence file: name → licence."""


def locked() -> list[str]:
    text = (ROOT / "requirements" / "core.txt").read_text(encoding="utf-8")
    return sorted(set(re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==", text, re.MULTILINE)))


@pytest.mark.parametrize("name", locked())
def test_the_licence_of_every_dependency_is_within_the_policy(name: str) -> None:
    try:
        about = distribution(name).metadata
    except PackageNotFoundError:
        pytest.skip(f"{name} is locked for another operating system and not installed here")
    said = [about.get("License-Expression") or "", (about.get("License") or "")[:200]]
    said += [one for one in about.get_all("Classifier") or [] if one.startswith("License ::")]
    words = " | ".join(one for one in said if one) or NAMED.get(name, "")
    assert PERMISSIVE.search(words) or name in NAMED, f"{name}: {words or 'no licence in its metadata'}"
    assert not re.search(r"(?<!L)(?<!Lesser )\bA?GPL", words) or "LGPL" in words, f"{name}: {words}"


def test_every_dependency_stands_on_the_page_of_licences() -> None:
    listed = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    assert not [name for name in locked() if f"| {name} |" not in listed]
