"""Reading answers: a receipt is no answer, our own words are never read back, doubt goes to a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.platforms import PLATFORMS
from openiru.platforms.shapes import Reply
from openiru.terms import Outcome, Platform
from tests.platforms.examples import a_notice_to

SUBJECT = "Re: [IRU-K7QM-2XNV-9RTB] Referral: X account example_brigade"
URL = "https://x.com/example_brigade/status/20"
OTHER = "https://x.com/example_brigade/status/21"
ANY = pytest.mark.parametrize("platform", Platform)


def read(body: str, platform: Platform = Platform.X, subject: str = SUBJECT) -> Reply:
    """What one platform's reader makes of a body."""
    return PLATFORMS[platform].read_reply(subject, body)


@pytest.mark.parametrize(
    ("platform", "body", "outcome"),
    [
        (Platform.X, "This does not currently violate our Terms.", Outcome.DECLINED_NO_VIOLATION),
        (Platform.X, "This account has been suspended for violating our Rules.", Outcome.ACCOUNT_DISABLED),
        (Platform.X, "This post was removed for violating our Rules.", Outcome.REMOVED_GLOBAL),
        (Platform.X, "This account has been withheld in Pakistan in response to a legal demand.", Outcome.WITHHELD),
        (Platform.X, "This page does not exist.", Outcome.ALREADY_GONE),
        (Platform.X, "This is a duplicate of a report that we already have.", Outcome.DUPLICATE),
        (Platform.X, "Please do not submit a request without the following: the law.", Outcome.CLARIFICATION_ASKED),
        (Platform.X, "We cannot act on this legal request. Please specify the law(s).", Outcome.DECLINED_INVALID),
        (Platform.FACEBOOK, "We have removed this account for violating our Standards.", Outcome.ACCOUNT_DISABLED),
        (Platform.FACEBOOK, "We have removed this content.", Outcome.REMOVED_GLOBAL),
        (Platform.FACEBOOK, "We reviewed this and found that it does not violate our Community Standards.",
         Outcome.DECLINED_NO_VIOLATION),
        (Platform.FACEBOOK, "It does not go against our Standards, but we have restricted access in Pakistan.",
         Outcome.WITHHELD),
        (Platform.FACEBOOK, "We need more information before we can review this request: the law.",
         Outcome.CLARIFICATION_ASKED),
        (Platform.INSTAGRAM, "We have restored this account.", Outcome.REVERSED),
        (Platform.TIKTOK, "This account was banned for violating our Community Guidelines.", Outcome.ACCOUNT_DISABLED),
        (Platform.TIKTOK, "This content has been restricted in PK under local law.", Outcome.WITHHELD),
        (Platform.TIKTOK, "This request was rejected: it is overly broad or incomplete.", Outcome.DECLINED_INVALID),
        (Platform.TELEGRAM, "This channel has been blocked.", Outcome.ACCOUNT_DISABLED),
        (Platform.TELEGRAM, "This message has been deleted.", Outcome.REMOVED_GLOBAL),
        (Platform.TELEGRAM, "Your notice was dismissed: insufficient information.", Outcome.DECLINED_INVALID),
        (Platform.TELEGRAM, "Your notice does not contain a clear and convincing explanation: the why.",
         Outcome.CLARIFICATION_ASKED),
        (Platform.WHATSAPP, "The invite link has been revoked.", Outcome.LINK_REVOKED),
        (Platform.WHATSAPP, "This channel has been suspended for violating our Channels Guidelines.",
         Outcome.ACCOUNT_DISABLED),
        (Platform.WHATSAPP, "We found no violation of our Terms of Service.", Outcome.DECLINED_NO_VIOLATION),
        (Platform.YOUTUBE, "This channel has been terminated for violating our policies.", Outcome.ACCOUNT_DISABLED),
        (Platform.YOUTUBE, "These videos do not violate our Community Guidelines.", Outcome.DECLINED_NO_VIOLATION),
        (Platform.YOUTUBE, "The content has been blocked in Pakistan.", Outcome.WITHHELD),
        (Platform.BLUESKY, "The account has been taken down.", Outcome.ACCOUNT_DISABLED),
        (Platform.BLUESKY, "A label has been applied.", Outcome.RESTRICTED),
        (Platform.MASTODON, "The account was limited.", Outcome.RESTRICTED),
        (Platform.MASTODON, "The posts were deleted.", Outcome.REMOVED_GLOBAL),
        (Platform.DISCORD, "The server has been removed.", Outcome.ACCOUNT_DISABLED),
        (Platform.DISCORD, "We did not find a violation.", Outcome.DECLINED_NO_VIOLATION),
        (Platform.SNAPCHAT, "The account has been locked.", Outcome.ACCOUNT_DISABLED),
        (Platform.WEB, "The domain has been suspended.", Outcome.ACCOUNT_DISABLED),
        (Platform.WEB, "The page has been removed.", Outcome.REMOVED_GLOBAL),
        (Platform.WEB, "We are not the hosting provider of this site.", Outcome.DECLINED_INVALID),
    ],
)  # fmt: skip
def test_their_words_become_ours(platform: Platform, body: str, outcome: Outcome) -> None:
    assert read(body, platform).outcome is outcome
    assert not read(body, platform).receipt_only
    line = f"Case 00000012\n\n{URL}: {body}"
    assert read(line, platform).items == {URL: outcome}
    assert read(line, platform).outcome is outcome


@pytest.mark.parametrize(
    ("body", "ticket"),
    [
        ("We have received your report. Reference number: 00000012.", "00000012"),
        ("Thank you for contacting us. Your case number is CAS-9981.", "CAS-9981"),
        ("Thank you for your report, it has been forwarded to our moderators. Report 00000012.", "00000012"),
        ("We have received your report. Your report ID is R77-1.", "R77-1"),
        ("We have received your request. Case #558812 was opened.", "558812"),
    ],
)
@ANY
def test_a_receipt_is_not_an_answer(platform: Platform, body: str, ticket: str) -> None:
    reply = read(body, platform)
    assert reply.outcome is None
    assert reply.receipt_only
    assert reply.ticket == ticket


@ANY
def test_our_own_reference_is_not_their_ticket(platform: Platform) -> None:
    assert read("We have received your report, reference: IRU-K7QM-2XNV-9RTB.", platform).ticket == ""


@ANY
@pytest.mark.parametrize("quoted", ["> {}", "  > > {}", "On Mon, 4 May 2026, the unit wrote:\n\n{}",
                                    "-----Original Message-----\n{}"])  # fmt: skip
def test_our_own_mail_below_an_answer_is_never_read(platform: Platform, quoted: str) -> None:
    ours = PLATFORMS[platform].compose(a_notice_to(platform)).body + "\nThis account has been suspended."
    below = "\n".join(quoted.format(line) for line in ours.split("\n")) if ">" in quoted else quoted.format(ours)
    reply = read(f"We have received your report. Ticket: 12345678\n\n{below}", platform)
    assert reply.outcome is None and reply.receipt_only and not reply.items


def test_an_answer_under_quoted_lines_is_read() -> None:
    body = f"On Mon the unit wrote:\n> {URL}\nThis account has been suspended.\n> Please review."
    assert read(body).outcome is Outcome.ACCOUNT_DISABLED


def test_each_item_has_its_own_answer() -> None:
    reply = read(f"{URL}: This post was removed for violating our Rules.\n- {OTHER}: This page does not exist.")
    assert reply.items == {URL: Outcome.REMOVED_GLOBAL, OTHER: Outcome.ALREADY_GONE}
    assert reply.outcome is None, "two different answers are for a person"


def test_an_account_that_is_disabled_takes_its_items_with_it() -> None:
    reply = read(f"https://x.com/example: This account has been suspended.\n{URL}: This post was removed.")
    assert reply.outcome is Outcome.ACCOUNT_DISABLED


def test_one_line_that_is_not_understood_leaves_the_whole_to_a_person() -> None:
    reply = read(f"{URL}: This post was removed.\n{OTHER}: See section four.")
    assert reply.outcome is None
    assert reply.items == {URL: Outcome.REMOVED_GLOBAL}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Hello, this is about your mail.",
        "We have not removed the content.",
        "We were unable to confirm that the account was suspended.",
        "If the account was suspended, you will be told.",
        "The account may be suspended.",
        "You asked that the account be suspended.",
        "We removed one post. Another does not violate our Terms.",
    ],
)
@ANY
def test_doubt_goes_to_a_person(platform: Platform, body: str) -> None:
    reply = read(body, platform)
    assert reply.outcome is None
    assert not reply.receipt_only


@pytest.mark.parametrize(
    ("body", "territory"),
    [
        ("This account has been withheld in Pakistan in response to a legal demand.", "PK"),
        ("This content has been restricted in PK under local law.", "PK"),
        ("Withheld in the United Kingdom.", "GB"),
        ("This account has been suspended.", ""),
    ],
)
def test_the_territory_is_read_where_it_is_said(body: str, territory: str) -> None:
    assert read(body).territory == territory


def test_the_words_it_rests_on_are_quoted() -> None:
    reply = read("Hello.\n\nThis account has been suspended for violating our Rules.\n\nGoodbye.")
    assert reply.quote == "This account has been suspended for violating our Rules."


@given(st.sampled_from(sorted(Platform)), st.text(max_size=200), st.text(max_size=400))
def test_any_mail_is_read_without_failing(platform: Platform, subject: str, body: str) -> None:
    reply = PLATFORMS[platform].read_reply(subject, body)
    assert not (reply.receipt_only and reply.outcome)
