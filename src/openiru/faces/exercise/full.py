"""The full practice, driven through the product's own services by simulated officers, on a clock that runs ahead."""

from __future__ import annotations

from datetime import timedelta

import httpx
from django.conf import settings
from django.db import transaction

from openiru import clock
from openiru.faces.exercise import followup, officers, oversight
from openiru.faces.exercise.acting import Run
from openiru.faces.tools import fetchers, signer, tell_sandbox
from openiru.fetch import Fetcher
from openiru.ledger import queries as ledger_queries
from openiru.ledger import services as ledger
from openiru.people.actor import SYSTEM, Actor
from openiru.platforms import PLATFORMS, gates
from openiru.platforms.shapes import Sighting
from openiru.stages.cases import queries as cases
from openiru.stages.cases import services as casework
from openiru.stages.cases.models import Case, Decision
from openiru.stages.cases.triage import work as triage
from openiru.stages.evidence import work as capturing
from openiru.stages.intake import services as intake
from openiru.stages.intake.models import Account, Item
from openiru.stages.notices import services as sending
from openiru.stages.notices import surroundings, work
from openiru.stages.notices.models import Dispatch, Notice
from openiru.stages.verify import queries as verified
from openiru.stages.verify import services as verify
from openiru.stages.verify import work as looking
from openiru.stages.verify.models import Canary
from openiru.stages.verify.seeing import Seen
from openiru.terms import Leg, Platform, Presence

DAYS = 45
WITH_BROWSER = 5
STEP = timedelta(hours=24)
SPEED = 3600.0


def drive(people: dict[str, Actor], *, days: int = DAYS) -> Run:
    """Work every open case from capture to verified outcome; the stand-ins must be up."""
    run = Run(people)
    advance(timedelta(0))
    with transaction.atomic():
        ledger.append(SYSTEM.id, "exercise.run", "installation", now=clock.now(), facts={"days": days})
    with run.phase("capture"):
        capture(run)
    with run.phase("score"):
        triage.score_due(actor=SYSTEM, now=clock.now(), limit=len(cases.queue(people["ana"])))
    with run.phase("assess and decide"):
        oversight.review(run)
        decide(run)
    with run.phase("compose and send"):
        send(run)
    for _ in range(days):
        with run.phase("platforms answer"):
            advance(STEP)
        with run.phase("follow up"):
            followup.work(run)
            decide(run, leg=Leg.LOCAL_LAW)
            send(run)
        with run.phase("look"):
            look()
            look_by_hand(run)
    advance(timedelta(0))
    with run.phase("appeals"):
        oversight.appeal(run)
        oversight.take_record(run)
    with run.phase("ledger"):
        while ledger.sequence(now=clock.now(), signer=signer()):
            pass
        run.problems += oversight.audit(run)
    return run


def capture(run: Run) -> None:
    """Ana captures each account and each reported item; five accounts also with the browser."""
    ana, fetcher = run.people["ana"], fetchers()[0]
    for number, case in enumerate(cases.queue(ana, state=Case.State.OPEN)):
        account = case.account
        if account.url and not account.items.exists():
            run.attempt(intake.add_item, account.id, account.url, actor=ana)
        subjects: list[Account | Item] = [account] if account.url else []
        for subject in (*subjects, *account.items.all()):
            take = capturing.by_browser if number < WITH_BROWSER and subject is account else capturing.by_http
            run.attempt(take, subject, subject.url, fetcher=fetcher, actor=ana)


def decide(run: Run, *, leg: Leg = Leg.PLATFORM_POLICY) -> None:
    """Ana assesses what is open, Ben decides on what was assessed, each from the page alone."""
    ana, ben = run.people["ana"], run.people["ben"]
    for case in cases.queue(ana, state=Case.State.OPEN):
        sheet = officers.assess(cases.page(case.id, ana, on=clock.now().date()), leg=leg)
        run.attempt(casework.assess, case.id, sheet.new, actor=ana)
    for case in cases.queue(ben, state=Case.State.ASSESSED):
        page = cases.page(case.id, ben, on=clock.now().date())
        assert page.assessment is not None
        reasons = officers.approves(page)
        verb = casework.approve if reasons else casework.decline
        why = reasons or "The quotes do not show it, or the speaker may be protected."
        run.attempt(verb, page.assessment.id, reasons=why, actor=ben)


def send(run: Run) -> None:
    """Cleo composes what was approved, sends it, and submits by hand where the platform has a form."""
    cleo = run.people["cleo"]
    for decision in cases.approved_unsent(cleo):
        _look_again(run, decision)
        notice = run.attempt(sending.compose, decision.id, actor=cleo)
        if notice is not None:
            run.attempt(sending.send, notice.id, actor=cleo)
    while work.dispatch_due(actor=SYSTEM, now=clock.now()):
        pass
    waiting = Dispatch.objects.filter(state=Dispatch.State.BY_HAND).select_related("notice").order_by("id")
    with httpx.Client(timeout=30, trust_env=False) as client:
        for dispatch in waiting:
            ticket = _submit(client, dispatch.notice, work.package(dispatch.notice, now=clock.now()))
            run.attempt(sending.submitted, dispatch.notice.id, ticket, actor=cleo)


def _look_again(run: Run, decision: Decision) -> None:
    """Ana looks once more at each item that nobody saw live within a day: a notice names nothing that may be gone."""
    ana, fetcher = run.people["ana"], fetchers()[0]
    around = surroundings.of(decision, clock.now())
    for judged in decision.assessment.items.select_related("item").order_by("id"):
        seen = around.seen(judged.item.url)
        if judged.item.url and (seen is None or clock.now() - seen > gates.STALE_AFTER):
            run.attempt(capturing.by_http, judged.item, judged.item.url, fetcher=fetcher, actor=ana)


def _submit(client: httpx.Client, notice: Notice, package: bytes) -> str:
    host = notice.facts["account"]["url"].split("/")[2]
    form = f"{settings.OPENIRU['OPENIRU_SANDBOX']}/{host}/report-form"
    reply = client.post(form, content=package, headers={"Content-Type": "application/zip"})
    reply.raise_for_status()
    return str(reply.json()["ticket"])


def advance(step: timedelta) -> None:
    """Move our clock and the stand-ins' clock ahead together; what is due there happens before this returns."""
    standing = ledger_queries.installation()
    assert standing is not None and standing.clock_offset is not None
    ledger.set_clock(offset=standing.clock_offset + step, speed=SPEED if step else 1.0)
    tell_sandbox(clock.now())


def look_by_hand(run: Run) -> None:
    """Omar opens the pages that no machine may open, from each vantage, and notes what the platform's own words say."""
    omar = run.people["omar"]
    by_vantage = {fetcher.vantage: fetcher for fetcher in fetchers()}
    opened: set[tuple[str, str]] = set()
    for lookup in verified.by_hand(omar, now=clock.now()):
        fetcher = by_vantage[lookup.vantage]
        if (lookup.account.platform, lookup.vantage) not in opened:
            opened.add((lookup.account.platform, lookup.vantage))
            _open_canaries(Platform(lookup.account.platform), fetcher, omar)
        account = lookup.account
        sighting = Sighting(Presence.UNKNOWN, "nothing_to_see")
        if account.url:
            response = fetcher.get(account.url).response
            sighting = PLATFORMS[Platform(account.platform)].read_presence(response)
        seen = Seen(
            account.id, lookup.vantage, sighting, account.url or account.key, notice_id=lookup.notice_id, by_hand=True
        )
        verify.record(seen, actor=omar, now=clock.now(), lookup_id=lookup.id)


def _open_canaries(platform: Platform, fetcher: Fetcher, omar: Actor) -> None:
    """Omar opens the platform's canaries first, in the very way in which he opens accounts."""
    looked = [
        PLATFORMS[platform].read_presence(fetcher.get(one.url).response).presence == one.expect
        for one in Canary.objects.filter(platform=platform, of_items=False)
    ]
    as_expected = bool(looked) and all(looked)
    verify.record_canaries_by_hand(
        platform, vantage=fetcher.vantage, as_expected=as_expected, actor=omar, now=clock.now()
    )


def look() -> None:
    """The worker's part: plan looks and make those that are due, from every vantage."""
    vantages = tuple(fetcher.vantage for fetcher in fetchers())
    verify.plan(vantages=vantages, actor=SYSTEM)
    verify.plan_items(vantage=vantages[0], actor=SYSTEM, now=clock.now())
    for fetcher in fetchers():
        while looking.look_due(fetcher=fetcher, actor=SYSTEM, now=clock.now(), limit=200):
            pass
