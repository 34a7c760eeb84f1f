"""The register on screens: lists and their versions, confirming a hash, screening a name, links, the policy."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from openiru.errors import Refused, Unreadable
from openiru.faces.console.asked import Asked
from openiru.faces.console.forms import NOTHING, Typed, kept, number, number_or_none, word
from openiru.faces.console.labels import options
from openiru.faces.console.policy_form import typed_policy
from openiru.stages.register import formats, queries, services, suggestions
from openiru.stages.register.formats.catalogue import CATALOGUE, ListSpec, known_for
from openiru.terms import ListAuthorityKind

LARGEST = 100 * 1024 * 1024
DONE = {
    "load": _("The version was read and stored. Loaded by hand, it counts once two people confirmed its hash."),
    "confirm": _("Your confirmation is stored."),
    "quarantine": _("Put aside."),
    "link": _("Linked: this listing is of this organisation."),
    "propose": _("Proposed: another person must confirm."),
    "confirm_policy": _("In force."),
}


@require_GET
def register(request: Asked) -> HttpResponse:
    """Show the register."""
    return _page(request)


def _page(request: Asked, typed: Typed = NOTHING) -> HttpResponse:
    request.actor.must("register.view")
    name = request.GET.get("name", "").strip()
    policy, policies = queries.current_policy(), list(queries.policies()[:20])
    standing = queries.lists()
    known = {one.published_list.slug: one.published_list.title for one in standing}
    context = {
        "lists": standing,
        "waiting": queries.waiting(),
        "policy": policy,
        "counted": sorted(policy.counted),
        "proposed": [one for one in policies if one.confirmed_at is None],
        "past": [one for one in policies if one.confirmed_at is not None],
        "likely": suggestions.likely(number_or_none(request.GET.get("after", "")) or 0)
        if request.actor.may("register.link")
        else None,
        "asked_name": name,
        "screened": queries.screen(name) if name else None,
        "choices": sorted({**{slug: one.title for slug, one in CATALOGUE.items()}, **known}.items()),
        "forms_known": [(one, one) for one in formats.FORMATS],
        "kinds": options(ListAuthorityKind),
        "typed": typed,
    }
    template = "console/_screened.html" if request.htmx and name else "console/register.html"
    return render(request, template, context, status=typed.status)


def _attempt(request: Asked, form: str, do: Callable[[], object]) -> HttpResponse:
    try:
        do()
    except (Refused, Unreadable) as error:
        return _page(request, kept(form, request.POST.dict(), error))
    messages.success(request, DONE[form])
    return redirect("register")


@require_POST
def load(request: Asked) -> HttpResponse:
    """Read an uploaded version of a list."""

    def do() -> None:
        request.actor.must("register.load")
        files = {file.name or "file": _bytes(file) for file in request.FILES.getlist("files")}
        if not files:
            raise Refused("file_missing")
        spec = _described(request)
        slug = spec.slug if spec else request.POST.get("list", "") or _guess(files)
        published = services.ensure_list(slug, actor=request.actor, now=request.now, spec=spec)
        services.load(files, published_list=published, by_hand=True, actor=request.actor, now=request.now)

    return _attempt(request, "load", do)


def _bytes(file: UploadedFile[bytes]) -> bytes:
    if (file.size or 0) > LARGEST:
        raise Refused("too_big", limit="100 MB")
    content: bytes = file.read()
    return content


def _guess(files: dict[str, bytes]) -> str:
    return known_for(formats.guess(files).name).slug


def _described(request: Asked) -> ListSpec | None:
    """A list that is not in the catalogue, as this person describes it; None when its title was left empty."""
    typed = request.POST
    title, authority = typed.get("title", "").strip(), typed.get("authority", "").strip()
    if not title:
        return None
    if not authority:
        raise Refused("form_incomplete", field="authority")
    kind = word(ListAuthorityKind, typed.get("authority_kind", ""), name="authority_kind")
    return ListSpec(slugify(title)[:50] or "list", title[:200], authority[:60], kind, typed.get("format", ""))


@require_POST
def confirm(request: Asked, snapshot_id: int) -> HttpResponse:
    """Say that a version's hash is the publisher's, and where it was compared."""
    source = request.POST.get("source", "")
    return _attempt(
        request, "confirm", lambda: services.confirm(snapshot_id, source, actor=request.actor, now=request.now)
    )


@require_POST
def quarantine(request: Asked, snapshot_id: int) -> HttpResponse:
    """Put a waiting version aside."""
    reason = request.POST.get("source", "")
    return _attempt(
        request, "quarantine", lambda: services.quarantine(snapshot_id, reason, actor=request.actor, now=request.now)
    )


@require_POST
def link(request: Asked) -> HttpResponse:
    """Say that a listing is an organisation."""
    typed = request.POST
    return _attempt(
        request,
        "link",
        lambda: services.link(
            number(typed.get("listing", ""), name="listing"),
            number(typed.get("organisation", ""), name="organisation"),
            actor=request.actor,
            now=request.now,
        ),
    )


@require_POST
def propose(request: Asked) -> HttpResponse:
    """Propose a designation policy."""
    typed = request.POST

    def do() -> None:
        services.propose_policy(typed_policy(typed), typed.get("reason", ""), actor=request.actor, now=request.now)

    return _attempt(request, "propose", do)


@require_POST
def confirm_policy(request: Asked, policy_id: int) -> HttpResponse:
    """Put a proposed policy in force as another person."""
    return _attempt(
        request, "confirm_policy", lambda: services.confirm_policy(policy_id, actor=request.actor, now=request.now)
    )
