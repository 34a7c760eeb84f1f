"""Reading pages: `unknown` is the default, only the platform's own places count, and a bio proves nothing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.platforms import PLATFORMS, presence
from openiru.platforms.shapes import Response, Sighting
from openiru.terms import Platform, Presence
from tests.platforms.examples import a_page

SUSPENDED_X = (
    '<title>Profile / X</title><script type="application/json">'
    '{"__typename":"UserUnavailable","reason":"Suspended"}</script>'
)
WITHHELD_X = '<script type="application/json">{"withheld_in_countries":["XX","YY"]}</script>'
LIVE = {
    Platform.FACEBOOK: (
        "https://www.facebook.com/example.page",
        '<title>{name} | Facebook</title><meta property="og:title" content="{name}">'
        '<meta property="og:url" content="https://www.facebook.com/example.page">'
        '<meta property="al:android:url" content="fb://profile/100012345678901">'
        '<script type="application/json">{{"follower_count": 1234}}</script><h1>{name}</h1><div><p>{bio}</p></div>',
    ),
    Platform.INSTAGRAM: (
        "https://www.instagram.com/example_page/",
        '<title>{name}</title><meta property="og:url" content="https://www.instagram.com/example_page/"><meta property='
        '"og:description" content="1,234 Followers, 0 Following, 5 Posts - See Instagram photos and videos from {name}"'
        ">"
        '<script type="application/json">{{"profile_id":"100012345678901"}}</script><h1>{name}</h1><p>{bio}</p>',
    ),
    Platform.TIKTOK: (
        "https://www.tiktok.com/embed/@example_page",
        '<script type="application/json">{{"userInfo":{{"id":"100012345678901","uniqueId":"example_page",'
        '"followerCount":1234,"signature":"{bio}"}}}}</script><h1>{name}</h1>',
    ),
    Platform.X: (
        "https://x.com/example_page",
        '<title>{name} (@example_page) / X</title><meta property="og:url" content="https://x.com/example_page">'
        '<script type="application/json">{{"__typename":"User","rest_id":"100012345678901","legacy":'
        '{{"screen_name":"example_page","followers_count":1234,"description":"{bio}"}}}}</script>'
        "<h2>{name}</h2><p>{bio}</p>",
    ),
    Platform.TELEGRAM: (
        "https://t.me/s/example_page",
        '<title>{name}</title><div class="tgme_channel_info"><span class="counter_value">1 234</span></div>'
        '<div class="tgme_widget_message" data-post="example_page/3"'
        ' data-view="eyJjIjotMTAwMDEyMzQ1Njc4OTAxLCJwIjozfQ">'
        '</div><div class="tgme_page_title">{name}</div><div class="tgme_page_description">{bio}</div>',
    ),
    Platform.WHATSAPP: (
        "https://www.whatsapp.com/channel/0029VaExample0000000001",
        '<meta property="og:title" content="{name}"><meta property="og:image" content="https://pps.whatsapp.net/v/a.jpg">'
        '<meta property="og:description" content="Channel • 1,234 followers • {bio}"><h3>{name}</h3><p>{bio}</p>',
    ),
    Platform.YOUTUBE: (
        "https://www.youtube.com/@example_page",
        '<title>{name} - YouTube</title><meta property="og:url" content="https://www.youtube.com/@example_page">'
        '<script type="application/json">{{"channelMetadataRenderer":{{"externalId":"UCExampleExampleExample0",'
        '"vanityChannelUrl":"http://www.youtube.com/@example_page","description":"{bio}"}},"statistics":'
        '{{"subscriberCount":"1234"}}}}</script><h1>{name}</h1><p>{bio}</p>',
    ),
    Platform.BLUESKY: (
        "https://public.api.bsky.app/xrpc/app.bsky.actor.getProfile?actor=example.org",
        '{{"did":"did:plc:examplexampleexamplexamp","handle":"example.org","displayName":"{name}",'
        '"description":"{bio}","followersCount":1234,"viewer":{{"muted":false}}}}',
    ),
    Platform.MASTODON: (
        "https://mastodon.social/api/v1/accounts/lookup?acct=example_page",
        '{{"id":"109","username":"example_page","acct":"example_page","display_name":"{name}","note":"{bio}",'
        '"followers_count":1234,"locked":false}}',
    ),
    Platform.DISCORD: (
        "https://discord.com/api/v9/invites/ExaMple?with_counts=true",
        '{{"code":"ExaMple","guild":{{"id":"100000000000000001","name":"{name}","description":"{bio}"}},'
        '"approximate_member_count":1234}}',
    ),
    Platform.SNAPCHAT: (
        "https://www.snapchat.com/@example_page",
        '<title>{name}</title><meta property="og:url" content="https://www.snapchat.com/@example_page">'
        '<script type="application/json">{{"props":{{"pageProps":{{"userProfile":{{"publicProfileInfo":'
        '{{"username":"example_page","subscriberCount":"1234","bio":"{bio}"}}}}}}}}}}</script><h1>{name}</h1><p>{bio}</p>',
    ),
    Platform.WEB: (
        "https://www.example.com/",
        "<title>{name}</title><h1>{name}</h1><p>{bio}</p>",
    ),
}
STABLE_IDS = {
    Platform.YOUTUBE: "UCExampleExampleExample0",
    Platform.BLUESKY: "did:plc:examplexampleexamplexamp",
    Platform.DISCORD: "100000000000000001",
    # A number of an instance is its own, and a channel, a snap or a site shows none.
    Platform.MASTODON: "",
    Platform.SNAPCHAT: "",
    Platform.WHATSAPP: "",
    Platform.WEB: "",
}
NAMELESS = {Platform.WHATSAPP, Platform.MASTODON, Platform.DISCORD, Platform.WEB}
IN_JSON = {
    Platform.TIKTOK,
    Platform.X,
    Platform.YOUTUBE,
    Platform.BLUESKY,
    Platform.MASTODON,
    Platform.DISCORD,
    Platform.SNAPCHAT,
}
LIES = [
    "Account suspended",
    "User has been suspended",
    "This content isn&#39;t available right now",
    "Sorry, this page isn&#39;t available.",
    "This channel is not available in XX",
    "This content is restricted in XX in response to a legal request.",
    "This account has been withheld in XX in response to a legal demand",
    "&quot;reason&quot;:&quot;Suspended&quot;,&quot;__typename&quot;:&quot;UserUnavailable&quot;",
    "&lt;meta name=robots content=&quot;noindex, nofollow&quot;&gt;",
    "statusCode 10221",
]


def look(platform: Platform, page: Response) -> Sighting:
    """What one platform's reader sees."""
    return PLATFORMS[platform].read_presence(page)


@pytest.mark.parametrize("platform", LIVE)
def test_a_live_page_is_live_and_gives_its_facts(platform: Platform) -> None:
    url, body = LIVE[platform]
    seen = look(platform, a_page(url, body.format(name="Example", bio="hello")))
    assert seen.presence is Presence.LIVE
    assert seen.followers == (None if platform is Platform.WEB else 1234)
    assert seen.quote and seen.signal.startswith(f"{platform}.")
    assert seen.stable_id == STABLE_IDS.get(platform, "100012345678901")
    assert platform in NAMELESS or seen.handle in {"example_page", "example.page", "example.org"}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("platform", LIVE)
def test_a_bio_that_says_it_is_suspended_is_a_bio(platform: Platform, lie: str) -> None:
    url, body = LIVE[platform]
    if platform in IN_JSON:
        lie = lie.replace("&quot;", '\\"')
    assert look(platform, a_page(url, body.format(name="Example", bio=lie), vantage="XX")).presence in {
        Presence.LIVE,
        Presence.UNKNOWN,
    }


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("platform", LIVE)
def test_a_name_that_says_it_is_gone_proves_nothing(platform: Platform, lie: str) -> None:
    url, body = LIVE[platform]
    if body.startswith("{{"):
        lie = lie.replace("&quot;", '\\"')
    seen = look(platform, a_page(url, body.format(name=lie, bio="hello"), vantage="XX"))
    assert seen.presence in {Presence.LIVE, Presence.UNKNOWN}


def test_a_contradiction_is_named() -> None:
    url, body = LIVE[Platform.FACEBOOK]
    seen = look(Platform.FACEBOOK, a_page(url, "<title>Facebook</title>" + body.format(name="a", bio="b")))
    assert seen.presence is Presence.UNKNOWN
    assert seen.signal.startswith("contradiction.")


@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("body", ["", "hello", "<html><body>Account suspended</body></html>", "{}", "[]", "null", "{"])
def test_unknown_is_the_default(platform: Platform, body: str) -> None:
    assert look(platform, a_page(LIVE[platform][0], body)).presence is Presence.UNKNOWN


@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize(
    ("status", "presence_"),
    [(404, Presence.NOT_FOUND), (410, Presence.NOT_FOUND), (429, Presence.RATE_LIMITED), (500, Presence.ERROR),
     (503, Presence.ERROR), (0, Presence.ERROR), (451, Presence.GEO_BLOCKED_VANTAGE)],
)  # fmt: skip
def test_what_the_status_says(platform: Platform, status: int, presence_: Presence) -> None:
    assert look(platform, a_page(LIVE[platform][0], "", status=status)).presence is presence_


@pytest.mark.parametrize(
    ("platform", "final"),
    [
        (Platform.FACEBOOK, "https://www.facebook.com/login/?next=x"),
        (Platform.FACEBOOK, "https://www.facebook.com/login.php"),
        (Platform.INSTAGRAM, "https://www.instagram.com/accounts/login/?next=/example/"),
        (Platform.X, "https://x.com/i/flow/login?redirect_after_login=x"),
    ],
)
def test_a_redirect_to_the_login_is_a_wall(platform: Platform, final: str) -> None:
    url, body = LIVE[platform]
    seen = look(platform, a_page(url, body.format(name="a", bio="b"), final_url=final))
    assert seen.presence is Presence.LOGIN_WALL


@pytest.mark.parametrize("platform", Platform)
def test_a_page_of_somebody_else_says_nothing(platform: Platform) -> None:
    url, body = LIVE[platform]
    seen = look(platform, a_page(url, body.format(name="a", bio="b"), final_url="http://block.example.org/"))
    assert (seen.presence, seen.signal) == (Presence.UNKNOWN, "address.elsewhere")


@pytest.mark.parametrize(
    ("platform", "body", "found"),
    [
        (Platform.X, SUSPENDED_X, Presence.SUSPENDED),
        (Platform.X, json.dumps({"__typename": "TweetUnavailable", "reason": "Suspended"}), Presence.SUSPENDED),
        (Platform.X, json.dumps({"__typename": "UserUnavailable", "reason": "Protected"}), Presence.LIVE_PRIVATE),
        (Platform.X, json.dumps({"__typename": "TweetUnavailable", "reason": "NsfwLoggedOut"}), Presence.LOGIN_WALL),
        (Platform.TELEGRAM, '<meta name="robots" content="noindex, nofollow">', Presence.NOT_FOUND),
        (Platform.TELEGRAM, '<div class="tgme_widget_message_error">x</div>', Presence.NOT_FOUND),
        (Platform.FACEBOOK, "<title>Facebook</title><div>x</div>", Presence.NOT_FOUND),
        (Platform.FACEBOOK, "<h2>This content isn’t available right now</h2>", Presence.NOT_FOUND),
        (Platform.INSTAGRAM, '<script type="application/json">{"routePath":null}</script>', Presence.NOT_FOUND),
        (Platform.INSTAGRAM, '{"data":{"user":null}}', Presence.NOT_FOUND),
        (Platform.INSTAGRAM, "<title>Login • Instagram</title>", Presence.LOGIN_WALL),
        (Platform.INSTAGRAM, '{"data":{"user":{"biography":"","is_private":true}}}', Presence.LIVE_PRIVATE),
        (Platform.INSTAGRAM, '{"message":"Please wait a few minutes before you try again."}', Presence.RATE_LIMITED),
        (Platform.TIKTOK, '{"statusCode":10221}', Presence.NOT_FOUND),
        (Platform.TIKTOK, '{"statusCode":10222}', Presence.LIVE_PRIVATE),
        (Platform.TIKTOK, '{"statusCode":10231}', Presence.GEO_BLOCKED_VANTAGE),
        (Platform.TIKTOK, '{"code":400,"message":"x"}', Presence.NOT_FOUND),
        (Platform.WHATSAPP, '<meta property="og:title" content="">', Presence.NOT_FOUND),
        (Platform.YOUTUBE, json.dumps({"alertRenderer": {"text": {"simpleText": "This account has been terminated."}}}),
         Presence.REMOVED_BY_PLATFORM),
        (Platform.YOUTUBE, json.dumps({"alertRenderer": {"simpleText": "This channel does not exist."}}),
         Presence.NOT_FOUND),
        (Platform.BLUESKY, '{"error":"AccountTakedown","message":"x"}', Presence.REMOVED_BY_PLATFORM),
        (Platform.BLUESKY, '{"did":"did:plc:a","active":false,"status":"suspended"}', Presence.SUSPENDED),
        (Platform.BLUESKY, '{"error":"RepoSuspended"}', Presence.SUSPENDED),
        (Platform.BLUESKY, '{"error":"InvalidRequest","message":"Profile not found"}', Presence.NOT_FOUND),
        (Platform.BLUESKY, '{"error":"AccountDeactivated"}', Presence.NOT_FOUND),
        (Platform.MASTODON, '{"error":"Record not found"}', Presence.NOT_FOUND),
        (Platform.MASTODON, '{"id":"1","suspended":true}', Presence.SUSPENDED),
        (Platform.DISCORD, '{"message":"Unknown Invite","code":10006}', Presence.NOT_FOUND),
        (Platform.SNAPCHAT, '{"props":{"pageProps":{"statusCode":404}}}', Presence.NOT_FOUND),
        (Platform.WEB, '{"objectClassName":"domain","status":["client transfer prohibited","server hold"]}',
         Presence.REMOVED_BY_PLATFORM),
    ],
)  # fmt: skip
def test_each_signal_of_the_reference(platform: Platform, body: str, found: Presence) -> None:
    assert look(platform, a_page(LIVE[platform][0], body)).presence is found


def test_withheld_is_withheld_only_where_it_is() -> None:
    url = LIVE[Platform.X][0]
    here = look(Platform.X, a_page(url, WITHHELD_X, vantage="XX"))
    assert (here.presence, here.territory) == (Presence.WITHHELD, "XX")
    assert look(Platform.X, a_page(url, WITHHELD_X, vantage="ZZ")).presence is Presence.UNKNOWN
    assert look(Platform.X, a_page(url, WITHHELD_X, vantage="outside")).presence is Presence.UNKNOWN
    words = '<div data-testid="emptyState">@a has been withheld in Pakistan in response to a legal demand.</div>'
    assert look(Platform.X, a_page(url, words, vantage="PK")).territory == "PK"
    assert look(Platform.X, a_page(url, words, vantage="ZZ")).presence is Presence.UNKNOWN


def test_what_proves_is_quoted_with_its_place() -> None:
    seen = look(Platform.X, a_page(LIVE[Platform.X][0], SUSPENDED_X))
    assert (seen.signal, seen.quote) == ("x.user_suspended", "UserUnavailable.reason: Suspended")


def test_a_reason_that_is_not_of_an_unavailable_user_is_no_signal() -> None:
    body = json.dumps({"__typename": "Poll", "reason": "Suspended"})
    assert look(Platform.X, a_page(LIVE[Platform.X][0], body)).presence is Presence.UNKNOWN


def test_a_vantage_is_a_territory_only_as_two_letters() -> None:
    body = json.dumps({"withheld_in_countries": ["DE"]})
    url = LIVE[Platform.X][0]
    assert look(Platform.X, a_page(url, body, vantage="de-home-1")).territory == "DE"
    assert look(Platform.X, a_page(url, body, vantage="default")).presence is Presence.UNKNOWN


def test_another_handle_at_the_end_of_a_redirect_is_a_new_name() -> None:
    _, body = LIVE[Platform.X]
    seen = look(
        Platform.X, a_page("https://x.com/old_name", body.format(name="a", bio="b"), final_url="https://x.com/new_name")
    )
    assert (seen.presence, seen.handle) == (Presence.RENAMED, "new_name")


def test_a_forwarded_message_lends_its_id_to_nobody() -> None:
    _, body = LIVE[Platform.TELEGRAM]
    seen = look(Platform.TELEGRAM, a_page("https://t.me/s/another_channel", body.format(name="a", bio="b")))
    assert seen.stable_id == ""


def test_a_preview_that_is_switched_off_is_not_a_new_name_and_not_dead() -> None:
    page = '<div class="tgme_page_extra">12 345 subscribers</div>'
    seen = look(Platform.TELEGRAM, a_page("https://t.me/s/example_page", page, final_url="https://t.me/example_page"))
    assert (seen.presence, seen.followers) == (Presence.LIVE, 12345)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234", 1234),
        ("12.3K", 12300),
        ("2,1 M", 2100000),
        ("1 234", 1234),
        ("7", 7),
        ("none", None),
        ("1.2.3K", None),
    ],
)
def test_numbers_as_people_write_them(text: str, value: int | None) -> None:
    assert presence.number(text) == value


@given(
    st.sampled_from(sorted(Platform)),
    st.integers(0, 600),
    st.text(max_size=30)
    | st.lists(
        st.sampled_from(['<div class="a">', "</div>", "<title>", "</title>", "<script type='application/json'>", "{",
                         "[" * 50, '"a":', "}", "</script>", "<!--", "<meta name=x content=y>", "&#0;", "<br/>", "<p"]),
        max_size=12,
    ).map("".join),
)  # fmt: skip
def test_any_page_is_read_without_failing(platform: Platform, status: int, body: str) -> None:
    seen = look(platform, a_page(LIVE[platform][0], body, status=status))
    assert seen.presence not in {Presence.SUSPENDED, Presence.WITHHELD, Presence.REMOVED_BY_PLATFORM}
