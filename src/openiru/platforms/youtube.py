"""YouTube: channels and their videos; its guidelines first, worldwide, then a legal form for one country."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from openiru.platforms import completeness, letter, presence, replies, youtube_address
from openiru.platforms.addresses import recogniser
from openiru.platforms.orders import Addressee
from openiru.platforms.shapes import Certainty, Check, Gap, ItemCheck, NoticeFacts, PlatformFile, PolicyFact, Route
from openiru.terms import Leg, Outcome, Platform

HOSTS = youtube_address.HOSTS
LISTS_NAMED = ("FTO", "UN")
"""What its policy names: the US list of foreign terrorist organisations, and the United Nations (§8 [P S52])."""

recognise = recogniser(HOSTS, youtube_address.read_address)

SIGNALS = presence.load("youtube", HOSTS)
_POSTS = presence.load("youtube_posts", HOSTS)


def _new_items_are_a_new_request(facts: NoticeFacts, _: datetime) -> Iterator[Gap]:
    if facts.previous_ticket and facts.leg is Leg.LOCAL_LAW:
        yield completeness.soft(
            "counts_anew", "Google counts a follow-up with new items as a new request: name the same items as before."
        )


WORDS = replies.Words(
    outcomes=(
        (r"(?:cannot|could not|unable to) identify (?:the|this|these) (?:video|content|url)s?", Outcome.CLARIFICATION_ASKED),
        (r"has been terminated|terminated (?:the|this) (?:channel|account)", Outcome.ACCOUNT_DISABLED),
        (r"blocked (?:it |them |the content |access )?(?:from view )?(?:in|on)|not available on the .+ country domain",
         Outcome.WITHHELD),
        (r"age-?restricted|limited features", Outcome.RESTRICTED),
        (r"(?:do|does|did) not violate our community guidelines", Outcome.DECLINED_NO_VIOLATION),
    ),
    tickets=(r"\[(?P<ticket>[0-9]-[0-9]{10,20})\]",),
)  # fmt: skip

_FIELDS: tuple[letter.FormField, ...] = (
    ("Channel", lambda facts: facts.account_url),
    ("Channel ID", lambda facts: facts.account_stable_id),
    ("Video, short or post URLs", letter.items_in_lines),
)
_RULE_FIELDS: tuple[letter.FormField, ...] = (
    ("Community Guideline", lambda facts: facts.policy_line),
    ("Why it is violated", lambda facts: facts.policy_why),
    ("Terminated channels of the same holder", lambda facts: "\n".join(facts.links_to_suspended)),
)
_LAW_FIELDS: tuple[letter.FormField, ...] = (
    ("Law and articles", letter.law_in_line),
    ("Country", lambda facts: facts.territory),
    ("Earlier report under the guidelines", lambda facts: facts.previous_ticket or facts.context),
    ("User notice", letter.user_notice),
)
_REASONS: tuple[letter.FormField, ...] = (
    ("Explanation for each URL", letter.reasons_in_lines),
    ("Designation", letter.listings_in_lines),
    ("Requested action", letter.asked_in_line),
    ("Government authority and official e-mail", lambda facts: f"{facts.authority} <{facts.authority_email}>"),
)

ROUTES = (
    Route(
        Leg.PLATFORM_POLICY,
        "portal",
        "YouTube Priority Flagger programme (by invitation)",
        False,
        LISTS_NAMED,
        72,
        "§8 [P S51]: agencies join through their local YouTube contact; the hours are our own clock",
        Certainty.PLATFORM,
    ),
    Route(
        Leg.LOCAL_LAW,
        "portal",
        "Google's form for legal removal requests of governments",
        False,
        LISTS_NAMED,
        336,
        "§8 [P S10]: web forms or the local contact; say who the authority is, else it is not counted as a government's",
        Certainty.PLATFORM,
    ),
    Route(
        Leg.PLATFORM_POLICY,
        "email",
        "",
        False,
        LISTS_NAMED,
        72,
        "§8: a local contact exists in practice; its address is agreed with each authority and set by the deployment",
        Certainty.HYPOTHESIS,
    ),
)

FACTS = (
    PolicyFact(
        "no_deadline", "No answering time is published; we ask again on our own clock.", "§16", Certainty.HYPOTHESIS
    ),
    PolicyFact(
        "ladder", "Guidelines first, with effect worldwide; then the law, in that country only.", "§8 [P S10]",
        Certainty.PLATFORM,
    ),
    PolicyFact(
        "names_lists",
        "Channels of members of an organisation on the US list of foreign terrorist organisations, or identified by the "
        "United Nations, are terminated.",
        "§8 [P S52]",
        Certainty.PLATFORM,
    ),
    PolicyFact(
        "circumvention", "Uploading again what a terminated creator made is circumvention.", "§8 [P S52]",
        Certainty.PLATFORM,
    ),
    PolicyFact(
        "flaggers",
        "Priority flaggers need a high rate of accuracy; organisations from some countries are reviewed more closely.",
        "§8 [P S51]",
        Certainty.PLATFORM,
    ),
    PolicyFact(
        "counts_anew", "A follow-up with new items is a new request.", "§8 [P S9]", Certainty.PLATFORM
    ),
    PolicyFact("publishes", "Removal requests may be published by Lumen.", "§13 [B]", Certainty.BACKGROUND),
)  # fmt: skip

PLATFORM = PlatformFile(
    platform=Platform.YOUTUBE,
    title="YouTube",
    hosts=HOSTS,
    recognise=recognise,
    gaps=completeness.judge(_new_items_are_a_new_request, routes=ROUTES),
    compose=letter.composer(
        "YouTube",
        {
            Leg.PLATFORM_POLICY: letter.Form(
                _FIELDS + _RULE_FIELDS + _REASONS,
                (
                    "Sign in to the flagging tool with the account that YouTube approved; without one, flag each video by hand.",
                    "Name each video, not only the channel; choose violent extremism.",
                    "Submit by hand and paste the number that is shown back here.",
                ),
            ),
            Leg.LOCAL_LAW: letter.Form(
                _FIELDS + _LAW_FIELDS + _REASONS,
                (
                    "Open Google's form for legal removal requests and choose YouTube; say that a government authority asks.",
                    "Attach notice.pdf, and the order with its translation where there is one.",
                    "Submit by hand and paste the number in square brackets of the confirming mail back here.",
                ),
            ),
        },
    ),
    read_reply=replies.reader(WORDS),
    read_presence=presence.reader(SIGNALS, recognise),
    addressee=Addressee("Google Ireland Limited", establishment="IE", source="from memory"),
    routes=ROUTES,
    facts=FACTS,
    posts=ItemCheck(
        Check(_POSTS.version, "https://www.youtube.com/oembed?format=json&url={url}", True, _POSTS.expires),
        presence.reader(_POSTS, recognise),
    ),
    check=Check(
        SIGNALS.version,
        "https://www.youtube.com/@{handle}",
        True,
        SIGNALS.expires,
        by_kind={
            "custom": "https://www.youtube.com/c/{handle}",
            "user": "https://www.youtube.com/user/{handle}",
            "name": "https://www.youtube.com/{handle}",
        },
    ),
    examples={
        "https://youtube.com/@Example": "youtube:channel:h:example",
        "https://www.youtube.com/channel/UCExampleExampleExample0/videos": "youtube:channel:id:UCExampleExampleExample0",
        "https://www.youtube.com/c/ExamplePress": "youtube:custom:h:examplepress",
        "https://www.youtube.com/user/ExamplePress": "youtube:user:h:examplepress",
        "https://youtu.be/BaW_example?t=1": "youtube:video:id:BaW_example",
        "https://m.youtube.com/watch?v=BaW_example&list=PL0": "youtube:video:id:BaW_example",
        "https://www.youtube.com/shorts/BaW_example": "youtube:video:id:BaW_example",
        "https://www.youtube.com/playlist?list=UUExampleExampleExample0": "youtube:playlist:id:UUExampleExampleExample0",
        "https://www.youtube.com/post/UgkxExampleExample": "youtube:post:id:UgkxExampleExample",
        "https://www.youtube.com/hashtag/example": "youtube:other:none:www.youtube.com/hashtag/example",
    },
    read_address=youtube_address.read_address,
)
