"""What the API takes and gives, as its OpenAPI description shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from openiru.stages.intake.formats.shapes import Row

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
Short = Annotated[str, Field(max_length=300)]
MessageId = Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE)]
"""The sender's own id of a message; without control characters, which no database keeps."""


class Closed(Schema):
    """A body in which every field is known: a misspelt one is refused, not dropped."""

    model_config = ConfigDict(extra="forbid")


class ReportIn(Closed):
    """One account that somebody reports. Nothing of it is evidence."""

    address: Annotated[str, Field(min_length=1, max_length=2000, examples=["https://t.me/example_channel"])]
    items: Annotated[list[Annotated[str, Field(max_length=2000)]], Field(max_length=100)] = []
    organisation: Short = ""
    lists: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=20)] = []
    followers: Annotated[int | None, Field(ge=0, le=10**11)] = None
    note: Annotated[str, Field(max_length=4000)] = ""
    seen_at: datetime | None = None
    language: Annotated[str, Field(max_length=10)] = ""

    def as_row(self, line: int) -> Row:
        """The same as a row of a file."""
        return Row(
            line,
            self.address,
            followers=self.followers,
            claimed_organisation=self.organisation,
            claimed_lists=tuple(self.lists),
            item_urls=tuple(self.items),
            note=self.note,
            seen_at=self.seen_at if self.seen_at is None or self.seen_at.tzinfo else None,
            language=self.language,
        )


class ReportsIn(Closed):
    """Up to 1,000 reports under an id of the sender's: the same id again changes nothing and gives the first answer."""

    message_id: MessageId
    reports: Annotated[list[ReportIn], Field(min_length=1, max_length=1000)]


class ResultOut(Schema):
    """What became of one row: a report, or why it was not taken."""

    line: int
    report: int | None = None
    column: str = ""
    value: str = ""
    reason: str = ""


class DeliveryOut(Schema):
    """A message that was taken in. With `code` its sender may look it up on the public page."""

    message_id: str
    code: str
    at: datetime
    results: list[ResultOut]


class BecameOut(Schema):
    """What became of a report, in words that say nothing of other cases."""

    report: int
    at: datetime
    state: Literal["received", "looked_at", "not_referred", "referred", "answered", "gone"]
    since: datetime


class BatchOut(Schema):
    """How far a file is."""

    id: int
    name: str
    state: Literal["waiting", "loading", "loaded", "failed"]
    rows: int
    done: int
    new_accounts: int
    reports: int
    rejected: int
    rows_root: str
    error: str


class ErrorOut(Schema):
    """Why something was not done: a stable code and a sentence."""

    error: str
    text: str
    facts: dict[str, object] = {}
