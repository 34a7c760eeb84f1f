"""Time, as the worker ticks it: each tick asks what is due and does it; leases in the tables keep many workers apart."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db import close_old_connections, connections

from openiru import clock
from openiru.errors import Unavailable
from openiru.faces.jobs import letters, replies
from openiru.faces.jobs.imap import Mailbox
from openiru.faces.tools import fetchers, signer, tell_sandbox, vantages
from openiru.ledger import queries as ledger_queries
from openiru.ledger import services as ledger
from openiru.ledger.models import Heartbeat
from openiru.people.actor import SYSTEM
from openiru.stages.cases import delisting as case_delisting
from openiru.stages.cases import services as cases
from openiru.stages.cases.triage import holding
from openiru.stages.cases.triage import work as triage
from openiru.stages.evidence import sealing
from openiru.stages.evidence import work as capturing
from openiru.stages.intake import retention
from openiru.stages.intake import work as intake
from openiru.stages.intake.watching import queries as watched
from openiru.stages.intake.watching import work as watching
from openiru.stages.matching import services as matching_services
from openiru.stages.matching import work as matching
from openiru.stages.notices import corrections, direct_lines, followed, signals
from openiru.stages.notices import delisting as notice_delisting
from openiru.stages.notices import queries as notice_queries
from openiru.stages.notices import work as notices
from openiru.stages.notices.clock import reminders
from openiru.stages.notices.counter import hooking, hooks
from openiru.stages.register import queries as register
from openiru.stages.register import work as registering
from openiru.stages.verify import networks
from openiru.stages.verify import services as verify
from openiru.stages.verify import work as looking
from openiru.terms import Mode

log = logging.getLogger("openiru.jobs")


@dataclass(frozen=True, slots=True)
class Tick:
    """One thing that time does: its name, how often in seconds, and what it calls. It returns how much was done.

    Ticks of a lane wait for each other; what takes minutes has a lane of its own, so that notices never wait for a file.
    """

    name: str
    every: float
    work: Callable[[], int]
    lane: str = "main"


def sequence() -> int:
    """Put waiting leaves into the tree and sign a checkpoint."""
    return ledger.sequence(now=clock.now(), signer=signer())


def dispatch() -> int:
    """Hand over what people told us to send."""
    return notices.dispatch_due(actor=SYSTEM, now=clock.now())


def remind() -> int:
    """Ask again where an answer is late: a reminder to the same recipient, no new leg (law 5)."""
    return reminders.remind_due(actor=SYSTEM, now=clock.now())


def plan_looks() -> int:
    """Plan looks for notices that went out."""
    if not fetchers():
        return 0
    named = vantages()
    return verify.plan_items(vantage=named[0], actor=SYSTEM, now=clock.now()) + verify.plan(
        vantages=named, actor=SYSTEM
    )


def look() -> int:
    """Look at accounts that are due, from each vantage."""
    return sum(looking.look_due(fetcher=fetcher, actor=SYSTEM, now=clock.now()) for fetcher in fetchers())


def watch() -> int:
    """Look where a watch is due; what was found waits for a case like any other report."""
    found = sum(watching.look_due(fetcher=one, actor=SYSTEM, now=clock.now()) for one in fetchers()[:1])
    if found:
        for agency_id in watched.agencies():
            cases.open_waiting(agency_id, actor=SYSTEM, now=clock.now())
    return found


def match() -> int:
    """Give detection the addresses that notices asked about, and let it read what came in; it only suggests."""
    now = clock.now()
    matching_services.learn_referred(notice_queries.asked_about(), actor=SYSTEM, now=now)
    fell = corrections.files_taken_back()
    matching_services.let_go(fell, actor=SYSTEM, now=now)
    matching_services.let_go(tuple(signals.of_files(fell)), actor=SYSTEM, now=now)
    return matching.scan_new(actor=SYSTEM, now=now)


def trace() -> int:
    """Keep what accounts post, forward and announce, for the networks."""
    return networks.trace_new(actor=SYSTEM, now=clock.now())


def match_texts() -> int:
    """Let the text models read posts, the one in shadow and the live one; somebody else's may be slow, so it has its lane."""
    return matching.scan_texts(actor=SYSTEM, now=clock.now())


def score() -> int:
    """Score waiting cases anew where something changed; it only sorts them."""
    return triage.score_due(actor=SYSTEM, now=clock.now(), limit=2_000)


def watch_rules() -> int:
    """Switch off rules whose day has passed, trip quarantines, and forget who looked at what."""
    now = clock.now()
    holding.forget_looks(actor=SYSTEM, now=now)
    return triage.expire_rules(actor=SYSTEM, now=now) + triage.trip(actor=SYSTEM, now=now)


def forget() -> int:
    """Delete evidence on its date: hide it, take the bytes away, prove that they are gone."""
    now = clock.now()
    return sealing.delete_due(actor=SYSTEM, now=now) + sealing.erase(actor=SYSTEM, now=now)


def stamp() -> int:
    """Have captures time-stamped by the authority that is named."""
    return capturing.stamp_due(actor=SYSTEM, now=clock.now())


def forget_reports() -> int:
    """Delete reports and accounts that led nowhere, on their date."""
    return retention.forget(actor=SYSTEM, now=clock.now())


def sandbox_clock() -> int:
    """Tell an exercise's stand-in platforms what time it is, so that they answer when they would."""
    return tell_sandbox(clock.now())


def take_delistings() -> int:
    """Reopen cases and propose withdrawals where a designation ended; people withdraw (law 5)."""
    now = clock.now()
    return case_delisting.take(actor=SYSTEM, now=now) + notice_delisting.propose(actor=SYSTEM, now=now)


def fetch_lists() -> int:
    """Get the lists from their publishers. Raises `Unavailable` if one of them needs a person, so that it is red."""
    standing = ledger_queries.installation()
    if standing is None or standing.mode != Mode.LIVE:
        return 0
    found = registering.update_all(
        register.fetched_lists(),
        downloader=registering.downloader(Mode.LIVE, allow_loopback=False),
        folder=settings.HOME / "lists",
        actor=SYSTEM,
        now=clock.now(),
    )
    failed = sorted(one.slug for one in found if not one.ok)
    if failed:
        raise Unavailable("lists", f"{', '.join(failed)}: see the register")
    return len(found)


def _mailbox(setting: str) -> Mailbox | None:
    """The mailbox that these settings name; None where none is set, or before the installation was made."""
    given, standing = settings.OPENIRU, ledger_queries.installation()
    if not given[setting] or standing is None:
        return None
    return Mailbox(
        given[setting],
        given[f"{setting}_USER"],
        given[f"{setting}_PASSWORD"],
        must_be_signed=standing.mode == Mode.LIVE,
    )


def take_letters() -> int:
    """Take in reports that were mailed. In a live unit a letter must be signed by its sender's own domain."""
    mailbox = _mailbox("OPENIRU_IMAP")
    if mailbox is None:
        return 0
    return letters.take_letters(mailbox, now=clock.now()) + letters.send_receipts(now=clock.now())


def take_answers() -> int:
    """Take in what platforms answer by mail, and what comes back as not delivered. In a live unit answers must be signed."""
    mailbox = _mailbox("OPENIRU_ANSWERS_IMAP")
    if mailbox is None:
        return 0
    return replies.take_answers(mailbox, now=clock.now())


def tell_hooks() -> int:
    """Tell platforms at their own addresses that something of theirs changed here."""
    now = clock.now()
    hooks.plan(actor=SYSTEM, now=now)
    return hooking.tell_due(actor=SYSTEM, now=now)


def ask_services() -> int:
    """Ask the services that tell where a report stands; what is new waits for a person."""
    now = clock.now()
    return followed.ask_due(notices.wire(now), actor=SYSTEM, now=now)


def forget_lines() -> int:
    """Delete the personal data of direct lines on their date."""
    return direct_lines.forget_due(actor=SYSTEM, now=clock.now())


def load_files() -> int:
    """Take in large files that officers left, and open the cases of what is new."""
    ended = intake.take_waiting(actor=SYSTEM, clock=clock.now)
    for agency_id in {batch.agency_id for batch in ended}:
        cases.open_waiting(agency_id, actor=SYSTEM, now=clock.now())
    return len(ended)


TICKS = (
    Tick("sequence", 2, sequence),
    Tick("dispatch", 2, dispatch, "mail"),
    Tick("remind", 60, remind),
    Tick("take_answers", 30, take_answers, "mail"),
    Tick("tell_hooks", 5, tell_hooks, "hooks"),
    Tick("ask_services", 6 * 3600, ask_services, "hooks"),
    Tick("forget_lines", 3600, forget_lines, "files"),
    Tick("plan_looks", 15, plan_looks),
    Tick("look", 10, look),
    Tick("watch", 30, watch),
    Tick("sandbox_clock", 5, sandbox_clock),
    Tick("fetch_lists", 6 * 3600, fetch_lists, "files"),
    Tick("load_files", 3, load_files, "files"),
    Tick("take_letters", 60, take_letters, "files"),
    Tick("match", 5, match, "files"),
    Tick("trace", 15, trace, "files"),
    Tick("match_texts", 5, match_texts, "texts"),
    Tick("score", 5, score, "triage"),
    Tick("watch_rules", 120, watch_rules, "triage"),
    Tick("take_delistings", 60, take_delistings),
    Tick("forget", 3600, forget),
    Tick("stamp", 20, stamp, "files"),
    Tick("forget_reports", 3600, forget_reports, "files"),
)


def run_forever(stop: threading.Event) -> None:
    """Tick until told to stop. A tick that fails is written down, shown on Today, and tried again at its next time."""
    clock.use_offset(ledger_queries.clock_offset)
    lanes = sorted({tick.lane for tick in TICKS})
    threads = [threading.Thread(target=_run_lane, args=(lane, stop), name=lane, daemon=True) for lane in lanes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _run_lane(lane: str, stop: threading.Event) -> None:
    waits = {tick.name: 0.0 for tick in TICKS if tick.lane == lane}
    while not stop.is_set():
        for tick in (one for one in TICKS if one.lane == lane):
            waits[tick.name] -= 0.5
            if waits[tick.name] <= 0 and not stop.is_set():
                waits[tick.name] = 0.0 if run_once(tick) else tick.every
        stop.wait(0.5)
    connections.close_all()


def run_once(tick: Tick) -> int:
    """Run one tick and note how it went; returns how much was done (0 after a failure)."""
    close_old_connections()
    wall = datetime.now(UTC)
    try:
        done = tick.work()
    except Exception as error:
        log.exception("tick %s failed", tick.name)
        _note(tick, bad_at=wall, error=f"{type(error).__name__}: {error}"[:300])
        return 0
    _note(tick, good_at=wall, error="")
    return done if tick.name in {"dispatch", "look"} else 0


def _note(tick: Tick, **columns: object) -> None:
    try:
        Heartbeat.objects.update_or_create(name=tick.name, defaults={"every_seconds": tick.every, **columns})
    except Exception:
        log.exception("heartbeat of %s could not be written", tick.name)
