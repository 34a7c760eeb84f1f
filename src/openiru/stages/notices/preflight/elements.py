"""The union of what platforms and laws ask of a notice, element by element: what applies, and whether it is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from openiru.platforms import PLATFORMS
from openiru.platforms.completeness import needs_translation
from openiru.platforms.gates import ENOUGH_FOR_AN_ACCOUNT, STALE_AFTER
from openiru.platforms.shapes import NoticeFacts
from openiru.stages.notices.preflight.shapes import Completeness
from openiru.terms import Action, Leg, NoticeKind

Test = Callable[[NoticeFacts, datetime], bool]


@dataclass(frozen=True, slots=True)
class Element:
    """One thing that is asked for: by whom, when it applies, whether it is there."""

    code: str
    asked_by: str
    present: Test
    applies: Test = lambda facts, now: True


def measure(facts: NoticeFacts, now: datetime) -> Completeness:
    """How much of what applies to this notice is there."""
    asked = [one for one in ELEMENTS if one.applies(facts, now)]
    missing = tuple(one.code for one in asked if not one.present(facts, now))
    return Completeness(len(asked) - len(missing), len(asked), missing)


def _own_rules(facts: NoticeFacts, _: datetime) -> bool:
    return facts.leg is Leg.PLATFORM_POLICY and facts.kind is NoticeKind.REFERRAL


def _by_law(facts: NoticeFacts, now: datetime) -> bool:
    return not _own_rules(facts, now)


def _order(facts: NoticeFacts, _: datetime) -> bool:
    return facts.kind is NoticeKind.ORDER


def _second_leg(facts: NoticeFacts, _: datetime) -> bool:
    return facts.leg is Leg.LOCAL_LAW and facts.kind is NoticeKind.REFERRAL


def _whole_account(facts: NoticeFacts, _: datetime) -> bool:
    return facts.action is Action.DISABLE_ACCOUNT


def _names_lists(facts: NoticeFacts, _: datetime) -> bool:
    return bool(_recognised(facts))


def _recognised(facts: NoticeFacts) -> set[str]:
    routes = PLATFORMS[facts.platform].routes
    return {name for route in routes if route.leg is facts.leg for name in route.recognised_lists}


def _list_they_know(facts: NoticeFacts, _: datetime) -> bool:
    ours = {word for one in facts.listings for word in (*one.programs, one.list_name, one.authority)}
    return bool(ours & _recognised(facts))


def _live(facts: NoticeFacts, now: datetime) -> bool:
    seen = [item.last_seen_live for item in facts.items]
    return bool(seen) and all(at is not None and now - at <= STALE_AFTER for at in seen)


def _every(facts: NoticeFacts, test: Callable[..., object]) -> bool:
    return bool(facts.items) and all(test(item) for item in facts.items)


ELEMENTS: tuple[Element, ...] = (
    Element("account_address", "every platform", lambda f, _: bool(f.account_url)),
    Element("account_stable_id", "Telegram, X, Meta, TikTok: §13", lambda f, _: bool(f.account_stable_id)),
    Element("exact_items", "every platform; DSA Art. 9 and 16(2)(b)", lambda f, _: _every(f, lambda i: i.url)),
    Element("why_each_item", "X, Meta; DSA Art. 16(2)(a)", lambda f, _: _every(f, lambda i: i.why.strip())),
    Element("evidence_each_item", "Meta, TikTok: §4, §7", lambda f, _: _every(f, lambda i: i.evidence_sha256)),
    Element("seen_live_within_24_h", "§13 [H]", _live),
    Element("three_items", "§13 [H]", lambda f, _: len(f.items) >= ENOUGH_FOR_AN_ACCOUNT, _whole_account),
    Element("text_each_item", "§13", lambda f, _: _every(f, lambda i: i.excerpt)),
    Element("language_each_item", "§13", lambda f, _: _every(f, lambda i: i.language)),
    Element(
        "translation",
        "X, TikTok: §3, §7",
        lambda f, _: _every(f, lambda i: i.translation.strip() or not needs_translation(i)),
        lambda f, _: any(needs_translation(i) for i in f.items),
    ),
    Element("organisation", "every policy", lambda f, _: bool(f.organisation and f.listings)),
    Element("list_the_platform_knows", "Meta, YouTube: §4, §8", _list_they_know, _names_lists),
    Element("own_voice", "law 2", lambda f, _: bool(f.affiliation.strip())),
    Element(
        "policy_line_and_why", "Oversight Board: §4", lambda f, _: bool(f.policy_line and f.policy_why), _own_rules
    ),
    Element("law_and_articles", "X, TikTok; DSA Art. 9(2)", lambda f, _: bool(f.law and f.law_articles), _by_law),
    Element("article_each_item", "§13", lambda f, _: _every(f, lambda i: i.articles), _by_law),
    Element("territory", "DSA Art. 9(2)(b)", lambda f, _: bool(f.territory), _by_law),
    Element("end_date", "least restrictive measure", lambda f, _: f.end_date is not None, _second_leg),
    Element("leg_one_ticket", "X: §3", lambda f, _: bool(f.previous_ticket), _second_leg),
    Element("authority", "every platform; DSA Art. 9(2)", lambda f, _: bool(f.authority and f.authority_email)),
    Element("authority_address", "TikTok letterhead: §7; Annex I E", lambda f, _: bool(f.authority_address)),
    Element("language", "DSA Art. 9(2)(c)", lambda f, _: bool(f.language)),
    Element("context", "X: §3", lambda f, _: bool(f.context)),
    Element("redress", "DSA Art. 9(2); law 7", lambda f, _: bool(f.redress)),
    Element("holder_told_or_not", "X, Annex I C", lambda f, _: bool(f.nondisclosure_until or f.holder_text)),
    Element("good_faith", "DSA Art. 16(2)(d)", lambda f, _: bool(f.statement)),
    Element("annex_one", "TCO Art. 3(4), Annex I", lambda f, _: f.order is not None, _order),
    Element(
        "addressee_confirmed",
        "Annex I A",
        lambda f, _: f.order is not None and f.order.addressee.confirmed,
        _order,
    ),
    Element(
        "addressee_contact_point", "Annex I A", lambda f, _: bool(f.order and f.order.addressee.contact_point), _order
    ),
    Element("follow_up_contact", "Annex I F", lambda f, _: bool(f.order and f.order.issuer.feedback), _order),
)
