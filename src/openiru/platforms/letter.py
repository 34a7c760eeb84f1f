"""Composes what people read from one notice: the subject, the plain-text body, the fields of a platform's own form."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from openiru.platforms import annex_one
from openiru.platforms.shapes import ItemFact, ListingFact, NoticeFacts, Package
from openiru.terms import Action, Ground, Leg, NoticeKind

FormField = tuple[str, Callable[[NoticeFacts], object]]
"""One field of a form: its label in the platform's own words, and what goes into it."""

_GROUNDS = {
    Ground.INCITES: "incites the commission of a terrorist offence",
    Ground.SOLICITS_OFFENCE: "solicits a person or a group to commit a terrorist offence",
    Ground.SOLICITS_PARTICIPATION: "solicits participation in the activities of a terrorist group",
    Ground.INSTRUCTS: "instructs how to make or use explosives, firearms, weapons or noxious substances",
    Ground.THREATENS: "threatens to commit a terrorist offence",
}
_ASKS = {
    Action.LABEL: "Please label this account or restrict its reach.",
    Action.WITHHOLD: "Please withhold the items below, and no more than them.",
    Action.REMOVE_ITEMS: "Please review and remove the items below.",
    Action.DISABLE_ACCOUNT: "Please review the account on the basis of the items below, and disable it.",
}
_VOLUNTARY = (
    "This is a referral for your voluntary consideration against your own rules.\n"
    "It is not an order, and no user data is asked for."
)
_VOLUNTARY_BY_LAW = (
    "This is a referral for your voluntary consideration under the local law named below, in that territory only.\n"
    "It is not an order, and no user data is asked for."
)
_BINDING = "This is an order by the authority named below, under the law cited. No user data is asked for."
_ANSWER = (
    "Please answer with a line `<address>: <what you did>` for the account and for each item,\n"
    "and keep our reference in the subject."
)


@dataclass(frozen=True, slots=True)
class Form:
    """What a person fills in at one platform for one leg, and the steps to get there."""

    fields: tuple[FormField, ...]
    steps: tuple[str, ...] = field(default=())


def composer(title: str, forms: dict[Leg, Form]) -> Callable[[NoticeFacts], Package]:
    """`compose` of one platform: its name in the subject and its form for each leg."""

    def compose(facts: NoticeFacts) -> Package:
        """Everything that is sent to this platform, as text. The same facts give the same package."""
        form = forms[facts.leg]
        fields = {label: read(facts) for label, read in form.fields}
        return Package(subject(facts, title), body(facts, title), fields, form.steps)

    return compose


def subject(facts: NoticeFacts, title: str) -> str:
    """`[IRU-…] Referral: <platform> account <handle>`, on one line whatever the handle holds."""
    kind = "Order" if facts.kind is NoticeKind.ORDER else "Referral"
    name = facts.account_handle or facts.account_stable_id or "without a handle"
    return _one_line(f"[{facts.reference}] {kind}: {title} account {name}")


def body(facts: NoticeFacts, title: str) -> str:
    """The whole notice for people, in plain text: nothing is only in the attachments."""
    parts = [
        f"URGENT: A THREAT IS IMMINENT\n{facts.urgency}" if facts.urgency else "",
        _opening(facts, title),
        annex_one.in_lines(facts),
        _account(facts),
        _organisation(facts),
        _basis(facts),
        _items(facts.items),
        _asked(facts),
        _background(facts),
        _holder(facts),
        _sender(facts),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def items_in_lines(facts: NoticeFacts) -> str:
    """The exact addresses, one on a line: how every form takes them."""
    return "\n".join(item.url for item in facts.items)


def reasons_in_lines(facts: NoticeFacts) -> str:
    """Why each item is referred, item by item, with its translation where it has one."""
    return "\n".join(
        _one_line(f"{item.url} {_GROUNDS[item.ground]}{_by_law(item)}: {item.why} {item.translation or item.excerpt}")
        for item in facts.items
    )


def _by_law(item: ItemFact) -> str:
    return f" ({', '.join(item.articles)})" if item.articles else ""


def listings_in_lines(facts: NoticeFacts) -> str:
    """Where the organisation is listed, one listing on a line."""
    return "\n".join(_listing(listing) for listing in facts.listings)


def law_in_line(facts: NoticeFacts) -> str:
    """The law with its articles."""
    return f"{facts.law}, {', '.join(facts.law_articles)}" if facts.law_articles else facts.law


def asked_in_line(facts: NoticeFacts) -> str:
    """What is asked for, where, and until when."""
    where = f" Only in {facts.territory}." if facts.leg is Leg.LOCAL_LAW and facts.territory else ""
    until = f" Until {facts.end_date.isoformat()}." if facts.end_date else ""
    return f"{_ASKS[facts.action]}{where}{until}"


def user_notice(facts: NoticeFacts) -> str:
    """Whether the platform may tell the holder, as its form asks."""
    if facts.nondisclosure_until:
        return f"Please do not tell the holder before {facts.nondisclosure_until.isoformat()}."
    return "You may tell the holder and publish this notice."


def _opening(facts: NoticeFacts, title: str) -> str:
    asks = _VOLUNTARY_BY_LAW if facts.leg is Leg.LOCAL_LAW else _VOLUNTARY
    kind = _BINDING if facts.kind is NoticeKind.ORDER else asks
    ticket = f"\nYour earlier ticket: {facts.previous_ticket}" if facts.previous_ticket else ""
    return f"To {title}\nOur reference: {facts.reference}\nDate: {facts.issued_at:%Y-%m-%d %H:%M} UTC{ticket}\n\n{kind}"


def _account(facts: NoticeFacts) -> str:
    lines = [f"ACCOUNT\nAddress: {facts.account_url}"]
    if facts.account_handle:
        lines.append(f"Handle: {facts.account_handle}")
    if facts.account_stable_id:
        lines.append(f"Stable id: {facts.account_stable_id}")
    return "\n".join(lines)


def _organisation(facts: NoticeFacts) -> str:
    single = "\nThis designation rests on a single source." if facts.single_source else ""
    listed = "\n".join(f"- {_listing(listing)}" for listing in facts.listings) or "- no listing stated"
    voice = f"Why this account is its own voice:\n{facts.affiliation}"
    return f"ORGANISATION\n{facts.organisation}\nListed:\n{listed}{single}\n\n{voice}"


def _listing(listing: ListingFact) -> str:
    since = f", since {listing.listed_on.isoformat()}" if listing.listed_on else ""
    programs = f" ({', '.join(listing.programs)})" if listing.programs else ""
    snapshot = f", list version sha256 {listing.snapshot_sha256}" if listing.snapshot_sha256 else ""
    return f"{listing.authority}: {listing.list_name}, {listing.reference}{programs}{since}{snapshot}"


def _basis(facts: NoticeFacts) -> str:
    if facts.leg is Leg.PLATFORM_POLICY:
        return f"YOUR RULE\n{facts.policy_line}\n\nWhy it is broken:\n{facts.policy_why}"
    rule = f"\n\nYour own rule besides: {facts.policy_line}" if facts.policy_line else ""
    why = f"{rule}\n\nWhy it is broken:\n{facts.policy_why}" if facts.policy_why else rule
    return f"LAW\n{law_in_line(facts)}\nTerritory: {facts.territory}{why}"


def _items(items: tuple[ItemFact, ...]) -> str:
    shown = "\n\n".join(_item(number, item) for number, item in enumerate(items, start=1))
    return f"ITEMS ({len(items)})\n\n{shown}"


def _item(number: int, item: ItemFact) -> str:
    lines = [f"{number}. {item.url}", f"   Ground: {_GROUNDS[item.ground]}", f"   Why: {_indented(item.why)}"]
    if item.articles:
        lines.append(f"   Law: {', '.join(item.articles)}")
    if item.excerpt:
        lines.append(f"   Text ({item.language or 'language not known'}): {_indented(item.excerpt)}")
    if item.translation:
        lines.append(f"   Translation: {_indented(item.translation)}")
    if item.last_seen_live:
        lines.append(f"   Last seen live: {item.last_seen_live:%Y-%m-%d %H:%M} UTC")
    if item.evidence_sha256:
        lines.append(f"   Evidence on file, sha256: {item.evidence_sha256}")
    return "\n".join(lines)


def _asked(facts: NoticeFacts) -> str:
    return f"WHAT WE ASK\n{asked_in_line(facts)}\n{_ANSWER}"


def _background(facts: NoticeFacts) -> str:
    lines = [f"Earlier account of the same holder that you suspended: {link}" for link in facts.links_to_suspended]
    if facts.context:
        lines.append(facts.context)
    return "CONTEXT\n" + "\n".join(lines) if lines else ""


def _holder(facts: NoticeFacts) -> str:
    if facts.nondisclosure_until:
        told = f"{user_notice(facts)} The decision to withhold notice was taken apart from this one, and it expires."
    else:
        told = f"{user_notice(facts)} For the holder:\n{facts.holder_text}\nCode: {facts.holder_code}"
    return f"THE HOLDER\n{told}\n\nRedress: {facts.redress}"


def _sender(facts: NoticeFacts) -> str:
    lines = ["DECIDED BY", facts.authority, facts.authority_address, facts.authority_email, facts.statement]
    return "\n".join(line for line in lines if line)


def _indented(text: str) -> str:
    return "\n     ".join(text.splitlines())


def _one_line(text: str) -> str:
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).strip()
