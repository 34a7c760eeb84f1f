"""Gaps that only the whole deployment shows: duplicates, forbidden automation, what an instrument allows and leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from openiru.platforms.completeness import hard, soft
from openiru.platforms.shapes import Gap, NoticeFacts
from openiru.stages.notices.profiles.shapes import Profile
from openiru.terms import Mode, NoticeKind


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a notice: the other open one on the same account, items that are gone, the way it would take."""

    platform_title: str
    duplicate_of: str
    gone: tuple[str, ...]
    way_is_automatic: bool
    automation_allowed: bool
    profile: Profile | None
    mode: Mode | None


def gaps(facts: NoticeFacts, around: Around) -> tuple[Gap, ...]:
    """What stops a notice, or is shown, for what stands around it."""
    return (*_duplicate(around), *_gone(around), *_automation(around), *_instrument(facts, around))


def _duplicate(around: Around) -> Iterator[Gap]:
    if around.duplicate_of:
        yield hard(
            "duplicate",
            f"{around.duplicate_of} on the same account is open at {around.platform_title}: duplicates delay both.",
        )


def _gone(around: Around) -> Iterator[Gap]:
    for url in around.gone:
        yield hard("item_gone", f"When we last looked, this was not there any more: {url}")


def _automation(around: Around) -> Iterator[Gap]:
    if around.way_is_automatic and not around.automation_allowed:
        yield hard(
            "automation_forbidden", f"{around.platform_title} takes no automated submission: a person submits it."
        )


def _instrument(facts: NoticeFacts, around: Around) -> Iterator[Gap]:
    profile, order = around.profile, facts.kind is NoticeKind.ORDER
    if profile is None:
        if facts.law.strip():
            yield soft(
                "law_without_profile", "No profile describes this law: deadlines and articles per item are not known."
            )
        return
    if profile.exercise_only and around.mode is Mode.LIVE:
        yield hard("law_of_the_exercise", "This law is invented, for exercises only.")
    if order:
        yield from _of_an_order(facts, profile)
        deadline = profile.deadline_for(urgent=bool(facts.urgency))
        if not deadline.confirmed:
            yield soft(
                "deadline_unconfirmed", f"The deadline of {deadline.hours} h is not confirmed: {deadline.source}."
            )


def _of_an_order(facts: NoticeFacts, profile: Profile) -> Iterator[Gap]:
    if profile.lacks:
        yield hard("profile_incomplete", f"The profile {profile.slug} does not state: {', '.join(profile.lacks)}.")
    if facts.action not in profile.actions:
        wanted = " or ".join(sorted(action.value.replace("_", " ") for action in profile.actions))
        yield hard("order_beyond_instrument", f"{profile.title} allows an order to {wanted}, and nothing else.")
    if facts.order and not facts.order.addressee.confirmed:
        yield soft("addressee_unconfirmed", f"The addressee is from memory ({facts.order.addressee.name}): confirm it.")
    if facts.order and not facts.order.redress.confirmed:
        yield soft("redress_unconfirmed", "The redress that the order states is not confirmed in a source.")
