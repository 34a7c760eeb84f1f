"""What fell leaves the banks: an account that was withdrawn or reinstated, and the files of a notice that was wrong."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from openiru.detect.pdq import hash_pixels
from openiru.detect.pictures import decode
from openiru.stages.evidence.models import Capture
from openiru.stages.matching import services as matching
from openiru.stages.matching.models import BankEntry
from openiru.stages.notices import answers, corrections, queries, signals
from openiru.stages.notices import services as sending
from openiru.stages.notices.models import Notice
from openiru.terms import Outcome
from tests import builders
from tests.builders import LATER, NOW, SYSTEM, Cast
from tests.stages.notices.smtp_server import Server


@pytest.fixture
def notice(cast: Cast, server: Server) -> Notice:
    return builders.a_sent_notice(cast)


def learn() -> None:
    """What the tick of matching does."""
    matching.learn_referred(queries.asked_about(), actor=SYSTEM, now=LATER)
    fell = corrections.files_taken_back()
    matching.let_go((*fell, *signals.of_files(fell)), actor=SYSTEM, now=LATER)


def in_the_bank(kind: str) -> set[str]:
    return set(BankEntry.objects.filter(kind=kind, ended_at=None).values_list("value", flat=True))


def a_known_file(cast: Cast, notice: Notice) -> str:
    """A file of the notice's evidence that Ana proposed and Ben confirmed."""
    capture = Capture.objects.get(item__isnull=False, account=notice.case.account)
    file = capture.files.first()
    assert file is not None
    organisation = notice.decision.assessment.organisation_id
    new = matching.NewEntry("sha256", "suggests", file.sha256, organisation, "Seen in a case.")
    matching.confirm(matching.propose(new, actor=cast.ana, now=NOW).id, actor=cast.ben, now=NOW)
    return file.sha256


def undone(notice: Notice, cast: Cast) -> None:
    said = answers.NewAnswer(Outcome.ACCOUNT_DISABLED, "Gone.")
    answers.record(notice.id, said, actor=cast.cleo, now=LATER)
    answers.record(notice.id, answers.NewAnswer(Outcome.REVERSED, "We put it back."), actor=cast.cleo, now=LATER)


def withdrawn(notice: Notice, cast: Cast) -> None:
    sending.withdraw(notice.id, reason="A choir.", wrong=True, actor=cast.cleo, now=LATER)


@pytest.mark.parametrize("falls", [withdrawn, undone])
def test_an_account_and_its_files_leave_the_banks_when_the_notice_falls(  # type: ignore[no-untyped-def]
    cast: Cast, notice: Notice, falls
) -> None:
    known = a_known_file(cast, notice)
    learn()
    assert in_the_bank("referred_account") == {notice.case.account.url} and in_the_bank("sha256") == {known}
    falls(notice, cast)
    learn()
    assert not in_the_bank("referred_account") and not in_the_bank("sha256")
    learn()
    assert BankEntry.objects.filter(kind="sha256").count() == 1, "letting go twice changes nothing"


def test_what_is_withdrawn_for_another_reason_than_being_wrong_says_nothing_against_its_files(
    cast: Cast, notice: Notice
) -> None:
    known = a_known_file(cast, notice)
    sending.withdraw(notice.id, reason="Delisted.", wrong=False, actor=cast.cleo, now=LATER)
    learn()
    assert in_the_bank("sha256") == {known} and not in_the_bank("referred_account")


def test_a_file_that_people_put_in_again_afterwards_stays(cast: Cast, notice: Notice) -> None:
    a_known_file(cast, notice)
    withdrawn(notice, cast)
    learn()
    entry = BankEntry.objects.get(kind="sha256")
    again = matching.NewEntry("sha256", "suggests", entry.value, entry.organisation_id, "Another case.")
    after = LATER + timedelta(hours=1)
    matching.confirm(matching.propose(again, actor=cast.ana, now=after).id, actor=cast.ben, now=after)
    learn()
    assert in_the_bank("sha256") == {entry.value}


def a_picture() -> bytes:
    """A picture with enough in it to be compared by PDQ."""
    noise = np.random.default_rng(5).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    out = BytesIO()
    Image.fromarray(noise).resize((256, 256), Image.Resampling.BICUBIC).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("kind", ["md5", "pdq"])
def test_what_was_made_of_the_same_file_leaves_the_banks_with_it_and_nothing_else_does(
    cast: Cast, server: Server, kind: str
) -> None:
    picture = a_picture()
    case = builders.a_case(cast, items=0)
    builders.a_capture(builders.an_item(case.account), cast.ana, content=picture)
    decision = builders.an_approval(cast, builders.an_assessment(cast, case))
    notice = builders.a_sent_notice(cast, decision=decision)
    value = {"md5": hashlib.md5(picture).hexdigest(), "pdq": hash_pixels(decode(picture).pixels).hash.hex()}[kind]
    other = value[::-1]
    for one in (value, other):
        new = matching.NewEntry(kind, "suggests", one, notice.decision.assessment.organisation_id, "Seen in a case.")
        matching.confirm(matching.propose(new, actor=cast.ana, now=NOW).id, actor=cast.ben, now=NOW)
    learn()
    assert in_the_bank(kind) == {value, other}
    withdrawn(notice, cast)
    learn()
    assert in_the_bank(kind) == {other}


def test_the_feed_of_what_was_taken_back_is_its_agencys(cast: Cast, notice: Notice) -> None:
    withdrawn(notice, cast)
    (back,) = corrections.taken_back(cast.cleo, after=NOW)
    assert back.wrong and back.account_key == notice.facts["account"]["key"] and back.evidence_sha256
    assert corrections.taken_back(SYSTEM, after=NOW) == (back,)
    assert corrections.taken_back(cast.eve, after=NOW) == ()
