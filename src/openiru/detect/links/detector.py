"""The detector of links: addresses in texts against referred accounts, channels, invitations, wallets and files."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from openiru.detect.columns import SET_ASIDE, Columns, Suggested
from openiru.detect.links.finding import Place, address_keys, places_in, wallet_keys
from openiru.detect.matches import SCHEMA

_RULES = "1"
_ITSELF, _BELONGS = 0.95, 0.8
_FIELDS = {"text": "The text", "bio": "The bio"}


class Kind(StrEnum):
    """What a known address is."""

    REFERRED = "referred_account"
    CHANNEL = "known_channel"
    INVITE = "invite"
    WALLET = "wallet"
    FILE = "file"


_WORDS = {
    Kind.REFERRED: "a referred account",
    Kind.CHANNEL: "a known channel",
    Kind.INVITE: "a known invitation",
    Kind.WALLET: "a known wallet",
    Kind.FILE: "a known file",
}


@dataclass(frozen=True, slots=True)
class KnownLink:
    """An address, or a wallet, that stands for `subject` (an opaque id)."""

    subject: str
    address: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class RejectedLink:
    """A known link that is not looked for, since it names nothing that can be compared."""

    link: KnownLink
    reason: str


class Links:
    """Compares by canonical key, so every form of an address is the same one. A phone number is never compared."""

    name = "links"

    def __init__(self, known: Iterable[KnownLink]) -> None:
        self._given = tuple(known)
        self._known: defaultdict[str, list[KnownLink]] = defaultdict(list)
        rejected = []
        for link in self._given:
            keys = wallet_keys(link.address) if link.kind is Kind.WALLET else address_keys(link.address)
            if keys:
                self._known[keys[0]].append(link)
            else:
                rejected.append(RejectedLink(link, "bad_checksum" if link.kind is Kind.WALLET else "not_an_address"))
        self.rejected = tuple(rejected)
        self.version = f"{_RULES}+{hashlib.sha256(repr(self._given).encode('utf-8', 'replace')).hexdigest()[:12]}"

    def __reduce__(self) -> tuple[object, ...]:
        return Links, (self._given,)

    def match(self, batch: pa.Table) -> Suggested:
        """Matches in the columns text and bio, those of them that the batch has, by row and place."""
        found = []
        for order, field in enumerate(_FIELDS):
            if field in batch.column_names:
                for place in places_in(batch.column(field)):
                    found += [(place.row, order, place.start, field, place, *one) for one in self._of(place)]
        columns = Columns(SCHEMA)
        for row, _, _, field, place, link, itself in sorted(found, key=lambda one: one[:3]):
            score = _ITSELF if itself else _BELONGS
            said = _sentence(field, place, link, itself)
            span = (place.start, place.end)
            values = (score, link.subject, place.address, link.address)
            columns.add(row, self.name, field, self.version, *values, *span, said)
        return Suggested(columns.table(), SET_ASIDE.empty_table())

    def _of(self, place: Place) -> list[tuple[KnownLink, bool]]:
        return [(link, at == 0) for at, key in enumerate(place.keys) for link in self._known.get(key, ())]


def _sentence(field: str, place: Place, link: KnownLink, itself: bool) -> str:
    what = "it is" if itself else "what it shows belongs to"
    at = f"at characters {place.start} to {place.end}"
    return f"{_FIELDS[field]} has “{place.address}” {at}: {what} {_WORDS[link.kind]}, “{link.address}”."
