"""What is sent: complete for people, exact for machines, and the same facts in both."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from itertools import product

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.platforms import PLATFORMS, document
from openiru.platforms.shapes import NoticeFacts, PlatformFile
from openiru.terms import Leg, NoticeKind, Platform
from tests.platforms.examples import a_notice, a_notice_to, an_item

BOTH = pytest.mark.parametrize(
    ("file", "leg"), list(product(PLATFORMS.values(), Leg)), ids=lambda one: getattr(one, "title", str(one))
)
VALID = jsonschema_rs.Draft202012Validator(document.schema())
TEXT = st.text(max_size=40)


def plain(value: object) -> list[str]:
    """Every leaf of a document as a text."""
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in plain(part)]
    if isinstance(value, list | tuple):
        return [leaf for part in value for leaf in plain(part)]
    return [str(value)]


@BOTH
def test_every_notice_keeps_to_the_schema(file: PlatformFile, leg: Leg) -> None:
    VALID.validate(document.as_json(a_notice_to(file.platform, leg)))


def test_a_notice_that_withholds_telling_the_holder_keeps_to_the_schema() -> None:
    facts = a_notice(nondisclosure_until=date(2026, 6, 1))
    found = document.as_json(facts)
    VALID.validate(found)
    assert found["holder_notice"] == {"nondisclosure_until": "2026-06-01"}
    assert facts.holder_code not in json.dumps(found)


@pytest.mark.parametrize("missing", sorted(document.as_json(a_notice())))
def test_the_schema_misses_every_field_that_is_left_out(missing: str) -> None:
    found = document.as_json(a_notice())
    del found[missing]
    assert not VALID.is_valid(found)


def test_the_schema_knows_no_other_field() -> None:
    assert not VALID.is_valid(document.as_json(a_notice()) | {"officer": "somebody"})


def test_the_format_has_no_territory_under_the_platforms_own_rules() -> None:
    assert document.as_json(a_notice(territory="XX"))["territory"] == ""


def test_times_are_utc() -> None:
    facts = a_notice(issued_at=datetime.fromisoformat("2026-05-04T17:00:00+05:00"))
    assert document.as_json(facts)["issued_at"] == "2026-05-04T12:00:00+00:00"
    assert facts.issued_at.astimezone(UTC).hour == 12


def test_every_fact_stands_in_the_document() -> None:
    facts = a_notice_to(Platform.X, Leg.LOCAL_LAW)
    leaves = set(plain(document.as_json(facts)))
    for field in fields(NoticeFacts):
        value = getattr(facts, field.name)
        # The platform stands in the keys; the rest has its own place.
        if field.name in {"platform", "nondisclosure_until", "items", "listings", "issued_at"}:
            continue
        for part in value if isinstance(value, tuple) else (value,):
            assert str(part) in leaves, field.name


@given(st.builds(replace, st.just(a_notice()), affiliation=TEXT, context=TEXT, policy_why=TEXT, redress=TEXT))
def test_the_document_survives_json(facts: NoticeFacts) -> None:
    found = document.as_json(facts)
    assert json.loads(json.dumps(found)) == found


@BOTH
def test_the_body_holds_what_a_person_needs(file: PlatformFile, leg: Leg) -> None:
    facts = a_notice_to(file.platform, leg)
    body = file.compose(facts).body
    item, listing = facts.items[0], facts.listings[0]
    needed = [facts.reference, facts.account_url, facts.account_stable_id, facts.organisation, facts.affiliation]
    needed += [listing.authority, listing.list_name, listing.reference, "2019-03-02", listing.snapshot_sha256]
    needed += [
        item.url,
        item.why,
        item.excerpt,
        item.evidence_sha256,
        facts.redress,
        facts.holder_text,
        facts.holder_code,
    ]
    needed += [facts.authority, facts.authority_email, facts.previous_ticket, *facts.links_to_suspended, facts.context]
    needed += [facts.law, "s. 7", "XX"] if leg is Leg.LOCAL_LAW else [facts.policy_line, facts.policy_why]
    assert [text for text in needed if text not in body] == []
    assert body.isprintable() or "\n" in body


@BOTH
def test_every_item_stands_in_body_and_fields(file: PlatformFile, leg: Leg) -> None:
    items = tuple(an_item(url=f"https://t.me/example_brigade/{number}", why=f"why {number}") for number in range(5))
    package = file.compose(replace(a_notice_to(file.platform, leg), items=items))
    listed = "\n".join(str(value) for value in package.fields.values())
    for item in items:
        assert item.url in package.body and item.why in package.body
        assert item.url in listed
    assert package.steps


@BOTH
def test_the_fields_name_the_basis_of_the_leg(file: PlatformFile, leg: Leg) -> None:
    facts = a_notice_to(file.platform, leg)
    listed = "\n".join(str(value) for value in file.compose(facts).fields.values())
    assert (facts.law in listed and facts.territory in listed) if leg is Leg.LOCAL_LAW else facts.policy_line in listed


def test_the_subject_is_the_one_of_the_format() -> None:
    telegram = PLATFORMS[Platform.TELEGRAM]
    assert telegram.compose(a_notice()).subject == "[IRU-K7QM-2XNV-9RTB] Referral: Telegram account example_brigade"
    order = a_notice(kind=NoticeKind.ORDER, account_handle="")
    assert telegram.compose(order).subject == "[IRU-K7QM-2XNV-9RTB] Order: Telegram account 1234567890"


@given(TEXT)
def test_no_handle_breaks_the_subject_into_two_headers(handle: str) -> None:
    subject = PLATFORMS[Platform.TELEGRAM].compose(a_notice(account_handle=handle)).subject
    assert "\n" not in subject and "\r" not in subject
    assert subject.startswith("[IRU-K7QM-2XNV-9RTB] Referral: Telegram account")


def test_a_referral_never_calls_itself_an_order_and_the_other_way_round() -> None:
    compose = PLATFORMS[Platform.TELEGRAM].compose
    assert "not an order" in compose(a_notice()).body
    assert "This is an order" in compose(a_notice(kind=NoticeKind.ORDER)).body


def test_a_single_source_is_said_openly() -> None:
    compose = PLATFORMS[Platform.TELEGRAM].compose
    assert "single source" in compose(a_notice(single_source=True)).body
    assert "single source" not in compose(a_notice()).body


def test_a_withheld_notice_to_the_holder_hides_his_text_and_code() -> None:
    facts = a_notice(nondisclosure_until=date(2026, 6, 1))
    body = PLATFORMS[Platform.TELEGRAM].compose(facts).body
    assert "do not tell the holder before 2026-06-01" in body
    assert facts.holder_text not in body and facts.holder_code not in body


def test_a_translation_and_the_original_both_stand_in_the_body() -> None:
    item = an_item(language="ur", excerpt="مثال دستے میں شامل ہوں", translation="Join the example brigade")
    body = PLATFORMS[Platform.TELEGRAM].compose(a_notice(items=(item,))).body
    assert item.excerpt in body and item.translation in body


def test_a_number_is_written_as_it_was_given() -> None:
    facts = replace(a_notice_to(Platform.WHATSAPP), account_url="https://wa.me/99912345678", account_handle="")
    assert "https://wa.me/99912345678" in PLATFORMS[Platform.WHATSAPP].compose(facts).body
