"""Pure decisions of intake: what an address becomes, and which rows name one account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from openiru.errors import Unreadable
from openiru.platforms import PLATFORMS, recognise
from openiru.platforms.shapes import KeyType, Ref, Target
from openiru.stages.intake.formats.shapes import Rejected, Row
from openiru.stages.intake.phones import masked, phone_hash, seal
from openiru.terms import Platform

LONGEST_KEY = 300
LONGEST_URL = 500
RETENTION_DAYS = 365
"""A report that leads nowhere is deleted after a year (docs/decisions/0003)."""


_STABLE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._-]{0,119}")


@dataclass(frozen=True, slots=True)
class Named:
    """A row with what its addresses name: one account, and items of it.

    `key` is by the stable id where the row gives one; then `handle_key` is the key that the account's handle would have.
    """

    row: Row
    account: Ref
    items: tuple[Ref, ...]
    key: str
    kind: str
    handle: str = ""
    handle_key: str = ""
    stable_id: str = ""
    phone_hash: str = ""
    phone_sealed: bytes | None = None


def name_row(row: Row, *, key: bytes) -> Named | Rejected:
    """Say which account and items a row names, or why not; what is said of a rejected row never shows a phone number."""
    found = _name(row, key)
    return (
        found
        if isinstance(found, Named)
        else Rejected(found.line, masked(found.value)[:200], found.reason, found.column)
    )


def _name(row: Row, key: bytes) -> Named | Rejected:
    try:
        first = recognise(row.url)
        items = [recognise(url) for url in row.item_urls]
    except Unreadable as error:
        return Rejected(row.line, error.value or row.url, error.reason, "url")
    if "lookalike_host" in first.warnings:
        return Rejected(row.line, row.url, "lookalike_host", "url")
    account = first.account
    if account is None:
        account = next((item.account for item in items if item.account), None)
    if account is None or account.platform is None:
        return Rejected(row.line, row.url, _why_not(first))
    wrong = [item for item in items if item.target is not Target.ITEM or not _belongs(item, account)]
    if wrong:
        return Rejected(row.line, wrong[0].canonical_url, "item_of_another_account")
    posts = tuple([first, *items] if first.target is Target.ITEM else items)
    if any(len(ref.key) > LONGEST_KEY or len(ref.canonical_url) > LONGEST_URL for ref in (account, *posts)):
        return Rejected(row.line, row.url, "address_too_long")
    if account.phone is None:
        return _identified(row, account, posts)
    hashed = phone_hash(account.phone.value, key)
    hidden = f"{account.platform}:{account.kind}:{KeyType.PHONE}:{hashed[:32]}"
    return Named(
        row, account, posts, hidden, account.kind[:20], phone_hash=hashed, phone_sealed=seal(account.phone.value, key)
    )


def _identified(row: Row, account: Ref, posts: tuple[Ref, ...]) -> Named:
    kind = account.kind[:20]
    if account.keytype is KeyType.ID:
        return Named(row, account, posts, account.key, kind, row.handle[:200], stable_id=account.value[:120])
    handle = account.value[:200]
    assert account.platform is not None
    by_id = key_of_id(account.platform, row.stable_id, kind) if row.stable_id else None
    if by_id is None:
        return Named(row, account, posts, account.key, kind, handle)
    key, kind, stable_id = by_id
    return Named(row, account, posts, key, kind, handle, account.key, stable_id)


def key_of_id(platform: Platform, stable_id: str, kind: str) -> tuple[str, str, str] | None:
    """The canonical key, kind and id of an account by its stable id; None for what cannot be an id of that platform."""
    if not _STABLE_ID.fullmatch(stable_id):
        return None
    url = PLATFORMS[platform].id_url
    if not url:
        return f"{platform}:{kind}:{KeyType.ID}:{stable_id}", kind, stable_id
    try:
        ref = recognise(url.format(id=stable_id))
    except Unreadable:
        return None
    is_id = ref.target is Target.ACCOUNT and ref.keytype is KeyType.ID
    return (ref.key, ref.kind[:20], ref.value) if is_id else None


def key_of_handle(platform: Platform, handle: str) -> str:
    """The canonical key that an account has by this handle; empty where the platform's handles are no addresses."""
    url = PLATFORMS[platform].handle_url
    if not url or not handle:
        return ""
    try:
        ref = recognise(url.format(handle=handle))
    except Unreadable:
        return ""
    return ref.key if ref.target is Target.ACCOUNT and len(ref.key) <= LONGEST_KEY else ""


def _belongs(item: Ref, account: Ref) -> bool:
    """Whether an item may be of this account: it says so, or its address does not name one."""
    owner = item.account
    if owner is None:
        return item.platform is account.platform
    return owner.platform is account.platform and (owner.key == account.key or owner.keytype != account.keytype)


def _why_not(ref: Ref) -> str:
    if ref.target is Target.SHORTLINK:
        return "short_link"
    return "item_without_account" if ref.target is Target.ITEM else "not_an_account"


def until(now: datetime) -> date:
    """The day after which what leads nowhere is deleted (docs/decisions/0003)."""
    return (now + timedelta(days=RETENTION_DAYS)).date()
