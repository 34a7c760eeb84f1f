"""The contacts in an entry of a register, in the form of RFC 9083; holders are not read."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.errors import Unreadable
from openiru.platforms import rdap
from openiru.platforms.shapes import Contact


def an_entity(role: str, name: str, email: str, *inside: Any) -> dict[str, Any]:
    """An entity with a jCard (RFC 7095)."""
    card = [["version", {}, "text", "4.0"], ["fn", {}, "text", name], ["email", {"type": "work"}, "text", email]]
    return {"objectClassName": "entity", "roles": [role], "vcardArray": ["vcard", card], "entities": list(inside)}


ENTRY = {
    "objectClassName": "domain",
    "ldhName": "example.com",
    "status": ["client transfer prohibited"],
    "entities": [
        an_entity("registrant", "Somebody", "somebody@example.com"),
        an_entity("registrar", "Example Registrar", "", an_entity("abuse", "Abuse desk", "abuse@registrar.example")),
    ],
}


def test_the_abuse_contact_comes_first_and_the_holder_not_at_all() -> None:
    assert rdap.contacts(json.dumps(ENTRY)) == (
        Contact("abuse", "Abuse desk", "abuse@registrar.example"),
        Contact("registrar", "Example Registrar", ""),
    )


@pytest.mark.parametrize("body", ["", "null", "[]", "{}", '{"objectClassName":"entity"}', "<html>", "[" * 100_000])
def test_another_answer_is_said_to_be_one(body: str) -> None:
    with pytest.raises(Unreadable, match="not_rdap"):
        rdap.contacts(body)


@given(st.recursive(st.none() | st.text(max_size=4), lambda some: st.lists(some, max_size=3), max_leaves=8))
def test_entities_in_any_shape_are_read_or_refused(shape: Any) -> None:
    body = json.dumps({"objectClassName": "domain", "entities": shape})
    with suppress(Unreadable):
        assert all(one.role in {"abuse", "registrar"} for one in rdap.contacts(body))
