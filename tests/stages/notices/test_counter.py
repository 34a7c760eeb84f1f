"""The counter: a platform's people see and answer what went to their platform, by page, by key and by raw id nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from openiru import signatures
from openiru.ledger.models import Entry
from openiru.people import services as people
from openiru.people.actor import Actor
from openiru.people.models import User
from openiru.people.queries import actor_for
from openiru.people.roles import Role
from openiru.stages.evidence.models import Capture, Custody
from openiru.stages.notices import services as sending
from openiru.stages.notices.counter import hooking, hooks, queries, services
from openiru.stages.notices.counterparts import Call, Hook, Remark
from openiru.stages.notices.models import Notice
from openiru.terms import Outcome, Platform
from tests import builders
from tests.builders import LATER, NOW, SYSTEM, Cast
from tests.laws.asking import refused, refused_by_the_database, sql
from tests.stages.notices.services.server import Service, serving


def a_contact(platform: str = "telegram", name: str = "pia") -> User:
    roles = [Role.PLATFORM_CONTACT]
    return User.objects.create(
        email=f"{name}@{platform}.example.org", name=name, roles=roles, platform=platform, password="!"
    )


@dataclass
class Contact:
    """Somebody of a platform, at a browser and with a key."""

    user: User
    actor: Actor
    browser: Client
    key: dict[str, str]

    def get(self, path: str) -> Any:
        return self.browser.get(path)

    def api(self, path: str, body: dict[str, Any] | None = None) -> Any:
        where = f"/api/v1/platform/notices{path}"
        if body is None:
            return Client().get(where, headers=self.key)
        return Client().post(where, json.dumps(body), content_type="application/json", headers=self.key)


def a_person_of(platform: str, name: str) -> Contact:
    user = a_contact(platform, name)
    browser = Client()
    browser.force_login(user)
    secret = people.make_token(user.id, label="their systems", actor=actor_for(user), now=_wall())
    return Contact(user, actor_for(user), browser, {"Authorization": f"Bearer {secret}"})


def _wall() -> Any:
    from openiru import clock

    return clock.now()


@pytest.fixture
def pia(cast: Cast) -> Contact:
    return a_person_of("telegram", "pia")


@pytest.fixture
def tess(cast: Cast) -> Contact:
    return a_person_of("tiktok", "tess")


@pytest.fixture
def notice(cast: Cast) -> Notice:
    return builders.a_sent_notice(cast, items=2)


def test_they_see_what_is_asked_why_and_on_what_evidence(pia: Contact, notice: Notice) -> None:
    board = pia.get("/for-platforms").content.decode()
    assert notice.reference in board
    page = pia.get(f"/for-platforms/{notice.reference}").content.decode()
    for words in ("Bureau of Examples", "Valley Dawn Front", "It calls on readers to join.", "Assembly list"):
        assert words in page, words
    assert all(one["url"] in page for one in notice.facts["items"])
    found = pia.api(f"/{notice.reference}").json()
    assert found["notice"] == notice.facts and found["state"] == "sent"


def test_a_person_of_one_platform_sees_nothing_of_anothers(
    pia: Contact, tess: Contact, notice: Notice, cast: Cast
) -> None:
    capture = Capture.objects.filter(account=notice.case.account, item__isnull=False).first()
    assert capture
    file = capture.files.first()
    assert file and notice.reference not in tess.get("/for-platforms?state=all").content.decode()
    for rest in ("", "/package", "/documents/notice.pdf", f"/evidence/{file.id}"):
        assert tess.get(f"/for-platforms/{notice.reference}{rest}").status_code == 404, rest
    for verb, body in (("acknowledge", {}), ("ask", {"text": "x"}), ("answer", {"outcome": "withheld", "words": "x"}),
                       ("dispute", {"label": "ground", "why": "x"})):  # fmt: skip
        assert tess.browser.post(f"/for-platforms/{notice.reference}/{verb}", body).status_code == 404, verb
        assert tess.api(f"/{notice.reference}/{verb}", body).status_code == 404, verb
    assert tess.api("?state=all").json() == [] and tess.api(f"/{notice.reference}").status_code == 404
    assert tess.api(f"/{notice.reference}/package").status_code == 404
    theirs = builders.a_sent_notice(cast, platform=Platform.TIKTOK)
    assert tess.get(f"/for-platforms/{theirs.reference}/evidence/{file.id}").status_code == 404, (
        "by a raw id of another's"
    )
    notice.refresh_from_db()
    assert notice.state == "sent" and not Remark.objects.exists() and not notice.answers.exists()


def test_they_see_nothing_of_the_officers_side(pia: Contact, notice: Notice) -> None:
    for path in ("/queue", "/notices", f"/notices/{notice.id}", f"/cases/{notice.case_id}", "/mailbox", "/lines", "/ledger",
                 "/platforms", "/register", "/intake", "/people"):  # fmt: skip
        assert pia.get(path).status_code in {403, 404}, path
    assert pia.get("/").status_code == 302 and pia.get("/").headers["Location"] == "/for-platforms"


def test_officers_and_strangers_do_not_stand_behind_the_counter(cast: Cast, notice: Notice) -> None:
    for actor in cast.each().values():
        with refused("not_allowed"):
            queries.board(actor)
    assert Client().get("/for-platforms").status_code == 302
    assert Client().get("/api/v1/platform/notices").status_code == 401


def test_nobody_speaks_for_all_servers_of_a_network(cast: Cast) -> None:
    for platform in ("", "nothing"):
        with refused("not_allowed"):
            queries.board(actor_for(a_contact(platform, f"pia{platform}")))
    for platform in ("mastodon", "web"):
        with refused("not_allowed"):
            hooks.add("https://h.example.org/", actor=actor_for(a_contact(platform, f"pia{platform}")), now=NOW)


def test_a_draft_and_a_queued_notice_are_nobodys_but_the_units(pia: Contact, cast: Cast) -> None:
    for notice in (builders.a_notice(cast), builders.a_queued_notice(cast)):
        assert pia.get(f"/for-platforms/{notice.reference}").status_code == 404


def test_no_officers_name_is_on_their_pages(pia: Contact, notice: Notice, cast: Cast) -> None:
    question = services.ask(notice.reference, "Which rule?", actor=pia.actor, now=LATER)
    services.reply(question.id, "Violent organisations.", actor=cast.cleo, now=LATER)
    pages = (
        pia.get(f"/for-platforms/{notice.reference}").content.decode()
        + pia.api(f"/{notice.reference}").content.decode()
    )
    assert "Violent organisations." in pages and not [name for name in builders.NAMES if name in pages]


def test_to_acknowledge_starts_the_clock_and_twice_is_once(pia: Contact, notice: Notice) -> None:
    for _ in range(2):
        assert pia.api(f"/{notice.reference}/acknowledge", {"ticket": "TG-77"}).status_code == 200
    notice.refresh_from_db()
    assert (notice.state, notice.ticket) == ("received", "TG-77") and notice.received_at is not None
    assert Entry.objects.filter(event="notice.acknowledged").count() == 1
    assert notice.dispatches.get().proven_at is not None


def test_a_question_stops_the_clock_until_the_unit_replies(pia: Contact, notice: Notice, cast: Cast) -> None:
    reply = pia.browser.post(f"/for-platforms/{notice.reference}/ask", {"text": "Which law?"})
    assert reply.status_code == 302
    notice.refresh_from_db()
    assert notice.state == "paused"
    (waiting,) = queries.open_remarks(cast.cleo)
    assert not queries.open_remarks(cast.eve)
    with refused("not_found"):
        services.reply(waiting.id, "x", actor=cast.eve, now=LATER)
    services.reply(waiting.id, "Example Act, s. 7.", actor=cast.cleo, now=_wall())
    notice.refresh_from_db()
    assert notice.state == "received" and not queries.open_remarks(cast.cleo)
    assert "Example Act, s. 7." in pia.get(f"/for-platforms/{notice.reference}").content.decode()


def test_they_answer_item_by_item_and_later_correct_themselves(pia: Contact, notice: Notice) -> None:
    one, other = (item["url"] for item in notice.facts["items"])
    assert (
        pia.api(f"/{notice.reference}/answer", {"items": {one: "removed_global"}, "words": "Gone."}).status_code == 200
    )
    notice.refresh_from_db()
    assert (notice.state, notice.claimed) == ("received", "")
    pia.browser.post(
        f"/for-platforms/{notice.reference}/answer", {"item-1": "declined_no_violation", "words": "It is news."}
    )
    notice.refresh_from_db()
    assert (notice.state, notice.claimed) == ("answered", Outcome.DECLINED_NO_VIOLATION)
    for _ in range(2):
        given = pia.api(f"/{notice.reference}/answer", {"items": {one: "reversed"}, "words": "A mistake of ours."})
    assert given.json()["standing"] == {one: "reversed", other: "declined_no_violation"}
    assert notice.answers.count() == 3, "the same answer again adds nothing"
    assert [answer.quote for answer in notice.answers.order_by("id")] == ["Gone.", "It is news.", "A mistake of ours."]


@pytest.mark.parametrize(
    "body", [{}, {"outcome": "no_answer"}, {"outcome": "clarification_asked"}, {"items": {"https://t.me/nothing/1": "withheld"}},
             {"outcome": "withheld", "items": {"x": "withheld"}}, {"outcome": "compliance"}]
)  # fmt: skip
def test_what_is_no_answer_is_refused(pia: Contact, notice: Notice, body: dict[str, Any]) -> None:
    assert pia.api(f"/{notice.reference}/answer", body).status_code == 422
    assert not notice.answers.exists()


def test_a_disputed_label_waits_for_people_and_changes_nothing_by_itself(
    pia: Contact, notice: Notice, cast: Cast
) -> None:
    item = notice.facts["items"][0]["url"]
    body = {"label": "protected_speaker", "item": item, "why": "This is a newspaper."}
    assert pia.browser.post(f"/for-platforms/{notice.reference}/dispute", body).status_code == 302
    notice.refresh_from_db()
    (dispute,) = queries.open_remarks(cast.cleo)
    assert (dispute.label, dispute.item, notice.state) == ("protected_speaker", item, "sent")
    assert (
        pia.browser.post(f"/for-platforms/{notice.reference}/dispute", {"label": "mood", "why": "x"}).status_code == 422
    )
    for statement in ("update notices_remark set text = 'x'", "delete from notices_remark"):
        with refused_by_the_database("never changed"):
            sql(statement)


def test_what_they_take_out_proves_that_they_have_it_and_stands_in_custody(pia: Contact, cast: Cast) -> None:
    case = builders.a_case(cast, items=0)
    item = builders.an_item(case.account)
    builders.a_capture(item, cast.ana, content=b"<p>Join us.</p>")
    decision = builders.an_approval(cast, builders.an_assessment(cast, case))
    notice = builders.a_notice(cast, decision)
    sending.send(notice.id, actor=cast.cleo, now=NOW)
    Notice.objects.filter(id=notice.id).update(state="sent", sent_at=NOW)
    capture = Capture.objects.get(item=item)
    (file,) = capture.files.all()
    reply = pia.get(f"/for-platforms/{notice.reference}/evidence/{file.id}")
    assert (reply.status_code, reply.content) == (200, b"<p>Join us.</p>")
    assert (
        "attachment" in reply.headers["Content-Disposition"] and "sandbox" in reply.headers["Content-Security-Policy"]
    )
    notice.refresh_from_db()
    assert notice.state == "received"
    assert Custody.objects.filter(capture=capture, act="copied", actor=str(pia.user.actor)).count() == 1
    package = pia.api(f"/{notice.reference}/package")
    assert package.content[:2] == b"PK"


@pytest.fixture
def listener() -> Iterator[Service]:
    with serving(lambda asked: (200, {}), lambda asked: True) as service:
        yield service


def a_hook(pia: Contact, listener: Service) -> tuple[Hook, str]:
    return hooks.add(f"{listener.url}/in", actor=pia.actor, now=NOW)


def tell(now: Any) -> int:
    hooks.plan(actor=SYSTEM, now=now)
    return hooking.tell_due(actor=SYSTEM, now=now)


def test_a_hook_is_told_once_and_signed_and_says_only_the_reference(
    pia: Contact, notice: Notice, listener: Service, cast: Cast
) -> None:
    builders.a_sent_notice(cast, platform=Platform.TIKTOK)
    hook, secret = a_hook(pia, listener)
    assert secret.encode() not in bytes(hook.secret_sealed)
    assert (tell(NOW), tell(LATER)) == (1, 0)
    (asked,) = listener.asked
    headers = {name: asked.headers[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
    assert signatures.check(headers, asked.body, secret, now=NOW)
    assert asked.json["type"] == "notice.sent" and set(asked.json["data"]) == {"reference", "url"}
    assert asked.json["data"]["reference"] == notice.reference
    sending.withdraw(notice.id, reason="A mistake.", wrong=True, actor=cast.cleo, now=LATER)
    assert tell(LATER) == 1 and listener.asked[-1].json["type"] == "notice.withdrawn"


def test_a_hook_that_fails_is_tried_again_and_then_red(pia: Contact, notice: Notice, listener: Service) -> None:
    hook, _ = a_hook(pia, listener)
    listener.breaks, now = "500", NOW
    for _ in range(30):
        tell(now)
        now += timedelta(days=2)
    call = Call.objects.get(hook=hook)
    assert (call.state, call.attempts, len(listener.asked)) == ("failed", len(hooks.WAITS), len(hooks.WAITS))
    assert len({asked.headers["webhook-id"] for asked in listener.asked}) == 1
    assert list(queries.failing_hooks()) == [hook] and "chip bad" in pia.get("/for-platforms/hooks").content.decode()


def test_a_worker_killed_while_it_tells_leaves_it_due(pia: Contact, notice: Notice, listener: Service) -> None:
    a_hook(pia, listener)
    hooks.plan(actor=SYSTEM, now=NOW)
    assert len(hooks.lease(actor=SYSTEM, now=NOW)) == 1 and hooks.lease(actor=SYSTEM, now=NOW) == []
    assert hooking.tell_due(actor=SYSTEM, now=LATER) == 1


def test_only_its_own_platform_ends_a_hook(pia: Contact, tess: Contact, listener: Service) -> None:
    hook, _ = a_hook(pia, listener)
    assert tess.browser.post(f"/for-platforms/hooks/{hook.id}/end").status_code == 404
    assert pia.browser.post(f"/for-platforms/hooks/{hook.id}/end").status_code == 302
    assert tell(NOW) == 0


@pytest.mark.parametrize(
    "url", ["", "ftp://x.example.org/", "https://", "http://user@127.0.0.1/", "https://" + "x" * 300]
)
def test_an_address_that_cannot_be_told_is_refused(pia: Contact, url: str) -> None:
    page = pia.browser.post("/for-platforms/hooks", {"url": url})
    assert page.status_code in {413, 422} and not Hook.objects.exists()


def test_an_exercise_tells_nobody_outside(pia: Contact, notice: Notice) -> None:
    hook, _ = hooks.add("https://hooks.example.org/in", actor=pia.actor, now=NOW)
    assert tell(NOW) == 0 and "loopback_only" in Call.objects.get(hook=hook).error


def test_everybody_may_check_our_keys_and_reach_us(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    stranger = Client()
    keys = stranger.get("/keys").content.decode()
    assert "BEGIN CERTIFICATE" in keys and "v=DKIM1" in keys and "PRIVATE" not in keys
    assert "referrals@iru.example.org" in stranger.get("/contact-point").content.decode()
    actor = stranger.get("/actor")
    assert actor.headers["Content-Type"] == "application/activity+json"
    assert "BEGIN PUBLIC KEY" in actor.json()["publicKey"]["publicKeyPem"]
    collections = {actor.json()[name].removeprefix(settings.BASE_URL) for name in ("inbox", "outbox")}
    for path in collections:
        found = stranger.get(path)
        assert found.status_code == 200 and found.headers["Content-Type"] == "application/activity+json"
        assert (found.json()["type"], found.json()["totalItems"]) == ("OrderedCollection", 0)
        posted = Client(enforce_csrf_checks=True).post(path, "{}", content_type="application/activity+json")
        assert posted.status_code == 405, "ActivityPub 7.1: whoever takes no activities says so"


def a_person_at(platform: Platform, email: str) -> Contact:
    person = a_person_of(platform.value, email.partition("@")[0])
    User.objects.filter(id=person.user.id).update(email=email)
    return person


def test_a_server_of_mastodon_sees_the_notices_on_its_own_accounts_and_no_other_servers(cast: Cast) -> None:
    notice = builders.a_sent_notice(cast, platform=Platform.MASTODON)
    mod = a_person_at(Platform.MASTODON, "mod@mastodon.social")
    other = a_person_at(Platform.MASTODON, "mod@social.example.org")
    near = a_person_at(Platform.MASTODON, "mod@odon.social")
    assert notice.reference in mod.get("/for-platforms?state=all").content.decode()
    assert mod.api(f"/{notice.reference}").status_code == 200
    for stranger in (other, near):
        assert notice.reference not in stranger.get("/for-platforms?state=all").content.decode()
        assert stranger.get(f"/for-platforms/{notice.reference}").status_code == 404
        assert stranger.api(f"/{notice.reference}").status_code == 404


def test_a_hoster_sees_what_was_written_to_its_own_domain_and_a_mailbox_of_everybodys_only_what_was_written_to_it(
    cast: Cast,
) -> None:
    notice = builders.a_sent_notice(cast)
    Notice.objects.filter(id=notice.id).update(platform="web", address="abuse@hosting.example.net")
    host = a_person_at(Platform.WEB, "pat@hosting.example.net")
    assert notice.reference in host.get("/for-platforms?state=all").content.decode()
    Notice.objects.filter(id=notice.id).update(address="small.host@gmail.com")
    for email, sees in (("small.host@gmail.com", True), ("somebody@gmail.com", False)):
        person = a_person_at(Platform.WEB, email)
        assert (notice.reference in person.get("/for-platforms?state=all").content.decode()) is sees, email


def test_one_of_many_servers_has_no_hook_since_it_would_tell_of_all(cast: Cast) -> None:
    mod = a_person_at(Platform.MASTODON, "mod@mastodon.social")
    assert mod.get("/for-platforms/hooks").status_code == 403
    assert mod.browser.post("/for-platforms/hooks", {"url": "https://h.example.org/"}).status_code == 403
