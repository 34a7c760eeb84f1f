"""Turns the frozen facts of a notice (docs/notice-format.md) back into the values that composers read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from openiru.platforms import orders
from openiru.platforms.shapes import ItemFact, ListingFact, NoticeFacts
from openiru.stages.notices.models import Notice
from openiru.terms import Action, Ground, Leg, NoticeKind, Platform


def thaw(notice: Notice) -> NoticeFacts:
    """Return the facts exactly as they were frozen."""
    data: Mapping[str, Any] = notice.facts
    account, organisation, holder = data["account"], data["organisation"], data["holder_notice"]
    return NoticeFacts(
        reference=data["reference"],
        kind=NoticeKind(data["kind"]),
        leg=Leg(data["leg"]),
        platform=Platform(notice.platform),
        action=Action(data["action"]),
        account_url=account["url"],
        account_key=account["key"],
        account_handle=account["handle"],
        account_stable_id=account["stable_id"],
        organisation=organisation["name"],
        listings=tuple(_listing(one) for one in organisation["listings"]),
        single_source=organisation["single_source"],
        items=tuple(_item(one) for one in data["items"]),
        affiliation=data["affiliation"],
        policy_line=data["policy"]["line"],
        policy_why=data["policy"]["why"],
        law=data["law"]["instrument"],
        law_articles=tuple(data["law"]["articles"]),
        authority=data["authority"]["name"],
        authority_email=data["authority"]["email"],
        authority_address=data["authority"]["address"],
        language=data["language"],
        territory=data["territory"],
        end_date=_day(data["end_date"]),
        redress=data["redress"],
        holder_text=holder.get("text", ""),
        holder_code=holder.get("code", ""),
        nondisclosure_until=_day(holder.get("nondisclosure_until")),
        issued_at=datetime.fromisoformat(data["issued_at"]),
        previous_ticket=data["previous_ticket"],
        links_to_suspended=tuple(data["links_to_suspended"]),
        context=data["context"],
        urgency=data.get("urgency", ""),
        statement=data.get("statement", ""),
        order=orders.from_json(data["order"]) if data.get("order") else None,
    )


def _listing(one: Mapping[str, Any]) -> ListingFact:
    return ListingFact(
        authority=one["authority"],
        list_name=one["list"],
        reference=one["reference"],
        listed_on=_day(one["listed_on"]),
        snapshot_sha256=one["snapshot_sha256"],
        programs=tuple(one["programs"]),
    )


def _item(one: Mapping[str, Any]) -> ItemFact:
    seen = one["last_seen_live"]
    return ItemFact(
        url=one["url"],
        key=one["key"],
        ground=Ground(one["ground"]),
        why=one["why"],
        language=one["language"],
        excerpt=one["excerpt"],
        translation=one["translation"],
        evidence_sha256=one["evidence_sha256"],
        last_seen_live=datetime.fromisoformat(seen) if seen else None,
        articles=tuple(one.get("articles", ())),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
