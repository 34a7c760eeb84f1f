"""The verbs of intake: files in one piece and in parts, single reports, joined accounts, reporters from outside, forgetting."""

from __future__ import annotations

import io
from itertools import count

from openiru.stages.cases import services as casework
from openiru.stages.intake import accounts, loading, reporters, retention
from openiru.stages.intake import services as intake
from openiru.stages.intake.formats import csv_table, parse
from openiru.stages.intake.formats.shapes import Row
from openiru.stages.intake.models import Account, Batch, Reporter
from openiru.stages.intake.naming import Part, parts
from tests import builders
from tests.builders import LATER, MUCH_LATER, NOW, SYSTEM, Cast
from tests.people.table import Do, verb

_numbers = count(1)


def a_batch(cast: Cast, rows: int = 1, *, is_counted: bool = True) -> Batch:
    """A large file of Ana's agency of which nothing is taken in yet."""
    number = next(_numbers)
    upload = loading.Upload(
        f"{number}.csv", f"{number:064d}", rows if is_counted else None, cast.ana.agency_id or 0, "csv", is_kept=True
    )
    return loading.open_batch(upload, actor=cast.ana, now=NOW).batch


def a_part(number: int = 1) -> Part:
    """The only part of a file with one row."""
    (part,) = parts([Row(2, f"https://t.me/apart{number}")], key=b"k")
    return part


def a_closed_case_s_account(cast: Cast) -> Account:
    """An account whose case is closed."""
    case = builders.a_case(cast)
    casework.close(case.id, reason="the same as another", actor=cast.ana, now=NOW)
    return case.account


@verb(loading.load, "intake.load", "ana", "intake.batch_loaded")
def _(cast: Cast) -> Do:
    parsed = parse(csv_table.READER, io.BytesIO(f"url\nhttps://t.me/channel{next(_numbers)}\n".encode()))
    agency = cast.ana.agency_id or 0
    return lambda actor: loading.load(parsed, name="a.csv", agency_id=agency, actor=actor, now=NOW)


@verb(loading.open_batch, "intake.load", "ana", "intake.batch_opened")
def _(cast: Cast) -> Do:
    number, agency = next(_numbers), cast.ana.agency_id or 0
    upload = loading.Upload("a.csv", f"{number:064x}", 3, agency, "csv")
    return lambda actor: loading.open_batch(upload, actor=actor, now=NOW)


@verb(loading.count_batch, "intake.load", "system", "intake.batch_counted")
def _(cast: Cast) -> Do:
    batch = a_batch(cast, is_counted=False)
    return lambda actor: loading.count_batch(batch.id, 4, actor=actor, now=NOW)


@verb(loading.lease, "intake.load", "system")
def _(cast: Cast) -> Do:
    batch = a_batch(cast)
    return lambda actor: loading.lease(batch.id, actor=actor, now=NOW)


@verb(loading.take_part, "intake.load", "system", "intake.part_taken")
def _(cast: Cast) -> Do:
    batch, part = a_batch(cast), a_part()
    return lambda actor: loading.take_part(batch.id, part, actor=actor, now=NOW)


@verb(loading.end_batch, "intake.load", "system", "intake.batch_loaded")
def _(cast: Cast) -> Do:
    batch = a_batch(cast)
    loading.take_part(batch.id, a_part(2), actor=SYSTEM, now=NOW)
    return lambda actor: loading.end_batch(batch.id, actor=actor, now=LATER)


@verb(loading.fail_batch, "intake.load", "system", "intake.batch_failed")
def _(cast: Cast) -> Do:
    batch = a_batch(cast)
    return lambda actor: loading.fail_batch(batch.id, "line 7: bad_quoting", actor=actor, now=NOW)


@verb(intake.file_report, "intake.load", "ana", "intake.report_filed")
def _(cast: Cast) -> Do:
    new = intake.NewReport(Row(1, "https://t.me/somechannel"), cast.ana.agency_id or 0)
    return lambda actor: intake.file_report(new, actor=actor, now=NOW)


@verb(intake.add_item, "case.assess", "ana", "intake.item_added")
def _(cast: Cast) -> Do:
    account = builders.a_case(cast).account
    return lambda actor: intake.add_item(account.id, f"{account.url}/77", actor=actor, now=NOW)


@verb(intake.open_address, "notice.compose", "cleo", "intake.phone_opened", bound=False)
def _(cast: Cast) -> Do:
    row = Row(1, f"https://wa.me/9993001{next(_numbers):06d}")
    new = intake.NewReport(row, cast.ana.agency_id or 0)
    account = intake.file_report(new, actor=cast.ana, now=NOW).account
    return lambda actor: intake.open_address(account, actor=actor, now=NOW)


@verb(accounts.join, "case.assess", "ana", "intake.account_merged")
def _(cast: Cast) -> Do:
    one, other = a_closed_case_s_account(cast), builders.a_case(cast).account
    return lambda actor: accounts.join(one.id, other.id, why="the same", actor=actor, now=NOW)


@verb(accounts.part, "case.assess", "ana", "intake.account_parted")
def _(cast: Cast) -> Do:
    account = builders.a_case(cast).account
    report = account.reports.get()
    return lambda actor: accounts.part(account.id, accounts.Parting((report.id,), "another"), actor=actor, now=NOW)


@verb(accounts.undo, "case.assess", "ana", "intake.joining_undone")
def _(cast: Cast) -> Do:
    one, other = a_closed_case_s_account(cast), builders.a_case(cast).account
    joining = accounts.join(one.id, other.id, why="the same", actor=cast.ana, now=NOW)
    return lambda actor: accounts.undo(joining.id, why="not the same", actor=actor, now=LATER)


@verb(reporters.add, "intake.reporters", "sue", "intake.reporter_added")
def _(cast: Cast) -> Do:
    new = reporters.NewReporter(cast.sue.agency_id or 0, "A hotline", Reporter.Way.API)
    return lambda actor: reporters.add(new, actor=actor, now=NOW)


@verb(reporters.end, "intake.reporters", "sue", "intake.reporter_ended")
def _(cast: Cast) -> Do:
    reporter = builders.a_reporter(cast)
    return lambda actor: reporters.end(reporter.id, actor=actor, now=LATER)


@verb(reporters.deliver, "intake.deliver", "system", "intake.delivery_taken", bound=False)
def _(cast: Cast) -> Do:
    reporter = builders.a_reporter(cast)
    rows = [Row(1, f"https://t.me/delivered{next(_numbers)}"), Row(2, "hello")]
    return lambda actor: reporters.deliver(reporter.id, "m1", rows, actor=actor, now=NOW)


@verb(reporters.receipt_sent, "intake.deliver", "system", "intake.receipt_sent", bound=False)
def _(cast: Cast) -> Do:
    reporter = builders.a_reporter(cast, Reporter.Way.MAIL)
    letter = reporters.deliver(reporter.id, "m1", [Row(1, "https://t.me/byletter")], actor=SYSTEM, now=NOW)
    return lambda actor: reporters.receipt_sent(letter.id, actor=actor, now=NOW)


@verb(retention.forget, "intake.forget", "system", "intake.forgotten", bound=False)
def _(cast: Cast) -> Do:
    builders.a_report(builders.an_account(), cast.ana)
    return lambda actor: retention.forget(actor=actor, now=MUCH_LATER)
