"""Sets a binding order in the sections A to G of Annex I of Regulation (EU) 2021/784: one source for the text and the PDF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

from openiru.platforms.orders import AuthorityKind, OrderFacts
from openiru.platforms.shapes import NoticeFacts
from openiru.terms import Ground

LETTERS = {
    Ground.INCITES: "a",
    Ground.SOLICITS_OFFENCE: "b",
    Ground.SOLICITS_PARTICIPATION: "c",
    Ground.INSTRUCTS: "d",
    Ground.THREATENS: "e",
}
"""Art. 2(7): which letter each ground is."""

_KINDS = {
    AuthorityKind.COURT: "judge, court or investigating judge",
    AuthorityKind.LAW_ENFORCEMENT: "law-enforcement authority",
    AuthorityKind.OTHER: "other competent authority",
}
_YES, _NO = "[x]", "[ ]"


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the form: its letter, its heading, and its fields with what stands in them."""

    letter: str
    title: str
    fields: tuple[tuple[str, str], ...]


def sections(facts: NoticeFacts) -> tuple[Section, ...]:
    """The form of an order, filled in; nothing for a referral. An empty field says so."""
    order = facts.order
    if order is None:
        return ()
    return (
        _addressed(facts, order),
        _content(facts, order),
        _content_provider(facts, order),
        _home(order),
        _issuer(facts, order),
        _follow_up(facts, order),
        _redress(order),
    )


def in_lines(facts: NoticeFacts) -> str:
    """The form as plain text; empty for a referral."""
    shown = []
    for section in sections(facts):
        lines = [f"{label}: {value}" for label, value in section.fields]
        shown.append("\n".join([f"SECTION {section.letter}: {section.title.upper()}", *lines]))
    return "\n\n".join(shown)


def _addressed(facts: NoticeFacts, order: OrderFacts) -> Section:
    to = order.addressee
    whom = to.name + (f"; legal representative: {to.representative}" if to.representative else "")
    where = [f"main establishment: {to.establishment}" if to.establishment else ""]
    where.append(f"legal representative: {to.representative_state}" if to.representative_state else "")
    return _section(
        "A",
        "Addressee and reference",
        ("Legal basis", order.basis),
        ("State of the issuing authority", order.issuer.state),
        ("Addressee and legal representative", whom),
        ("Contact point", f"{to.contact_point} (languages: {', '.join(to.languages)})" if to.contact_point else ""),
        ("State of main establishment or of the legal representative", "; ".join(one for one in where if one)),
        ("Time and date of issuing", f"{facts.issued_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"),
        ("Reference number of the order", facts.reference),
    )


def _content(facts: NoticeFacts, order: OrderFacts) -> Section:
    ticked = {item.ground for item in facts.items}
    urls = " | ".join(item.url for item in facts.items)
    kept = f"{order.preserve_months} months, longer on request for proceedings" if order.preserve_months else ""
    return _section(
        "B",
        f"Content to be acted on within {_hours(order.within_hours)} of receipt",
        ("URL and exact location", urls),
        ("Further identification", f"account {facts.account_url}, key {facts.account_key} {facts.account_stable_id}"),
        *(
            (f"(7)({letter}) {ground.replace('_', ' ')}", _YES if ground in ticked else _NO)
            for ground, letter in LETTERS.items()
        ),
        ("Why the content is terrorist content", " | ".join(f"{item.url}: {item.why}" for item in facts.items)),
        ("Territory of effect", order.scope),
        ("Content and related data to be preserved for", kept),
    )


def _content_provider(facts: NoticeFacts, order: OrderFacts) -> Section:
    quiet = facts.nondisclosure_until
    until = f"until {quiet.isoformat()}, under {order.nondisclosure_law or 'the law cited'}" if quiet else ""
    silent = f"{_YES if quiet else _NO} the addressee must refrain from informing the content provider"
    return _section(
        "C",
        "Information to the content provider",
        ("For reasons of public security", f"{silent} {until}".strip()),
        ("If not ticked", "see section G; a copy of the order goes to the content provider on request"),
    )


def _home(order: OrderFacts) -> Section:
    mark = _YES if order.crosses_border else _NO
    return _section(
        "D",
        "Information to the home authority",
        ("The state of the addressee is not that of the issuing authority", mark),
        ("A copy of the order is sent to the home authority", mark),
    )


def _issuer(facts: NoticeFacts, order: OrderFacts) -> Section:
    return _section(
        "E",
        "Issuing authority",
        ("Type", _KINDS[order.issuer.kind]),
        ("Name of the authority", facts.authority),
        ("Representative, by the post held", order.issuer.office),
        ("File number", order.file_number),
        ("Address", facts.authority_address),
        ("Telephone", order.issuer.telephone),
        ("E-mail", facts.authority_email),
        ("Date and signature", f"{facts.issued_at:%Y-%m-%d}; the PDF is signed with the authority's key"),
    )


def _follow_up(facts: NoticeFacts, order: OrderFacts) -> Section:
    return _section(
        "F",
        "Contacts for follow-up",
        ("Feedback (Annex II), clarification (Annex III)", order.issuer.feedback or facts.authority_email),
        ("Home authority", order.issuer.home_authority if order.crosses_border else "the issuing authority"),
    )


def _redress(order: OrderFacts) -> Section:
    return _section(
        "G",
        "Redress",
        ("Body or court before which the order can be challenged", order.redress.body),
        ("Deadline", order.redress.deadline),
        ("Provisions of national law", order.redress.provisions),
    )


def _section(letter: str, title: str, *fields: tuple[str, str]) -> Section:
    return Section(letter, title, tuple((label, value.strip() or "not stated") for label, value in fields))


def _hours(number: int) -> str:
    return "one hour" if number == 1 else f"{number} hours"
