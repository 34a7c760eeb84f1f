"""What everybody may know to check and to reach us: our keys, our contact point, and our actor for other servers."""

from __future__ import annotations

from email.utils import parseaddr

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from openiru import clock
from openiru.ledger import queries as ledger
from openiru.people import queries as people
from openiru.stages.notices import keys as unit_keys
from openiru.stages.notices.transports import TRANSPORTS, activitypub


def _sender() -> str:
    return parseaddr(settings.OPENIRU["OPENIRU_MAIL_FROM"])[1]


@login_not_required
@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """The public halves of all that we sign with."""
    _key, certificate = unit_keys.mail_identity(settings.KEYS, address=_sender(), now=clock.now())
    selector, domain = settings.OPENIRU["OPENIRU_DKIM_SELECTOR"], _sender().rpartition("@")[2]
    documents = settings.KEYS / "documents.crt"
    context = {
        "sender": _sender(),
        "mail_certificate": certificate.public_bytes(Encoding.PEM).decode(),
        "mail_fingerprint": certificate.fingerprint(hashes.SHA256()).hex(),
        "documents_certificate": documents.read_text() if documents.is_file() else "",
        "dkim_name": f"{selector}._domainkey.{domain}" if selector else "",
        "dkim_record": unit_keys.dkim_record(settings.KEYS) if selector else "",
        "actor": f"{settings.BASE_URL}/actor",
        "log": ledger.standing(),
    }
    return render(request, "portal/keys.html", context)


@login_not_required
@require_GET
def contact_point(request: HttpRequest) -> HttpResponse:
    """Whom a platform, a holder or an authority may reach, in which language, and how answers are best given."""
    context = {"sender": _sender(), "agencies": people.public_agencies(), "ways": TRANSPORTS.values()}
    return render(request, "portal/contact_point.html", context)


@login_not_required
@require_GET
def actor(_request: HttpRequest) -> HttpResponse:
    """Our actor, so that a server can check the signature of a Flag."""
    standing = ledger.installation()
    key = unit_keys.rsa_key(settings.KEYS, unit_keys.ACTOR)
    shown = activitypub.actor(settings.BASE_URL, key, name=standing.name if standing else "OpenIRU")
    return JsonResponse(shown, content_type=activitypub.TYPE)


@csrf_exempt
@login_not_required
@require_GET
def inbox(_request: HttpRequest) -> HttpResponse:
    """Nothing is delivered here: a POST is answered 405, as ActivityPub (7.1) asks of a server that takes no activities."""
    return _empty("inbox", "Answers are read by e-mail and at the counter for platforms; nothing is delivered here.")


@csrf_exempt
@login_not_required
@require_GET
def outbox(_request: HttpRequest) -> HttpResponse:
    """Nothing is public here: a Flag is between us and the server that it went to."""
    return _empty("outbox", "What is sent goes to the account's own server only; nothing is published here.")


def _empty(name: str, summary: str) -> HttpResponse:
    shown = activitypub.nothing_in(f"{settings.BASE_URL}/actor/{name}", summary)
    return JsonResponse(shown, content_type=activitypub.TYPE)
