"""The door of the web faces: who asks, at what time, and a rule's no turned into a page with its words and its HTTP status."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django_htmx.http import HttpResponseClientRedirect

from openiru import clock
from openiru.errors import Refused, Unavailable, Unreadable
from openiru.faces.words import status_of, text_of
from openiru.ledger import queries as ledger
from openiru.people.models import User
from openiru.people.queries import actor_for


class Refusals:
    """Middleware: every view needs a signed-in person unless it says otherwise; what a rule refuses becomes its sentence."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        clock.use_offset(ledger.clock_offset)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Put `now` and `actor` on the request; whoever is not signed in is asked to, except where the view is public."""
        request.now = clock.now()  # type: ignore[attr-defined]
        if not getattr(view, "login_required", True):
            return None
        if not isinstance(request.user, User):
            return _ask_to_sign_in(request)
        request.actor = actor_for(request.user)  # type: ignore[attr-defined]
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer what a rule refused, what cannot be read and what is down; anything else is a bug and stays one."""
        if isinstance(exception, ObjectDoesNotExist):
            exception = Refused("not_found")
        if not isinstance(exception, Refused | Unreadable | Unavailable):
            return None
        facts = {"text": text_of(exception), "code": getattr(exception, "code", "")}
        page = "console/_refused.html" if getattr(request, "htmx", False) else "console/refused.html"
        return render(request, page, facts, status=status_of(exception))


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(resolve_url("sign-in"))
    return redirect_to_login(request.get_full_path())
