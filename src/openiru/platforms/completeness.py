"""Says what a complete notice would have and this one has not: rules for every platform, and those a platform adds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from openiru.platforms import gates
from openiru.platforms.gates import ENOUGH_FOR_AN_ACCOUNT, STALE_AFTER
from openiru.platforms.shapes import Gap, ItemFact, NoticeFacts, Route, Weight
from openiru.terms import Action, Leg, NoticeKind

Rule = Callable[[NoticeFacts, datetime], Iterator[Gap]]
_WITHOUT_WORDS = frozenset({"zxx"})
"""ISO 639-2: no linguistic content."""


def judge(*own: Rule, routes: tuple[Route, ...]) -> Callable[[NoticeFacts, datetime], tuple[Gap, ...]]:
    """`gaps` of one platform: the rules for all, then its own; hard gaps first."""

    def gaps(facts: NoticeFacts, now: datetime) -> tuple[Gap, ...]:
        """What is missing, hard gaps first. An empty answer means: complete."""
        found = [gap for rule in (*_FOR_ALL, *own) for gap in rule(facts, now)]
        found.extend(_unrecognised_list(facts, routes))
        if any(gap.code == "no_leg_one_ticket" for gap in found):  # says the same, and why
            found = [gap for gap in found if gap.code != "no_previous_ticket"]
        return tuple(sorted(found, key=lambda gap: gap.weight is Weight.SOFT))

    return gaps


def hard(code: str, reason: str) -> Gap:
    """A gap that stops the notice."""
    return Gap(code, Weight.HARD, reason)


def soft(code: str, reason: str) -> Gap:
    """A gap that is shown, and left to the officer."""
    return Gap(code, Weight.SOFT, reason)


def own_form_first(title: str) -> Rule:
    """For platforms that ask that their own report form be used before a request under local law (X: reference §3)."""

    def rule(facts: NoticeFacts, _: datetime) -> Iterator[Gap]:
        if facts.leg is Leg.LOCAL_LAW and not facts.previous_ticket:
            yield soft(
                "no_leg_one_ticket", f"{title} asks that its own report form be used first: leg one has no ticket."
            )

    return rule


def _grounds_of_the_notice(facts: NoticeFacts, _: datetime) -> Iterator[Gap]:
    if not facts.items:
        yield hard("no_items", "No exact post, video or message is named; an account alone is not a reason.")
    if not facts.listings:
        yield hard("no_listing", "No listing in force is stated for the organisation.")
    if not facts.organisation.strip():
        yield hard("no_organisation", "No organisation is named.")
    if not facts.affiliation.strip():
        yield hard("no_affiliation", "It is not said why this account is the organisation's own voice.")
    if facts.leg is Leg.PLATFORM_POLICY and not (facts.policy_line.strip() and facts.policy_why.strip()):
        yield hard("no_policy_line", "The platform's own rule, and why it is broken, are missing.")


def _law_of_the_notice(facts: NoticeFacts, _: datetime) -> Iterator[Gap]:
    order = facts.kind is NoticeKind.ORDER
    if order and not (facts.law.strip() and facts.law_articles):
        yield hard("order_without_law", "An order needs its law with the articles.")
    elif order and facts.order is None:
        yield hard(
            "order_without_annex", "No instrument is known for this law, or it lacks fields that an order must have."
        )
    if facts.leg is not Leg.LOCAL_LAW:
        return
    if not order and not (facts.law.strip() and facts.law_articles):
        yield hard("no_law", "A request under local law needs the law with its articles.")
    if len(facts.territory) != len("XX"):
        yield hard("no_territory", "A request under local law needs the territory, as two letters.")
    if not order and facts.action in {Action.DISABLE_ACCOUNT, Action.REMOVE_ITEMS}:
        yield soft("action_beyond_leg", "Under local law a platform withholds in one territory; it does not remove.")
    if not order and not facts.previous_ticket:
        yield soft("no_previous_ticket", "The platform's ticket of the first leg is not given.")


def _duties_of_the_sender(facts: NoticeFacts, now: datetime) -> Iterator[Gap]:
    if not (facts.authority.strip() and facts.authority_email.strip()):
        yield hard("no_authority", "The deciding authority, or its official address, is missing.")
    if facts.kind is NoticeKind.ORDER and not facts.authority_address.strip():
        yield hard("no_authority_address", "An order needs the postal address of the deciding authority.")
    if not facts.redress.strip():
        yield hard("no_redress", "It is not said how the holder may appeal.")
    if facts.nondisclosure_until is None and not (facts.holder_text.strip() and facts.holder_code):
        yield hard("no_holder_notice", "The text and the code for the holder are missing.")
    if facts.nondisclosure_until is not None and facts.nondisclosure_until < now.date():
        yield hard("nondisclosure_over", "The decision to withhold notice from the holder has expired.")


def _account_of_the_notice(facts: NoticeFacts, _: datetime) -> Iterator[Gap]:
    if not facts.account_url.strip():
        yield hard("no_account", "The address of the account is missing.")
    if not facts.account_stable_id:
        yield soft("no_stable_id", "Only a handle is known; it may change hands.")
    if facts.single_source:
        yield soft("single_source", "The designation rests on a single source; the notice says so.")
    if facts.action is Action.DISABLE_ACCOUNT and 0 < len(facts.items) < ENOUGH_FOR_AN_ACCOUNT:
        gate = gates.several(facts.platform)
        wanted = f"A request against a whole account should rest on {ENOUGH_FOR_AN_ACCOUNT} items or more: {gate.why}."
        yield Gap("few_items", gate.weighs(facts.account_key), wanted)
    urls = [item.url for item in facts.items]
    if len(set(urls)) < len(urls):
        yield soft("same_item_twice", "An item is named more than once.")


def _items_of_the_notice(facts: NoticeFacts, now: datetime) -> Iterator[Gap]:
    for number, item in enumerate(facts.items, start=1):
        yield from _hard_gaps_of(item, number)
        if item.key and not item.key.startswith(f"{facts.platform}:"):
            yield hard("item_elsewhere", f"Item {number} is on another platform.")
        if item.last_seen_live and now - item.last_seen_live > STALE_AFTER:
            gate = gates.live(facts.platform)
            told = f"Item {number} was last seen live more than 24 hours ago: look again before it is sent, for {gate.why}."
            yield Gap("seen_long_ago", gate.weight, told)
        if not item.excerpt:
            yield soft("no_excerpt", f"Item {number} has no excerpt.")
        if not item.language:
            yield soft("no_language", f"The language of item {number} is not stated.")


def _hard_gaps_of(item: ItemFact, number: int) -> Iterator[Gap]:
    if not item.why.strip():
        yield hard("no_why", f"It is not said why item {number} is referred.")
    if not item.evidence_sha256:
        yield hard("no_evidence", f"Item {number} has no sealed capture.")
    if item.last_seen_live is None:
        yield hard("never_seen_live", f"Item {number} was never seen live by us.")
    if needs_translation(item) and not item.translation.strip():
        yield hard("no_translation", f"Item {number} is not in English and has no translation.")


def needs_translation(item: ItemFact) -> bool:
    """Whether an item's words are not in English, as far as its language or its letters say."""
    language = item.language.lower()
    if language:
        return language not in _WITHOUT_WORDS and language.partition("-")[0] != "en"
    return not item.excerpt.isascii()


def _unrecognised_list(facts: NoticeFacts, routes: tuple[Route, ...]) -> Iterator[Gap]:
    named = {name for route in routes if route.leg is facts.leg for name in route.recognised_lists}
    if not named or not facts.listings:
        return
    ours = {word for listing in facts.listings for word in (*listing.programs, listing.list_name, listing.authority)}
    if not named & ours:
        names = ", ".join(sorted(named))
        yield soft(
            "list_not_recognised",
            f"The platform's rules name {names}; none of our listings is one. Argue the designation.",
        )


_FOR_ALL: tuple[Rule, ...] = (
    _grounds_of_the_notice,
    _law_of_the_notice,
    _duties_of_the_sender,
    _account_of_the_notice,
    _items_of_the_notice,
)
