"""The verbs from an approval to the public record: notices, answers, looks, appeals, the exported table."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count

from openiru.platforms.shapes import Sighting
from openiru.stages.cases import delisting as of_cases
from openiru.stages.intake.formats.shapes import Row
from openiru.stages.notices import answers, delisting, followed, outbox, urgency
from openiru.stages.notices import services as sending
from openiru.stages.notices.models import Notice, WithdrawalTask
from openiru.stages.notices.transports.shapes import InDoubt
from openiru.stages.redress import services as redress
from openiru.stages.register.models import Listing
from openiru.stages.transparency import export
from openiru.stages.verify import items as posts
from openiru.stages.verify import returning
from openiru.stages.verify import services as verify
from openiru.stages.verify.models import Reappearance
from openiru.stages.verify.seeing import Seen
from openiru.terms import Outcome, Platform, Presence
from tests import builders
from tests.builders import LATER, NOW, SYSTEM, Cast
from tests.people.table import Do, verb

_numbers = count(1)


@verb(sending.compose, "notice.compose", "cleo", "notice.composed")
def _(cast: Cast) -> Do:
    made = builders.an_approval(cast)
    return lambda actor: sending.compose(made.id, actor=actor, now=NOW)


@verb(sending.send, "notice.send", "cleo", "notice.queued")
def _(cast: Cast) -> Do:
    notice = builders.a_notice(cast)
    return lambda actor: sending.send(notice.id, actor=actor, now=NOW)


@verb(sending.submitted, "notice.send", "cleo", "notice.submitted")
def _(cast: Cast) -> Do:
    notice = builders.a_queued_notice(cast, platform=Platform.X)
    return lambda actor: sending.submitted(notice.id, "TCK-000001", actor=actor, now=NOW)


@verb(sending.settle, "notice.send", "cleo", "notice.settled")
def _(cast: Cast) -> Do:
    (dispatch,) = _in_doubt(cast).dispatches.all()
    return lambda actor: sending.settle(dispatch.id, arrived=True, why="They said so.", actor=actor, now=NOW)


def _in_doubt(cast: Cast) -> Notice:
    notice = builders.a_queued_notice(cast)
    leased = builders.a_begun_dispatch()
    outbox.record(leased, InDoubt("it broke"), actor=SYSTEM, now=NOW)
    return notice


@verb(sending.remind, "notice.send", "cleo", "notice.reminded")
def _(cast: Cast) -> Do:
    notice = builders.a_sent_notice(cast)
    return lambda actor: sending.remind(notice.id, actor=actor, now=NOW + timedelta(days=30))


@verb(sending.withdraw, "notice.withdraw", "cleo", "notice.withdrawn")
def _(cast: Cast) -> Do:
    notice = builders.a_sent_notice(cast)
    return lambda actor: sending.withdraw(notice.id, reason="A mistake.", wrong=True, actor=actor, now=NOW)


@verb(sending.close, "notice.answer", "cleo", "notice.closed")
def _(cast: Cast) -> Do:
    notice = builders.a_sent_notice(cast)
    return lambda actor: sending.close(notice.id, actor=actor, now=NOW)


@verb(sending.put_off_telling, "case.decide", "ben", "notice.nondisclosure_set")
def _(cast: Cast) -> Do:
    until = NOW.date() + timedelta(days=20)
    wish = sending.NewNonDisclosure(builders.a_case(cast).id, cast.omar.person, until, "An inquiry.")
    return lambda actor: sending.put_off_telling(wish, actor=actor, now=NOW)


@verb(urgency.confirm, "case.decide", "ben", "notice.urgency_confirmed")
def _(cast: Cast) -> Do:
    new = urgency.NewUrgency(builders.a_case(cast).id, cast.omar.person, "It names a school and tomorrow's date.")
    return lambda actor: urgency.confirm(new, actor=actor, now=NOW)


LETTER = b"From: somebody@elsewhere.example.org\r\nSubject: hello\r\n\r\nWe write to you.\r\n"


@verb(answers.receive, "notice.work", "system", "notice.message_received", bound=False)
def _(_cast: Cast) -> Do:
    return lambda actor: answers.receive(LETTER, actor=actor, now=NOW)


@verb(followed.record, "notice.work", "system", "notice.message_received", bound=False)
def _(cast: Cast) -> Do:
    notice = builders.a_sent_notice(cast)
    return lambda actor: followed.record(notice.id, "status: accepted", actor=actor, now=NOW)


@verb(answers.place, "notice.answer", "cleo", "notice.message_received")
def _(cast: Cast) -> Do:
    notice, message = builders.a_sent_notice(cast), answers.receive(LETTER, actor=SYSTEM, now=NOW)
    return lambda actor: answers.place(message.id, notice.id, actor=actor, now=NOW)


@verb(answers.record, "notice.answer", "cleo", "notice.answered")
def _(cast: Cast) -> Do:
    notice, new = builders.a_sent_notice(cast), answers.NewAnswer(Outcome.ACCOUNT_DISABLED, "We blocked it.")
    return lambda actor: answers.record(notice.id, new, actor=actor, now=NOW)


@verb(answers.resume, "notice.answer", "cleo", "notice.clock_resumed")
def _(cast: Cast) -> Do:
    notice = builders.a_sent_notice(cast)
    asked = answers.NewAnswer(Outcome.CLARIFICATION_ASKED, "Which law?")
    answers.record(notice.id, asked, actor=cast.cleo, now=NOW)
    return lambda actor: answers.resume(notice.id, actor=actor, now=LATER)


@verb(verify.plan, "verify.look", "system", bound=False)
def _(cast: Cast) -> Do:
    builders.a_sent_notice(cast)
    return lambda actor: verify.plan(vantages=("outside",), actor=actor)


@verb(verify.plan_items, "verify.look", "system", bound=False)
def _(cast: Cast) -> Do:
    builders.a_sent_notice(cast)
    return lambda actor: verify.plan_items(vantage="outside", actor=actor, now=NOW)


SEEN = Seen(0, "outside", Sighting(Presence.UNKNOWN, "nothing"), "https://t.me/x")


@verb(verify.record, "verify.look", "cleo", "verify.looked", "verify.concluded")
def _(cast: Cast) -> Do:
    account = builders.a_case(cast).account
    return lambda actor: verify.record(replace(SEEN, account_id=account.id), actor=actor, now=NOW)


@verb(posts.record, "verify.look", "cleo", "verify.looked", "verify.concluded")
def _(cast: Cast) -> Do:
    item = builders.a_sent_notice(cast).decision.assessment.items.get().item
    return lambda actor: posts.record(item.id, SEEN, actor=actor, now=NOW)


@verb(verify.add_canary, "verify.look", "cleo", "verify.looked", bound=False)
def _(_cast: Cast) -> Do:
    url = f"https://t.me/canary{next(_numbers)}"
    return lambda actor: verify.add_canary(Platform.TELEGRAM, url, Presence.LIVE, actor=actor, now=NOW)


@verb(verify.sooner, "verify.look", "cleo", "verify.hinted")
def _(cast: Cast) -> Do:
    account = builders.a_case(cast).account
    return lambda actor: verify.sooner(account.id, vantages=("outside",), actor=actor, now=NOW)


@verb(verify.record_canaries_by_hand, "verify.look", "cleo", "verify.canaries_seen", bound=False)
def _(_cast: Cast) -> Do:
    return lambda actor: verify.record_canaries_by_hand(
        Platform.X, vantage="outside", as_expected=True, actor=actor, now=NOW
    )


def _a_return(cast: Cast) -> tuple[returning.Return, int]:
    return returning.Return(builders.a_case(cast).account.id, Row(1, "https://t.me/backagain")), cast.ana.agency_id or 0


@verb(returning.file, "intake.load", "ana", "intake.report_filed", "verify.reappearance")
def _(cast: Cast) -> Do:
    new, agency = _a_return(cast)
    return lambda actor: returning.file(new, agency_id=agency, actor=actor, now=NOW)


@verb(returning.decide, "verify.decide", "ana", "verify.reappearance_decided")
def _(cast: Cast) -> Do:
    new, agency = _a_return(cast)
    report = returning.file(new, agency_id=agency, actor=cast.ana, now=NOW)
    one = Reappearance.objects.get(report=report)
    return lambda actor: returning.decide(one.id, same=True, reasons="the same picture", actor=actor, now=NOW)


@verb(
    redress.decide, "redress.decide", "rio", "redress.appeal_decided", "notice.withdrawn", "redress.reinstatement_asked"
)
def _(cast: Cast) -> Do:
    notice = builders.a_sent_notice(cast)
    appeal = redress.file(notice.holder_code, text="This is a choir.", contact="", now=NOW)
    return lambda actor: redress.decide(appeal.id, upheld=True, reasons="It is a choir.", actor=actor, now=LATER)


@verb(export.as_csv, "transparency.view", "dara", "transparency.exported", bound=False)
def _(cast: Cast) -> Do:
    builders.a_case(cast)
    return lambda actor: export.as_csv(actor, now=NOW)


@verb(of_cases.take, "case.work", "system", "case.reopened", bound=False)
def _(cast: Cast) -> Do:
    builders.an_assessment(cast)
    _end()
    return lambda actor: of_cases.take(actor=actor, now=NOW)


@verb(delisting.propose, "notice.work", "system", "notice.withdrawal_proposed", bound=False)
def _(cast: Cast) -> Do:
    builders.a_sent_notice(cast)
    _end()
    return lambda actor: delisting.propose(actor=actor, now=NOW)


@verb(delisting.keep, "notice.withdraw", "cleo", "notice.kept")
def _(cast: Cast) -> Do:
    builders.a_sent_notice(cast)
    _end()
    delisting.propose(actor=SYSTEM, now=NOW)
    Listing.objects.update(ended_on=None, ended_noticed_at=None)
    task = WithdrawalTask.objects.get()
    return lambda actor: delisting.keep(task.id, "Listed again.", actor=actor, now=NOW)


def _end() -> None:
    Listing.objects.update(ended_on=NOW.date(), ended_noticed_at=NOW)
