"""Phone numbers in addresses: personal data, so no key, no canonical address and no error ever shows one."""

from __future__ import annotations

import re

from openiru.errors import Unreadable
from openiru.platforms.shapes import Address, KeyType, Ref, Sensitive, Target
from openiru.terms import Platform

_SIGNS = re.compile(r"[+\s().-]+")
_STATED = re.compile(
    r"(?:(?:phone|tel|telephone|mobile|msisdn|whatsapp|wa|contact|number)=[+\s]*|/\+)[(]?[0-9][0-9\s().-]{5,}",
    re.IGNORECASE,
)
_E164 = re.compile(r"[1-9][0-9]{6,14}")


def states_number(text: str) -> bool:
    """Whether a path or query says of digits that they are a phone number."""
    return bool(_STATED.search(text))


def phone_ref(platform: Platform, kind: str, text: str, address: Address) -> Ref | None:
    """The account behind a number; None where the text is not digits. Raises Unreadable for no possible number."""
    digits = _SIGNS.sub("", text)
    if not (digits.isascii() and digits.isdigit()):
        return None
    if not _E164.fullmatch(digits):
        raise Unreadable("bad_phone", value=f"{address.site}/{'•' * len(digits)}")
    return Ref(
        platform,
        Target.ACCOUNT,
        kind,
        KeyType.PHONE,
        "",
        "",
        phone=Sensitive(f"+{digits}"),
        warnings=(*address.warnings, "personal_data"),
    )
