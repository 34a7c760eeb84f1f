"""An abuse report for hosters in XARF version 4: as a mail (RFC 5965's frame with the JSON in it), and as the object other ways carry.

XARF has no type for terrorist content (reference §10, [V]): we say `terrorist_content` in the category `content`. That fits the
core schema and the schema of the category; the master schema, which closes the list of types, refuses it, and so may a reader.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any
from urllib.parse import urlsplit

from openiru.stages.notices.transports.shapes import Transport
from openiru.stages.notices.transports.smtp import connect
from openiru.stages.notices.transports.web import as_json, cut

VERSION, TYPE = "4.2.0", "terrorist_content"


def report(facts: Mapping[str, Any], *, key: str, kind: str = TYPE) -> dict[str, Any]:
    """The XARF object of a notice; `key` gives its id, the same for every try."""
    authority, first = facts["authority"], facts["items"][0]
    who = {
        "org": cut(authority["name"], 200),
        "contact": authority["email"],
        "domain": authority["email"].rpartition("@")[2],
    }
    host = urlsplit(first["url"]).hostname or ""
    seen = [one["last_seen_live"] for one in facts["items"] if one["last_seen_live"]]
    return {
        "xarf_version": VERSION,
        "report_id": str(uuid.uuid5(uuid.NAMESPACE_URL, key)),
        "timestamp": datetime.fromisoformat(facts["issued_at"]).isoformat(),
        "reporter": who,
        "sender": who,
        "source_identifier": host,
        "category": "content",
        "type": kind,
        "url": first["url"],
        "domain": host,
        "verification_method": "manual",
        "evidence_source": "researcher_analysis",
        "description": cut(f"[{facts['reference']}] {_laws(facts)}{facts['affiliation']} {first['why']}", 1000),
        "tags": [f"ground:{one}" for one in sorted({item["ground"] for item in facts["items"]})],
        "reference": facts["reference"],
        "urls": [one["url"] for one in facts["items"]],
        **({"verified_at": max(seen)} if seen else {}),
    }


def _laws(facts: Mapping[str, Any]) -> str:
    """The laws by name, else the lists that designate: hosters ask for them in the description (AWS: §10 [P S62])."""
    law = facts["law"]
    if law["instrument"]:
        return f"{law['instrument']}, {', '.join(law['articles'])}. "
    listed = "; ".join(f"{one['list']}, {one['reference']}" for one in facts["organisation"]["listings"])
    return f"{facts['organisation']['name']} is listed: {listed}. " if listed else ""


def framed(message: bytes, facts: Mapping[str, Any], *, key: str) -> bytes:
    """Turn a mail into a feedback report: the words, the machine-readable part, the XARF object, and the files that were attached."""
    plain = message_from_bytes(message, policy=policy.default)
    assert isinstance(plain, EmailMessage)
    body = plain.get_body(("plain",))
    whole = MIMEMultipart("report")
    whole.set_param("report-type", "feedback-report")
    for name, value in plain.items():
        if not name.lower().startswith(("content-", "mime-")):
            whole[name] = value
    whole.attach(MIMEText(body.get_content() if body else "", "plain", "utf-8"))
    feedback = MIMEBase("message", "feedback-report")
    feedback.set_payload("Feedback-Type: xarf\r\nUser-Agent: OpenIRU\r\nVersion: 1\r\n")
    whole.attach(feedback)
    given = MIMEText(as_json(report(facts, key=key)).decode(), "json", "utf-8")
    given.replace_header("Content-Type", 'application/json; charset="utf-8"; name="xarf.json"')
    given["Content-Disposition"] = 'attachment; filename="xarf.json"'
    whole.attach(given)
    for part in plain.iter_attachments():
        whole.attach(part)
    return whole.as_bytes(policy=policy.SMTP)


TRANSPORT = Transport(
    "xarf", "E-mail to a host's abuse desk with a XARF report", automatic=True, open=connect, is_mail=True, form="xarf",
    platforms=frozenset({"web"}),
)  # fmt: skip
