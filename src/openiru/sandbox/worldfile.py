"""Reads world.json into the values of the sandbox; anything missing is an error with its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from openiru.sandbox.shapes import Account, Organisation, Platform, Post, World


class BadWorld(Exception):
    """The world's file cannot be used; the message says where and why."""


def load(path: Path) -> World:
    """Read a world from its file. Raises `BadWorld`."""
    try:
        return parse(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as failure:
        raise BadWorld(f"{path.name}: {failure}") from failure


def parse(raw: Mapping[str, Any]) -> World:
    """Read a world from its JSON value. Raises `BadWorld`."""
    try:
        return World(
            start=datetime.fromisoformat(raw["start"]),
            official_domains=tuple(raw["official_domains"]),
            platforms=tuple(_platform(one) for one in raw["platforms"]),
            organisations=tuple(_organisation(one) for one in raw["organisations"]),
            accounts=tuple(_account(one) for one in raw["accounts"]),
        )
    except (KeyError, TypeError, ValueError) as failure:
        raise BadWorld(f"not a world: {failure!r}") from failure


def _platform(raw: Mapping[str, Any]) -> Platform:
    return Platform(
        raw["name"], raw["host"], raw["profile"], raw["markup"], tuple(one.lower() for one in raw["inboxes"])
    )


def _organisation(raw: Mapping[str, Any]) -> Organisation:
    return Organisation(tuple(raw["names"]), dict(raw["listings"]))


def _account(raw: Mapping[str, Any]) -> Account:
    return Account(
        url=raw["url"],
        platform=raw["platform"],
        kind=raw["kind"],
        handle=raw["handle"],
        stable_id=raw["stable_id"],
        title=raw["title"],
        bio=raw["bio"],
        followers=raw["followers"],
        private=raw.get("private", False),
        exists=raw.get("exists", True),
        posts=tuple(Post(**one) for one in raw["posts"]),
    )
