"""The practice that this project wants to replace, done as it was: one mail a platform with a list of addresses."""

from __future__ import annotations

import csv
import json
import smtplib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlsplit

_DAYS = 30
_STEP = 5
_SENDER = "blocking@regulator.example.org"
_LIVE_MARKS = {
    "facebook": 'property="og:url"',
    "instagram": "See Instagram photos and videos from",
    "tiktok": '"author_url"',
    "x": 'property="og:url"',
    "telegram": "tgme_page_extra",
    "whatsapp": 'property="og:title" content="',
}
_LOOKED_UP_AT = {"tiktok": "/www.tiktok.com/oembed?url="}
"""A profile's page there is the same for everybody."""

_EMPTY_MARKS = {"whatsapp": 'property="og:title" content=""'}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the agency's file, as far as this practice reads it."""

    url: str
    followers: int
    organisation: str
    lists: str
    platform: str
    inbox: str


def run(world_folder: Path, sandbox_http: str, sandbox_smtp: str) -> dict[str, dict[str, int]]:
    """Send the mails, wait thirty days on the sandbox's clock, and count by looking.

    Returns `{platform: {reported, gone, followers_gone, gone_before}, "planted_wrong": {planted, sent, gone}}`;
    `gone_before` were not there when the mail went out, and the practice counts them as its own success.
    """
    rows = _read(world_folder)
    before = _gone(rows, sandbox_http)
    _send(rows, sandbox_smtp)
    _wait(sandbox_http)
    gone = _gone(rows, sandbox_http)
    table = {name: _count(rows, name, gone, before) for name in dict.fromkeys(row.platform for row in rows)}
    return table | {"planted_wrong": _wrong(world_folder, rows, gone)}


def _read(folder: Path) -> list[Row]:
    platforms = json.loads((folder / "world.json").read_text(encoding="utf-8"))["platforms"]
    with (folder / "reported.csv").open(encoding="utf-8", newline="") as file:
        return [_row(line, platforms) for line in csv.DictReader(file)]


def _row(line: Mapping[str, str], platforms: Iterable[Mapping[str, str]]) -> Row:
    host = urlsplit(line["url"]).hostname or ""
    at = next(one for one in platforms if any(host == own or host.endswith(f".{own}") for own in one["host"].split()))
    return Row(
        line["url"],
        int(line["followers"] or 0),
        line["claimed_organisation"],
        line["claimed_lists"],
        at["name"],
        at["inboxes"][0],
    )


def _send(rows: Iterable[Row], smtp: str) -> None:
    host, _, port = smtp.rpartition(":")
    by_inbox: dict[str, list[Row]] = {}
    for row in rows:
        by_inbox.setdefault(row.inbox, []).append(row)
    with smtplib.SMTP(host, int(port), timeout=30) as door:
        for inbox, group in by_inbox.items():
            door.send_message(_mail(inbox, group))


def _mail(inbox: str, rows: Iterable[Row]) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = _SENDER, inbox, "Blocking of accounts of banned organisations"
    mail["Message-ID"] = f"<naive-{inbox}>"
    lines = [f"{number}. {row.url} ({row.organisation}; {row.lists})" for number, row in enumerate(rows, start=1)]
    mail.set_content("The following accounts belong to banned organisations. Please block them.\n\n" + "\n".join(lines))
    return mail


def _wait(http: str) -> None:
    now = datetime.fromisoformat(json.loads(_get(http, "/_control/state"))["now"])
    for days in range(_STEP, _DAYS + 1, _STEP):
        body = json.dumps({"now": (now + timedelta(days=days)).isoformat()})
        _request(http, "POST", "/_control/clock", body)


def _gone(rows: Iterable[Row], http: str) -> frozenset[str]:
    wanted = list(rows)
    with ThreadPoolExecutor(max_workers=4) as pool:
        alive = pool.map(lambda row: _is_live(row, http), wanted)
        return frozenset(row.url for row, live in zip(wanted, alive, strict=True) if not live)


def _is_live(row: Row, http: str) -> bool:
    page = _get(http, _path(row))
    empty = _EMPTY_MARKS.get(row.platform)
    return _LIVE_MARKS[row.platform] in page and not (empty and empty in page)


def _path(row: Row) -> str:
    look_up = _LOOKED_UP_AT.get(row.platform)
    return look_up + quote(row.url, safe="") if look_up else "/" + row.url.removeprefix("https://")


def _count(rows: Iterable[Row], platform: str, gone: frozenset[str], before: frozenset[str]) -> dict[str, int]:
    mine = [row for row in rows if row.platform == platform]
    return {
        "reported": len(mine),
        "gone": sum(row.url in gone for row in mine),
        "followers_gone": sum(row.followers for row in mine if row.url in gone),
        "gone_before": sum(row.url in before for row in mine),
    }


def _wrong(folder: Path, rows: Iterable[Row], gone: frozenset[str]) -> dict[str, int]:
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["accounts"]
    planted = {url for url, one in truth.items() if not one["affiliated"]}
    sent = planted & {row.url for row in rows}
    return {"planted": len(planted), "sent": len(sent), "gone": len(sent & gone)}


def _get(http: str, path: str) -> str:
    return _request(http, "GET", path, None)


def _request(http: str, method: str, path: str, body: str | None) -> str:
    connection = HTTPConnection(urlsplit(http).netloc, timeout=60)
    try:
        connection.request(method, path, body)
        return connection.getresponse().read().decode("utf-8", "replace")
    finally:
        connection.close()
