"""What each service asks of a request, from its published description (the source stands at each)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from tests.stages.notices.services.server import Answer, Asked


def bluesky(asked: Asked) -> Answer:
    """Lexicons com.atproto.server.createSession, com.atproto.repo.getRecord, com.atproto.moderation.createReport."""
    method = urlsplit(asked.path).path.removeprefix("/xrpc/")
    if method == "com.atproto.server.createSession":
        good = asked.json == {"identifier": "unit.example.org", "password": "app-pass-word"}
        return (200, {"accessJwt": "a.b.c", "refreshJwt": "x", "handle": "unit.example.org", "did": "did:plc:unit"}) if good else (
            401, {"error": "AuthenticationRequired", "message": "Invalid identifier or password"})  # fmt: skip
    if asked.headers.get("authorization") != "Bearer a.b.c":
        return 401, {"error": "AuthMissing"}
    if method == "com.atproto.repo.getRecord":
        found = {name: value[0] for name, value in parse_qs(urlsplit(asked.path).query).items()}
        uri = f"at://{found['repo']}/{found['collection']}/{found['rkey']}"
        return 200, {"uri": uri, "cid": "bafyreib2rxk3rybk3aobmv5cjuql3bm2twh4jo5uxwqe5rj6bl5mckmfmy", "value": {}}
    if method != "com.atproto.moderation.createReport":
        return 501, {"error": "MethodNotImplemented"}
    return _bluesky_report(asked)


def _bluesky_report(asked: Asked) -> Answer:
    given = asked.json
    subject = given.get("subject", {})
    kinds = {"com.atproto.admin.defs#repoRef": {"did"}, "com.atproto.repo.strongRef": {"uri", "cid"}}
    wanted = kinds.get(subject.get("$type"))
    if wanted is None or not wanted <= set(subject) or "#" not in given.get("reasonType", ""):
        return 400, {"error": "InvalidRequest", "message": "Input/subject must be an object"}
    if len(given.get("reason", "")) > 2000 or not asked.headers.get("atproto-proxy", "").startswith("did:"):
        return 400, {"error": "InvalidRequest"}
    return 200, {"id": 4711, "createdAt": "2026-03-02T09:00:00Z", "reportedBy": "did:plc:unit", **given}


def mastodon(asked: Asked) -> Answer:
    """Mastodon API: GET /api/v2/search, POST /api/v1/reports (scope write:reports)."""
    if asked.headers.get("authorization") != "Bearer token-of-the-unit":
        return 401, {"error": "The access token is invalid"}
    parts = urlsplit(asked.path)
    if parts.path == "/api/v2/search":
        found = {name: value[0] for name, value in parse_qs(parts.query).items()}
        return 200, _mastodon_search(found["q"], found["type"])
    if parts.path != "/api/v1/reports":
        return 404, {"error": "Record not found"}
    given = asked.json
    if given.get("account_id") != "108" or len(given.get("comment", "")) > 1000:
        return 422, {"error": "Validation failed"}
    if given.get("category") not in {"spam", "legal", "violation", "other"}:
        return 422, {"error": "Validation failed: category"}
    return 200, {"id": "48914", "action_taken": False, "category": given["category"], "forwarded": given.get("forward")}


def _mastodon_search(words: str, kind: str) -> dict[str, Any]:
    empty: dict[str, Any] = {"accounts": [], "statuses": [], "hashtags": []}
    if kind == "accounts":
        near = {"id": "7", "acct": "dawnvoice_fans@mastodon.social", "url": "https://mastodon.social/@dawnvoice_fans"}
        return {**empty, "accounts": [near, {"id": "108", "acct": words, "url": "https://mastodon.social/x"}]}
    return {**empty, "statuses": [{"id": "9001", "uri": words, "url": words}]}


def fediverse(host: str, keys: dict[str, str]) -> Any:
    """ActivityPub: an actor with a shared inbox that takes a signed Flag (draft-cavage-http-signatures-12, rsa-sha256)."""

    def rules(asked: Asked) -> Answer:
        if not _signature_holds(asked, host, keys):
            return 401, {"error": "Request not signed"}
        if asked.method == "GET":
            base = f"http://{host}"
            return 200, {"id": f"{base}{asked.path}", "type": "Person", "inbox": f"{base}/u/1/inbox",
                         "endpoints": {"sharedInbox": f"{base}/inbox"}}  # fmt: skip
        given = asked.json
        good = given.get("type") == "Flag" and {"id", "actor", "object", "content"} <= set(given)
        return (202, {}) if good and asked.headers["content-type"] == "application/activity+json" else (400, {})

    return rules


def _signature_holds(asked: Asked, host: str, keys: dict[str, str]) -> bool:
    given = dict(re.findall(r'(\w+)="([^"]*)"', asked.headers.get("signature", "")))
    if (
        given.get("keyId") not in keys
        or asked.headers["host"] != host
        or parsedate_to_datetime(asked.headers["date"]) is None
    ):
        return False
    names = given["headers"].split()
    must = {"(request-target)", "host", "date"} | ({"digest"} if asked.body else set())
    if (
        asked.body
        and asked.headers["digest"] != "SHA-256=" + base64.b64encode(hashlib.sha256(asked.body).digest()).decode()
    ):
        return False
    target = f"{asked.method.lower()} {asked.path}"
    text = "\n".join(f"{name}: {target if name == '(request-target)' else asked.headers[name]}" for name in names)
    public: Any = serialization.load_pem_public_key(keys[given["keyId"]].encode())
    try:
        public.verify(base64.b64decode(given["signature"]), text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except Exception:
        return False
    return must <= set(names)


def cloudflare(asked: Asked) -> Answer:
    """Cloudflare API, abuse reports, general: act, email twice the same, name, urls by line of one host, two notifications."""
    found = re.fullmatch(r"/client/v4/accounts/([0-9a-f]{32})/abuse-reports/(\w+)", asked.path)
    if not found or asked.headers.get("authorization") != "Bearer cf-token":
        return 401, {"result": "error", "request": {}, "msg": "not entitled"}
    if asked.method == "GET":
        counts = {"accepted_url_count": 0, "active_count": 0, "in_review_count": 1, "external_host_notified": True}
        report = {"id": found.group(2), "status": "accepted", "mitigation_summary": counts}
        return 200, {"success": True, "errors": [], "result": report}
    given = asked.json
    urls = given["urls"].split("\n")
    good = given["act"] == found.group(2) == "abuse_general" and given["email"] == given["email2"] and given["name"]
    one_host = len({urlsplit(url).hostname for url in urls}) == 1 and len(set(urls)) == len(urls) <= 250
    notified = {given["host_notification"], given["owner_notification"]} <= {"send", "send-anon", "none"}
    if not (good and one_host and notified and len(given["justification"]) <= 5000):
        return 400, {"result": "error", "request": {}, "msg": "invalid"}
    return 200, {"abuse_rand": "a1b2c3d4e5f60718", "request": {"act": given["act"]}, "result": "success"}


def aws(asked: Asked) -> Answer:
    """AWS Abuse Signal API, CreateAbuseReport: 202 with a reportId; SigV4 with the signing name `abuse`."""
    if asked.path != "/v1/abuse" or not _sigv4_holds(asked, "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"):
        return 403, {"message": "The request signature we calculated does not match"}
    given = asked.json
    good = re.fullmatch(r"[\x21-\x7E]{1,128}", given["clientToken"]) and re.fullmatch(
        r"[a-zA-Z0-9\-_]{1,256}", given["correlationId"]
    )
    if not good or "xarf" not in given["report"]:
        return 400, {"message": "ValidationException"}
    return 202, {"reportId": "a1b2c3d4e5f6a1b2c3d4e5f6", "correlationId": given["correlationId"]}


def _sigv4_holds(asked: Asked, key_id: str, secret: str) -> bool:
    found = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([\w-]+)/(\w+)/aws4_request, SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})",
        asked.headers.get("authorization", ""),
    )
    if not found or found.group(1) != key_id or found.group(4) != "abuse":
        return False
    _, day, region, service, names, mark = found.groups()
    lines = "".join(f"{name}:{asked.headers[name].strip()}\n" for name in names.split(";"))
    canonical = f"{asked.method}\n{asked.path}\n\n{lines}\n{names}\n{hashlib.sha256(asked.body).hexdigest()}"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{asked.headers['x-amz-date']}\n{day}/{region}/{service}/aws4_request\n{hashed}"
    one = hmac.digest(b"AWS4" + secret.encode(), day.encode(), "sha256")
    for part in (region, service, "aws4_request"):
        one = hmac.digest(one, part.encode(), "sha256")
    return hmac.compare_digest(hmac.digest(one, text.encode(), "sha256").hex(), mark)


def direct_line(secret: bytes) -> Any:
    """A liaison line: Standard Webhooks headers, an Idempotency-Key; the same key again gives the first answer."""
    known: dict[str, Any] = {}

    def rules(asked: Asked) -> Answer:
        head = asked.headers
        text = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + asked.body
        wanted = "v1," + base64.b64encode(hmac.digest(secret, text, "sha256")).decode()
        if head["webhook-signature"] != wanted:
            return 401, {"error": "signature"}
        return 200, known.setdefault(head["idempotency-key"], {"ticket": f"LINE-{len(known) + 1}"})

    return rules
