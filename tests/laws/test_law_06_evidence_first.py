"""Law 6: evidence is captured before a notice goes out, of this very account, kept as long as it is needed, then deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from openiru.errors import Unavailable
from openiru.ledger import queries as ledger
from openiru.stages.cases import rules, services
from openiru.stages.cases.models import AssessedItem
from openiru.stages.evidence import sealing, store
from openiru.stages.evidence import services as evidence
from openiru.stages.evidence.models import Capture, Custody, File
from tests import builders
from tests.builders import NOW, SYSTEM, Cast
from tests.laws.asking import refused, refused_by_the_database, sql
from tests.laws.test_law_03_two_people import DECIDE, STANDING


@pytest.fixture
def cast(db: None, settings: Settings, tmp_path: Path) -> Cast:
    settings.EVIDENCE = tmp_path
    return builders.a_cast()


@pytest.mark.parametrize(("items", "captured"), [(0, 0), (1, 0), (3, 2)])
def test_the_rule_wants_each_item_captured(items: int, captured: int) -> None:
    with refused("evidence_missing"):
        rules.check_approval(replace(STANDING, items=items, items_with_evidence=captured))


def test_a_worksheet_without_a_capture_of_each_item_is_not_complete(cast: Cast) -> None:
    case = builders.a_case(cast)
    sheet = builders.a_worksheet(case)
    bare = replace(sheet, items=tuple(replace(item, capture_id=None) for item in sheet.items))
    with refused("assessment_incomplete"):
        services.assess(case.id, bare, actor=cast.ana, now=NOW)


def test_evidence_of_another_account_is_no_evidence(cast: Cast) -> None:
    case, other = builders.a_case(cast), builders.a_case(cast)
    with refused("assessment_incomplete"):
        services.assess(case.id, builders.a_worksheet(other), actor=cast.ana, now=NOW)
    mixed = replace(builders.a_worksheet(case).items[0], capture_id=other.account.captures.get().id)
    with refused("assessment_incomplete"):
        services.assess(case.id, builders.a_worksheet(case, items=(mixed,)), actor=cast.ana, now=NOW)


def test_a_deleted_capture_is_no_evidence(cast: Cast) -> None:
    case = builders.a_case(cast)
    sheet = builders.a_worksheet(case)
    Capture.objects.update(deleted_at=NOW)
    with refused("assessment_incomplete"):
        services.assess(case.id, sheet, actor=cast.ana, now=NOW)


def test_the_service_refuses_an_approval_when_a_capture_is_missing(cast: Cast) -> None:
    assessment = builders.an_assessment(cast)
    AssessedItem.objects.update(capture=None)
    with refused("evidence_missing"):
        services.approve(assessment.id, reasons="Listed.", actor=cast.ben, now=NOW)


def test_the_database_refuses_an_approval_without_captures_items_or_organisation(cast: Cast) -> None:
    assessment = builders.an_assessment(cast)
    row = (assessment.id, cast.ana.user_id, cast.ben.user_id, True)
    sql("update cases_assesseditem set capture_id = null where assessment_id = %s", assessment.id)
    with refused_by_the_database("without captured evidence"):
        sql(DECIDE, *row)
    sql("delete from cases_assesseditem where assessment_id = %s", assessment.id)
    with refused_by_the_database("without an item"):
        sql(DECIDE, *row)
    other = services.assess(
        builders.a_case(cast).id, rules.NewAssessment(refer=False, purpose="a newspaper"), actor=cast.ana, now=NOW
    )
    with refused_by_the_database("no approval"):
        sql(DECIDE, other.id, cast.ana.user_id, cast.ben.user_id, True)


def test_the_database_refuses_a_notice_without_an_approval_that_stands(cast: Cast) -> None:
    ready = builders.a_notice(cast)
    declined = services.decline(builders.an_assessment(cast).id, reasons="No.", actor=cast.ben, now=NOW)
    recalled = builders.an_approval(cast)
    services.recall(recalled.id, reasons="A doubt.", actor=cast.ben, now=NOW)
    columns = "uuid, reference, case_id, decision_id, agency_id, platform, kind, leg, action, way, address, state, facts, " \
        "holder_code, ticket, due_hours, composed_at, claimed, retain_until"  # fmt: skip
    changed = columns.replace("uuid, reference", "gen_random_uuid(), 'IRU-F'").replace("decision_id", "%s")
    changed = changed.replace("holder_code", "'FORGED'").replace("case_id", "%s")
    for decision in (declined, recalled):
        with refused_by_the_database("no notice without an approval"):
            sql(
                f"insert into notices_notice ({columns}) select {changed} from notices_notice where id = %s",
                decision.assessment.case_id,
                decision.id,
                ready.id,
            )


def test_the_notice_carries_the_digest_of_the_capture(cast: Cast) -> None:
    notice = builders.a_notice(cast, items=3)
    digests = {item["evidence_sha256"] for item in notice.facts["items"]}
    assert digests == set(notice.case.account.captures.values_list("digest", flat=True)) and len(digests) == 3


def test_custody_is_only_ever_added_to(cast: Cast) -> None:
    capture = builders.a_case(cast).account.captures.get()
    evidence.look(capture.files.get().id, why="to decide", actor=cast.ben, now=NOW)
    acts = list(Custody.objects.filter(capture=capture).order_by("id").values_list("act", "actor"))
    assert acts == [("captured", cast.ana.id), ("copied", cast.ben.id)]
    for statement in ("update evidence_custody set actor = 'nobody'", "delete from evidence_custody"):
        with refused_by_the_database("only ever added to"):
            sql(f"{statement} where capture_id = %s", capture.id)


def test_the_digest_of_captured_bytes_never_changes(cast: Cast) -> None:
    file = File.objects.get(capture=builders.a_case(cast).account.captures.get())
    for change in ("sha256 = repeat('0', 64)", "size = 9"):
        with refused_by_the_database("never changes"):
            sql(f"update evidence_file set {change} where id = %s", file.id)


def test_a_capture_without_bytes_is_refused(cast: Cast) -> None:
    account = builders.a_case(cast).account
    with refused("evidence_missing"):
        evidence.record(evidence.NewCapture(account.id, "upload", account.url, ()), actor=cast.ana, now=NOW)


def test_evidence_is_kept_while_a_case_needs_it_and_deleted_on_its_date(cast: Cast, tmp_path: Path) -> None:
    needed, done = builders.a_case(cast), builders.a_case(cast)
    kept, gone, shared = (f"<p>{word}</p>".encode() for word in ("kept", "gone", "shared"))
    captures = [
        builders.a_capture(case.account, cast.ana, content=content)
        for case, content in ((needed, kept), (needed, shared), (done, gone), (done, shared))
    ]
    services.close(done.id, reason="nothing on it", actor=cast.ana, now=NOW)
    late = NOW + timedelta(days=evidence.RETENTION_DAYS + 1)
    assert sealing.delete_due(actor=SYSTEM, now=late) == sealing.erase(actor=SYSTEM, now=late) == 3
    states = [bool(Capture.objects.get(id=one.id).deleted_at) for one in captures]
    assert states == [False, False, True, True]
    assert store.get(tmp_path, captures[0].files.get().sha256) == kept
    assert store.get(tmp_path, captures[3].files.get().sha256) == shared
    with pytest.raises(Unavailable):
        store.get(tmp_path, captures[2].files.get().sha256)
    acts = list(Custody.objects.filter(capture=captures[2]).order_by("id").values_list("act", flat=True))
    assert acts == ["captured", "deleted", "erased"]
    entry = ledger.about(f"capture:{captures[2].uuid}").last()
    assert entry is not None and entry.event == "evidence.erased"
    assert entry.record["facts"]["gone"] == [captures[2].files.get().sha256]
    shared_entry = ledger.about(f"capture:{captures[3].uuid}").last()
    assert shared_entry is not None and shared_entry.record["facts"]["gone"] == []
