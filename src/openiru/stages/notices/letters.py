"""Builds the mail of a message: the notice with its documents, a reminder, a withdrawal, a correction, each with our signed reference."""

from __future__ import annotations

import json

from django.conf import settings

from openiru.platforms import PLATFORMS
from openiru.stages.notices import reference
from openiru.stages.notices.documents import mail
from openiru.stages.notices.frozen import thaw
from openiru.stages.notices.models import Correction, Dispatch, Notice
from openiru.stages.notices.transports import xarf
from openiru.terms import Platform


def build(dispatch: Dispatch, documents: tuple[mail.Attached, ...], *, form: str = "") -> bytes:
    """Return the mail, not signed yet; `documents` are the notice's files, attached to the notice only."""
    notice = dispatch.notice
    first = notice.dispatches.filter(purpose=Dispatch.Purpose.NOTICE).exclude(id=dispatch.id).first()
    envelope = mail.Envelope(
        settings.OPENIRU["OPENIRU_MAIL_FROM"],
        dispatch.address,
        dispatch.message_id,
        dispatch.queued_at,
        in_reply_to=first.message_id if first else "",
    )
    attached = documents if dispatch.purpose == Dispatch.Purpose.NOTICE else ()
    if dispatch.purpose == Dispatch.Purpose.WITHDRAWAL:
        attached = (_undo(notice),)
    if dispatch.purpose == Dispatch.Purpose.CORRECTION:
        attached = (mail.Attached("correction.json", "application/json", as_json(_correction(dispatch).facts)),)
    body = f"{text(dispatch)}\n{reference.line(notice.reference)}\n"
    made = mail.mail(envelope, subject=title(dispatch), body=body, attached=attached)
    is_report = form == "xarf" and dispatch.purpose == Dispatch.Purpose.NOTICE
    return xarf.framed(made, notice.facts, key=dispatch.message_id.strip("<>")) if is_report else made


def title(dispatch: Dispatch) -> str:
    """The subject, with our reference in brackets."""
    notice = dispatch.notice
    if dispatch.purpose == Dispatch.Purpose.NOTICE:
        return PLATFORMS[Platform(notice.platform)].compose(thaw(notice)).subject
    return f"[{notice.reference}] {_TITLES[Dispatch.Purpose(dispatch.purpose)]}"


_TITLES = {
    Dispatch.Purpose.REMINDER: "Reminder",
    Dispatch.Purpose.WITHDRAWAL: "Withdrawal",
    Dispatch.Purpose.CORRECTION: "Correction",
}


def text(dispatch: Dispatch) -> str:
    """The covering text in words."""
    notice = dispatch.notice
    if dispatch.purpose == Dispatch.Purpose.NOTICE:
        return PLATFORMS[Platform(notice.platform)].compose(thaw(notice)).body
    if dispatch.purpose == Dispatch.Purpose.CORRECTION:
        return str(_correction(dispatch).text)
    return _reminder(notice) if dispatch.purpose == Dispatch.Purpose.REMINDER else _withdrawal(notice)


def _correction(dispatch: Dispatch) -> Correction:
    """The correction that this message carries."""
    return Correction.objects.filter(notice=dispatch.notice, at__lte=dispatch.queued_at).latest("at", "id")


def _reminder(notice: Notice) -> str:
    due = f"It was due on {notice.due_at:%Y-%m-%d}." if notice.due_at else ""
    return f"We have not had your answer to {notice.reference} of {notice.composed_at:%Y-%m-%d}. {due}\n"


def _withdrawal(notice: Notice) -> str:
    account = notice.facts["account"]["url"]
    reason = notice.withdrawal.reason
    return (
        f"We withdraw our notice {notice.reference}.\n\nAccount: {account}\nReason: {reason}\n\nPlease undo what was done on it, tell the "
        f"account holder, and tell us by {notice.withdrawal.due_at:%Y-%m-%d %H:%M} UTC.\n"
    )


def _undo(notice: Notice) -> mail.Attached:
    undo = {
        "schema": "openiru-withdrawal/1",
        "reference": notice.reference,
        "previous_ticket": notice.ticket,
        "account": {"url": notice.facts["account"]["url"]},
        "reason": notice.withdrawal.reason,
        "asks": "reinstate",
    }
    return mail.Attached("withdrawal.json", "application/json", as_json(undo))


def as_json(value: object) -> bytes:
    """JSON as we send it: sorted, indented, in its own letters."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode()
