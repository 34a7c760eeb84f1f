"""The command line: every command passes the permission table before it reads anything, and decisions need a personal token."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pytest_django import Settings

from openiru import clock
from openiru.config import command as top
from openiru.errors import Unavailable, Unreadable
from openiru.faces.cli import commands, output
from openiru.faces.cli.cases import worksheet
from openiru.faces.cli.shapes import Call, Result
from openiru.faces.words import WORDS, status_of, text_of
from openiru.ledger.models import Entry
from openiru.people import services as people
from openiru.people.models import User
from openiru.people.queries import actor_for
from openiru.people.roles import MAY, Role
from openiru.stages.cases.models import Case
from openiru.stages.evidence.models import Capture
from openiru.stages.notices import delisting
from openiru.stages.notices.models import Notice
from openiru.stages.register.models import Listing
from openiru.terms import Platform
from tests import builders
from tests.builders import NOW, Cast
from tests.laws.asking import refused

WITHOUT_A_VERB = {
    ("system", "install"),
    ("system", "check"),
    ("exercise", "run"),
    ("exercise", "vary"),
    ("people", "revoke-token"),
    ("intake", "formats"),
    ("evidence", "verify"),
}
"""They make or describe the installation itself; `exercise run` refuses a live one; a token is its own person's to end."""
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def cast(db: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(clock, "_offset", clock._offset)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.delenv("OPENIRU_TOKEN", raising=False)
    settings.EVIDENCE, settings.KEYS, settings.HOME = tmp_path / "evidence", tmp_path / "keys", tmp_path
    builders.an_installation()
    return builders.a_cast()


@pytest.fixture
def run(cast: Cast) -> Run:
    """Call a command as somebody of the cast, or as nobody, and read its JSON back."""
    tokens = {
        name: people.make_token(actor.person, label="desk", actor=actor, now=NOW) for name, actor in cast.each().items()
    }

    def call(*words: object, who: str = "") -> dict[str, Any]:
        args = commands.parser().parse_args([*map(str, words), "--token", tokens.get(who, who), "--json"])
        result = commands.call(commands.COMMANDS[args.group, args.command], args)
        found: dict[str, Any] = json.loads(json.dumps(result, default=output.plain))
        return found

    return call


def test_every_command_has_a_verb_of_the_table_or_is_on_the_list() -> None:
    assert {name for name, command in commands.COMMANDS.items() if not command.verb} == WITHOUT_A_VERB
    assert all(command.verb in MAY for command in commands.COMMANDS.values() if command.verb)


def test_every_command_says_what_it_does_and_takes_json_and_a_token() -> None:
    parser = commands.parser()
    for (group, name), command in commands.COMMANDS.items():
        assert command.says.endswith(".") and (command.group, command.name) == (group, name)
        with pytest.raises(SystemExit):
            parser.parse_args([group, name, "--help"])


FILLED = {"int": "1", "float": "1", "None": "x", "str": "x"}


def filled(group: str, name: str) -> list[str]:
    """Words that satisfy the parser for a command, whatever they mean."""
    words = [group, name]
    parser: Any = commands.parser()
    one = parser._subparsers._group_actions[0].choices[group]._subparsers._group_actions[0].choices[name]
    for action in one._actions:
        value = str(action.choices[0]) if action.choices else FILLED[getattr(action.type, "__name__", "None")]
        if not action.option_strings:
            words += [] if action.nargs == "?" else [value]
        elif action.required:
            words += [action.option_strings[0], value]
    return words


@pytest.mark.parametrize("name", [name for name, command in commands.COMMANDS.items() if command.verb], ids="-".join)
def test_a_command_asks_its_verb_before_it_reads_anything(cast: Cast, name: tuple[str, str]) -> None:
    reached: list[object] = []

    def spy(call: Call) -> Result:
        reached.append(call)
        return {}

    command = replace(commands.COMMANDS[name], run=spy)
    args = commands.parser().parse_args(filled(*name))
    for role in Role:
        args.token = "" if role is Role.SYSTEM else a_token(cast, role)
        reached.clear()
        if role in MAY[command.verb]:
            commands.call(command, args)
            assert reached, role
        else:
            with refused("not_allowed"):
                commands.call(command, args)
            assert not reached, role


def a_token(cast: Cast, role: Role) -> str:
    """The token of a new person with one role."""
    email = f"{role}@bureau.example.org"
    user = User.objects.create(email=email, name="New", roles=[role], agency_id=cast.ana.agency_id)
    return people.make_token(user.id, label="desk", actor=actor_for(user), now=NOW)


@pytest.mark.parametrize(
    "words",
    [
        ("cases", "decide", 1, "--reasons", "x"), ("cases", "opinion", 1, "--reasons", "x"), ("cases", "assess", 1, "x.json"),
        ("notices", "compose", 1), ("notices", "send", 1), ("notices", "withdraw", 1, "--reason", "x"),
        ("appeals", "decide", 1, "--reasons", "x"),
        ("register", "confirm", 1, "--source", "x"), ("register", "link", 1, 1), ("notices", "settle", 1, "--why", "x"),
        ("notices", "keep", 1, "--reasons", "x"),
    ],
)  # fmt: skip
def test_without_a_personal_token_nothing_is_decided_sent_or_confirmed(run: Run, words: tuple[object, ...]) -> None:
    before = Entry.objects.count()
    with refused("not_allowed"):
        run(*words)
    assert Entry.objects.count() == before


def test_a_notice_to_withdraw_is_listed_and_kept_on_the_command_line(run: Run, cast: Cast) -> None:
    notice = builders.a_sent_notice(cast)
    Listing.objects.update(ended_on=NOW.date(), ended_noticed_at=NOW)
    delisting.propose(actor=builders.SYSTEM, now=NOW)
    (task,) = run("notices", "to-withdraw", who="cleo")["tasks"]
    assert task["reference"] == notice.reference and "its listing has ended" in task["because"]
    with refused("not_designated"):
        run("notices", "keep", task["task"], "--reasons", "no", who="cleo")
    Listing.objects.update(ended_on=None, ended_noticed_at=None)
    assert run("notices", "keep", task["task"], "--reasons", "Listed again.", who="cleo")["kept"] is True
    assert run("notices", "to-withdraw", who="cleo")["tasks"] == []


def test_a_token_that_is_not_known_is_refused_and_never_falls_back_to_the_system(run: Run) -> None:
    with refused("token_invalid"):
        run("ledger", "show", who="iru_nothing")


def a_written_worksheet(folder: Path, item: int) -> Path:
    """Ana's worksheet as the file that the command reads."""
    sheet = builders.a_worksheet(Case.objects.get())
    words = ("organisation_id", "affiliation", "purpose", "least_restrictive", "policy_line", "policy_why")
    judged = {"item_id": item, "ground": "incites", "why": "It calls.", "excerpt": "Join", "language": "en"}
    judged["capture_id"] = Capture.objects.get().id
    data = {word: getattr(sheet, word) for word in words}
    path = folder / "sheet.json"
    path.write_text(json.dumps(data | {"refer": True, "rabat": dict(sheet.rabat), "items": [judged]}), encoding="utf-8")
    return path


def test_a_case_from_report_to_withdrawal_on_the_command_line(run: Run, cast: Cast, tmp_path: Path) -> None:
    builders.an_organisation()
    file = tmp_path / "reported.csv"
    file.write_text("url,items\nhttps://t.me/dawnvoice,https://t.me/dawnvoice/5\n", encoding="utf-8")
    loaded = run("intake", "load", file, who="ana")
    assert (loaded["accounts"], loaded["cases_opened"]) == (1, 1)
    (row,) = run("cases", "queue", who="ana")["cases"]
    page = tmp_path / "page.html"
    page.write_text("<p>Join the ranks</p>", encoding="utf-8")
    item = run("cases", "show", row["id"], who="ana")["items"][0]["id"]
    run("cases", "upload", row["id"], page, "--item", item, who="ana")
    capture = Capture.objects.get()
    assert "risk" in run("evidence", "tell", capture.id, "--purpose", "to assess", who="ana")["lacking"]
    run("evidence", "export", row["id"], "--out", tmp_path / "bag", "--why", "the court asks", who="cleo")
    checked = run("evidence", "verify", tmp_path / "bag")
    assert (checked["ok"], checked["captures"], checked["changed"]) == (True, 1, [])
    written = a_written_worksheet(tmp_path, item)
    assessment = run("cases", "assess", row["id"], written, who="ana")["assessment"]
    decision = run("cases", "decide", assessment, "--reasons", "Listed, quoted, captured.", who="ben")["decision"]
    notice = run("notices", "compose", decision, who="cleo")
    assert run("notices", "send", notice["notice"], who="cleo")["state"] == "queued"
    shown = run("notices", "show", notice["notice"], who="dara")
    assert notice["reference"] in shown["subject"] and shown["proposal"] == "none"
    package = run("notices", "package", notice["notice"], "--out", tmp_path / "n.zip", who="cleo")
    assert Path(package["file"]).read_bytes()[:2] == b"PK"
    assert run("notices", "withdraw", notice["notice"], "--reason", "A mistake.", who="cleo")["state"] == "withdrawn"
    with refused("not_found"):
        run("cases", "show", row["id"], who="eve")


def test_a_message_is_taken_in_by_the_system_and_the_log_is_shown_checked_and_exported(
    run: Run, cast: Cast, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.eml"
    letter.write_bytes(b"From: a@t.me\r\n\r\nhello\r\n")
    assert run("notices", "receive", letter)["state"] == "unplaced"
    assert run("ledger", "sequence")["sequenced"] > 0
    assert run("ledger", "verify")["ok"]
    key = run("ledger", "show")["key"]
    assert run("ledger", "verify", "--key", key)["authenticated"]
    run("ledger", "export", "--out", tmp_path / "out")
    assert run("ledger", "verify", tmp_path / "out", "--key", key)["authenticated"]
    assert run("ledger", "verify", tmp_path / "out")["answer"] == "self-consistent, not authenticated"


def test_figures_are_shown_and_exported(run: Run, cast: Cast, tmp_path: Path) -> None:
    builders.a_sent_notice(cast)
    rows = run("compliance", "show", who="dara")["rows"]
    assert [row["figures"]["sent"] for row in rows] == [1, 1]
    run("compliance", "export", "--out", tmp_path / "c.csv", who="dara")
    assert (tmp_path / "c.csv").read_text(encoding="utf-8").count("\n") == 2
    assert run("notices", "list", who="cleo")["notices"][0]["state"] == "sent"
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    "data",
    [
        {"refer": True, "kind": "command"}, {"refer": True, "leg": "x"}, {"refer": True, "items": [{"ground": "false_news"}]},
        {"refer": True, "items": [{}]}, {"unknown": 1}, {"refer": True, "items": 5}, {},
    ],
)  # fmt: skip
def test_a_worksheet_with_other_words_is_refused(data: dict[str, Any]) -> None:
    with refused("assessment_incomplete"):
        worksheet(data)


def test_a_refusal_is_printed_as_words_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    from openiru.errors import Refused

    assert output.fail(Refused("same_person"), as_json=True) == 1
    assert json.loads(capsys.readouterr().out)["error"] == "same_person"
    assert output.fail(Unavailable("PostgreSQL", "down"), as_json=False) == 3
    assert "PostgreSQL: down" in capsys.readouterr().err
    assert output.show({"ok": False}, as_json=True) == 1
    assert text_of(Unreadable("bad", where="line 3")) == "line 3: bad"


def test_every_code_that_a_rule_uses_has_its_sentence() -> None:
    import re

    import openiru

    source = Path(openiru.__file__).parent
    used = {
        code
        for path in source.rglob("*.py")
        if "sandbox" not in path.parts
        for code in re.findall(r'Refused\(\s*"([a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(used) > 30 and used <= set(WORDS), used - set(WORDS)
    assert all(400 <= status_of(_refused(code)) < 500 for code in WORDS)


def _refused(code: str) -> Exception:
    from openiru.errors import Refused

    return Refused(code)


def test_a_wrong_call_is_status_two(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        top.main(["cases", "fly"])
    assert caught.value.code == 2 and "invalid choice" in capsys.readouterr().err


def test_a_site_is_written_to_at_the_contact_its_register_names(cast: Cast, run: Run, settings: Settings) -> None:
    from tests.platforms.test_rdap import ENTRY

    asked: list[str] = []

    class Register(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = json.dumps(ENTRY).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Register)
    Thread(target=server.serve_forever, daemon=True).start()
    settings.OPENIRU = {**settings.OPENIRU, "OPENIRU_SANDBOX": f"http://127.0.0.1:{server.server_port}"}
    site = builders.a_case(cast, platform=Platform.WEB, handle="example.com")
    other = builders.a_case(cast)
    try:
        found = run("cases", "contact", site.id, who="cleo")
        with refused("not_found"):
            run("cases", "contact", other.id, who="cleo")
    finally:
        server.shutdown()
        server.server_close()
    assert asked == ["/rdap.org/domain/example.com"]
    assert found["contacts"][0]["email"] == "abuse@registrar.example"
