"""The API's addresses, its description, and a rule's no as JSON with its code and HTTP status."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.throttling import AnonRateThrottle, AuthRateThrottle

from openiru.errors import Refused, Unavailable, Unreadable
from openiru.faces.api import platform, register, reports
from openiru.faces.api.door import Bearer
from openiru.faces.words import status_of, text_of

api = NinjaAPI(
    title="OpenIRU",
    version="1",
    description="Report accounts, follow what becomes of them, screen names; for platforms: read and answer notices. It never blocks.",
    docs_url=None,
    auth=Bearer(),
    throttle=[AnonRateThrottle("120/m"), AuthRateThrottle("1200/m")],
    urls_namespace="api",
)
api.add_router("", reports.router)
api.add_router("", reports.hooks)
api.add_router("", register.router)
api.add_router("", platform.router)


def _answer(request: HttpRequest, error: Exception, *, status: int, code: str, text: str) -> HttpResponse:
    facts = getattr(error, "facts", {})
    shown = {key: value if isinstance(value, int | str | bool | None) else str(value) for key, value in facts.items()}
    return api.create_response(request, {"error": code, "text": text, "facts": shown}, status=status)


@api.exception_handler(Refused)
@api.exception_handler(Unreadable)
@api.exception_handler(Unavailable)
def refused(request: HttpRequest, error: Exception) -> HttpResponse:
    """A rule's no, an unreadable item, a service that is down."""
    code = getattr(error, "code", "") or getattr(error, "reason", "")
    return _answer(request, error, status=status_of(error), code=code, text=text_of(error))


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A body or a parameter that is not of its form; says where."""
    where = "; ".join(f"{'.'.join(map(str, one.get('loc', ())))}: {one.get('msg', '')}" for one in error.errors[:20])
    return _answer(request, error, status=422, code="body_invalid", text=where)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Nobody that we know."""
    return _answer(request, error, status=401, code="token_invalid", text=text_of(Refused("token_invalid")))


@api.exception_handler(Throttled)
def too_often(request: HttpRequest, error: Throttled) -> HttpResponse:
    """Too many requests from one caller; says when to come back."""
    answer = _answer(request, error, status=429, code="too_often", text=str(error))
    answer["Retry-After"] = str(error.wait or 60)
    return answer


@api.exception_handler(HttpError)
def malformed(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What cannot even be read as a request."""
    return _answer(request, error, status=error.status_code, code="body_invalid", text=str(error))


def _open(found: URLPattern | URLResolver) -> URLPattern | URLResolver:
    """Let a view be asked without a session: the API knows its callers by their key, not by a cookie."""
    if isinstance(found, URLPattern):
        found.callback = login_not_required(found.callback)
    return found


_patterns, _app, _namespace = api.urls
urlpatterns = [path("api/v1/", ([_open(one) for one in _patterns], _app, _namespace))]
