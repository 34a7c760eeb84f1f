"""Bluesky's public methods: an author's feed (app.bsky.feed.getAuthorFeed) and search (app.bsky.feed.searchPosts)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from openiru.errors import Unreadable
from openiru.platforms import recognise
from openiru.platforms.shapes import Response, Target
from openiru.stages.intake.watching.connectors.shapes import Answer, Connector, Kind, State, refused, unexpected
from openiru.terms import Platform

_BASE = "https://public.api.bsky.app/xrpc/"
_PAGE = 30
_SHORTEST, _LONGEST = 3, 100
_LOGGED_IN_ONLY = "!no-unauthenticated"
"""A label by which a holder asks not to be shown to people who are not signed in: then it is not public to us."""


def read_subject(kind: Kind, text: str) -> str:
    """An account by its DID or name, or a search term without blanks around it."""
    if kind is Kind.TERM:
        term = " ".join(text.split())
        if not _SHORTEST <= len(term) <= _LONGEST:
            raise Unreadable("bad_term", value=text[:100])
        return term
    ref = recognise(text if "/" in text else f"https://bsky.app/profile/{text.removeprefix('@')}")
    if ref.platform is not Platform.BLUESKY or ref.target is not Target.ACCOUNT:
        raise Unreadable("not_an_account", value=text[:100])
    return ref.value


def address(kind: Kind, subject: str, state: State) -> str:
    """The next page, newest first."""
    if kind is Kind.TERM:
        method, query = "app.bsky.feed.searchPosts", {"q": subject, "sort": "latest"}
    else:
        method, query = "app.bsky.feed.getAuthorFeed", {"actor": subject, "filter": "posts_no_replies"}
    page = {"cursor": state["page"]} if state.get("page") else {}
    return f"{_BASE}{method}?{urlencode({**query, 'limit': str(_PAGE), **page})}"


def read(kind: Kind, _: str, state: State, response: Response) -> Answer:
    """Posts not seen before. The first look takes one page and no history; later ones walk back to where the last ended."""
    if response.status != 200:
        raise refused(response)
    try:
        body = json.loads(response.body)
        rows = body["posts"] if kind is Kind.TERM else [one["post"] for one in body["feed"] if "reason" not in one]
        posts = [(str(row["indexedAt"]), _url(row)) for row in rows if not _closed(row)]
        cursor = str(body.get("cursor") or "")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise unexpected(response) from error
    seen = state.get("seen", "")
    fresh = [(at, url) for at, url in posts if at > seen]
    top = max([state.get("top", ""), *(at for at, _ in posts)])
    done = not cursor or not seen or len(fresh) < len(posts)
    go_on = {"seen": max(seen, top)} if done else {"seen": seen, "top": top, "page": cursor}
    return Answer(tuple(url for _, url in reversed(fresh)), go_on, more=not done)


def _url(row: Mapping[str, Any]) -> str:
    did, record = str(row["author"]["did"]), str(row["uri"]).rpartition("/")[2]
    return f"https://bsky.app/profile/{did}/post/{record}"


def _closed(row: Mapping[str, Any]) -> bool:
    labels = (*(row["author"].get("labels") or ()), *(row.get("labels") or ()))
    return any(label.get("val") == _LOGGED_IN_ONLY for label in labels)


CONNECTOR = Connector(
    name="bluesky",
    title="Bluesky",
    says="Public methods without a sign-in; posts are open by design (reference §0.6, §9). Search may ask for a sign-in today.",
    kinds=frozenset({Kind.ACCOUNT, Kind.TERM}),
    read_subject=read_subject,
    address=address,
    read=read,
)
