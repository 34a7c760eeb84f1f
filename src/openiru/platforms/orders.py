"""What a binding order says besides a notice's facts: the fields of Annex I of Regulation (EU) 2021/784, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class AuthorityKind(StrEnum):
    """Section E of Annex I: what the issuing authority is."""

    COURT = "court"
    LAW_ENFORCEMENT = "law_enforcement"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who an order is addressed to: the provider, its legal representative, where both are, and the contact point.

    `confirmed` is false where the reference has it from memory only: the officer is told so.
    """

    name: str
    representative: str = ""
    contact_point: str = ""
    languages: tuple[str, ...] = ("en",)
    establishment: str = ""
    representative_state: str = ""
    source: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Issuer:
    """Section E and F: the issuing authority. Its representative is named by the office held only (law 11)."""

    state: str
    kind: AuthorityKind
    office: str
    telephone: str = ""
    feedback: str = ""
    home_authority: str = ""


@dataclass(frozen=True, slots=True)
class Redress:
    """Section G: before which body an order can be challenged, how long, and where the law says so."""

    body: str
    deadline: str
    provisions: str
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """All of Annex I that no notice has: who issues, who is addressed, how fast, and how it is challenged."""

    instrument: str
    basis: str
    scope: str
    within_hours: int
    preserve_months: int
    file_number: str
    addressee: Addressee
    issuer: Issuer
    redress: Redress
    nondisclosure_law: str = ""

    @property
    def crosses_border(self) -> bool:
        """Whether the home authority is another state's, which then gets a copy at once (Art. 4)."""
        home = self.addressee.establishment or self.addressee.representative_state
        return bool(home) and home != self.issuer.state


def as_json(order: OrderFacts) -> dict[str, Any]:
    """The order in plain values, ready for `json.dumps`."""
    plain = asdict(order)
    plain["addressee"]["languages"] = list(order.addressee.languages)
    plain["issuer"]["kind"] = order.issuer.kind.value
    return plain


def from_json(data: Mapping[str, Any]) -> OrderFacts:
    """The order exactly as it was frozen."""
    addressee, issuer = dict(data["addressee"]), dict(data["issuer"])
    addressee["languages"] = tuple(addressee["languages"])
    issuer["kind"] = AuthorityKind(issuer["kind"])
    plain = {**data, "addressee": Addressee(**addressee), "issuer": Issuer(**issuer)}
    return OrderFacts(**{**plain, "redress": Redress(**data["redress"])})
