"""The register on the command line: fetching lists, what a version changed, how an organisation stands, a policy tried on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from openiru import clock
from openiru.errors import Refused
from openiru.faces.cli import commands, output
from openiru.people import services as people
from openiru.stages.register import services
from openiru.stages.register.formats.catalogue import ListSpec
from openiru.stages.register.formats.files import whole
from openiru.terms import ListAuthorityKind
from tests import builders
from tests.builders import NOW, SYSTEM
from tests.stages.register.publisher import Publisher, publishing
from tests.stages.register.test_services import RIVER, VALLEY, un_file

pytestmark = pytest.mark.django_db
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing() as made:
        made.files["un.xml"] = whole(un_file(VALLEY)["un.xml"])
        yield made


@pytest.fixture
def run(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publisher: Publisher) -> Run:
    monkeypatch.setattr(clock, "_offset", clock._offset)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.delenv("OPENIRU_TOKEN", raising=False)
    settings.HOME = tmp_path
    builders.an_installation()
    sue = builders.a_cast().sue
    token = people.make_token(sue.person, label="desk", actor=sue, now=NOW)
    address = publisher.address("un.xml")
    spec = ListSpec("league", "League list", "UN", ListAuthorityKind.MULTILATERAL, "un_xml", address)
    services.ensure_list("league", spec=spec, actor=SYSTEM, now=NOW)

    def call(*words: object) -> dict[str, Any]:
        args = commands.parser().parse_args(["register", *map(str, words), "--token", token, "--json"])
        return commands.call(commands.COMMANDS["register", args.command], args)

    return call


def test_an_update_fetches_each_list_and_says_no_when_one_needs_a_person(run: Run, publisher: Publisher) -> None:
    first = run("update", "--list", "league")
    assert (first["ok"], first["lists"][0]["state"], first["lists"][0]["new"]) == (True, "loaded", 1)
    publisher.files["un.xml"] = b"<html/>"
    second = run("update")
    assert (second["ok"], second["lists"][0]["state"]) == (False, "quarantined")
    assert output.show(second, as_json=True) == 1
    assert "root element" in next(one for one in run("lists")["lists"] if one["list"] == "league")["failure"]


def test_a_list_that_has_no_address_is_not_passed_over_in_silence(run: Run) -> None:
    with pytest.raises(Refused, match="list_has_no_address"):
        run("update", "--list", "league", "--list", "pk-first-schedule")
    with pytest.raises(Refused, match="list_unknown"):
        run("update", "--list", "nowhere")


def test_what_a_version_changed_is_shown(run: Run, publisher: Publisher) -> None:
    older = run("update", "--list", "league")["lists"][0]["snapshot"]
    publisher.files["un.xml"] = whole(un_file(VALLEY + ":New Alias", RIVER, on="2026-02-02")["un.xml"])
    newer = run("update", "--list", "league")["lists"][0]["snapshot"]
    found = run("difference", older, newer)
    assert found["added"] == [{"reference": "XXe.2", "name": "RIVER LIGHT BAND"}]
    assert found["amended"][0]["fields"] == ["names"]
    assert found["removed"] == found["relisted"] == []


def test_how_an_organisation_stands_is_said_in_a_sentence_and_for_each_platform(run: Run) -> None:
    run("update", "--list", "league")
    number = run("screen", "Valley Dawn Front")["matches"][0]["organisation_id"]
    found = run("designation", number)
    assert found["sentence"].startswith("VALLEY DAWN FRONT is ")
    assert "FTO or SDGT" in found["platforms"]["facebook"]


def test_a_policy_is_tried_on_before_it_is_proposed(run: Run) -> None:
    run("update", "--list", "league")
    found = run("preview-policy", "--count", "Nobody")
    assert found["would_become_referable"] == []
    assert "VALLEY DAWN FRONT" not in run("preview-policy", "--count", "UN")["would_stop_being_referable"]
    authority = next(one["authority"] for one in run("lists")["lists"] if one["list"] == "league")
    tried = ("--count", authority, "--count", "Elsewhere", "--single-source", "referral_only")
    abroad = run("preview-policy", *tried, "--home", authority, "--foreign", "1")
    at_home = run("preview-policy", *tried)
    assert "VALLEY DAWN FRONT" not in at_home["would_stop_being_referable"] + abroad["would_become_referable"]
    assert abroad != at_home
