"""One account, one key; two accounts, two keys: what each platform folds, and nothing that it does not."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.platforms import PLATFORMS, mastodon, recognise
from openiru.platforms.shapes import KeyType, Target

HANDLES = {
    "facebook": "https://www.facebook.com/{}",
    "instagram": "https://www.instagram.com/{}/",
    "tiktok": "https://www.tiktok.com/@{}",
    "x": "https://x.com/{}",
    "telegram": "https://t.me/{}",
    "youtube": "https://www.youtube.com/@{}",
    "youtube custom": "https://www.youtube.com/c/{}",
    "youtube user": "https://www.youtube.com/user/{}",
    "mastodon": "https://mastodon.social/@{}",
    "snapchat": "https://www.snapchat.com/add/{}",
    "bluesky": "https://bsky.app/profile/{}.example.org",
}
CODES = {
    "telegram": "https://t.me/joinchat/{}",
    "whatsapp": "https://chat.whatsapp.com/{}",
    "whatsapp channel": "https://www.whatsapp.com/channel/{}",
    "discord": "https://discord.gg/{}",
    "instagram": "https://www.instagram.com/p/{}/",
    "youtube": "https://www.youtube.com/channel/UC{}",
}
NAME = st.from_regex(r"[a-z][a-z0-9_]{5,11}[a-z0-9]", fullmatch=True).filter(lambda name: "__" not in name)
CODE = st.from_regex(r"[A-Za-z0-9]{22}", fullmatch=True)


@pytest.mark.parametrize("form", HANDLES.values(), ids=HANDLES)
@given(first=NAME, second=NAME)
def test_two_names_are_two_accounts_and_capitals_make_no_third(form: str, first: str, second: str) -> None:
    if "bsky" in form or "facebook" in form:
        first, second = first.replace("_", ""), second.replace("_", "")
    one, other = recognise(form.format(first)), recognise(form.format(second))
    assert (one.key == other.key) is (first == second)
    assert recognise(form.format(first.upper())).key == one.key


@pytest.mark.parametrize("form", CODES.values(), ids=CODES)
@given(first=CODE, second=CODE)
def test_codes_that_differ_in_case_alone_are_two(form: str, first: str, second: str) -> None:
    one = recognise(form.format(first))
    assert one.value.endswith(first)
    assert (one.key == recognise(form.format(second)).key) is (first == second)
    assert (one.key == recognise(form.format(first.swapcase())).key) is (first == first.swapcase())


@given(st.from_regex(r"[A-Za-z0-9_-]{11}", fullmatch=True), st.sampled_from(["watch?v=", "shorts/", "embed/", "live/"]))
def test_a_video_is_one_whatever_player_shows_it(code: str, form: str) -> None:
    assert recognise(f"https://m.youtube.com/{form}{code}").key == recognise(f"https://youtu.be/{code}").key


def test_the_forms_of_a_channels_name_are_not_said_to_be_one_channel() -> None:
    keys = {recognise(f"https://www.youtube.com/{form}Foo").key for form in ("@", "c/", "user/", "")}
    assert len(keys) == 4


def test_a_user_of_one_instance_is_not_the_user_of_another() -> None:
    keys = {recognise(f"https://{host}/@example").key for host in ("mastodon.social", "social.example.org")}
    assert len(keys) == 2
    seen_elsewhere = recognise("https://mastodon.social/@example@social.example.org")
    assert seen_elsewhere.key == recognise("https://social.example.org/@Example").key


def test_sites_of_two_customers_of_one_host_are_two_sites() -> None:
    keys = {recognise(f"https://{name}.github.io/").key for name in ("one", "two")}
    assert len(keys) == 2


def test_on_a_host_of_many_nothing_wider_than_the_page_is_the_account() -> None:
    one, other = (recognise(f"https://vk.com/{name}").account for name in ("one", "two"))
    assert one is not None and other is not None
    assert one.key != other.key


@pytest.mark.parametrize(("file", "url"), [(f, u) for f in PLATFORMS.values() for u in f.examples])
def test_the_account_of_an_address_is_recognised_at_its_own_address(file: object, url: str) -> None:
    account = recognise(url).account
    if account is None or account.keytype is KeyType.PHONE:
        return
    again = recognise(account.canonical_url).account
    assert again is not None
    assert (again.key, again.target) == (account.key, Target.ACCOUNT)


def test_a_deployment_names_the_instances_it_knows() -> None:
    host = "fedi.example.net"
    assert recognise(f"https://{host}/users/example").key == f"web:page:h:{host}/users/example"
    mastodon.know_instances([f" {host.upper()} "])
    try:
        ref = recognise(f"https://{host}/users/example")
        assert ref.key == f"mastodon:account:h:example@{host}"
        assert "instance_not_confirmed" not in ref.warnings
        assert recognise(f"https://{host}/about").key == f"mastodon:other:none:{host}/about"
    finally:
        mastodon._KNOWN.discard(host)


def test_a_host_that_imitates_a_platform_is_no_instance() -> None:
    for host, path in product(("tikt0k.com", "y0utube.com", "threads.net"), ("@example", "@example/109")):
        assert recognise(f"https://{host}/{path}").key.startswith("web:")
