"""Reports pages behind Cloudflare: `POST /accounts/{id}/abuse-reports/abuse_general` (§10, [P S61]; it may publish them)."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from openiru.fetch import Fetcher
from openiru.stages.notices.transports.shapes import Accepted, NotSent, Outgoing, Transport, Wire
from openiru.stages.notices.transports.web import Web, as_json, cut, number_in, over_http, read_json

KIND = "abuse_general"
MOST_PAGES = 250


def deliver(outgoing: Outgoing, wire: Wire, web: Web) -> Accepted:
    """Report the pages of one host name. Cloudflare is a proxy: it tells the host and the owner, named as we ask it to."""
    line = wire.line("cloudflare")
    email = outgoing.facts["authority"]["email"]
    body = {
        "act": line.options.get("act", KIND),
        "name": cut(outgoing.facts["authority"]["name"], 255),
        "company": cut(outgoing.facts["authority"]["name"], 100),
        "email": email,
        "email2": email,
        "title": cut(f"[{outgoing.reference}]", 255),
        "urls": "\n".join(pages(outgoing)),
        "justification": cut(outgoing.text, 5000),
        "host_notification": "send",
        "owner_notification": "send",
    }
    heard = web.deliver(
        f"{line.url}/accounts/{line.user}/abuse-reports/{body['act']}",
        headers={"Authorization": f"Bearer {line.secret}", "Content-Type": "application/json"},
        body=as_json(body),
    )
    answer = read_json(heard)
    if answer.get("result") == "error" or answer.get("success") is False:
        raise NotSent(
            f"{heard.status} {cut(str(answer.get('msg') or answer.get('errors') or 'refused'), 250)}", permanent=True
        )
    number = number_in(heard, "abuse_rand", "id")
    if not number and answer.get("result") not in {None, "success"}:
        number = str(answer["result"])[:80]
    return Accepted(f"{heard.status} {answer.get('result', '')}"[:300], number)


def ask(ticket: str, wire: Wire) -> str:
    """Where a report stands: its status and the counts of `mitigation_summary` (§10 [P S61]), one a line, as Cloudflare names them."""
    line = wire.line("cloudflare")
    found = Web(Fetcher(allow_loopback=wire.loopback_only)).look_up(
        f"{line.url}/accounts/{line.user}/abuse-reports/{quote(ticket, safe='')}",
        headers={"Authorization": f"Bearer {line.secret}"},
    )
    report = found.get("result") if isinstance(found.get("result"), dict) else found
    summary = report.get("mitigation_summary")
    counts = summary if isinstance(summary, dict) else {}
    told = {"status": report.get("status"), **counts}
    return "\n".join(f"{name}: {cut(str(value), 200)}" for name, value in sorted(told.items()) if value is not None)


def pages(outgoing: Outgoing) -> list[str]:
    """The pages of the notice, each once; the interface takes one host name and 250 pages at a time."""
    urls = list(dict.fromkeys(str(one["url"]) for one in outgoing.facts["items"]))
    urls = urls or [str(outgoing.facts["account"]["url"])]
    hosts = {urlsplit(url).hostname for url in urls}
    if len(hosts) != 1 or len(urls) > MOST_PAGES:
        raise NotSent("one report names pages of one host, at most 250: divide the notice", permanent=True)
    return urls


TRANSPORT = Transport(
    "cloudflare",
    "Cloudflare's abuse reports",
    automatic=True,
    open=over_http("cloudflare", deliver),
    purposes=frozenset({"notice"}),
    platforms=frozenset({"web"}),
    ask=ask,
)
