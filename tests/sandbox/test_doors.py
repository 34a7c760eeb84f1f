"""The stand-ins over real HTTP and SMTP on loopback: pages, mails, forms, the control door, and a restart."""

from __future__ import annotations

import io
import json
import smtplib
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage, Message
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from openiru.sandbox.main import Running, start
from tests.sandbox.builders import (
    GROUP,
    PROFILES,
    SENDER,
    START,
    URLS,
    a_notice,
    a_post,
    a_world,
    an_account,
    second_leg,
)

EVERY = sorted(PROFILES)


class Letterbox:
    """Keeps what is delivered."""

    def __init__(self) -> None:
        self.mails: list[Message] = []

    async def handle_DATA(  # noqa: N802  aiosmtpd calls it by this name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        self.mails.append(message_from_bytes(envelope.original_content or b""))
        return "250 OK"


@pytest.fixture
def letterbox() -> Iterator[tuple[Letterbox, tuple[str, int]]]:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    box = Letterbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, ("127.0.0.1", port)
    controller.stop()


@pytest.fixture
def running(tmp_path: Path, letterbox: tuple[Letterbox, tuple[str, int]]) -> Iterator[Running]:
    world = tmp_path / "world.json"
    world.write_text(json.dumps(a_world(*(an_account(name) for name in EVERY))), encoding="utf-8")
    sandbox = start(world, reply_to=letterbox[1], state=tmp_path / "state")
    yield sandbox
    sandbox.stop()


def call(http: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str, str]:
    connection = HTTPConnection(urlsplit(http).netloc, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET" if body is None else "POST", path, body, named)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text, response.getheader("Location") or ""


def page(running: Running, url: str, vantage: str = "outside") -> tuple[int, str]:
    status, text, _ = call(running.http, "/" + url.removeprefix("https://"), X_Sandbox_Vantage=vantage)
    return status, text


def wait(running: Running, days: int = 30) -> None:
    now = running.engine.now + timedelta(days=days)
    assert call(running.http, "/_control/clock", json.dumps({"now": now.isoformat()}).encode())[0] == 200


def post(running: Running, to: str, *, name: str = "", document: Any = None, text: str = "See attached.") -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SENDER, to, "[IRU-AAAA-BBBB-CCCC] Referral: account nilpurawaz1"
    mail["Message-ID"] = "<one@regulator.example.org>"
    mail.set_content(text)
    if name:
        raw = document if isinstance(document, bytes) else json.dumps(document).encode()
        mail.add_attachment(raw, maintype="application", subtype="json", filename=name)
    host, _, port = running.smtp.rpartition(":")
    with smtplib.SMTP(host, int(port)) as door:
        door.send_message(mail)


def words(mail: Message) -> str:
    raw = mail.get_payload(decode=True)
    assert isinstance(raw, bytes)
    return raw.decode()


def inbox(platform: str) -> str:
    return f"desk-{platform}@platform.example"


def state(running: Running) -> Any:
    return json.loads(call(running.http, "/_control/state")[1])


def test_a_mailed_notice_gets_a_receipt_and_then_an_answer_in_its_thread(
    running: Running, letterbox: tuple[Letterbox, Any]
) -> None:
    post(running, inbox("x"), name="notice.json", document=a_notice("x"))
    assert letterbox[0].mails == []
    wait(running, days=1)
    (receipt,) = letterbox[0].mails
    assert "Reference number: 00000001" in words(receipt)
    wait(running)
    answer = letterbox[0].mails[1]
    assert answer["To"] == SENDER
    assert answer["Subject"] == "Re: [IRU-AAAA-BBBB-CCCC] Referral: account nilpurawaz1"
    assert answer["In-Reply-To"] == answer["References"] == "<one@regulator.example.org>"
    assert f"{URLS['x'][0]}: This account has been suspended for violating our Rules." in words(answer)


def test_a_mail_without_a_readable_file_is_read_as_bare_addresses(running: Running) -> None:
    text = f"Please block\n1. {URLS['facebook'][0]} (all lists)\n"
    post(running, inbox("facebook"), name="notice.json", document=b"{broken", text=text)
    assert state(running)["received"][0]["kind"] == "list"
    wait(running)
    assert "Community" not in page(running, URLS["facebook"][0])[1]
    assert "This content isn't available right now" in page(running, URLS["facebook"][0])[1]


def test_mail_to_nobody_is_refused_at_the_door(running: Running) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        post(running, "nobody@platform.example")


LIVE = {
    "facebook": ['property="og:title"', 'property="og:url"', "__isProfile", "12,345 followers"],
    "instagram": ["Posts - See Instagram photos and videos from", "12,345 Followers"],
    "tiktok": ["TikTok - Make Your Day"],
    "x": ['property="og:title"', '"followers_count":12345', '"rest_id":"1600000001"'],
    "telegram": ["tgme_page_title", '<div class="tgme_page_extra">12 345 subscribers</div>'],
    "whatsapp": ["pps.whatsapp.net", "12,345 followers"],
}
GONE = {
    "facebook": (200, "This content isn't available right now"),
    "instagram": (200, '"routePath":null'),
    "tiktok": (200, "TikTok - Make Your Day"),
    "x": (200, "Account suspended"),
    "telegram": (200, 'content="noindex, nofollow"'),
    "whatsapp": (200, "This channel is no longer available"),
}


@pytest.mark.parametrize("platform", EVERY)
def test_pages_carry_the_markup_of_their_platform_alive_and_gone(running: Running, platform: str) -> None:
    url = URLS[platform][0]
    status, alive = page(running, url)
    assert status == 200
    assert [mark for mark in LIVE[platform] if mark not in alive] == []
    post(running, inbox(platform), name="notice.json", document=a_notice(platform))
    wait(running)
    status, gone = page(running, url)
    assert (status, GONE[platform][1] in gone) == (GONE[platform][0], True)


@pytest.mark.parametrize("platform", EVERY)
def test_item_pages_show_the_item_and_another_page_where_there_is_none(running: Running, platform: str) -> None:
    there = page(running, URLS[platform][1].format(n=2))[1]
    not_there = page(running, URLS[platform][1].format(n=9))[1]
    assert f"Join the ranks of {GROUP}" in there
    assert f"Join the ranks of {GROUP}" not in not_there


def test_the_documented_side_doors_tell_live_from_missing(running: Running) -> None:
    def ask(address: str) -> tuple[int, str]:
        status, text, location = call(running.http, address)
        return status, text + location

    tiktok, x = quote(URLS["tiktok"][0], safe=""), quote(URLS["x"][1].format(n=1), safe="")
    nobody = quote("https://www.tiktok.com/@nobody", safe="")
    assert '"author_url"' in ask(f"/www.tiktok.com/oembed?url={tiktok}")[1]
    assert ask(f"/www.tiktok.com/oembed?url={nobody}") == (400, '{"code":400,"message":"Something went wrong"}')
    assert '"userInfo":{"id":"1600000001"' in ask("/www.tiktok.com/embed/@nilpurawaz1")[1]
    assert ask(f"/publish.x.com/oembed?url={x}")[0] == 200
    assert ask("/publish.x.com/oembed?url=https%3A%2F%2Fx.com%2Fa%2Fstatus%2F1")[0] == 404
    assert 'data-post="nilpurawaz1/3"' in ask("/t.me/s/nilpurawaz1")[1]
    assert ask("/t.me/s/nobody77") == (302, "https://t.me/nobody77")
    assert '"followed_by"' not in ask("/www.instagram.com/api/v1/users/web_profile_info/?username=nobody")[1]
    assert ask("/x.com/nobody77")[0] == 404


def test_what_is_withheld_is_withheld_in_its_territory_and_visible_from_elsewhere(running: Running) -> None:
    call(running.http, "/_control/reset", json.dumps(a_world(harmless())).encode())
    post(running, inbox("x"), name="notice.json", document=a_notice("x"))
    wait(running)
    post(running, inbox("x"), name="notice.json", document=second_leg("x", "00000001"))
    wait(running)
    assert "has been withheld in OM in response to a legal demand" in page(running, URLS["x"][0], "OM")[1]
    assert 'property="og:title"' in page(running, URLS["x"][0], "outside")[1]
    assert 'property="og:title"' in page(running, URLS["x"][0], "BT")[1]


def harmless() -> Any:
    return an_account("x", posts=[a_post("x", number, "Fog.") for number in (1, 2, 3)])


def test_an_account_that_writes_the_platforms_words_into_its_bio_does_not_forge_a_page(running: Running) -> None:
    forged = an_account("x", bio='</script><title>Account suspended</title>"', title="Account suspended")
    call(running.http, "/_control/reset", json.dumps(a_world(forged)).encode())
    text = page(running, URLS["x"][0])[1]
    assert "</script><title>" not in text
    assert '"__typename":"User"' in text


def zipped(document: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("notice.json", json.dumps(document))
    return out.getvalue()


@pytest.mark.parametrize("form", ["zip", "multipart"])
def test_the_web_form_gives_a_ticket_and_answers_by_mail(
    running: Running, letterbox: tuple[Letterbox, Any], form: str
) -> None:
    body, headers = zipped(a_notice("x")), {"Content_Type": "application/zip"}
    if form == "multipart":
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="p.zip"\r\n'
        body = head + b"Content-Type: application/zip\r\n\r\n" + body + b"\r\n--b--\r\n"
        headers = {"Content_Type": "multipart/form-data; boundary=b"}
    status, text, _ = call(running.http, "/x.com/report-form", body, **headers)
    assert (status, json.loads(text)) == (200, {"ticket": "00000001"})
    wait(running)
    assert letterbox[0].mails[-1]["To"] == SENDER
    assert "suspended" in words(letterbox[0].mails[-1])


def test_a_form_takes_bare_addresses_and_refuses_what_it_cannot_read(running: Running) -> None:
    body = json.dumps({"text": "block", "urls": [URLS["x"][0]], "email": SENDER}).encode()
    assert call(running.http, "/x.com/report-form", body)[0] == 200
    assert call(running.http, "/x.com/report-form", b"\x00\x01")[0] == 400
    assert call(running.http, "/x.com/report-form", b"PK\x03\x04broken")[0] == 400
    assert call(running.http, "/unknown.example/report-form", body)[0] == 404


def test_the_clock_never_goes_back(running: Running) -> None:
    before = json.dumps({"now": (START - timedelta(days=1)).isoformat()}).encode()
    assert call(running.http, "/_control/clock", before)[0] == 409
    assert call(running.http, "/_control/clock", b"{}")[0] == 400


def test_walls_are_up_only_when_switched_on(running: Running) -> None:
    assert page(running, URLS["x"][0])[0] == 200
    call(running.http, "/_control/rules", json.dumps({"portal:login_wall": True}).encode())
    assert page(running, URLS["x"][0])[0] == 302
    call(running.http, "/_control/rules", json.dumps({"partner:rate_limit": True}).encode())
    running.server.visits["tiktok", "127.0.0.1", START.strftime("%Y%m%d%H")] = 1000
    assert page(running, URLS["tiktok"][0])[0] == 429


def test_the_control_door_shows_every_rule_with_its_source(running: Running) -> None:
    shown = json.loads(call(running.http, "/_control/rules")[1])
    rules = [rule for profile in shown["profiles"].values() for rule in profile["rules"]]
    assert len(rules) > 100
    assert all(rule["source"] and rule["certainty"] for rule in rules)
    assert all(view["source"] for views in shown["pages"].values() for view in views)
    assert call(running.http, "/_control/rules", b'{"portal:kindness": true}')[0] == 400


def test_a_restart_brings_everything_back_without_answering_twice(
    running: Running, tmp_path: Path, letterbox: tuple[Letterbox, Any]
) -> None:
    post(running, inbox("x"), name="notice.json", document=a_notice("x"))
    wait(running)
    answered = len(letterbox[0].mails)
    before = state(running)
    with (tmp_path / "state" / "journal.jsonl").open("a", encoding="utf-8") as journal:
        journal.write('{"do": "rec')
    again = start(tmp_path / "world.json", reply_to=letterbox[1], state=tmp_path / "state")
    try:
        assert state(again) == before
        assert len(letterbox[0].mails) == answered
    finally:
        again.stop()


def test_the_command_says_where_it_is_and_stays_on_loopback(tmp_path: Path) -> None:
    world = tmp_path / "world.json"
    world.write_text(json.dumps(a_world()), encoding="utf-8")
    command = [sys.executable, "-m", "openiru.sandbox.main", "--world", str(world)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert call(said["http"], "/_control/state")[0] == 200
        process.terminate()
        assert process.wait(timeout=10) == 0
    refused = subprocess.run([*command, "--http", "0.0.0.0:0"], capture_output=True, text=True, check=False)
    assert "loopback only" in refused.stderr
    world.write_text("{", encoding="utf-8")
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2
