"""The machine's door: reports with a key and a signed webhook, a file, what became of it, screening; and who may not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from openiru import clock
from openiru.ledger.models import Entry
from openiru.people import services as people
from openiru.people.actor import Actor
from openiru.stages.cases import services as casework
from openiru.stages.cases.models import Case
from openiru.stages.intake import reporters, work
from openiru.stages.intake.models import Account, Batch, Delivery, Report, Reporter
from tests import builders
from tests.builders import NOW, SYSTEM, Cast

API = "/api/v1"
ONE = {"address": "https://t.me/dawn_voice", "organisation": "Valley Dawn Front", "note": "seen today"}


@pytest.fixture
def cast(db: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.HOME, settings.KEYS = tmp_path, tmp_path / "keys"
    builders.an_installation()
    return builders.a_cast()


def key_of(reporter: Reporter) -> dict[str, str]:
    return {"Authorization": f"Bearer {reporter.secret}"}  # type: ignore[attr-defined]


def token_of(actor: Actor) -> dict[str, str]:
    secret = people.make_token(actor.person, label="api", actor=actor, now=NOW)
    return {"Authorization": f"Bearer {secret}"}


def post(path: str, body: object, headers: dict[str, str]) -> Any:
    return Client().post(f"{API}{path}", json.dumps(body), content_type="application/json", headers=headers)


def get(path: str, headers: dict[str, str]) -> Any:
    return Client().get(f"{API}{path}", headers=headers)


def test_a_reporter_reports_and_sees_what_became_of_it(cast: Cast) -> None:
    reporter = builders.a_reporter(cast)
    body = {"message_id": "m-1", "reports": [ONE, {"address": "https://example.invalid/nobody"}]}
    answer = post("/reports", body, key_of(reporter))
    assert answer.status_code == 200, answer.content
    good, bad = answer.json()["results"]
    report = Report.objects.get(id=good["report"])
    assert (report.reporter, report.claimed_organisation, report.note) == (reporter, "Valley Dawn Front", "seen today")
    assert bad["report"] is None and bad["reason"] == "not_a_platform" and bad["column"] == "url"
    (told,) = get("/reports/m-1/became", key_of(reporter)).json()
    assert (told["report"], told["state"]) == (report.id, "received")
    case = Case.objects.get(account=report.account)
    casework.close(case.id, reason="a choir", actor=cast.ana, now=NOW)
    assert get("/reports/m-1/became", key_of(reporter)).json()[0]["state"] == "not_referred"


def test_the_same_message_again_changes_nothing(cast: Cast) -> None:
    reporter = builders.a_reporter(cast)
    body = {"message_id": "m-1", "reports": [ONE]}
    first = post("/reports", body, key_of(reporter)).json()
    entries = Entry.objects.count()
    assert post("/reports", {**body, "reports": [ONE, ONE]}, key_of(reporter)).json() == first
    assert (Report.objects.count(), Entry.objects.count()) == (1, entries)


def test_a_reporter_sees_only_its_own_messages(cast: Cast) -> None:
    reporter, other = builders.a_reporter(cast), builders.a_reporter(cast)
    post("/reports", {"message_id": "m-1", "reports": [ONE]}, key_of(reporter))
    assert get("/reports/m-1", key_of(other)).status_code == 404
    assert get("/reports/m-1/became", key_of(other)).status_code == 404
    assert get("/reports/m-1", key_of(reporter)).status_code == 200


def test_a_report_by_machine_is_a_report_and_nothing_more(cast: Cast) -> None:
    reporter = builders.a_reporter(cast)
    post("/reports", {"message_id": "m", "reports": [ONE]}, key_of(reporter))
    assert Case.objects.get().state == Case.State.OPEN


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer irr_guess"}, {"Authorization": "Bearer iru_guess"}])
def test_nobody_gets_in_without_a_key(cast: Cast, headers: dict[str, str]) -> None:
    for answer in (
        post("/reports", {"message_id": "m", "reports": [ONE]}, headers),
        get("/register/screen?name=x", headers),
        get("/batches/1", headers),
    ):
        assert answer.status_code == 401 and answer.json()["error"] == "token_invalid"
    assert not Report.objects.exists()


def test_a_key_that_has_ended_opens_nothing(cast: Cast) -> None:
    reporter = builders.a_reporter(cast)
    reporters.end(reporter.id, actor=cast.sue, now=NOW)
    assert post("/reports", {"message_id": "m", "reports": [ONE]}, key_of(reporter)).status_code == 401


def test_a_reporters_key_reads_nothing_of_ours(cast: Cast) -> None:
    key = key_of(builders.a_reporter(cast))
    assert get("/register/screen?name=x", key).status_code == 403
    assert get("/batches/1", key).status_code == 403
    assert (
        post("/reports", {"message_id": "m", "reports": [ONE]}, token_of(cast.ana)).json()["error"] == "needs_reporter"
    )


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"message_id": "m", "reports": []},
        {"message_id": "m", "reports": [{"adress": "https://t.me/x"}]},
        {"message_id": "m", "reports": [{**ONE, "followers": -5}]},
        {"message_id": "m", "reports": [ONE] * 1001},
        {"message_id": "", "reports": [ONE]},
        {"message_id": "a\0b", "reports": [ONE]},
    ],
)
def test_a_body_of_another_form_is_refused_with_its_place(cast: Cast, body: object) -> None:
    answer = post("/reports", body, key_of(builders.a_reporter(cast)))
    assert answer.status_code == 422 and answer.json()["error"] == "body_invalid" and answer.json()["text"]
    assert not Report.objects.exists() and not Delivery.objects.exists()


def signed(reporter: Reporter, body: bytes, *, message_id: str = "w-1", at: int | None = None) -> dict[str, str]:
    """The headers of a webhook, made as the Standard Webhooks specification says and without our code."""
    key = base64.b64decode(reporter.secret.split("_", 1)[1])  # type: ignore[attr-defined]
    moment = str(int(NOW.timestamp()) if at is None else at)
    mac = hmac.new(key, b".".join((message_id.encode(), moment.encode(), body)), hashlib.sha256)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,AAAA v1,{base64.b64encode(mac.digest()).decode()}",
    }


def knock(reporter: Reporter, body: bytes, headers: dict[str, str]) -> Any:
    return Client().post(f"{API}/webhooks/{reporter.uuid}", body, content_type="application/json", headers=headers)


def test_a_signed_webhook_is_taken_once(cast: Cast) -> None:
    hook = builders.a_reporter(cast, Reporter.Way.WEBHOOK)
    body = json.dumps({"reports": [ONE]}).encode()
    first = knock(hook, body, signed(hook, body))
    assert first.status_code == 200 and first.json()["message_id"] == "w-1"
    assert knock(hook, body, signed(hook, body)).json() == first.json()
    assert Report.objects.count() == 1


@pytest.mark.parametrize("break_it", ["body", "id", "old", "future", "none", "secret", "time"])
def test_a_webhook_whose_signature_does_not_hold_changes_nothing(cast: Cast, break_it: str) -> None:
    hook, other = (builders.a_reporter(cast, Reporter.Way.WEBHOOK) for _ in range(2))
    body = json.dumps({"reports": [ONE]}).encode()
    shift = {"old": -301, "future": 301}.get(break_it, 0)
    headers = signed(other if break_it == "secret" else hook, body, at=int(NOW.timestamp()) + shift)
    if break_it == "none":
        headers = {}
    elif break_it in {"id", "time"}:
        headers["webhook-id" if break_it == "id" else "webhook-timestamp"] = "1"
    sent = body.replace(b"dawn", b"dusk") if break_it == "body" else body
    answer = knock(hook, sent, headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "signature_invalid")
    assert not Delivery.objects.exists()


def test_a_webhook_with_a_deep_or_broken_body_is_refused(cast: Cast) -> None:
    hook = builders.a_reporter(cast, Reporter.Way.WEBHOOK)
    for number, body in enumerate((b"[" * 100_000, b"{", b'"x"', b"\xff", b'{"reports": 3}')):
        answer = knock(hook, body, signed(hook, body, message_id=f"w{number}"))
        assert answer.status_code == 422, body[:20]


def test_a_file_is_left_to_the_worker_and_shows_how_far_it_is(cast: Cast) -> None:
    ana = token_of(cast.ana)
    file = SimpleUploadedFile("list.csv", b"page,remarks\nhttps://t.me/dawn_voice,a\nhello,b\n")
    sent = Client().post(f'{API}/batches?columns={{"url":"page","note":"remarks"}}', {"file": file}, headers=ana)
    assert sent.status_code == 202 and sent.json()["state"] == "waiting"
    (ended,) = work.take_waiting(actor=SYSTEM, clock=lambda: NOW)
    told = get(f"/batches/{ended.id}", ana).json()
    assert (told["state"], told["rows"], told["done"], told["rejected"], told["error"]) == ("loaded", 2, 2, 1, "")
    assert Account.objects.get().reports.get().note == "a"
    assert get(f"/batches/{ended.id}", token_of(cast.eve)).status_code == 404
    assert Batch.objects.get().reader == "csv"


def test_a_name_is_screened_as_on_the_command_line(cast: Cast) -> None:
    builders.an_organisation(name="Valley Dawn Front")
    answer = get("/register/screen?name=Valley Dawn Front", token_of(cast.ana))
    assert answer.status_code == 200 and {"matches", "near"} <= set(answer.json())
    assert get("/register/screen?name=", token_of(cast.ana)).status_code == 422


def test_the_description_is_open_and_names_every_route(cast: Cast) -> None:
    found = Client().get(f"{API}/openapi.json")
    assert found.status_code == 200
    assert set(found.json()["paths"]) == {
        "/api/v1/platform/notices",
        "/api/v1/platform/notices/{reference}",
        "/api/v1/platform/notices/{reference}/package",
        "/api/v1/platform/notices/{reference}/acknowledge",
        "/api/v1/platform/notices/{reference}/ask",
        "/api/v1/platform/notices/{reference}/answer",
        "/api/v1/platform/notices/{reference}/dispute",
        "/api/v1/reports",
        "/api/v1/reports/{message_id}",
        "/api/v1/reports/{message_id}/became",
        "/api/v1/batches",
        "/api/v1/batches/{batch_id}",
        "/api/v1/webhooks/{reporter}",
        "/api/v1/register/screen",
    }
