"""Reports pages that AWS hosts: the Abuse Signal API's CreateAbuseReport with a XARF report, signed with SigV4 (reference §10, [P S62]).

Source: AWS Abuse Signal API, user guide and API reference of 2026-11-18. It checks reports against XARF's schemas, which know no
type for terrorist content: it may refuse ours; then the notice is red, and a person uses the form.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime
from urllib.parse import urlsplit

from openiru.stages.notices.transports import xarf
from openiru.stages.notices.transports.shapes import Accepted, Line, Outgoing, Transport, Wire
from openiru.stages.notices.transports.web import Web, as_json, number_in, over_http

PATH, SERVICE = "/v1/abuse", "abuse"


def deliver(outgoing: Outgoing, wire: Wire, web: Web) -> Accepted:
    """Submit one report; the client token is the same for every try, the number of the report is the ticket."""
    line = wire.line("aws")
    kind = line.options.get("xarf_type", xarf.TYPE)
    report = xarf.report(outgoing.facts, key=outgoing.key, kind=kind)
    if wire.loopback_only:  # an exercise says that it is one, whoever listens
        report["tags"] = [*report["tags"], "lifecycle:test"]
    body = as_json(
        {
            "clientToken": outgoing.key[:128],
            "correlationId": re.sub(r"[^A-Za-z0-9_-]", "_", outgoing.reference),
            "report": {"xarf": report},
        }
    )
    heard = web.deliver(f"{line.url}{PATH}", headers=signed(line, body, at=wire.moment(outgoing.at)), body=body)
    number = number_in(heard, "reportId")
    return Accepted(f"{heard.status} {number}", number)


def signed(line: Line, body: bytes, *, at: datetime) -> dict[str, str]:
    """Signature Version 4. Source: AWS, "Create a signed AWS API request" (four steps: canonical request, string, key, signature)."""
    moment, day = at.strftime("%Y%m%dT%H%M%SZ"), at.strftime("%Y%m%d")
    headers = {"content-type": "application/json", "host": urlsplit(line.url).netloc, "x-amz-date": moment}
    names = ";".join(headers)
    digest = hashlib.sha256(body).hexdigest()
    request = "\n".join(["POST", PATH, "", *(f"{name}:{value}" for name, value in headers.items()), "", names, digest])
    scope = f"{day}/{line.options.get('region', 'us-east-1')}/{SERVICE}/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{line.secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    mark = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    credential = f"AWS4-HMAC-SHA256 Credential={line.user}/{scope}, SignedHeaders={names}, Signature={mark}"
    return {**headers, "Authorization": credential}


TRANSPORT = Transport(
    "aws",
    "AWS's abuse reports (XARF)",
    automatic=True,
    open=over_http("aws", deliver),
    purposes=frozenset({"notice"}),
    platforms=frozenset({"web"}),
)
