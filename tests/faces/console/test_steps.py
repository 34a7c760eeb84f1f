"""The rarer steps on screen: opinion, protection and review, recall, doubts, the mailbox, appeals, looking by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from openiru.people.models import User
from openiru.people.queries import actor_for
from openiru.stages.cases import protections
from openiru.stages.cases.models import Case
from openiru.stages.intake.models import Account
from openiru.stages.notices import services as notices
from openiru.stages.notices.models import Dispatch, Message, Notice
from openiru.stages.verify.models import Conclusion, Reappearance
from openiru.terms import ProtectionKind
from tests.faces.console import stand as standing
from tests.faces.console.stand import Stand

Browser = Callable[[User], Client]


@pytest.fixture
def case(stand: Stand, moment: datetime) -> Case:
    """One reported account on X."""
    return standing.report(stand, moment)[0]


@pytest.fixture
def sent(case: Case, stand: Stand, moment: datetime) -> Notice:
    """A notice that a person submitted on the platform's form."""
    decision = standing.approve(case, stand, moment)
    cleo = actor_for(stand.cleo)
    notice = notices.compose(decision.id, actor=cleo, now=moment)
    dispatch = notices.send(notice.id, actor=cleo, now=moment)
    Dispatch.objects.filter(id=dispatch.id).update(state="by_hand")
    return notices.submitted(notice.id, "T-1", actor=cleo, now=moment)


def test_a_single_source_waits_for_the_second_opinion(
    case: Case, stand: Stand, moment: datetime, browser: Browser
) -> None:
    made = standing.assess(case, stand, moment, stand.lone)
    decide = {"assessment": made.id, "reasons": "clear"}
    early = browser(stand.ben).post(reverse("approve", args=[case.id]), decide)
    assert early.status_code == 422 and "second legal opinion" in early.content.decode()
    olga = browser(stand.olga)
    undecided = olga.post(reverse("opinion", args=[case.id]), {"assessment": made.id, "reasons": "MY REASONS"})
    assert undecided.status_code == 422 and "MY REASONS" in undecided.content.decode()
    given = {"assessment": made.id, "reasons": "listed by the one that counts", "agrees": "yes"}
    assert olga.post(reverse("opinion", args=[case.id]), given).status_code == 302
    assert browser(stand.ben).post(reverse("approve", args=[case.id]), decide).status_code == 302


def test_a_protected_speaker_is_a_hard_stop_until_the_senior_review(
    case: Case, stand: Stand, moment: datetime, browser: Browser
) -> None:
    new = protections.NewProtection(ProtectionKind.PRESS, "Lamp Weekly", "press register", case.account.key)
    kept = protections.add(new, actor=actor_for(stand.cleo), now=moment)
    made = standing.assess(case, stand, moment)
    decide = {"assessment": made.id, "reasons": "clear"}
    stopped = browser(stand.ben).post(reverse("approve", args=[case.id]), decide)
    assert stopped.status_code == 422 and "Hard stop" in stopped.content.decode()
    word = {"protection": kept.id, "word": "go_on", "reasons": "not the newspaper"}
    assert browser(stand.ana).post(reverse("review", args=[case.id]), word).status_code == 403
    assert browser(stand.senior).post(reverse("review", args=[case.id]), word).status_code == 302
    assert browser(stand.ben).post(reverse("approve", args=[case.id]), decide).status_code == 302


def test_an_approval_can_be_recalled_with_reasons(case: Case, stand: Stand, moment: datetime, browser: Browser) -> None:
    decision = standing.approve(case, stand, moment)
    ben = browser(stand.ben)
    assert ben.post(reverse("recall", args=[case.id]), {"decision": decision.id, "reasons": ""}).status_code == 422
    assert ben.post(reverse("recall", args=[case.id]), {"decision": decision.id, "reasons": "x"}).status_code == 302
    assert ben.post(reverse("recall", args=[case.id]), {"decision": 10**9, "reasons": "x"}).status_code == 404


def test_telling_the_holder_later_takes_two_people(
    case: Case, stand: Stand, moment: datetime, browser: Browser
) -> None:
    standing.approve(case, stand, moment)
    until = (moment + timedelta(days=20)).date().isoformat()
    typed = {"asked_by": stand.ana.id, "until": until, "reasons": "an operation is under way"}
    ben = browser(stand.ben)
    late = typed | {"until": (moment + timedelta(days=90)).date().isoformat()}
    refused = ben.post(reverse("put-off", args=[case.id]), late)
    assert refused.status_code == 422 and "an operation is under way" in refused.content.decode()
    own = ben.post(reverse("put-off", args=[case.id]), typed | {"asked_by": stand.ben.id})
    assert own.status_code == 403
    assert ben.post(reverse("put-off", args=[case.id]), typed).status_code == 302


def test_a_doubt_is_settled_by_a_person(case: Case, stand: Stand, moment: datetime, browser: Browser) -> None:
    decision = standing.approve(case, stand, moment)
    cleo = actor_for(stand.cleo)
    notice = notices.compose(decision.id, actor=cleo, now=moment)
    dispatch = notices.send(notice.id, actor=cleo, now=moment)
    Dispatch.objects.filter(id=dispatch.id).update(state="in_doubt", error="connection lost")
    Notice.objects.filter(id=notice.id).update(state="in_doubt")
    office = browser(stand.cleo)
    assert "connection lost" in office.get(reverse("notice", args=[notice.id])).content.decode()
    typed = {"dispatch": dispatch.id, "why": "their desk confirmed it"}
    unsaid = office.post(reverse("settle", args=[notice.id]), typed)
    assert unsaid.status_code == 422 and "their desk confirmed it" in unsaid.content.decode()
    assert office.post(reverse("settle", args=[notice.id]), typed | {"arrived": "yes"}).status_code == 302
    notice.refresh_from_db()
    assert notice.state == "sent"


def test_an_answer_is_a_claim_with_the_platforms_words(sent: Notice, stand: Stand, browser: Browser) -> None:
    cleo = browser(stand.cleo)
    typed = {"outcome": "account_disabled", "quote": ""}
    assert cleo.post(reverse("answer", args=[sent.id]), typed).status_code == 422
    assert cleo.post(reverse("answer", args=[sent.id]), typed | {"outcome": "cured"}).status_code == 422
    assert cleo.post(reverse("answer", args=[sent.id]), typed | {"quote": "We disabled it."}).status_code == 302
    sam = browser(stand.sam)
    assert sam.get(reverse("figure", args=["acted"])).context["page"].paginator.count == 1
    assert sam.get(reverse("figure", args=["verified_gone"])).context["page"].paginator.count == 0
    assert sam.get(reverse("figure", args=["still_claimed_gone"])).context["page"].paginator.count == 1


def test_a_message_that_nobody_could_place_is_placed_by_a_person(
    sent: Notice, stand: Stand, moment: datetime, browser: Browser
) -> None:
    message = Message.objects.create(
        message_id="<a@example.org>",
        sha256="0" * 64,
        sender="desk@example.org",
        title="Your report",
        body="Hello, we are not sure what you mean.",
        why="answers to no message of ours",
        state="unplaced",
        at=moment,
    )
    cleo = browser(stand.cleo)
    wrong = cleo.post(reverse("place", args=[message.id]), {"reference": "IRU-NONE"})
    assert wrong.status_code == 404 and "IRU-NONE" in wrong.content.decode()
    assert cleo.post(reverse("place", args=[message.id]), {"reference": sent.reference}).status_code == 302
    message.refresh_from_db()
    assert message.notice_id == sent.id
    if message.state == "unread":
        said = {"message": message.id, "outcome": "clarification_asked", "quote": "not sure what you mean"}
        assert cleo.post(reverse("record", args=[message.id]), said).status_code == 302
        sent.refresh_from_db()
        assert sent.state == "paused"
        assert cleo.post(reverse("resume", args=[sent.id])).status_code == 302


def test_an_upheld_appeal_withdraws_and_the_holder_reads_the_reasons(
    sent: Notice, stand: Stand, client: Client, browser: Browser
) -> None:
    code = {"code": sent.holder_code}
    filed = client.post(reverse("appeal"), code | {"text": "I am a teacher.", "do": "file"})
    assert filed.status_code == 200 and "Your appeal is here" in filed.content.decode()
    again = client.post(reverse("appeal"), code | {"text": "SECOND WORDS", "do": "file"})
    assert again.status_code == 409 and "SECOND WORDS" in again.content.decode()
    appeal = sent.appeals.get()
    word = {"word": "uphold", "reasons": "it quotes to warn"}
    mine = browser(stand.ben).post(reverse("decide-appeal", args=[appeal.id]), word)
    assert mine.status_code == 403 and "it quotes to warn" in mine.content.decode()
    assert browser(stand.senior).post(reverse("decide-appeal", args=[appeal.id]), word).status_code == 302
    sent.refresh_from_db()
    assert sent.state == "withdrawn"
    assert "it quotes to warn" in client.post(reverse("appeal"), code | {"do": "look"}).content.decode()


def test_a_look_by_hand_needs_the_platforms_words_to_say_gone(sent: Notice, stand: Stand, browser: Browser) -> None:
    cleo, address = browser(stand.cleo), reverse("looked", args=[sent.case_id])
    assert cleo.post(address, {"presence": "vanished"}).status_code == 422
    assert cleo.post(address, {"presence": "suspended", "quote": ""}).status_code == 302
    assert sent.case.account.conclusion.verified == "unknown"
    assert cleo.post(address, {"presence": "suspended", "quote": "Account suspended"}).status_code == 302
    sent.case.account.conclusion.refresh_from_db()
    assert sent.case.account.conclusion.verified == "verified_gone"


def test_a_reappearance_is_a_new_report(sent: Notice, stand: Stand, browser: Browser) -> None:
    ana, address = browser(stand.ana), reverse("reappeared", args=[sent.case_id])
    bad = ana.post(address, {"address": "https://example.invalid/x", "note": "same seal"})
    assert bad.status_code == 422 and "same seal" in bad.content.decode()
    assert ana.post(address, {"address": "https://x.com/lampwriter_b", "note": "same seal"}).status_code == 302
    assert sent.case.account.reappearances.count() == 1


def test_what_detection_suggests_is_filed_as_a_return_by_a_person(
    sent: Notice, stand: Stand, browser: Browser, moment: datetime
) -> None:
    earlier = sent.case.account
    Account.objects.filter(id=earlier.id).update(first_seen=moment - timedelta(days=90))
    Conclusion.objects.update_or_create(
        account=earlier, defaults={"verified": "verified_gone", "since": moment - timedelta(days=10), "why": "seen"}
    )
    ana = browser(stand.ana)
    url = f"https://x.com/{earlier.handle}_2"
    assert ana.post(reverse("intake"), {"pasted": url}).status_code == 302
    case = Case.objects.get(account__url__iexact=url)
    Account.objects.filter(id=case.account_id).update(first_seen=moment - timedelta(days=2))
    page = ana.get(reverse("case", args=[case.id])).content.decode()
    assert "File as its possible return" in page
    address = reverse("succeeded", args=[case.id])
    assert ana.post(address, {"earlier": "999999"}).status_code == 404
    assert ana.post(address, {"earlier": str(earlier.id)}).status_code == 302
    one = Reappearance.objects.get()
    assert (one.earlier_id, one.later_id, one.link, one.word) == (earlier.id, case.account_id, "detected", "open")
    assert one.shown and "File as its possible return" not in ana.get(reverse("case", args=[case.id])).content.decode()


def test_a_telephone_number_is_never_captured_by_its_address(stand: Stand, browser: Browser) -> None:
    ana = browser(stand.ana)
    assert ana.post(reverse("intake"), {"pasted": "https://wa.me/12025550143"}).status_code == 302
    case = Case.objects.get()
    page = ana.get(reverse("case", args=[case.id])).content.decode()
    assert "12025550143" not in page and "sealed" in page
    assert ana.post(reverse("capture", args=[case.id])).status_code == 409
    assert not case.account.captures.exists()
