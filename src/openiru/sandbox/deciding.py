"""The decision about one account, by the rules of its platform: first the request, then the content."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from openiru.sandbox import fields
from openiru.sandbox.addresses import loose
from openiru.sandbox.review import Review, newest
from openiru.sandbox.shapes import Effect, Result, Verdict
from openiru.sandbox.tells import called

Check = Callable[[Review], Verdict | None]


def on_notice(review: Review) -> Verdict:
    """Decide on a notice: the first check that has something to say decides."""
    content = _LOCAL_LAW if fields.is_local_law(review.document) else _OWN_RULES
    for check in (*_REQUEST, *content):
        verdict = check(review)
        if verdict is not None:
            return verdict
    return review.verdict(Result.NO_VIOLATION, "no_sign_in_items")


def on_list_entry(review: Review, length: int) -> Verdict:
    """Decide on an account of which only the address was sent, in a list of this length."""
    limit = review.profile.number("list_limit", 0)
    if review.on("list_limit") and length > limit:
        return review.otherwise("list_limit")
    if not review.on("list_reviewed"):
        return review.verdict(Result.SILENCE, "list_reviewed")
    verdict = _stranger(review) or _gone(review) or _unreviewable(review) or _looked_up(review)
    if verdict.effect is Effect.NONE and verdict.result is not Result.SILENCE and review.on("list_unanswered"):
        return replace(verdict, result=Result.SILENCE, lacking=("list_unanswered",))
    return verdict


def _looked_up(review: Review) -> Verdict:
    depth = review.profile.number("list_reviewed", 0)
    seen = "\n".join((review.front(), *(post.text for post in newest(review.now.account.posts, depth))))
    organisation = review.listed(seen)
    if organisation is None or (review.on("list_needs_call") and not review.tells.calls(seen)):
        asked = (review.profile.asks["needs_items"],)
        return replace(review.verdict(Result.CLARIFICATION, "needs_items"), lacking=asked)
    if review.on("list_spares_speech") and review.tells.spares(seen):
        return review.verdict(Result.NO_VIOLATION, "list_spares_speech")
    if not review.covered(organisation):
        return review.otherwise("own_list")
    return review.disabling("list_reviewed")


def _stranger(review: Review) -> Verdict | None:
    if review.on("trusted_sender") and not review.now.official:
        return review.verdict(Result.SILENCE, "trusted_sender")
    return None


def _gone(review: Review) -> Verdict | None:
    return None if review.now.alive else review.verdict(Result.ALREADY_GONE, "already_gone")


def _duplicate(review: Review) -> Verdict | None:
    if review.on("duplicates") and review.now.duplicate:
        return review.verdict(Result.DUPLICATE, "duplicates")
    return None


def _incomplete(review: Review) -> Verdict | None:
    lacking = [rule for rule, met in _asked(review).items() if review.on(rule) and not met]
    if not lacking:
        return None
    worst = next((rule for rule in lacking if review.profile.rules[rule].otherwise == "invalid"), lacking[0])
    return replace(review.otherwise(worst), lacking=tuple(review.profile.asks[rule] for rule in lacking))


def _asked(review: Review) -> Mapping[str, bool]:
    document = review.document
    second = fields.is_local_law(document)
    more = fields.LOCAL_LAW if second else fields.OWN_RULES
    met = {rule: test(document) for rule, test in {**fields.ALWAYS, **more}.items()}
    met["needs_translation"] = fields.translated(document, review.profile.names("needs_translation"))
    met["argued_listing"] = _listing_is_found(review)
    if second:
        met["needs_first_leg"] = fields.text(document, "previous_ticket") in review.now.tickets
    return met


def _listing_is_found(review: Review) -> bool:
    organisation = called(review.organisations, fields.text(review.document, "organisation", "name"))
    cited = [fields.text(row, "reference") for row in fields.rows(review.document, "organisation", "listings")]
    return organisation is not None and bool(cited) and all(one in organisation.listings for one in cited)


def _unlisted(review: Review) -> Verdict | None:
    organisation = called(review.organisations, fields.text(review.document, "organisation", "name"))
    if organisation is not None and not review.covered(organisation):
        return review.otherwise("own_list")
    return None


def _unreviewable(review: Review) -> Verdict | None:
    if review.on("unreviewable") and review.now.account.private:
        return review.otherwise("unreviewable")
    return None


def _cited_text(review: Review) -> str:
    cited = (review.post(fields.text(item, "url")) for item in fields.rows(review.document, "items"))
    return "\n".join((review.front(), *(post.text for post in cited if post)))


def _spared(review: Review) -> Verdict | None:
    if review.on("spares_speech") and review.tells.spares(_cited_text(review)):
        return review.otherwise("spares_speech")
    return None


def _spared_by_law(review: Review) -> Verdict | None:
    if review.on("law_spares_speech") and review.tells.spares(_cited_text(review)):
        return review.otherwise("law_spares_speech")
    return None


def _evader(review: Review) -> Verdict | None:
    named = {loose(url) for url in fields.texts(review.document, "links_to_suspended")}
    if review.on("links_to_suspended") and named & review.now.suspended:
        return review.disabling("links_to_suspended")
    return None


def _items(review: Review) -> Verdict | None:
    results = {url: _item(review, url) for url in _item_urls(review)}
    bad = sum(result is Result.ITEMS_REMOVED for result in results.values())
    if not bad:
        return replace(review.verdict(Result.NO_VIOLATION, "no_sign_in_items"), items=results)
    if fields.text(review.document, "action") == "disable_account" and _is_enough(review, bad):
        return replace(review.disabling("items_for_account"), items=results)
    return replace(
        review.verdict(Result.ITEMS_REMOVED, "items_for_account", Effect.REMOVE_ITEMS),
        items=results,
    )


def _is_enough(review: Review, bad: int) -> bool:
    if review.is_link() or not review.on("items_for_account"):
        return True
    return bad >= review.profile.number("items_for_account", 1)


def _item_urls(review: Review) -> tuple[str, ...]:
    return tuple(fields.text(item, "url") for item in fields.rows(review.document, "items"))


def _item(review: Review, url: str) -> Result:
    post = review.post(url)
    if post is None:
        return Result.ALREADY_GONE
    names_it = review.listed(f"{post.text}\n{review.front()}") is not None
    return Result.ITEMS_REMOVED if names_it and review.violates(post.text) else Result.NO_VIOLATION


def _overbroad(review: Review) -> Verdict | None:
    if review.on("narrow_scope") and fields.text(review.document, "action") != "withhold":
        return review.otherwise("narrow_scope")
    return None


def _withhold(review: Review) -> Verdict | None:
    if not review.on("local_law_withholds") or not any(review.post(url) for url in _item_urls(review)):
        return review.verdict(Result.NO_VIOLATION, "local_law_withholds")
    territory = fields.text(review.document, "territory").upper()
    verdict = review.verdict(Result.WITHHELD, "local_law_withholds", Effect.WITHHOLD)
    return replace(verdict, territory=territory)


_REQUEST: tuple[Check, ...] = (_stranger, _duplicate, _gone, _incomplete)
_OWN_RULES: tuple[Check, ...] = (_unlisted, _unreviewable, _spared, _evader, _items)
_LOCAL_LAW: tuple[Check, ...] = (_overbroad, _unreviewable, _spared_by_law, _withhold)
