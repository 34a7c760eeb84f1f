"""Pure decisions of intake: what an address becomes, and which rows name one account."""

from __future__ import annotations

from dataclasses import dataclass

from openiru.errors import Unreadable
from openiru.platforms import recognise
from openiru.platforms.shapes import KeyType, Ref, Target
from openiru.stages.intake.formats.shapes import Rejected, Row
from openiru.stages.intake.phones import masked, phone_hash, seal

LONGEST_KEY = 300
LONGEST_URL = 500
RETENTION_DAYS = 365
"""A report that leads nowhere is deleted after a year (docs/decisions/0003)."""


@dataclass(frozen=True, slots=True)
class Named:
    """A row with what its addresses name: one account, and items of it."""

    row: Row
    account: Ref
    items: tuple[Ref, ...]
    key: str
    phone_hash: str = ""
    phone_sealed: bytes | None = None


def name_row(row: Row, *, key: bytes) -> Named | Rejected:
    """Say which account and items a row names, or why not; what is said of a rejected row never shows a phone number."""
    found = _name(row, key)
    return found if isinstance(found, Named) else Rejected(found.line, masked(found.value)[:200], found.reason)


def _name(row: Row, key: bytes) -> Named | Rejected:
    try:
        first = recognise(row.url)
        items = [recognise(url) for url in row.item_urls]
    except Unreadable as error:
        return Rejected(row.line, error.value or row.url, error.reason)
    if "lookalike_host" in first.warnings:
        return Rejected(row.line, row.url, "lookalike_host")
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
        return Named(row, account, posts, account.key)
    hashed = phone_hash(account.phone.value, key)
    hidden = f"{account.platform}:{account.kind}:{KeyType.PHONE}:{hashed[:32]}"
    return Named(row, account, posts, hidden, hashed, seal(account.phone.value, key))


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
