"""Renders what a visitor sees at an address: the markup is data, one file a platform; here it is only filled in."""

from __future__ import annotations

import html
import json
import re
import tomllib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from urllib.parse import unquote

from openiru.sandbox.accounts import Accounts, Standing
from openiru.sandbox.addresses import loose
from openiru.sandbox.shapes import Platform, Post

_FOLDER = Path(__file__).parent / "markup"


@dataclass(frozen=True, slots=True)
class Page:
    """What goes over the wire. `location` is set for a redirect."""

    status: int
    type: str
    body: str
    location: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """One address form: which states it can show and how. `match` empty means the account's or item's own address."""

    name: str
    shows: str
    finds_by: str
    match: re.Pattern[str] | None
    source: str
    certainty: str
    states: Mapping[str, Mapping[str, object]]


@cache
def views_of(markup: str) -> tuple[View, ...]:
    """The views in one markup file, in the order in which they are tried."""
    raw = tomllib.loads((_FOLDER / f"{markup}.toml").read_text(encoding="utf-8"))
    views = [_view(one) for one in raw["view"]]
    # An address form of its own says more than a path that might be a handle.
    return tuple(sorted(views, key=lambda view: view.match is None))


@cache
def _block(markup: str) -> str:
    return str(tomllib.loads((_FOLDER / f"{markup}.toml").read_text(encoding="utf-8"))["post"])


def _view(raw: Mapping[str, object]) -> View:
    pattern = str(raw["match"])
    states = {name: value for name, value in raw.items() if isinstance(value, Mapping)}
    return View(
        name=str(raw["name"]),
        shows=str(raw["shows"]),
        finds_by=str(raw["finds_by"]),
        match=re.compile(pattern) if pattern else None,
        source=str(raw["source"]),
        certainty=str(raw["certainty"]),
        states=states,
    )


def look(accounts: Accounts, platform: Platform, address: str, vantage: str) -> Page:
    """The page at `host/path?query`, seen from a territory (two letters) or from `outside`."""
    bare = address.removeprefix("www.").removeprefix("m.")
    for view in views_of(platform.markup):
        found = view.match.search(bare) if view.match else None
        if view.match is None or found is not None:
            groups = found.groupdict() if found else {}
            return _show(accounts, platform, view, _Asked(bare, groups, vantage, _block(platform.markup)))
    raise ValueError(f"{platform.markup} has no view for every other address")


@dataclass(frozen=True, slots=True)
class _Asked:
    address: str
    groups: Mapping[str, str]
    vantage: str
    block: str

    @property
    def name(self) -> str:
        """What the visitor asked for, to be shown back on a page about nothing."""
        return unquote(self.groups.get("handle") or self.address.rstrip("/").rpartition("/")[2].split("?")[0])


def _show(accounts: Accounts, platform: Platform, view: View, asked: _Asked) -> Page:
    target = unquote(asked.groups["target"]) if view.finds_by == "target" else asked.address
    if view.shows == "item":
        found = accounts.post_at(target)
        if found is None:
            return _fill(view, "gone", {"asked": asked.name})
        standing, post = found
        state = "gone" if loose(post.url) in standing.gone_items else _state(standing, asked.vantage)
        return _fill(view, state, _about(standing, asked) | _about_post(standing, post))
    standing_found = accounts.called(platform.name, asked.name) if view.finds_by == "handle" else accounts.at(target)
    if standing_found is None:
        return _fill(view, "gone", {"asked": asked.name})
    return _fill(view, _state(standing_found, asked.vantage), _about(standing_found, asked))


def _state(standing: Standing, vantage: str) -> str:
    if standing.state == "withheld":
        return "withheld" if vantage.upper() == standing.territory else "live"
    if standing.state == "live":
        return "private" if standing.account.private else "live"
    return standing.state


def _fill(view: View, state: str, values: Mapping[str, str]) -> Page:
    fallback = "live" if state == "private" else "gone"
    form = view.states.get(state) or view.states[fallback]
    body = Template(str(form["body"])).safe_substitute(values).strip()
    status = int(str(form["status"]))
    return Page(status, str(form["type"]), "" if status == 302 else body, body if status == 302 else "")


def _about(standing: Standing, asked: _Asked) -> dict[str, str]:
    account = standing.account
    shown = [one for one in account.posts if loose(one.url) not in standing.gone_items]
    values = {
        "title": account.title,
        "bio": account.bio,
        "handle": account.handle,
        "id": account.stable_id,
        "url": account.url,
        "asked": asked.name,
        "territory": standing.territory,
        "followers": str(account.followers),
        "followers_text": f"{account.followers:,}",
        "followers_spaced": f"{account.followers:,}".replace(",", " "),
        "members": "members" if account.kind == "group" else "subscribers",
        "post_count": str(len(shown)),
    }
    escaped = {name: html.escape(value) for name, value in values.items()}
    escaped |= {"json_title": _json(account.title), "json_bio": _json(account.bio)}
    return escaped | {"posts": "\n".join(_post_block(asked.block, standing, one) for one in shown)}


def _about_post(standing: Standing, post: Post) -> dict[str, str]:
    return {
        "item_url": html.escape(post.url),
        "item_id": html.escape(post.id),
        "text": html.escape(post.text),
        "json_text": _json(post.text),
        "posted_at": html.escape(post.posted_at),
        "data_view": _data_view(standing, post),
    }


def _post_block(block: str, standing: Standing, post: Post) -> str:
    values = _about_post(standing, post) | {"handle": html.escape(standing.account.handle)}
    return Template(block).safe_substitute(values).strip()


def _data_view(standing: Standing, post: Post) -> str:
    number = standing.account.stable_id
    if not (number.isdigit() and post.id.isdigit()):
        return ""
    raw = json.dumps({"c": -int(number), "p": int(post.id)}, separators=(",", ":"))
    return urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def _json(text: str) -> str:
    """As a JSON string that is safe inside a script element."""
    return json.dumps(text).replace("<", "\\u003c")
