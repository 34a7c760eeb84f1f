"""The stand-ins decide by rules on what they were sent and what they see; nothing is fixed in advance."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

import openiru.sandbox as sandbox
from openiru.sandbox.profiles import all_profiles, read
from tests.sandbox.builders import (
    CALL,
    GROUP,
    PROFILES,
    URLS,
    Desk,
    a_notice,
    a_post,
    a_world,
    an_account,
    outcome,
    second_leg,
)

EVERY = sorted(PROFILES)
BLANKED: dict[str, Any] = {
    "items": [],
    "affiliation": "",
    "policy": {},
    "authority": {},
    "organisation": {},
    "issued_at": "",
    "action": "",
    "holder_notice": {},
    "account": {},
    "leg": "",
}


def neutral(platform: str) -> list[dict[str, str]]:
    return [a_post(platform, number, "Morning fog over Nilpur.") for number in (1, 2, 3)]


@pytest.mark.parametrize("platform", EVERY)
def test_a_complete_notice_with_calls_in_its_items_takes_the_account_down(platform: str) -> None:
    assert outcome(platform, a_notice(platform)) == ("suspended", "account_disabled")


@pytest.mark.parametrize("platform", EVERY)
@pytest.mark.parametrize("field", sorted(set(BLANKED) - {"leg"}))
def test_leaving_out_one_required_field_changes_the_result(platform: str, field: str) -> None:
    document = a_notice(platform) | {field: BLANKED[field]}
    assert outcome(platform, document)[0] == "live"


@pytest.mark.parametrize("platform", EVERY)
@pytest.mark.parametrize("field", ["url", "ground", "why", "translation"])
def test_leaving_out_one_field_of_the_items_changes_the_result(platform: str, field: str) -> None:
    document = a_notice(platform)
    document["items"] = [item | {field: ""} for item in document["items"]]
    assert outcome(platform, document)[0] == "live"


@pytest.mark.parametrize("platform", EVERY)
@pytest.mark.parametrize("field", ["line", "why"])
def test_leaving_out_a_part_of_the_policy_argument_changes_the_result(platform: str, field: str) -> None:
    document = a_notice(platform)
    document["policy"] = document["policy"] | {field: ""}
    assert outcome(platform, document) == ("live", "clarification")


def test_a_listing_that_is_not_on_the_platforms_own_copy_is_no_listing() -> None:
    document = a_notice("x")
    document["organisation"]["listings"][0]["reference"] = "EXe.999"
    assert outcome("x", document) == ("live", "clarification")


@pytest.mark.parametrize("platform", EVERY)
def test_the_same_notice_about_harmless_items_is_declined(platform: str) -> None:
    account = an_account(platform, posts=neutral(platform))
    assert outcome(platform, a_notice(platform), account=account) == ("live", "no_violation")


@pytest.mark.parametrize("platform", EVERY)
def test_news_about_a_call_is_not_a_call_when_items_are_reviewed(platform: str) -> None:
    posts = [a_post(platform, number, f"Our correspondent reported: {CALL}") for number in (1, 2, 3)]
    assert outcome(platform, a_notice(platform), account=an_account(platform, posts=posts)) == ("live", "no_violation")


def test_renaming_the_platforms_changes_nothing() -> None:
    names = dict(zip(EVERY, [f"platform-{number}" for number in range(len(EVERY))], strict=True))
    for platform in EVERY:
        plain, renamed = Desk(a_world(an_account(platform))), Desk(a_world(an_account(platform), names=names))
        for desk, name in ((plain, platform), (renamed, names[platform])):
            desk.send(name, a_notice(platform, items=[]))
            desk.wait()
            desk.send(name, a_notice(platform))
            desk.wait()
        assert [one.body for one in plain.sent] == [one.body for one in renamed.sent]
        url = URLS[platform][0]
        assert plain.account(url)["state"] == renamed.account(url)["state"]


def test_a_lists_only_look_depends_on_where_the_account_shows_what_it_is() -> None:
    front = an_account("x", title=f"{GROUP} Nilpur", bio=f"Join the ranks of {GROUP}.")
    for account, state in ((front, "suspended"), (an_account("x"), "live")):
        desk = Desk(a_world(account))
        desk.send_list("x", account["url"])
        desk.wait()
        assert desk.account(account["url"])["state"] == state


def test_what_is_not_acted_upon_in_a_list_is_answered_here_and_passed_over_in_silence_there() -> None:
    answers = {}
    for platform in ("facebook", "x"):
        desk = Desk(a_world(an_account(platform, posts=neutral(platform))))
        desk.send_list(platform, URLS[platform][0])
        desk.wait()
        answers[platform] = [one.body for one in desk.sent]
    assert "We need more information" in answers["facebook"][-1]
    assert len(answers["x"]) == 1
    assert "Reference number" in answers["x"][0]


def test_a_single_national_list_is_not_what_one_policy_recognises_and_another_does_not_ask() -> None:
    text = "Join the ranks of Nilmarg Lantern Front."
    organisation = {"name": "Nilmarg Lantern Front", "listings": [{"reference": "EXN.003"}]}
    states = {}
    for platform in ("facebook", "tiktok"):
        posts = [a_post(platform, number, text) for number in (1, 2, 3)]
        document = a_notice(platform, organisation=organisation)
        states[platform] = outcome(platform, document, account=an_account(platform, posts=posts))
    assert states == {"facebook": ("live", "no_violation"), "tiktok": ("suspended", "account_disabled")}


@pytest.mark.parametrize("platform", EVERY)
def test_the_second_leg_withholds_in_its_territory_only_after_the_first(platform: str) -> None:
    desk = Desk(a_world(an_account(platform, posts=neutral(platform))))
    url = URLS[platform][0]
    desk.send(platform, second_leg(platform, "00000099"))
    desk.wait()
    assert desk.account(url)["state"] == "live"
    ticket = desk.send(platform, a_notice(platform))
    desk.wait()
    desk.send(platform, second_leg(platform, ticket))
    desk.wait()
    assert (desk.account(url)["state"], desk.account(url)["territory"]) == ("withheld", "OM")


@pytest.mark.parametrize("field", ["law", "territory", "previous_ticket"])
@pytest.mark.parametrize("platform", EVERY)
def test_leaving_out_one_field_of_the_second_leg_changes_the_result(platform: str, field: str) -> None:
    desk = Desk(a_world(an_account(platform, posts=neutral(platform))))
    ticket = desk.send(platform, a_notice(platform))
    desk.wait()
    desk.send(platform, second_leg(platform, ticket) | {field: "" if field != "law" else {}})
    desk.wait()
    assert desk.account(URLS[platform][0])["state"] == "live"


def test_a_referral_is_no_order_where_only_orders_count() -> None:
    states = {}
    for platform in ("x", "whatsapp"):
        desk = Desk(a_world(an_account(platform, posts=neutral(platform))))
        ticket = desk.send(platform, a_notice(platform))
        desk.wait()
        desk.send(platform, second_leg(platform, ticket, kind="referral"))
        desk.wait()
        states[platform] = desk.account(URLS[platform][0])["state"]
    assert states == {"x": "withheld", "whatsapp": "live"}


@pytest.mark.parametrize("platform", EVERY)
def test_the_same_account_on_the_same_leg_is_a_duplicate_until_more_was_asked_for(platform: str) -> None:
    desk = Desk(a_world(an_account(platform, posts=neutral(platform))))
    desk.send(platform, a_notice(platform, items=[]))
    desk.wait()
    desk.send(platform, a_notice(platform))
    desk.send(platform, a_notice(platform))
    desk.wait()
    assert "duplicate" not in desk.sent[-2].body
    assert "duplicate" in desk.sent[-1].body


def test_a_stranger_gets_no_answer_and_changes_nothing() -> None:
    desk = Desk(a_world(an_account("telegram")))
    desk.send("telegram", a_notice("telegram"), sender="somebody@elsewhere.test")
    desk.wait()
    assert desk.sent == []
    assert desk.account(URLS["telegram"][0])["state"] == "live"


def test_one_dated_update_is_not_enough_where_repetition_counts() -> None:
    document = a_notice("whatsapp")
    document["items"] = document["items"][:1]
    assert outcome("whatsapp", document) == ("live", "items_removed")


def test_an_invite_link_is_revoked_and_a_phone_number_cannot_be_reviewed() -> None:
    link = "https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv"
    phone = "https://wa.me/12025550100"
    invite = an_account("whatsapp", url=link, kind="invite", title=GROUP, bio=CALL, posts=[])
    number = an_account("whatsapp", url=phone, kind="phone", title="", bio="", private=True, posts=[])
    items = [a_notice("whatsapp")["items"][0] | {"url": link}]
    desk = Desk(a_world(invite, number))
    desk.send("whatsapp", a_notice("whatsapp", account={"url": link}, items=items))
    desk.send("whatsapp", a_notice("whatsapp", account={"url": phone}))
    desk.wait()
    assert (desk.account(link)["state"], desk.account(link)["result"]) == ("revoked", "link_revoked")
    assert desk.account(phone)["rule"] == "unreviewable"


def test_evidence_of_an_already_suspended_account_of_the_same_holder_is_a_ground_of_its_own() -> None:
    other = an_account("x", url="https://x.com/nilpurdawn2", handle="nilpurdawn2", stable_id="2", posts=[])
    desk = Desk(a_world(an_account("x"), other))
    desk.send("x", a_notice("x"))
    desk.wait()
    links = [URLS["x"][0]]
    desk.send("x", a_notice("x", account={"url": other["url"]}, links_to_suspended=links))
    desk.wait()
    assert desk.account(other["url"])["rule"] == "links_to_suspended"


def test_a_withdrawal_reinstates_and_is_answered_and_the_account_may_be_referred_again() -> None:
    desk, url = Desk(a_world(an_account("facebook"))), URLS["facebook"][0]
    desk.send("facebook", a_notice("facebook"))
    desk.wait()
    withdrawal = {
        "schema": "openiru-withdrawal/1",
        "reference": "IRU-AAAA-BBBB-CCCC",
        "account": {"url": url},
        "asks": "reinstate",
    }
    desk.send("facebook", withdrawal | {"reference": "IRU-UNKNOWN"})
    desk.wait()
    assert desk.account(url)["state"] == "suspended"
    desk.send("facebook", withdrawal)
    desk.wait()
    assert desk.account(url)["state"] == "live"
    assert "We have restored this account." in desk.sent[-1].body
    desk.send("facebook", a_notice("facebook", reference="IRU-NEW"))
    desk.wait()
    assert desk.account(url)["state"] == "suspended"


def test_a_notice_withdrawn_before_the_decision_is_never_acted_upon() -> None:
    desk, url = Desk(a_world(an_account("x"))), URLS["x"][0]
    desk.send("x", a_notice("x"))
    desk.send("x", {"schema": "openiru-withdrawal/1", "reference": "IRU-AAAA-BBBB-CCCC", "account": {"url": url}})
    desk.wait()
    assert desk.account(url)["state"] == "live"


def test_an_account_that_is_gone_already_is_said_to_be_gone() -> None:
    assert outcome("x", a_notice("x"), account=an_account("x", exists=False)) == ("missing", "already_gone")


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("portal:needs_policy_line", {"policy": {"line": "", "why": "It recruits."}}),
        ("portal:needs_items", {"items": []}),
        ("portal:duplicates", {}),
    ],
)
def test_switching_a_rule_off_is_seen_in_what_happens(rule: str, changes: dict[str, Any]) -> None:
    changed = []
    for on in (True, False):
        desk = Desk(a_world(an_account("x")))
        desk.engine.switch({rule: on})
        desk.send("x", a_notice("x", **changes))
        desk.send("x", a_notice("x", **changes))
        desk.wait()
        changed.append([one.body for one in desk.sent])
    assert changed[0] != changed[1]


def test_a_rule_that_does_not_exist_cannot_be_switched() -> None:
    with pytest.raises(KeyError):
        Desk(a_world()).engine.switch({"portal:kindness": True})


def test_every_rule_says_what_it_rests_on_and_how_sure_that_is() -> None:
    assert {name for name, _ in PROFILES.values()} == set(all_profiles())
    with pytest.raises(ValueError, match="rests on"):
        read("x", '[words]\n[delays]\n[[rule]]\nid="a"\nsays="b"\nsource=""\ncertainty="P"')


def test_nothing_of_the_product_is_imported_and_no_platform_is_named_in_the_code() -> None:
    folder = Path(str(sandbox.__file__)).parent
    for file in folder.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("openiru"):
                assert str(node.module).startswith("openiru.sandbox"), file.name
            if isinstance(node, ast.Import):
                assert all(one.name.split(".")[0] not in ("openiru", "random") for one in node.names), file.name
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert node.value not in PROFILES, f"{file.name} names {node.value}"


def test_the_docs_name_every_rule_with_its_certainty() -> None:
    page = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    for name, profile in all_profiles().items():
        for rule in profile.rules.values():
            rows = [line for line in page.splitlines() if line.startswith(f"| `{name}:{rule.id}` |")]
            assert [row.endswith(f"| {rule.certainty} |") for row in rows] == [True], f"{name}:{rule.id}"
