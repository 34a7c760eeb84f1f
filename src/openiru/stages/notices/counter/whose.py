"""Whose a notice is at the counter: a platform with hosts of its own has all of its notices; of the many servers of Mastodon and of

the web each has those about accounts on its own host, or written to its own mail domain, and nobody has those of all.
"""

from __future__ import annotations

import re

from django.db.models import Q

from openiru.errors import Refused
from openiru.people.actor import Actor
from openiru.people.models import User
from openiru.platforms import PLATFORMS
from openiru.terms import Platform

EVERYBODYS = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "proton.me"}
    | {"protonmail.com", "gmx.com", "gmx.net", "mail.com", "aol.com", "zoho.com", "yandex.com", "qq.com", "163.com"}
)
"""Mail domains where anybody has an address: there only the very address that was written to tells whose a notice is (from memory)."""


def platform_of(actor: Actor) -> str:
    """The platform a person speaks for as a whole; Refused for one of many servers, which no one speaks for."""
    if actor.platform not in set(Platform) or not PLATFORMS[Platform(actor.platform)].hosts:
        raise Refused("not_allowed", why="this account speaks for no platform with hosts of its own")
    return actor.platform


def theirs(actor: Actor) -> Q:
    """Which notices are this person's; raises `not_allowed` for whoever is no platform's."""
    if actor.platform not in set(Platform):
        raise Refused("not_allowed", why="this account speaks for no platform")
    if PLATFORMS[Platform(actor.platform)].hosts:
        return Q(platform=actor.platform)
    return Q(platform=actor.platform) & _of_their_host(User.objects.get(id=actor.person).email)


def _of_their_host(email: str) -> Q:
    domain = email.rpartition("@")[2].lower()
    if domain in EVERYBODYS:
        return Q(address__iexact=email)
    host = rf"^https?://([^/?#]*\.)?{re.escape(domain)}(:[0-9]+)?([/?#]|$)"
    return Q(address__iendswith=f"@{domain}") | Q(case__account__url__iregex=host)
