"""The ways over HTTP, each against a stand-in from the published schema: taken with a number, refused, not there, and lost on the way."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from django.conf import settings as configured
from pytest_django import Settings

from openiru.errors import Unavailable
from openiru.stages.notices import keys, lines, queries, ways, work
from openiru.stages.notices import services as sending
from openiru.stages.notices.models import Dispatch, Notice
from openiru.stages.notices.transports import TRANSPORTS, xarf
from openiru.terms import Platform
from tests import builders
from tests.builders import LATER, NOW, SYSTEM, Cast
from tests.laws.asking import refused, refused_by_the_database
from tests.stages.notices.services import rules
from tests.stages.notices.services.server import Asked, Rules, Service, serving
from tests.stages.notices.smtp_server import Server

DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
SECRET = b"thirty-two bytes of a shared word"


@dataclass(frozen=True)
class Way:
    """One way with its stand-in: `line` is what stands in the file of lines; `number` the ticket that it gives."""

    name: str
    platform: Platform
    rules: Rules
    delivers: Callable[[Asked], bool]
    line: dict[str, str] = field(default_factory=dict)
    number: str = ""
    path: str = ""


def posts(path: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.method == "POST" and path in asked.path


WAYS = (
    Way("atproto", Platform.BLUESKY, rules.bluesky, posts("createReport"),
        {"user": "unit.example.org", "secret": "env:BLUESKY_WORD"}, "4711"),
    Way("mastodon", Platform.MASTODON, rules.mastodon, posts("/reports"), {"secret": "token-of-the-unit"}, "48914"),
    Way("cloudflare", Platform.WEB, rules.cloudflare, posts("/abuse-reports/"),
        {"user": "0123456789abcdef0123456789abcdef", "secret": "cf-token"}, "a1b2c3d4e5f60718", "/client/v4"),
    Way("aws", Platform.WEB, rules.aws, posts("/v1/abuse"),
        {"user": "AKIDEXAMPLE", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "region": "us-east-1"},
        "a1b2c3d4e5f6a1b2c3d4e5f6"),
    Way("http_api", Platform.TELEGRAM, rules.direct_line(SECRET), posts("/notices"),
        {"secret": "whsec_" + base64.b64encode(SECRET).decode()}, "LINE-1", "/notices"),
)  # fmt: skip
OVER_HTTP = {"activitypub", *(way.name for way in WAYS)}


@dataclass
class Sent:
    """A notice that goes a way to its stand-in."""

    notice: Notice
    service: Service

    def tick(self, now: Any = NOW) -> int:
        return work.dispatch_due(actor=SYSTEM, now=now)

    @property
    def states(self) -> tuple[str, str]:
        self.notice.refresh_from_db()
        return self.notice.state, self.notice.dispatches.get(purpose="notice").state


def set_lines(settings: Settings, folder: Path, *given: dict[str, str], mode: int = 0o600) -> Path:
    """Write the file of lines."""
    path = folder / "lines.toml"
    parts = ["[[line]]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in one.items()) for one in given]
    path.write_text("\n".join(parts))
    path.chmod(mode)
    settings.OPENIRU = {**settings.OPENIRU, "OPENIRU_LINES": str(path)}
    return path


def a_notice_for(cast: Cast, platform: Platform) -> Notice:
    did = {"stable_id": DID} if platform is Platform.BLUESKY else {}
    return builders.a_notice(cast, platform=platform, **did)


@pytest.fixture(params=WAYS, ids=[way.name for way in WAYS])
def sent(
    request: pytest.FixtureRequest, cast: Cast, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sent]:
    way: Way = request.param
    monkeypatch.setenv("BLUESKY_WORD", "app-pass-word")
    with serving(way.rules, way.delivers) as service:
        set_lines(settings, tmp_path, {"way": way.name, "url": service.url + way.path, **way.line})
        notice = a_notice_for(cast, way.platform)
        ways.choose(notice.id, way.name, "", actor=cast.cleo, now=NOW)
        sending.send(notice.id, actor=cast.cleo, now=NOW)
        notice.refresh_from_db()
        yield Sent(notice, service)


def number_of(sent: Sent) -> str:
    return next(way.number for way in WAYS if way.name == sent.notice.way)


def test_the_services_own_number_proves_that_they_have_it(sent: Sent) -> None:
    sent.notice.refresh_from_db()
    assert sent.tick() == 1
    assert sent.states == ("received", "sent"), sent.notice.dispatches.get().error
    assert sent.notice.received_at == NOW and sent.notice.dispatches.get().proven_at == NOW
    assert sent.notice.ticket == number_of(sent) or sent.notice.ticket.startswith("LINE-")
    assert len(sent.service.got) == 1
    (asked,) = sent.service.got
    words = asked.body.decode()
    if sent.notice.way != "aws":
        assert sent.notice.reference in words
    assert sent.notice.facts["items"][0]["url"] in words or "strongRef" in words or "status_ids" in words


def test_a_plain_no_is_red_and_nothing_goes_out_again(sent: Sent) -> None:
    sent.service.breaks = "403"
    sent.tick()
    assert sent.states == ("failed", "failed") and sent.notice.sent_at is None
    assert "403" in sent.notice.dispatches.get().error
    sent.service.breaks = ""
    assert sent.tick(LATER) == 0


def test_not_now_is_tried_again_later_with_the_same_key(sent: Sent) -> None:
    sent.service.breaks = "429"
    sent.tick()
    assert sent.states == ("queued", "queued")
    sent.service.breaks = ""
    assert sent.tick(LATER) == 1 and sent.states[1] == "sent"
    one, other = sent.service.got
    keys_of = [asked.headers.get("idempotency-key") or asked.headers.get("webhook-id") or "" for asked in (one, other)]
    assert keys_of[0] == keys_of[1]


@pytest.mark.parametrize("how", ["drop", "500", "502"])
def test_a_line_that_breaks_once_they_had_it_is_a_doubt(sent: Sent, cast: Cast, how: str) -> None:
    sent.service.breaks = how
    sent.tick()
    assert sent.states == ("in_doubt", "in_doubt")
    for days in range(1, 4):
        assert sent.tick(NOW + timedelta(days=days)) == 0
    assert len(sent.service.got) == 1
    assert sent.notice in queries.waiting_for_people(cast.cleo, now=LATER)["in_doubt"]


def test_a_service_that_is_not_there_is_no_doubt(sent: Sent, settings: Settings, tmp_path: Path) -> None:
    way = next(one for one in WAYS if one.name == sent.notice.way)
    set_lines(settings, tmp_path, {"way": way.name, "url": "http://127.0.0.1:9", **way.line})
    sent.tick()
    assert sent.states == ("queued", "queued") and not sent.service.got


def test_a_withdrawal_that_no_machine_can_say_this_way_waits_for_a_person(sent: Sent, cast: Cast) -> None:
    sent.tick()
    sending.withdraw(sent.notice.id, reason="The account is a choir's.", wrong=True, actor=cast.cleo, now=LATER)
    undo = sent.notice.dispatches.get(purpose="withdrawal")
    assert undo.state == ("queued" if sent.notice.way == "http_api" else "by_hand")
    assert sent.tick(LATER) == (1 if sent.notice.way == "http_api" else 0)


def test_a_flag_is_signed_and_taken_but_proves_nothing(cast: Cast) -> None:
    public = keys.public_pem(keys.rsa_key(configured.KEYS, keys.ACTOR))
    with ExitStack() as stack:
        known = {f"{configured.BASE_URL}/actor#main-key": public}
        service = stack.enter_context(serving(lambda asked: fediverse(asked), posts("/inbox")))
        fediverse = rules.fediverse(service.url.removeprefix("http://"), known)
        notice = a_notice_for(cast, Platform.MASTODON)
        notice.facts["account"]["url"] = f"{service.url}/@dawnvoice"
        notice.save(update_fields=["facts"])
        ways.choose(notice.id, "activitypub", "", actor=cast.cleo, now=NOW)
        sending.send(notice.id, actor=cast.cleo, now=NOW)
        sent = Sent(notice, service)
        sent.tick()
        assert sent.states == ("sent", "sent"), notice.dispatches.get().error
        assert notice.dispatches.get().proven_at is None and notice.received_at is None
        (asked,) = service.got
        assert asked.json["object"] == [f"{service.url}/@dawnvoice", notice.facts["items"][0]["url"]]
        known.clear()
        other = a_notice_for(cast, Platform.MASTODON)
        other.facts["account"]["url"] = f"{service.url}/@dawnvoice"
        other.save(update_fields=["facts"])
        ways.choose(other.id, "activitypub", "", actor=cast.cleo, now=NOW)
        sending.send(other.id, actor=cast.cleo, now=NOW)
        sent = Sent(other, service)
        sent.tick()
        assert sent.states == ("failed", "failed"), "a signature that nobody can check is no signature"


def schemas() -> dict[str, Any]:
    folder = files("xarf") / "schemas"
    found = [json.loads(one.read_text()) for one in folder.iterdir() if one.name.endswith(".json")]
    found += [json.loads(one.read_text()) for one in (folder / "types").iterdir() if one.name.endswith(".json")]
    return {one["$id"]: one for one in found}


def fits(given: Any, schema: str) -> bool:
    found = schemas()
    registry = jsonschema_rs.Registry([(name, one) for name, one in found.items()])
    whole = found[f"https://xarf.org/schemas/v4/{schema}"]
    return bool(jsonschema_rs.validator_for(whole, registry=registry, validate_formats=True).is_valid(given))


def test_a_xarf_report_fits_the_published_schemas_but_for_its_type(cast: Cast) -> None:
    facts = a_notice_for(cast, Platform.WEB).facts
    report = xarf.report(facts, key="a@iru.example.org")
    assert fits(report, "xarf-core.json") and fits(report, "types/content-base.json")
    assert not fits(report, "xarf-v4-master.json"), "XARF knows a type for terrorist content now: use it"
    assert not fits({**report, "reporter": {}}, "xarf-core.json")
    assert report["report_id"] == xarf.report(facts, key="a@iru.example.org")["report_id"]


def test_a_hosts_abuse_desk_gets_a_feedback_report_with_the_object_in_it(cast: Cast, server: Server) -> None:
    notice = a_notice_for(cast, Platform.WEB)
    ways.choose(notice.id, "xarf", "abuse@host.example.org", actor=cast.cleo, now=NOW)
    sending.send(notice.id, actor=cast.cleo, now=NOW)
    work.dispatch_due(actor=SYSTEM, now=NOW)
    message = message_from_bytes(server.taken[0], policy=policy.default)
    (report, _signature) = message.iter_parts()  # type: ignore[attr-defined]
    assert report.get_content_type() == "multipart/report" and report.get_param("report-type") == "feedback-report"
    kinds = [part.get_content_type() for part in report.iter_parts()]
    assert kinds[:3] == ["text/plain", "message/feedback-report", "application/json"]
    given = json.loads(list(report.iter_parts())[2].get_payload(decode=True))
    assert fits(given, "xarf-core.json") and given["reference"] == notice.reference
    assert {"notice.pdf", "notice.json"} <= {part.get_filename() for part in report.iter_parts()}


def test_x_goes_by_hand_and_by_no_machine(cast: Cast) -> None:
    notice = builders.a_notice(cast, platform=Platform.X)
    assert [one.name for one in ways.fitting(notice)] == ["portal"]
    for way in sorted(set(TRANSPORTS) - {"portal"}):
        with refused("way_does_not_fit"):
            ways.choose(notice.id, way, "abuse@x.example.org", actor=cast.cleo, now=NOW)
    with refused_by_the_database("notice_x_by_hand"):
        Notice.objects.filter(id=notice.id).update(way="email")


def test_a_way_without_its_line_is_not_offered(cast: Cast) -> None:
    notice = a_notice_for(cast, Platform.BLUESKY)
    assert [one.name for one in ways.fitting(notice)] == ["portal"]
    with refused("way_does_not_fit"):
        ways.choose(notice.id, "atproto", "", actor=cast.cleo, now=NOW)


def test_a_notice_on_its_way_keeps_its_way(cast: Cast, server: Server) -> None:
    notice = builders.a_sent_notice(cast)
    with refused("wrong_state"):
        ways.choose(notice.id, "email", "other@telegram.org", actor=cast.cleo, now=NOW)


def test_the_file_of_lines_is_its_owners_only_and_secrets_may_stay_in_the_environment(
    settings: Settings, tmp_path: Path
) -> None:
    path = set_lines(settings, tmp_path, {"way": "aws", "url": "https://a.example.org/", "secret": "env:AWS_WORD"})
    (line,) = lines.read(str(path), {"AWS_WORD": "hidden"})
    assert (line.url, line.secret) == ("https://a.example.org", "hidden") and "hidden" not in repr(line)
    path.chmod(0o644)
    with pytest.raises(Unavailable, match="chmod 600"):
        lines.read(str(path))
    path.chmod(0o600)
    path.write_text("not = [toml")
    with pytest.raises(Unavailable, match="not TOML"):
        lines.read(str(path))


def test_an_exercise_reaches_no_service_outside(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    set_lines(settings, tmp_path, {"way": "http_api", "url": "https://line.example.org/in", "secret": "whsec_AAAA"})
    notice = builders.a_notice(cast)
    ways.choose(notice.id, "http_api", "", actor=cast.cleo, now=NOW)
    sending.send(notice.id, actor=cast.cleo, now=NOW)
    work.dispatch_due(actor=SYSTEM, now=NOW)
    assert "loopback_only" in notice.dispatches.get().error


def test_every_way_says_what_it_is() -> None:
    assert OVER_HTTP | {"email", "portal", "xarf"} == set(TRANSPORTS)
    for one in TRANSPORTS.values():
        assert one.title and one.automatic == (one.open is not None) and "notice" in one.purposes
    assert {state.value for state in Dispatch.State} >= {"sending", "leased"}


def test_a_report_names_the_laws_in_its_description_and_an_exercise_says_that_it_is_one(
    cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    """AWS: name the laws in `description`, mark tests `lifecycle:test`, attach nothing (reference §10 [P S62])."""
    way = next(one for one in WAYS if one.name == "aws")
    with serving(way.rules, way.delivers) as service:
        set_lines(settings, tmp_path, {"way": "aws", "url": service.url, **way.line})
        notice = a_notice_for(cast, Platform.WEB)
        ways.choose(notice.id, "aws", "", actor=cast.cleo, now=NOW)
        sending.send(notice.id, actor=cast.cleo, now=NOW)
        work.dispatch_due(actor=SYSTEM, now=NOW)
        (asked,) = service.got
    report = asked.json["report"]["xarf"]
    assert "Valley Dawn Front is listed: " in report["description"] and "EX." in report["description"]
    assert "lifecycle:test" in report["tags"] and "evidence" not in report
    law = {**notice.facts, "law": {"instrument": "Example Act 2012", "articles": ["s. 7"]}}
    assert "Example Act 2012, s. 7." in xarf.report(law, key="k")["description"]
