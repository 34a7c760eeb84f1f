"""A complete notice has no gap; each thing left out is a gap with its own code, and the hard ones come first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from openiru.platforms import PLATFORMS
from openiru.platforms.shapes import ListingFact, NoticeFacts, PlatformFile, Weight
from openiru.terms import Action, Leg, NoticeKind, Platform
from tests.platforms.examples import NOW, a_notice, a_notice_to, an_item

BOTH = pytest.mark.parametrize(
    ("file", "leg"), list(product(PLATFORMS.values(), Leg)), ids=lambda one: getattr(one, "title", str(one))
)


def codes(facts: NoticeFacts, weight: Weight) -> set[str]:
    """The codes of one weight."""
    return {gap.code for gap in PLATFORMS[facts.platform].gaps(facts, NOW) if gap.weight is weight}


@BOTH
def test_a_complete_notice_has_no_hard_gap(file: PlatformFile, leg: Leg) -> None:
    assert codes(a_notice_to(file.platform, leg), Weight.HARD) == set()


def test_the_example_has_no_gap_at_all() -> None:
    assert PLATFORMS[Platform.TELEGRAM].gaps(a_notice(), NOW) == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"items": ()}, "no_items"),
        ({"items": (an_item(why=" "),)}, "no_why"),
        ({"items": (an_item(evidence_sha256=""),)}, "no_evidence"),
        ({"items": (an_item(last_seen_live=None),)}, "never_seen_live"),
        ({"items": (an_item(last_seen_live=NOW - timedelta(hours=25)),)}, "seen_long_ago"),
        ({"items": (an_item(language="ur"),)}, "no_translation"),
        ({"items": (an_item(language="", excerpt="مثال"),)}, "no_translation"),
        ({"items": (an_item(key="x:post:id:20"),)}, "item_elsewhere"),
        ({"listings": ()}, "no_listing"),
        ({"organisation": ""}, "no_organisation"),
        ({"affiliation": "  "}, "no_affiliation"),
        ({"policy_line": ""}, "no_policy_line"),
        ({"policy_why": ""}, "no_policy_line"),
        ({"authority": ""}, "no_authority"),
        ({"authority_email": ""}, "no_authority"),
        ({"redress": ""}, "no_redress"),
        ({"holder_text": ""}, "no_holder_notice"),
        ({"holder_code": ""}, "no_holder_notice"),
        ({"nondisclosure_until": date(2026, 5, 3)}, "nondisclosure_over"),
        ({"account_url": ""}, "no_account"),
        ({"kind": NoticeKind.ORDER}, "order_without_law"),
        ({"leg": Leg.LOCAL_LAW, "territory": "XX"}, "no_law"),
        ({"leg": Leg.LOCAL_LAW, "law": "Example Act", "law_articles": ("s. 7",)}, "no_territory"),
    ],
)
def test_what_must_not_be_missing(changes: dict[str, object], code: str) -> None:
    assert codes(a_notice(**changes), Weight.HARD) == {code}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"items": (an_item(excerpt=""),)}, "no_excerpt"),
        ({"items": (an_item(language=""),)}, "no_language"),
        ({"items": (an_item(), an_item())}, "same_item_twice"),
        ({"account_stable_id": ""}, "no_stable_id"),
        ({"single_source": True}, "single_source"),
        ({"action": Action.DISABLE_ACCOUNT}, "few_items"),
    ],
)
def test_what_is_shown_and_left_to_the_officer(changes: dict[str, object], code: str) -> None:
    assert codes(a_notice(**changes), Weight.SOFT) == {code}
    assert codes(a_notice(**changes), Weight.HARD) == set()


def test_a_picture_without_words_needs_no_translation() -> None:
    assert codes(a_notice(items=(an_item(language="zxx"),)), Weight.HARD) == set()


def test_x_asks_that_its_own_form_be_used_first_and_the_officer_reads_why() -> None:
    facts = replace(a_notice_to(Platform.X, Leg.LOCAL_LAW), previous_ticket="")
    assert codes(facts, Weight.HARD) == set()
    (told,) = [gap for gap in PLATFORMS[Platform.X].gaps(facts, NOW) if gap.code == "no_leg_one_ticket"]
    assert told.reason == "X asks that its own report form be used first: leg one has no ticket."
    assert "no_leg_one_ticket" not in codes(replace(facts, previous_ticket="T-1"), Weight.SOFT)


def test_a_list_that_the_platform_does_not_name_is_shown() -> None:
    national = ListingFact("Ministry of Examples", "National Example List", "N-1", date(2024, 1, 1), "c3" * 32)
    facts = replace(a_notice_to(Platform.FACEBOOK), listings=(national,))
    assert "list_not_recognised" in codes(facts, Weight.SOFT)
    assert "list_not_recognised" not in codes(a_notice_to(Platform.FACEBOOK), Weight.SOFT)
    assert "list_not_recognised" not in codes(replace(a_notice_to(Platform.X), listings=(national,)), Weight.SOFT)


def test_whatsapp_says_what_it_cannot_see_and_what_it_expects() -> None:
    number = replace(a_notice_to(Platform.WHATSAPP), account_key="whatsapp:account:phone:")
    assert "content_invisible" in codes(number, Weight.SOFT)
    assert "order_expected" in codes(a_notice_to(Platform.WHATSAPP, Leg.LOCAL_LAW), Weight.SOFT)


def test_hard_gaps_come_first() -> None:
    gaps = PLATFORMS[Platform.TELEGRAM].gaps(a_notice(account_stable_id="", redress=""), NOW)
    assert [gap.weight for gap in gaps] == [Weight.HARD, Weight.SOFT]
    assert all(gap.reason.endswith(".") for gap in gaps)
