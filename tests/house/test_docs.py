"""Docs are tested: every setting, command, ledger event, transport, platform and figure stands in the docs."""

from __future__ import annotations

import re

import pytest

from openiru.config.environment import SETTINGS
from openiru.faces.cli.commands import COMMANDS
from openiru.ledger.events import EVENTS
from openiru.stages.intake.formats import READERS
from openiru.stages.intake.watching.connectors import CONNECTORS
from openiru.stages.notices.transports import TRANSPORTS
from openiru.stages.register.formats import FORMATS
from openiru.stages.transparency.figures import FIGURES
from tests.house.tree import ROOT, SOURCE

DOCS = ROOT / "docs"


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("setting", [setting.name for setting in SETTINGS])
def test_every_setting_is_documented(setting: str) -> None:
    assert f"`{setting}`" in page("settings.md")


@pytest.mark.parametrize("command", [f"{group} {name}" for group, name in COMMANDS])
def test_every_command_is_documented(command: str) -> None:
    assert f"`openiru {command}" in page("commands.md")


def test_every_api_route_is_documented() -> None:
    from openiru.faces.api.urls import api

    routes = [f"{method} {path}" for path, methods in api.get_openapi_schema()["paths"].items() for method in methods]
    assert routes
    assert not [one for one in routes if f"`{one.split()[0].upper()} {one.split()[1]}`" not in page("api.md")]


@pytest.mark.parametrize("event", EVENTS)
def test_every_ledger_event_is_documented(event: str) -> None:
    assert f"`{event}`" in page("ledger.md")


@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_is_documented(figure: str) -> None:
    assert f"`{figure}`" in page("figures.md")


@pytest.mark.parametrize("name", [*TRANSPORTS, *READERS, *FORMATS, *CONNECTORS])
def test_every_plug_in_is_documented(name: str) -> None:
    assert any(f"`{name}`" in path.read_text(encoding="utf-8") for path in (DOCS / "how-to").glob("*.md"))


def test_every_event_that_is_written_is_known() -> None:
    written = set()
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        written |= set(re.findall(r'ledger\.append\(\s*[^,]+,\s*"([a-z_.]+)"', text))
    assert written <= set(EVENTS)


def test_every_code_a_rule_may_say_has_its_words() -> None:
    from openiru.faces.words import WORDS

    said = set()
    for path in SOURCE.rglob("*.py"):
        if "sandbox" not in path.parts:
            said |= set(re.findall(r'Refused\(\s*"([a-z_]+)"', path.read_text(encoding="utf-8")))
    missing = said - set(WORDS)
    assert not missing


def test_links_between_the_docs_lead_somewhere() -> None:
    broken = []
    for path in [*DOCS.rglob("*.md"), ROOT / "README.md"]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if "://" not in target and not (path.parent / target).exists():
                broken.append(f"{path.name}: {target}")
    assert not broken


def test_a_decision_record_is_at_most_a_page() -> None:
    assert all(len(path.read_text(encoding="utf-8").split()) <= 500 for path in (DOCS / "decisions").glob("*.md"))
