"""Verbs of people: agencies, users, roles, tokens. Each change is in the ledger; a password is shown once and never stored."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from openiru.errors import Refused
from openiru.ledger import queries
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.people.models import Agency, Token, User
from openiru.people.roles import Role
from openiru.terms import Mode


@dataclass(frozen=True, slots=True)
class NewUser:
    """What is needed to make a user; platform contacts name their platform and have no agency."""

    email: str
    name: str
    roles: frozenset[Role]
    agency: Agency | None = None
    platform: str = ""
    languages: tuple[str, ...] = ("en",)


@transaction.atomic
def add_agency(slug: str, *, name: str, actor: Actor, now: datetime, may_order: bool = False) -> Agency:
    """Let an agency join; asking again for the same slug returns it."""
    _must_administer(actor)
    agency, made = Agency.objects.get_or_create(slug=slug, defaults={"name": name, "may_order": may_order})
    if made:
        ledger.append(actor.id, "people.agency_added", f"agency:{slug}", now=now, facts={"name": name})
    return agency


@transaction.atomic
def let_cooperate(one: Agency, other: Agency, *, actor: Actor, now: datetime) -> None:
    """Let two agencies see each other's cases."""
    _must_administer(actor)
    one.works_with.add(other)
    facts = {"agencies": sorted((one.slug, other.slug))}
    ledger.append(actor.id, "people.cooperation_set", f"agency:{one.slug}", now=now, facts=facts)


@transaction.atomic
def add_user(new: NewUser, *, actor: Actor, now: datetime) -> tuple[User, str]:
    """Make a user and return it with a random password, which is shown once."""
    _must_administer(actor)
    _check_roles(new.roles)
    if User.objects.filter(email__iexact=new.email).exists():
        raise Refused("user_exists", email=new.email)
    password = secrets.token_urlsafe(12)
    user = User(
        email=new.email,
        name=new.name,
        agency=new.agency,
        roles=sorted(new.roles),
        platform=new.platform,
        languages=list(new.languages),
    )
    user.set_password(password)
    user.save()
    ledger.append(actor.id, "people.user_added", f"user:{user.actor}", now=now, facts={"roles": user.roles})
    return user, password


@transaction.atomic
def set_roles(user_id: int, roles: Iterable[Role], *, actor: Actor, now: datetime) -> User:
    """Give a person other roles; nobody changes their own."""
    _must_administer(actor)
    if actor.user_id == user_id:
        raise Refused("own_roles")
    wanted = frozenset(roles)
    _check_roles(wanted)
    user = _locked(user_id)
    user.roles = sorted(wanted)
    user.save(update_fields=["roles"])
    ledger.append(actor.id, "people.roles_changed", f"user:{user.actor}", now=now, facts={"roles": user.roles})
    return user


@transaction.atomic
def renew_password(user_id: int, *, actor: Actor, now: datetime) -> str:
    """Set a new random password and return it; it is shown once."""
    _must_administer(actor)
    user = _locked(user_id)
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.save(update_fields=["password"])
    ledger.append(actor.id, "people.password_renewed", f"user:{user.actor}", now=now, facts={})
    return password


@transaction.atomic
def make_token(user_id: int, *, label: str, actor: Actor, now: datetime) -> str:
    """Make a personal token for the command line or the API, good for 90 days; it is shown once."""
    if actor.user_id != user_id and not (actor.is_system and _is_exercise()):
        raise Refused("not_allowed", why="a token is made by its own person")
    secret = f"iru_{secrets.token_urlsafe(32)}"
    user = User.objects.get(id=user_id)
    ends = now + timedelta(days=90)
    Token.objects.create(user=user, label=label, digest=digest(secret), made_at=now, ends_at=ends)
    ledger.append(actor.id, "people.token_made", f"user:{user.actor}", now=now, facts={"label": label})
    return secret


@transaction.atomic
def revoke_token(token_id: int, *, actor: Actor, now: datetime) -> Token:
    """End a token at once: its own person may, and an administrator."""
    token = Token.objects.select_for_update(of=("self",)).select_related("user").filter(id=token_id).first()
    if token is None or (token.user_id != actor.user_id and not actor.may("people.administer")):
        raise Refused("not_found")
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        facts = {"label": token.label}
        ledger.append(actor.id, "people.token_revoked", f"user:{token.user.actor}", now=now, facts=facts)
    return token


@transaction.atomic
def close_user(user_id: int, *, actor: Actor, now: datetime) -> User:
    """Let a person no longer sign in, and end their tokens; what they did stays theirs. Nobody closes themselves."""
    _must_administer(actor)
    if actor.user_id == user_id:
        raise Refused("own_roles")
    user = User.objects.select_for_update().filter(id=user_id).first()
    if user is None:
        raise Refused("not_found")
    user.is_active = False
    user.save(update_fields=["is_active"])
    Token.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    ledger.append(actor.id, "people.user_closed", f"user:{user.actor}", now=now, facts={})
    return user


def _must_administer(actor: Actor) -> None:
    """An administrator may; the system only in an exercise, or until a live installation has its first administrator."""
    actor.must("people.administer")
    has_administrator = User.objects.filter(roles__contains=[Role.ADMINISTRATOR], is_active=True)
    if actor.is_system and not _is_exercise() and has_administrator.exists():
        raise Refused("needs_person")


def _check_roles(roles: frozenset[Role]) -> None:
    if Role.SYSTEM in roles or not roles:
        raise Refused("roles_invalid")


def _locked(user_id: int) -> User:
    user = User.objects.select_for_update(of=("self",)).filter(id=user_id).first()
    if user is None:
        raise Refused("not_found")
    return user


def _is_exercise() -> bool:
    standing = queries.installation()
    return standing is not None and standing.mode == Mode.EXERCISE


def digest(secret: str) -> str:
    """What is stored of a token: its SHA-256 (the secret has 256 random bits, so a slow hash adds nothing)."""
    return hashlib.sha256(secret.encode()).hexdigest()
