"""The platforms' own door by machine: their notices, and acknowledging, asking, answering, disputing, with a personal key."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, cast

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import Field

from openiru.faces.api.door import Knock
from openiru.faces.api.reports import REFUSED
from openiru.faces.api.shapes import PRINTABLE, Closed
from openiru.stages.notices import work
from openiru.stages.notices.counter import queries, services
from openiru.stages.notices.models import Notice
from openiru.terms import Outcome

router = Router(tags=["platforms"])
Reference = Annotated[str, Field(max_length=30, pattern=PRINTABLE)]
Words = Annotated[str, Field(max_length=5000)]
MOST = 200


class ShortOut(Schema):
    """One notice in a list."""

    reference: str
    state: str
    kind: str
    leg: str
    action: str
    sent_at: datetime | None
    received_at: datetime | None
    due_at: datetime | None
    claimed: str
    ticket: str


class SaidOut(Schema):
    """One remark or answer, in its own words."""

    kind: str
    at: datetime
    words: str
    outcome: str = ""
    items: dict[str, str] = {}
    label: str = ""
    item: str = ""


class NoticeOut(ShortOut):
    """One notice whole: `notice` as docs/notice-format.md says, what was said, and what stands for each item."""

    notice: dict[str, object]
    said: list[SaidOut]
    standing: dict[str, str]
    withdrawn_because: str


class AcknowledgeIn(Closed):
    """They have it, perhaps under a number of theirs."""

    ticket: Annotated[str, Field(max_length=80, pattern=PRINTABLE)] = ""


class AskIn(Closed):
    """A question; the clock stands until the unit replies."""

    text: Annotated[str, Field(min_length=1, max_length=5000)]


class AnswerIn(Closed):
    """One outcome for the whole, or one for each item by its address; items that are left out stay open."""

    outcome: Outcome | None = None
    items: dict[str, Outcome] = {}
    words: Words = ""
    territory: Annotated[str, Field(max_length=2, pattern="^[A-Za-z]{0,2}$")] = ""
    ticket: Annotated[str, Field(max_length=80, pattern=PRINTABLE)] = ""


class DisputeIn(Closed):
    """Which label of ours is wrong, of which item (or of the whole), and why."""

    label: Annotated[str, Field(max_length=40)]
    why: Annotated[str, Field(min_length=1, max_length=5000)]
    item: Annotated[str, Field(max_length=600)] = ""


@router.get("/platform/notices", response={200: list[ShortOut], **REFUSED}, summary="Notices to my platform")
def notices(request: HttpRequest, state: Query[str] = "open", after: Query[str] = "") -> list[Notice]:
    """Up to 200 by `state` (`open`, `all` or one state), what is due first comes first; `after` is the last one's reference."""
    found = queries.board(_knock(request).person, state="" if state == "all" else state)
    rows = list(found[: MOST * 50])
    place = next((number for number, one in enumerate(rows, 1) if one.reference == after), 0)
    return rows[place : place + MOST]


@router.get("/platform/notices/{reference}", response={200: NoticeOut, **REFUSED}, summary="One notice to my platform")
def notice(request: HttpRequest, reference: Path[Reference]) -> NoticeOut:
    """What is asked, on what evidence and why, with what was said; 404 for another platform's as for none."""
    return _whole(queries.get(reference, _knock(request).person))


@router.get("/platform/notices/{reference}/package", response={200: None, **REFUSED}, summary="Everything as a ZIP")
def package(request: HttpRequest, reference: Path[Reference]) -> HttpResponse:
    """The signed PDF, the JSON, the fields and the items as a table."""
    knock = _knock(request)
    content = work.package(queries.get(reference, knock.person), now=knock.now)
    services.take_out(reference, "package", actor=knock.person, now=knock.now)
    return HttpResponse(content, content_type="application/zip")


@router.post("/platform/notices/{reference}/acknowledge", response={200: NoticeOut, **REFUSED}, summary="We have it")
def acknowledge(request: HttpRequest, reference: Path[Reference], body: AcknowledgeIn) -> NoticeOut:
    """The clock runs from now; the same again changes nothing."""
    knock = _knock(request)
    services.acknowledge(reference, ticket=body.ticket, actor=knock.person, now=knock.now)
    return _whole(queries.get(reference, knock.person))


@router.post("/platform/notices/{reference}/ask", response={200: NoticeOut, **REFUSED}, summary="Ask something")
def ask(request: HttpRequest, reference: Path[Reference], body: AskIn) -> NoticeOut:
    """A question stops the clock."""
    knock = _knock(request)
    services.ask(reference, body.text, actor=knock.person, now=knock.now)
    return _whole(queries.get(reference, knock.person))


@router.post("/platform/notices/{reference}/answer", response={200: NoticeOut, **REFUSED}, summary="Answer")
def answer(request: HttpRequest, reference: Path[Reference], body: AnswerIn) -> NoticeOut:
    """The platform's claim; the same answer again adds nothing, another one is kept beside the earlier."""
    knock = _knock(request)
    said = services.Said(body.words, body.outcome, body.items, body.territory, body.ticket)
    services.answer(reference, said, actor=knock.person, now=knock.now)
    return _whole(queries.get(reference, knock.person))


@router.post("/platform/notices/{reference}/dispute", response={200: NoticeOut, **REFUSED}, summary="Dispute a label")
def dispute(request: HttpRequest, reference: Path[Reference], body: DisputeIn) -> NoticeOut:
    """People of the unit look at it and reply."""
    knock = _knock(request)
    said = services.Disputed(body.label, body.why, body.item)
    services.dispute(reference, said, actor=knock.person, now=knock.now)
    return _whole(queries.get(reference, knock.person))


def _whole(notice: Notice) -> NoticeOut:
    remarks = [
        SaidOut(kind=one.kind, at=one.at, words=one.text, label=one.label, item=one.item)
        for one in notice.remarks.all()
    ]
    answers = [
        SaidOut(kind="answer", at=one.at, words=one.quote, outcome=one.outcome, items=one.items)
        for one in notice.answers.all()
    ]
    withdrawal = getattr(notice, "withdrawal", None)
    short = {name: getattr(notice, name) for name in ShortOut.model_fields}
    return NoticeOut(
        **short,
        notice=notice.facts,
        said=sorted([*remarks, *answers], key=lambda one: one.at),
        standing=queries.standing(notice),
        withdrawn_because=withdrawal.reason if withdrawal else "",
    )


def _knock(request: HttpRequest) -> Knock:
    return cast(Knock, request.auth)  # type: ignore[attr-defined]
