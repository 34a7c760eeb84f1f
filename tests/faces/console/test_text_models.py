"""The pages of text models: papers, two people, shadow beside live, a text with its reason on a case, a word that flows back."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from openiru.people.actor import Actor
from openiru.people.models import User
from openiru.stages.cases.models import Case
from openiru.stages.intake.models import Item
from openiru.stages.matching import training, work
from openiru.stages.matching.models import ModelTerm, TextLabel, TextModel
from tests import builders
from tests.builders import NOW, SYSTEM, Cast
from tests.stages.matching.texts import posts, report_all

THREAT = "we will burn your house tonight, wait for us <b>now</b>"


@pytest.fixture
def cast(db: None, settings: Settings) -> Cast:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    builders.an_installation()
    return builders.a_cast()


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(id=actor.user_id), backend="django.contrib.auth.backends.ModelBackend")
    return client


def a_threat(cast: Cast) -> Case:
    case = builders.a_case(cast)
    Item.objects.filter(account=case.account).update(text=THREAT)
    return case


def scanned(cast: Cast) -> TextModel:
    model = training.train([], actor=SYSTEM, now=NOW)
    work.scan_texts(actor=SYSTEM, now=NOW)
    return model


def body(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_model_goes_live_by_two_people_on_the_pages(cast: Cast) -> None:
    posts(cast)
    case = a_threat(cast)
    model = scanned(cast)
    ana, ben, sue = browser(cast.ana), browser(cast.ben), browser(cast.sue)
    assert "Reads like" not in body(ana, "case", case.id)
    assert ana.post(reverse("propose-model", args=[model.id])).status_code == 403
    assert sue.post(reverse("propose-model", args=[model.id])).status_code == 302
    term = ModelTerm.objects.get(place="live")
    door = reverse("confirm-model", args=[term.id])
    assert door not in body(sue, "text-models") and door in body(ben, "text-models")
    assert sue.post(door).status_code == 403
    assert ben.post(door).status_code == 302
    work.scan_texts(actor=SYSTEM, now=NOW)
    page = body(ana, "case", case.id)
    assert "Reads like: threatens to commit an offence" in page and "Weighed most" in page
    assert "<b>now</b>" not in page and "<mark>we will burn" in page
    assert sue.post(reverse("end-model", args=[term.id])).status_code == 302
    assert "Reads like" not in body(ana, "case", case.id)


def test_a_refusal_says_why(cast: Cast) -> None:
    posts(cast)
    model = training.train([], actor=SYSTEM, now=NOW)
    answer = browser(cast.sue).post(reverse("propose-model", args=[model.id]))
    assert answer.status_code == 409
    assert "has not read enough posts in shadow" in answer.content.decode()


def test_a_version_shows_its_papers_to_the_auditor_too(cast: Cast) -> None:
    posts(cast)
    model = scanned(cast)
    page = body(browser(cast.dara), "text-model", model.id)
    assert "<svg" in page and "Model card" in page and "Data statement" in page and "0.8 means that 8 of 10" in page
    assert browser(cast.dara).get(reverse("text-model", args=[999])).status_code == 404
    assert "Texts that wait for a word" not in body(browser(cast.dara), "text-models")


def test_shadow_stands_beside_live(cast: Cast) -> None:
    posts(cast)
    model = scanned(cast)
    browser(cast.sue).post(reverse("propose-model", args=[model.id]))
    browser(cast.ben).post(reverse("confirm-model", args=[ModelTerm.objects.get(place="live").id]))
    posts(cast, each=10, seed=3)
    scanned(cast)
    assert "Shadow beside live" in body(browser(cast.sue), "text-models")


def test_what_a_reviewer_says_of_a_text_is_kept_from_both_pages(cast: Cast) -> None:
    fresh = posts(cast, each=1, labels=False)
    report_all(cast, fresh)
    case = a_threat(cast)
    ana = browser(cast.ana)
    assert reverse("label-text", args=[fresh[0].id]) in body(ana, "text-models")
    assert ana.post(reverse("label-text", args=[fresh[0].id]), {"labels": "none"}).status_code == 302
    item = Item.objects.get(account=case.account)
    assert ana.post(reverse("label-on-case", args=[case.id, item.id]), {"labels": "threatens"}).status_code == 302
    assert {one.item_id: one.labels for one in TextLabel.objects.all()} == {
        fresh[0].id: ["none"],
        item.id: ["threatens"],
    }
    assert ana.post(reverse("label-text", args=[fresh[1].id]), {"labels": "defamation"}).status_code == 422
    assert browser(cast.eve).post(reverse("label-text", args=[fresh[1].id]), {"labels": "none"}).status_code == 404
    assert TextLabel.objects.count() == 2


def test_the_papers_are_written_by_the_command_line(cast: Cast, tmp_path: Path) -> None:
    from argparse import Namespace

    from openiru.faces.cli import detect
    from openiru.faces.cli.shapes import Call

    posts(cast)
    command = {one.name: one for one in detect.COMMANDS}
    shown = command["train"].run(Call(Namespace(sets=None), SYSTEM, NOW))
    assert shown["stands"] == "in shadow" and shown["labels_of_reviewers"] == 400
    call = Call(Namespace(number=shown["model"], folder=tmp_path / "papers"), cast.sue, NOW)
    assert command["papers"].run(call)["written"] == ["card.md", "data.md", "evaluation.md", "plot.svg"]
    assert "Model card" in (tmp_path / "papers" / "card.md").read_text(encoding="utf-8")
    assert command["models"].run(Call(Namespace(), cast.sue, NOW))["models"]
