"""What Facebook and Instagram share: one company, one ladder, one portal, one vocabulary (reference §4, §5)."""

from __future__ import annotations

from openiru.platforms import letter, replies
from openiru.platforms.shapes import Certainty, PolicyFact, Route
from openiru.terms import Leg, Outcome

LISTS_NAMED = ("FTO", "SDGT")
"""The lists that the policy on dangerous organisations names, as OFAC's programs are written (§4 [P S36])."""

ROUTES = (
    Route(
        Leg.PLATFORM_POLICY,
        "portal",
        "Meta contact form for state actors (address given by Meta)",
        False,
        LISTS_NAMED,
        72,
        "§4 [P S34]: a form is being rolled out, its address is not public; the hours are our own clock",
        Certainty.PLATFORM,
    ),
    Route(
        Leg.LOCAL_LAW,
        "portal",
        "https://www.facebook.com/records",
        False,
        LISTS_NAMED,
        168,
        "§4 [P S33]: made for records; that it takes restriction requests too is our assumption",
        Certainty.HYPOTHESIS,
    ),
    Route(
        Leg.PLATFORM_POLICY,
        "email",
        "",
        False,
        LISTS_NAMED,
        72,
        "§4: a national line exists in practice; its address is agreed with each authority and set by the deployment",
        Certainty.HYPOTHESIS,
    ),
)

FACTS = (
    PolicyFact(
        "no_deadline", "No answering time is published; we ask again on our own clock.", "§16", Certainty.HYPOTHESIS
    ),
    PolicyFact(
        "ladder",
        "Policy review, then legal and human-rights review, then restriction in the jurisdiction; no strike.",
        "§4 [P S6, S7]",
        Certainty.PLATFORM,
    ),
    PolicyFact(
        "minimum", "Violated policy line, why it is violated, detailed evidence.", "§4 [P S34]", Certainty.PLATFORM
    ),
    PolicyFact(
        "broad", "Overly broad or unclear: clarification is asked or nothing is done.", "§4 [P S6]", Certainty.PLATFORM
    ),
    PolicyFact("holder_told", "Affected users are notified.", "§4 [P S7]", Certainty.PLATFORM),
    PolicyFact("tier_one", "Tier 1 includes what the US designates FTO or SDGT.", "§4 [P S36]", Certainty.PLATFORM),
    PolicyFact(
        "errors", "In one half-year 17 of its restrictions were found to be errors.", "§4 [N S35]", Certainty.NEWS
    ),
    PolicyFact("one_word", "`Shaheed` alone is not a violation.", "§4 [P]", Certainty.PLATFORM),
)

WORDS = replies.Words(
    outcomes=(
        (r"need more information before", Outcome.CLARIFICATION_ASKED),
        (r"cannot take action on this request|overly broad", Outcome.DECLINED_INVALID),
        (r"restricted access to .{1,60}\bin|restricted in|unavailable in", Outcome.WITHHELD),
        (
            r"(?:does|do|did) not (?:go against|violate) our community (?:standards|guidelines)",
            Outcome.DECLINED_NO_VIOLATION,
        ),
        (
            r"removed (?:the|this) (?:account|profile|page|group)"
            r"|(?:account|profile|page|group) (?:was |has been )removed",
            Outcome.ACCOUNT_DISABLED,
        ),
    ),
)

RULE_FIELDS: tuple[letter.FormField, ...] = (
    ("Violated policy line", lambda facts: facts.policy_line),
    ("Why it is violated", lambda facts: facts.policy_why),
    ("Designation", letter.listings_in_lines),
)
LAW_FIELDS: tuple[letter.FormField, ...] = (
    ("Local law and articles", letter.law_in_line),
    ("Jurisdiction", lambda facts: facts.territory),
    ("User notice", letter.user_notice),
    ("Earlier review", lambda facts: facts.previous_ticket or facts.context),
)
ITEM_FIELDS: tuple[letter.FormField, ...] = (
    ("URLs of the content", letter.items_in_lines),
    ("Detailed evidence for each URL", letter.reasons_in_lines),
    ("Requested action", letter.asked_in_line),
    ("Requesting authority", lambda facts: f"{facts.authority} <{facts.authority_email}>"),
)
STEPS = (
    "Sign in to the form that Meta gave to the authority, with the official e-mail.",
    "Copy the fields below in their order; attach notice.pdf.",
    "Submit by hand and paste the case number back here.",
)
