"""An account over time: its handles, names and numbers, what was reported, and a person's word that two are one or one is two."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from openiru.errors import Refused
from openiru.faces.console.asked import Asked
from openiru.faces.console.forms import NOTHING, Typed, kept, number
from openiru.stages.cases import queries as cases
from openiru.stages.intake import accounts, queries
from openiru.stages.transparency import followup
from openiru.stages.verify import queries as verify

DONE = {
    "join": _("Joined. It can be undone below."),
    "part": _("Parted. It can be undone below."),
    "undo": _("Undone."),
}


@require_GET
def show(request: Asked, account_id: int) -> HttpResponse:
    """Show an account."""
    return _page(request, account_id)


@require_POST
def join(request: Asked, account_id: int) -> HttpResponse:
    """Say that this account is another one, by that one's address or a suggestion's number."""

    def do() -> int:
        typed = request.POST
        chosen = typed.get("into", "")
        into = number(chosen, name="into") if chosen else queries.account_of_address(typed.get("address", ""))
        return accounts.join(account_id, into, why=typed.get("why", ""), actor=request.actor, now=request.now).target_id

    return _attempt(request, account_id, "join", do)


@require_POST
def part(request: Asked, account_id: int) -> HttpResponse:
    """Say that some reports are of another holder of the handle."""

    def do() -> int:
        typed = request.POST
        chosen = tuple(number(one, name="reports") for one in typed.getlist("report"))
        new = accounts.Parting(chosen, typed.get("why", ""), typed.get("stable_id", "").strip())
        return accounts.part(account_id, new, actor=request.actor, now=request.now).source_id

    return _attempt(request, account_id, "part", do)


@require_POST
def undo(request: Asked, account_id: int, joining_id: int) -> HttpResponse:
    """Take a joining or a parting back."""

    def do() -> int:
        accounts.undo(joining_id, why=request.POST.get("why", ""), actor=request.actor, now=request.now)
        return account_id

    return _attempt(request, account_id, "undo", do)


def _attempt(request: Asked, account_id: int, form: str, do: Callable[[], int]) -> HttpResponse:
    try:
        then = do()
    except Refused as error:
        if error.code == "not_found":
            queries.account_page(account_id, request.actor)
        return _page(request, account_id, kept(form, request.POST.dict(), error))
    messages.success(request, DONE[form])
    return redirect("account", then)


def _page(request: Asked, account_id: int, typed: Typed = NOTHING) -> HttpResponse:
    page = queries.account_page(account_id, request.actor)
    context = {
        "page": page,
        "account": page.account,
        "cases": cases.of_account(account_id, request.actor),
        "observed": verify.followers_of(account_id),
        "doubtful": followup.doubtful(page.reports),
        "typed": typed,
    }
    return render(request, "console/account.html", context, status=typed.status)
