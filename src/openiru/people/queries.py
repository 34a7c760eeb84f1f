"""Reads of people: who acts, who sees whom, who may be asked."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from openiru.errors import Refused
from openiru.people.actor import Actor
from openiru.people.models import Agency, Token, User
from openiru.people.roles import Role
from openiru.people.services import digest


def actor_for(user: User) -> Actor:
    """The actor that a signed-in user is: their roles, their agency and the agencies it works with."""
    sees = set()
    if user.agency_id is not None:
        sees = {user.agency_id, *Agency.objects.filter(works_with=user.agency_id).values_list("id", flat=True)}
    return Actor(
        id=str(user.actor),
        user_id=user.id,
        roles=frozenset(Role(role) for role in user.roles),
        agency_id=user.agency_id,
        sees=frozenset(sees),
        platform=user.platform,
    )


def actor_for_token(secret: str, *, now: datetime) -> Actor:
    """The actor behind a personal token; raises `token_invalid`."""
    token = (
        Token.objects.select_related("user")
        .filter(digest=digest(secret), revoked_at=None, ends_at__gt=now, user__is_active=True)
        .first()
    )
    if token is None:
        raise Refused("token_invalid")
    return actor_for(token.user)


def with_role(role: Role, *, agency_id: int | None = None) -> QuerySet[User]:
    """Active people with a role, of one agency if it is named."""
    found = Q(roles__contains=[role], is_active=True)
    return User.objects.filter(found & Q(agency_id=agency_id) if agency_id else found).order_by("id")


def everybody(actor: Actor) -> QuerySet[User]:
    """All people, by agency and name, for whoever administers them."""
    actor.must("people.administer")
    return User.objects.select_related("agency").order_by("agency__name", "name", "id")


def agencies(actor: Actor) -> QuerySet[Agency]:
    """All agencies with those they work with, for whoever administers them."""
    actor.must("people.administer")
    return Agency.objects.prefetch_related("works_with").order_by("name")


def public_agencies() -> QuerySet[Agency]:
    """The offices of this installation, as everybody may know them."""
    return Agency.objects.order_by("name")


def tokens_of(actor: Actor) -> QuerySet[Token]:
    """A person's own tokens, newest first; nobody sees another's."""
    return Token.objects.filter(user_id=actor.person).order_by("-id")
