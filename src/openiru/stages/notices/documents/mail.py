"""Builds the mail and the portal package of a notice from the same frozen facts."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from openiru.platforms.shapes import Package


@dataclass(frozen=True, slots=True)
class Envelope:
    """The outside of one mail. The Message-ID is made once and stays the same for every try."""

    sender: str
    recipient: str
    message_id: str
    at: datetime
    reply_to: str = ""
    in_reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """One attachment."""

    name: str
    media_type: str
    content: bytes


def mail(envelope: Envelope, *, subject: str, body: str, attached: tuple[Attached, ...]) -> bytes:
    """Return the message as it goes over the wire (CRLF lines, ASCII headers)."""
    message = EmailMessage()
    message["From"], message["To"] = envelope.sender, envelope.recipient
    message["Subject"], message["Date"] = subject, format_datetime(envelope.at)
    message["Message-ID"] = envelope.message_id
    if envelope.reply_to:
        message["Reply-To"] = envelope.reply_to
    if envelope.in_reply_to:
        message["In-Reply-To"] = message["References"] = envelope.in_reply_to
    message.set_content(body)
    for part in attached:
        main, sub = part.media_type.split("/", 1)
        message.add_attachment(part.content, maintype=main, subtype=sub, filename=part.name)
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n", max_line_length=78))


def fields_text(package: Package) -> str:
    """The form's fields in the form's own order and words, to copy from."""
    lines = [f"{number}. {step}" for number, step in enumerate(package.steps, 1)]
    for name, value in package.fields.items():
        shown = "\n".join(str(one) for one in value) if isinstance(value, list | tuple) else str(value)
        lines.append(f"\n== {name} ==\n{shown}")
    return "\n".join(lines) + "\n"


def items_csv(items: list[dict[str, object]]) -> str:
    """One line an item; a cell that a spreadsheet would run as a formula is quoted."""
    out = io.StringIO()
    columns = ("url", "ground", "why", "language", "excerpt", "translation", "evidence_sha256", "last_seen_live")
    table = csv.writer(out)
    table.writerow(columns)
    for item in items:
        table.writerow(harmless(str(item.get(name) or "")) for name in columns)
    return out.getvalue()


def harmless(cell: str) -> str:
    """Keep spreadsheets from running a cell as a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def portal_zip(files: tuple[Attached, ...], *, at: datetime) -> bytes:
    """Return the portal package: a ZIP with fixed times, so that the same notice gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(zipfile.ZipInfo(file.name, at.timetuple()[:6]), file.content)
    return out.getvalue()
