"""The notice as a machine reads it (docs/notice-format.md): one mapping for every platform, so nothing is lost."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from importlib import resources

from openiru.platforms.orders import as_json as order_as_json
from openiru.platforms.shapes import ItemFact, ListingFact, NoticeFacts
from openiru.terms import Leg

SCHEMA = "openiru-notice/1"


def as_json(facts: NoticeFacts) -> dict[str, object]:
    """The notice in the words of `openiru-notice/1`, ready for `json.dumps`; the same facts give the same document."""
    return {
        "schema": SCHEMA,
        "reference": facts.reference,
        "kind": facts.kind.value,
        "leg": facts.leg.value,
        "action": facts.action.value,
        "issued_at": _moment(facts.issued_at),
        "language": facts.language,
        "territory": facts.territory if facts.leg is Leg.LOCAL_LAW else "",
        "end_date": _day(facts.end_date),
        "authority": {"name": facts.authority, "email": facts.authority_email, "address": facts.authority_address},
        "account": {
            "url": facts.account_url,
            "key": facts.account_key,
            "handle": facts.account_handle,
            "stable_id": facts.account_stable_id,
        },
        "organisation": {
            "name": facts.organisation,
            "single_source": facts.single_source,
            "listings": [listing_as_json(listing) for listing in facts.listings],
        },
        "items": [_item(item) for item in facts.items],
        "affiliation": facts.affiliation,
        "policy": {"line": facts.policy_line, "why": facts.policy_why},
        "law": {"instrument": facts.law, "articles": list(facts.law_articles)},
        "redress": facts.redress,
        "holder_notice": _holder_notice(facts),
        "previous_ticket": facts.previous_ticket,
        "links_to_suspended": list(facts.links_to_suspended),
        "context": facts.context,
        "urgency": facts.urgency,
        "statement": facts.statement,
        "order": order_as_json(facts.order) if facts.order else None,
    }


def schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of `notice.json`."""
    text = resources.files("openiru.platforms").joinpath("schemas/notice.schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def listing_as_json(listing: ListingFact) -> dict[str, object]:
    """One listing in the words of the notice."""
    return {
        "authority": listing.authority,
        "list": listing.list_name,
        "reference": listing.reference,
        "listed_on": _day(listing.listed_on),
        "snapshot_sha256": listing.snapshot_sha256,
        "programs": list(listing.programs),
    }


def _item(item: ItemFact) -> dict[str, object]:
    return {
        "url": item.url,
        "key": item.key,
        "ground": item.ground.value,
        "why": item.why,
        "language": item.language,
        "excerpt": item.excerpt,
        "translation": item.translation,
        "evidence_sha256": item.evidence_sha256,
        "last_seen_live": _moment(item.last_seen_live) if item.last_seen_live else None,
        "articles": list(item.articles),
    }


def _holder_notice(facts: NoticeFacts) -> dict[str, object]:
    if facts.nondisclosure_until:
        return {"nondisclosure_until": facts.nondisclosure_until.isoformat()}
    return {"text": facts.holder_text, "code": facts.holder_code}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
