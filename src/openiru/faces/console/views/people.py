"""People: who is here with which roles, adding one, renewing a password; and everyone's own tokens."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked
from openiru.faces.console.forms import NOTHING, Typed, kept, number_or_none, word
from openiru.faces.console.labels import options
from openiru.people import queries, services
from openiru.people.roles import Role
from openiru.terms import Platform

GIVEN = [role for role in Role if role is not Role.SYSTEM]


@never_cache
@require_http_methods(["GET", "POST"])
def people(request: Asked) -> HttpResponse:
    """Show everybody; add a person, whose password is shown once."""
    if request.method != "POST":
        return _page(request)
    try:
        user, password = services.add_user(_new(request), actor=request.actor, now=request.now)
    except Refused as error:
        return _page(request, typed=kept("add", _typed(request), error))
    return _page(request, once=(user.email, password))


def _typed(request: Asked) -> dict[str, str]:
    """The form with its ticked roles as one text, so that they come back ticked."""
    return {**request.POST.dict(), "roles": " ".join(request.POST.getlist("role"))}


def _new(request: Asked) -> services.NewUser:
    typed = request.POST
    email, name = typed.get("email", "").strip(), typed.get("name", "").strip()
    if "@" not in email or not name:
        raise Refused("form_incomplete", field="email, name")
    wanted = number_or_none(typed.get("agency", ""))
    agency = queries.agencies(request.actor).filter(id=wanted).first() if wanted else None
    roles = frozenset(word(Role, role, name="role") for role in typed.getlist("role"))
    return services.NewUser(email, name, roles, agency, typed.get("platform", ""))


@never_cache
@require_POST
def roles(request: Asked, user_id: int) -> HttpResponse:
    """Give a person other roles."""
    try:
        chosen = [word(Role, role, name="role") for role in request.POST.getlist("role")]
        if not chosen:
            raise Refused("roles_invalid")
        services.set_roles(user_id, chosen, actor=request.actor, now=request.now)
    except Refused as error:
        return _page(request, typed=kept(f"roles-{user_id}", _typed(request), error))
    return _page(request)


@never_cache
@require_POST
def renew(request: Asked, user_id: int) -> HttpResponse:
    """Renew a password and show it once."""
    password = services.renew_password(user_id, actor=request.actor, now=request.now)
    user = queries.everybody(request.actor).get(id=user_id)
    if user.id == request.actor.user_id:
        update_session_auth_hash(request, user)
    return _page(request, once=(user.email, password))


def _page(request: Asked, *, once: tuple[str, str] | None = None, typed: Typed = NOTHING) -> HttpResponse:
    context = {
        "people": queries.everybody(request.actor),
        "agencies": queries.agencies(request.actor),
        "roles": options(GIVEN),
        "platforms": options(Platform),
        "once": once,
        "typed": typed,
        "typed_roles": (typed.values.get("roles", "")).split(),
    }
    return render(request, "console/people.html", context, status=typed.status)


@require_POST
def close(request: Asked, user_id: int) -> HttpResponse:
    """Let a person no longer sign in."""
    try:
        services.close_user(user_id, actor=request.actor, now=request.now)
    except Refused as error:
        return _page(request, typed=kept("close", {}, error))
    return _page(request)


@require_POST
def revoke(request: Asked, token_id: int) -> HttpResponse:
    """End one of my tokens at once."""
    services.revoke_token(token_id, actor=request.actor, now=request.now)
    return redirect("tokens")


@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: Asked) -> HttpResponse:
    """Show my tokens; make one, which is shown once."""
    secret = ""
    if request.method == "POST":
        label = request.POST.get("label", "").strip()[:80] or "command line"
        secret = services.make_token(request.actor.person, label=label, actor=request.actor, now=request.now)
    context = {"tokens": queries.tokens_of(request.actor), "secret": secret}
    return render(request, "console/tokens.html", context)
