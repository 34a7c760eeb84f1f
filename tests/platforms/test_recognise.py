"""Recognising addresses: the reference's vectors, people's tricks, and properties of any address."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openiru.errors import Unreadable
from openiru.platforms import PLATFORMS, recognise
from openiru.platforms.shapes import KeyType, PlatformFile, Ref, Target
from openiru.terms import Platform
from tests.platforms import vectors

VECTORS = [
    ("https://t.me/s/Example/12?single#x", "telegram:post:h:example/12", "telegram:entity:h:example"),
    (
        "https://telegram.me/joinchat/AAAAAE9B8u_wO9d4NiJp3w",
        "telegram:invite:h:AAAAAE9B8u_wO9d4NiJp3w",
        "telegram:invite:h:AAAAAE9B8u_wO9d4NiJp3w",
    ),
    ("https://t.me/+AbCdEf_123", "telegram:invite:h:AbCdEf_123", "telegram:invite:h:AbCdEf_123"),
    ("tg://join?invite=AbCdEf_123", "telegram:invite:h:AbCdEf_123", "telegram:invite:h:AbCdEf_123"),
    ("https://t.me/c/1234567890/55", "telegram:post:id:1234567890/55", "telegram:channel:id:1234567890"),
    ("https://t.me/c/1234567890/7/55", "telegram:post:id:1234567890/55", "telegram:channel:id:1234567890"),
    ("https://example.t.me/12", "telegram:post:h:example/12", "telegram:entity:h:example"),
    ("https://t.me/example/3/12", "telegram:post:h:example/12", "telegram:entity:h:example"),
    ("tg://resolve?domain=example&post=12", "telegram:post:h:example/12", "telegram:entity:h:example"),
    ("-1001234567890", "telegram:channel:id:1234567890", "telegram:channel:id:1234567890"),
    ("channel1234567890", "telegram:channel:id:1234567890", "telegram:channel:id:1234567890"),
    ("https://telegram.dog/Example", "telegram:entity:h:example", "telegram:entity:h:example"),
    ("https://t.me/s", "telegram:other:none:t.me/s", None),
    ("https://t.me/share/url?url=x", "telegram:other:none:t.me/share/url", None),
    ("https://mobile.twitter.com/EXAMPLE?s=20", "x:user:h:example", "x:user:h:example"),
    ("https://x.com/example/with_replies", "x:user:h:example", "x:user:h:example"),
    ("https://x.com/whoever/status/20/photo/1", "x:post:id:20", "x:user:h:whoever"),
    ("https://x.com/i/web/status/20", "x:post:id:20", None),
    ("https://vxtwitter.com/a/status/20", "x:post:id:20", "x:user:h:a"),
    ("https://twitter.com/i/user/2900000001", "x:user:id:2900000001", "x:user:id:2900000001"),
    ("https://x.com/intent/user?user_id=2900000001", "x:user:id:2900000001", "x:user:id:2900000001"),
    ("https://x.com/intent/user?screen_name=Example", "x:user:h:example", "x:user:h:example"),
    ("https://x.com/i", "x:other:none:x.com/i", None),
    (
        "https://m.facebook.com/Example.Person.55?fref=nf",
        "facebook:profile:h:exampleperson55",
        "facebook:profile:h:exampleperson55",
    ),
    (
        "https://www.facebook.com/people/Foo/100012345678901/",
        "facebook:profile:id:100012345678901",
        "facebook:profile:id:100012345678901",
    ),
    (
        "https://www.facebook.com/profile.php?id=100012345678901/photos",
        "facebook:profile:id:100012345678901",
        "facebook:profile:id:100012345678901",
    ),
    ("https://www.facebook.com/groups/123/posts/d41d8cd9/456/", "facebook:post:id:123/456", "facebook:group:id:123"),
    (
        "https://www.facebook.com/permalink.php?story_fbid=pfbid0abc&id=100012345678901",
        "facebook:post:pfbid:100012345678901/pfbid0abc",
        "facebook:profile:id:100012345678901",
    ),
    (
        "https://www.facebook.com/example.page/posts/some-words/119000001",
        "facebook:post:id:examplepage/119000001",
        "facebook:profile:h:examplepage",
    ),
    ("https://www.facebook.com/reel/1190000000000001", "facebook:video:id:1190000000000001", None),
    ("https://www.facebook.com/watch/?v=1190000000000001", "facebook:video:id:1190000000000001", None),
    ("https://www.facebook.com/photo.php?fbid=77&set=a.1", "facebook:photo:id:77", None),
    ("https://ur-pk.facebook.com/example.page", "facebook:profile:h:examplepage", "facebook:profile:h:examplepage"),
    ("https://www.facebook.com/share/p/1AbC/", "facebook:shortlink:h:p/1AbC", None),
    ("https://l.facebook.com/l.php?u=https%3A%2F%2Ft.me%2Fx", "telegram:entity:h:x", "telegram:entity:h:x"),
    ("https://instagram.com/foo/reel/CAbCdEfGhIj/?igsh=1", "instagram:media:id:CAbCdEfGhIj", "instagram:user:h:foo"),
    ("https://www.instagram.com/p/CAbCdEfGhIj/", "instagram:media:id:CAbCdEfGhIj", None),
    (
        "https://www.instagram.com/stories/foo/3500000000000000001/",
        "instagram:story:id:3500000000000000001",
        "instagram:user:h:foo",
    ),
    ("https://www.instagram.com/_u/Foo", "instagram:user:h:foo", "instagram:user:h:foo"),
    ("https://www.instagram.com/share/BACxxxxQYV", "instagram:shortlink:h:BACxxxxQYV", None),
    (
        "https://chat.whatsapp.com/invite/ExampleInvite0000000Ab?mode=x",
        "whatsapp:invite:h:ExampleInvite0000000Ab",
        "whatsapp:invite:h:ExampleInvite0000000Ab",
    ),
    (
        "https://www.whatsapp.com/channel/0029VaExample0000000001",
        "whatsapp:channel:id:0029VaExample0000000001",
        "whatsapp:channel:id:0029VaExample0000000001",
    ),
    ("https://www.tiktok.com/@/video/7200000000000000001", "tiktok:video:id:7200000000000000001", None),
    ("https://tiktokv.com/share/video/7200000000000000001", "tiktok:video:id:7200000000000000001", None),
    (
        "https://www.tiktok.com/@u_1/photo/7200000000000000001",
        "tiktok:video:id:7200000000000000001",
        "tiktok:user:h:u_1",
    ),
    (
        "https://www.tiktok.com/@6800000000000000001",
        "tiktok:user:id:6800000000000000001",
        "tiktok:user:id:6800000000000000001",
    ),
    ("https://vm.tiktok.com/ZTR45GpSF/", "tiktok:shortlink:h:ZTR45GpSF", None),
    ("hxxps://t[.]me/example", "telegram:entity:h:example", "telegram:entity:h:example"),
    ("https://web.archive.org/web/20260101/https://x.com/example", "x:user:h:example", "x:user:h:example"),
    ("  <https://x.com/example>  ", "x:user:h:example", "x:user:h:example"),
    ("https://X.COM./example", "x:user:h:example", "x:user:h:example"),
    ("http://www.facebook.com:443/example.page", "facebook:profile:h:examplepage", "facebook:profile:h:examplepage"),
    *vectors.NEW,
]

REFUSED = [
    ("", "empty"),
    ("   ", "empty"),
    ("\u200b", "empty"),
    ("https://x.com/" + "a" * 2000, "too_long"),
    ("https://x.com/a\x00b", "control_character"),
    ("https://x.com/a%0Ab", "control_character"),
    ("https://x.com/a b", "whitespace"),
    ("ftp://x.com/example", "scheme"),
    ("javascript:alert(1)", "scheme"),
    ("data:text/html,x", "scheme"),
    ("https://facebook.com@evil.example.org/a", "userinfo"),
    ("https://user:pass@x.com/example", "userinfo"),
    ("https://x.com:8080/example", "port"),
    ("https://x.com\\@evil.example.org/", "malformed"),
    ("example", "malformed"),
    ("@example", "bare_handle"),
    ("https://ｘ.com/example", "lookalike_host"),
    ("https://telegram.org/safety", "not_a_platform"),
    ("https://example.invalid/a", "not_a_platform"),
    ("https://co.uk/a", "not_a_platform"),
    ("http://192.168.0.1/a", "not_a_platform"),
    ("https://-example-.org/a", "malformed"),
    ("https://exam ple.org", "whitespace"),
    ("https://wa.me/123", "bad_phone"),
    ("https://example.org/?phone=9993001234567", "phone_in_address"),
    ("https://example.org/call/+9993001234567", "phone_in_address"),
    ("https://example.org/?a=1&tel=%2B999%20300%201234567", "phone_in_address"),
    ("https://t.me/+12345", "bad_phone"),
    ("https://l.facebook.com/l.php?u=" + "https://l.facebook.com/l.php?u=" * 6, "redirect_loop"),
]

HANDLE_URLS = {
    Platform.FACEBOOK: ("facebook.com/{}", ("www.", "m.", "mbasic.", "")),
    Platform.INSTAGRAM: ("instagram.com/{}", ("www.", "")),
    Platform.TIKTOK: ("tiktok.com/@{}", ("www.", "m.", "")),
    Platform.X: ("x.com/{}", ("www.", "mobile.", "m.", "")),
    Platform.TELEGRAM: ("t.me/{}", ("www.", "")),
    Platform.YOUTUBE: ("youtube.com/@{}", ("www.", "m.", "music.", "")),
    Platform.BLUESKY: ("bsky.app/profile/{}.example.org", ("www.", "")),
    Platform.MASTODON: ("mastodon.social/@{}", ("www.", "")),
    Platform.SNAPCHAT: ("snapchat.com/add/{}", ("www.", "")),
}
TRACKING = ("", "?utm_source=a", "?fbclid=x&igsh=1", "?s=20&t=abc", "?lang=ur&is_from_webapp=1", "#top")
HANDLES = st.from_regex(r"[a-z][a-z0-9]{4,12}", fullmatch=True).filter(
    lambda name: (
        recognise(f"https://x.com/{name}").target is Target.ACCOUNT
        and all(recognise("https://" + form.format(name)).target is Target.ACCOUNT for form, _ in HANDLE_URLS.values())
    )
)
PARTS = st.sampled_from(
    [
        *(
            "https://",
            "http://",
            "tg://",
            "hxxps://",
            "//",
            "/",
            "?",
            "#",
            "@",
            ":",
            "%",
            "%00",
            "%2F",
            "&",
            "=",
            "+",
            ".",
            "-",
        ),
        *(
            "x.com",
            "t.me",
            "facebook.com",
            "wa.me",
            "chat.whatsapp.com",
            "instagram.com",
            "tiktok.com",
            "l.facebook.com",
            "youtube.com",
            "youtu.be",
            "bsky.app",
            "mastodon.social",
            "discord.com",
            "snapchat.com",
            "example.org",
            "example.co.uk",
            "justpaste.it",
            "bit.ly",
        ),
        *(
            "s",
            "c",
            "i",
            "p",
            "u=",
            "q=",
            "groups",
            "posts",
            "status",
            "web/2020/",
            "web.archive.org",
            "stories",
            "channel",
            "channels",
            "profile",
            "did:plc:examplexampleexamplexamp",
            "users",
            "statuses",
            "@example",
            "@example@example.org",
            "watch?v=BaW_example",
            "playlist?list=",
            "UCExampleExampleExample0",
            "add",
            "100000000000000001",
            "..",
        ),
        *(
            "123",
            "99912345678",
            "pfbid0abc",
            "example",
            "é",
            "ا",
            "\u200b",
            "\udc80",
            "\x07",
            " ",
            "[.]",
            "xn--a",
            "\\",
        ),
    ]
)
ANY_URL = st.one_of(st.text(max_size=60), st.lists(PARTS, max_size=9).map("".join))
OURS = st.builds(
    lambda host, path: f"https://{host}/{path}",
    st.sampled_from(
        [host for file in PLATFORMS.values() for host in file.hosts]
        + ["chat.whatsapp.com", "a.t.me", "mastodon.social", "social.example.org", "example.org", "justpaste.it"]
    ),
    st.lists(PARTS, max_size=6).map("".join),
)


REASONS = {reason for _, reason in REFUSED}


def read_or_refuse(url: str) -> tuple[Ref | None, str]:
    """The reading, or the reason why there is none; any other error is a bug."""
    try:
        return recognise(url), ""
    except Unreadable as failure:
        return None, failure.reason


@pytest.mark.parametrize(("url", "key", "account"), VECTORS)
def test_the_vectors_of_the_reference(url: str, key: str, account: str | None) -> None:
    ref = recognise(url)
    assert ref.key == key
    assert (ref.account.key if ref.account else None) == account


@pytest.mark.parametrize(("url", "reason"), REFUSED)
def test_what_cannot_be_read_says_why_with_a_stable_word(url: str, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        recognise(url)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("url", "warning"),
    [
        ("https://vxtwitter.com/a/status/20", "mirror"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Ft.me%2Fx", "redirector"),
        ("https://web.archive.org/web/2026/https://x.com/example", "archive"),
        ("hxxps://t[.]me/example", "defanged"),
        ("https://t.me/exam\u200bple", "invisible_characters"),
        ("https://vm.tiktok.com/ZTR45GpSF/", "needs_resolution"),
        ("https://x.com/whoever/status/20", "handle_not_checked"),
        ("https://www.instagram.com/p/" + "C" * 39, "private_media"),
        ("https://wa.me/99912345678", "personal_data"),
        *vectors.DOUBTFUL,
    ],
)
def test_what_is_doubtful_is_warned_of(url: str, warning: str) -> None:
    assert warning in recognise(url).warnings


@pytest.mark.parametrize(
    "url",
    [
        "https://wa.me/+999-300-1234567",
        "https://wa.me/c/9993001234567",
        "https://api.whatsapp.com/send?phone=9993001234567&text=x",
        "whatsapp://send?phone=9993001234567",
        "https://t.me/+9993001234567",
    ],
)
def test_a_phone_number_stands_nowhere_but_in_its_sealed_field(url: str) -> None:
    ref = recognise(url)
    assert ref.keytype is KeyType.PHONE
    assert ref.phone is not None and ref.phone.value == "+9993001234567"
    assert ref.target is Target.ACCOUNT
    assert "1234" not in f"{ref!r} {ref.key} {ref.canonical_url} {ref.phone}"


def test_a_wrong_phone_number_is_not_shown_in_the_error() -> None:
    with pytest.raises(Unreadable) as caught:
        recognise("https://wa.me/0300123")
    assert not re.search(r"[0-9]", caught.value.value)


@pytest.mark.parametrize("file", PLATFORMS.values(), ids=PLATFORMS)
def test_no_platform_reads_the_address_of_another(file: PlatformFile) -> None:
    for other in PLATFORMS.values():
        for url in other.examples:
            assert recognise(url).platform is other.platform
            if other is file:
                assert other.recognise(url).platform is other.platform
            elif file.hosts:
                with pytest.raises(Unreadable):
                    file.recognise(url)


@settings(max_examples=1500, deadline=None)
@given(ANY_URL | OURS)
def test_any_text_is_read_or_refused_with_a_reason(url: str) -> None:
    ref, reason = read_or_refuse(url)
    if ref is None:
        assert reason in REASONS
        return
    assert ref.platform in PLATFORMS
    if ref.keytype is KeyType.PHONE:
        assert ref.value == "" and ref.canonical_url == "" and ref.phone is not None
        return
    again = recognise(ref.canonical_url)
    assert again.key == ref.key
    assert again.canonical_url == ref.canonical_url


@settings(max_examples=100, deadline=None)
@given(HANDLES, st.sampled_from(sorted(HANDLE_URLS)), st.data())
def test_prefix_tracking_slash_scheme_and_case_do_not_change_the_key(
    name: str, platform: Platform, data: st.DataObject
) -> None:
    form, prefixes = HANDLE_URLS[platform]
    plain = recognise("https://" + form.format(name)).key
    scheme = data.draw(st.sampled_from(["https://", "http://", "", "HTTPS://", "hxxps://"]))
    prefix = data.draw(st.sampled_from(prefixes))
    shown = name.upper() if data.draw(st.booleans()) else name
    slash = data.draw(st.sampled_from(["", "/"]))
    tail = data.draw(st.sampled_from(TRACKING))
    assert recognise(f"{scheme}{prefix}{form.format(shown)}{slash}{tail}").key == plain


@given(st.from_regex(r"[A-Za-z0-9]{22}", fullmatch=True))
def test_codes_keep_their_case(code: str) -> None:
    assert recognise(f"https://chat.whatsapp.com/{code}").value == code
    assert recognise(f"https://t.me/joinchat/{code}").value == code
    assert recognise(f"https://www.instagram.com/p/{code}/").value == code


@given(st.from_regex(r"[a-z]{6,12}", fullmatch=True), st.integers(0, 5))
def test_dots_in_a_facebook_name_mean_nothing(name: str, where: int) -> None:
    plain, dotted = (
        recognise(f"https://facebook.com/{name}x1"),
        recognise(f"https://facebook.com/{name[: where + 1]}.{name[where + 1 :]}x1"),
    )
    assert plain.key == dotted.key
