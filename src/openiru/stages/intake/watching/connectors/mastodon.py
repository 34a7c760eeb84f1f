"""Mastodon's public methods on one instance: an account's statuses, and the public timeline of a tag."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from openiru.errors import Unreadable
from openiru.platforms import recognise
from openiru.platforms.addresses import a_label
from openiru.platforms.shapes import KeyType, Response, Target
from openiru.stages.intake.watching.connectors.shapes import Answer, Connector, Kind, State, refused, unexpected
from openiru.terms import Platform

_PAGE = 20
_TAG = re.compile(r"#?(\w{2,100})@(\S+)")
_NUMBER = re.compile(r"[1-9][0-9]{0,19}")


def read_subject(kind: Kind, text: str) -> str:
    """`user@host` for an account, `#tag@host` for a term: the instance that is asked is part of what two people agree to."""
    if kind is Kind.TERM:
        match = _TAG.fullmatch(text.strip())
        if match is None:
            raise Unreadable("bad_term", value=text[:100])
        return f"#{match[1].lower()}@{a_label(match[2].lower())}"
    ref = recognise(text if "/" in text or text.startswith("@") else f"@{text.strip()}")
    if ref.platform is not Platform.MASTODON or ref.target is not Target.ACCOUNT or ref.keytype is not KeyType.HANDLE:
        raise Unreadable("not_an_account", value=text[:100])
    return ref.value


def address(kind: Kind, subject: str, state: State) -> str:
    """The next page: who the account is, then what is newer than the last one seen."""
    name, _, host = subject.rpartition("@")
    since = {"min_id": state["seen"]} if state.get("seen") else {}
    query = urlencode({"limit": str(_PAGE), **since})
    if kind is Kind.TERM:
        return f"https://{host}/api/v1/timelines/tag/{quote(name.removeprefix('#'))}?{query}"
    if not state.get("id"):
        return f"https://{host}/api/v1/accounts/lookup?acct={quote(name)}"
    return f"https://{host}/api/v1/accounts/{state['id']}/statuses?exclude_reblogs=true&exclude_replies=true&{query}"


def read(kind: Kind, subject: str, state: State, response: Response) -> Answer:
    """Statuses not seen before, as the asked instance shows them. The first look takes the newest page and no history."""
    if response.status != 200:
        raise refused(response)
    try:
        body = json.loads(response.body)
        if kind is Kind.ACCOUNT and not state.get("id"):
            number = str(body["id"])
            if not _NUMBER.fullmatch(number):
                raise unexpected(response)
            return Answer((), {**state, "id": number}, more=True)
        host = subject.rpartition("@")[2]
        posts = sorted((int(row["id"]), _url(row, host)) for row in body if _open(row))
        newest = max([int(state.get("seen") or 0), *(int(row["id"]) for row in body)])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise unexpected(response) from error
    go_on = {**state, "seen": str(newest)} if newest else dict(state)
    return Answer(tuple(url for _, url in posts), go_on, more=bool(state.get("seen")) and len(body) >= _PAGE)


def _open(row: Mapping[str, Any]) -> bool:
    return row["visibility"] == "public" and not row.get("reblog")


def _url(row: Mapping[str, Any], host: str) -> str:
    return f"https://{host}/@{row['account']['acct']}/{row['id']}"


CONNECTOR = Connector(
    name="mastodon",
    title="Mastodon",
    says="Public methods without a sign-in on the named instance; its own rules and limits hold (reference §10, 300 in 5 minutes).",
    kinds=frozenset({Kind.ACCOUNT, Kind.TERM}),
    read_subject=read_subject,
    address=address,
    read=read,
)
