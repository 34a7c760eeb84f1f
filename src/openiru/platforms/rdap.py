"""Whom to write to about a domain: the abuse contact and the registrar in an answer of the register (RDAP, RFC 9083)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from openiru.errors import Unreadable
from openiru.platforms.shapes import Contact

_BOOTSTRAP = "https://rdap.org/domain/"
"""Leads on to the register that keeps the domain (RFC 9224 names them all); the address is from memory."""

_ROLES = ("abuse", "registrar")
_DEEPEST = 4


def address(handle: str) -> str:
    """Where the entry of a site's domain is read; of a page on a host of many, that host's."""
    return _BOOTSTRAP + quote(handle.partition("/")[0])


def contacts(body: str) -> tuple[Contact, ...]:
    """The contacts in an answer, those for abuse first. Raises Unreadable `not_rdap` for an answer of another kind."""
    try:
        document = json.loads(body)
        if document["objectClassName"] != "domain":
            raise Unreadable("not_rdap")
        found = set(_contacts(document, _DEEPEST))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as failure:
        raise Unreadable("not_rdap") from failure
    return tuple(sorted(found, key=lambda one: (_ROLES.index(one.role), one.email, one.name)))


def _contacts(node: Mapping[str, Any], left: int) -> Iterator[Contact]:
    for entity in node.get("entities", ()) if left else ():
        card = {field[0]: str(field[3]) for field in entity.get("vcardArray", ["vcard", []])[1]}
        for role in _ROLES:
            if role in entity.get("roles", ()):
                yield Contact(role, card.get("fn", ""), card.get("email", ""))
        yield from _contacts(entity, left - 1)
