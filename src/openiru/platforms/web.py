"""Plain websites: a site is its registrable domain, whose registrar and host are written to; a page is an item of it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache, lru_cache
from urllib.parse import quote, unquote

from publicsuffixlist import PublicSuffixList

from openiru.errors import Unreadable
from openiru.platforms import completeness, letter, lookalikes, presence, rdap, replies, shared
from openiru.platforms.addresses import LONGEST, other, recogniser, shortlink
from openiru.platforms.phones import states_number
from openiru.platforms.shapes import (
    Address,
    Certainty,
    Check,
    ContactSource,
    Gap,
    KeyType,
    NoticeFacts,
    PlatformFile,
    PolicyFact,
    Ref,
    Route,
    Target,
)
from openiru.terms import Leg, Outcome, Platform

_TRACKING_WORDS = (
    "fbclid gclid dclid msclkid yclid twclid ttclid igsh igshid si ref refsrc ref_src _rdr mibextid __tn__ "
    "is_from_webapp sender_device _r _t mc_cid mc_eid"
)
_TRACKING = frozenset(_TRACKING_WORDS.split())
_PLAIN = re.compile(r"[A-Za-z0-9_.~-]+")
_PATH_SIGNS = "!$&'()*+,;=:@~-._"
_QUERY_SIGNS = "!$&'()*+,;=:@~-._/?%"
_WEB = Platform.WEB


def read_address(address: Address) -> Ref | None:
    """What an address names on a host that is no platform's; None where no such domain can be registered."""
    host = _without_www(address.site)
    path = _path(address.segments)
    if not path and address.segments:  # only dots: the front page, as without them
        address = address._replace(segments=())
    where = host + path + _query(address.query)
    if _states_number(address):
        # On a site nobody needs it to find the page's holder, and it would be stored in the clear.
        raise Unreadable("phone_in_address", value=host)
    if len(where) > LONGEST - len("https://"):
        raise Unreadable("too_long", value=address.site)
    if lookalikes.is_shortener(host):
        return (
            shortlink(_WEB, where, f"https://{where}", address.warnings) if address.segments else other(_WEB, address)
        )
    domain = _registrable(host)
    if not domain or lookalikes.is_own_without_accounts(host):
        return None
    if shared.is_shared(host):
        return _on_shared_host(where, address) if address.segments else other(_WEB, address)
    site = Ref(_WEB, Target.ACCOUNT, "site", KeyType.HANDLE, domain, f"https://{domain}/", warnings=address.warnings)
    if where == domain:
        return site
    shown = where if address.segments else where.replace(host, f"{host}/", 1)
    return Ref(_WEB, Target.ITEM, "page", KeyType.HANDLE, where, f"https://{shown}", site, warnings=address.warnings)


def _without_www(site: str) -> str:
    rest = site.removeprefix("www.")
    return rest if rest != site and _registrable(rest) else site


def _states_number(address: Address) -> bool:
    if any("+" in step or "=" in step for step in address.segments) and states_number("/" + "/".join(address.segments)):
        return True
    return bool(address.query) and states_number(unquote(address.query))


def _on_shared_host(where: str, address: Address) -> Ref:
    """Where many people publish, nothing wider than the page itself may be meant."""
    warnings = (*address.warnings, "shared_host")
    url = f"https://{where}"
    place = Ref(_WEB, Target.ACCOUNT, "place", KeyType.HANDLE, where, url, warnings=warnings)
    return Ref(_WEB, Target.ITEM, "page", KeyType.HANDLE, where, url, place, warnings=warnings)


def _path(steps: tuple[str, ...]) -> str:
    kept: list[str] = []
    for step in steps:
        if step == "..":
            del kept[-1:]
        elif step != ".":
            kept.append(step if _PLAIN.fullmatch(step) else quote(step, safe=_PATH_SIGNS))
    return "".join(f"/{step}" for step in kept)


def _query(query: str) -> str:
    """What may say which page it is; what only says where a reader came from is left out (reference §1, step 7)."""
    pairs = (pair for pair in query.split("&") if pair)
    names = ((pair.partition("=")[0].lower(), pair) for pair in pairs)
    kept = [pair for name, pair in names if name not in _TRACKING and not name.startswith("utm_")]
    return "?" + quote("&".join(kept), safe=_QUERY_SIGNS) if kept else ""


@cache
def _suffixes() -> PublicSuffixList:
    """The public suffix list that the library carries; nothing is fetched."""
    return PublicSuffixList(accept_unknown=False)


@lru_cache(maxsize=8192)
def _registrable(host: str) -> str:
    """The domain that somebody registered, or a public address by number; empty where nobody can."""
    if host.rpartition(".")[2].isdigit():
        return _number(host)
    return str(_suffixes().privatesuffix(host) or "")


def _number(host: str) -> str:
    try:
        found = ipaddress.IPv4Address(host)
    except ValueError:
        return ""
    return host if found.is_global and not found.is_multicast else ""


recognise = recogniser((), read_address)

SIGNALS = presence.load("web", ())


def _who_is_meant(facts: NoticeFacts, _: datetime) -> Iterator[Gap]:
    if ":site:" in facts.account_key:
        yield completeness.soft(
            "whole_site",
            "A whole site is asked about: name its pages, and ask for no more than them where that is enough.",
        )


WORDS = replies.Words(
    outcomes=(
        (r"(?:forwarded|passed on|relayed) (?:\w+ ){0,6}to (?:the|our) (?:customer|host|hosting provider|operator)",
         Outcome.CLARIFICATION_ASKED),
        (r"(?:we are|is) not the host(?:ing provider)?|do(?:es)? not host|only a (?:registrar|reseller|proxy)",
         Outcome.DECLINED_INVALID),
        (r"domain (?:has been |was |is )?(?:suspended|placed on hold|deleted)|(?:client|server) ?hold", Outcome.ACCOUNT_DISABLED),
        (r"(?:hosting account|site|website) (?:has been |was |is )?(?:suspended|terminated|taken offline)",
         Outcome.ACCOUNT_DISABLED),
        (r"(?:page|file|content)s? (?:has been |have been |was |were )?(?:removed|disabled)", Outcome.REMOVED_GLOBAL),
    ),
)  # fmt: skip

_FIELDS: tuple[letter.FormField, ...] = (
    ("source_identifier (domain)", lambda facts: facts.account_handle or facts.account_url),
    ("URLs", letter.items_in_lines),
    ("Explanation for each URL", letter.reasons_in_lines),
    ("Designation", letter.listings_in_lines),
    ("Requested action", letter.asked_in_line),
    ("reporter", lambda facts: f"{facts.authority} <{facts.authority_email}>"),
)
_RULE_FIELDS: tuple[letter.FormField, ...] = (
    ("Terms that are broken", lambda facts: facts.policy_line),
    ("Why they are broken", lambda facts: facts.policy_why),
)
_LAW_FIELDS: tuple[letter.FormField, ...] = (
    ("Law and articles", letter.law_in_line),
    ("Country", lambda facts: facts.territory),
    ("User notice", letter.user_notice),
)
_STEPS = (
    "Look the domain up by RDAP (`openiru cases contact`) and take the address of the entity with the role `abuse`; "
    "look at /.well-known/security.txt and for abuse@<domain> too.",
    "Write to the site's own contact first, then to its host, then to the registrar: the nearest one can remove a page, a "
    "registrar only a whole domain.",
    "A proxy such as Cloudflare hides the host: ask it who the host is.",
    "Attach notice.pdf; paste the reference of the answer back here, and say who was written to.",
)

ROUTES = (
    Route(
        Leg.PLATFORM_POLICY,
        "portal",
        "The abuse contact that RDAP names (site, host, registrar)",
        False,
        (),
        72,
        "§10: RFC 9083 role `abuse`, RFC 9116, RFC 2142; each host has terms of its own; the hours are our own clock",
        Certainty.BACKGROUND,
    ),
    Route(
        Leg.LOCAL_LAW,
        "portal",
        "The legal contact of the host, then of the registrar",
        False,
        (),
        168,
        "§10: found by the same look-up; that it acts on foreign law is our assumption",
        Certainty.HYPOTHESIS,
    ),
)

FACTS = (
    PolicyFact(
        "no_deadline", "No answering time is published; we ask again on our own clock.", "§16", Certainty.HYPOTHESIS
    ),
    PolicyFact("chain", "Registrar, registry, host, delivery network, search: each can do another part.", "§10",
               Certainty.BACKGROUND),
    PolicyFact("proxy", "Cloudflare is a proxy: it passes a report on to the host, and may pass it to Lumen.",
               "§10 [P S61]", Certainty.PLATFORM),
    PolicyFact("no_type", "XARF, the form for abuse reports, has no type for terrorist content.", "§10 [V]",
               Certainty.VERIFIED),
    PolicyFact("not_removal", "A block by an access provider is not removal; status 451 is a legal block.", "§10",
               Certainty.PLATFORM),
    PolicyFact("parked", "A parked domain answers with a page: a page is no proof of life.", "§10", Certainty.PLATFORM),
)  # fmt: skip

PLATFORM = PlatformFile(
    platform=_WEB,
    title="Website",
    hosts=(),
    recognise=recognise,
    gaps=completeness.judge(_who_is_meant, routes=ROUTES),
    compose=letter.composer(
        "Website",
        {
            Leg.PLATFORM_POLICY: letter.Form(_FIELDS + _RULE_FIELDS, _STEPS),
            Leg.LOCAL_LAW: letter.Form(_FIELDS + _LAW_FIELDS, _STEPS),
        },
    ),
    read_reply=replies.reader(WORDS),
    read_presence=presence.reader(SIGNALS, recognise),
    routes=ROUTES,
    facts=FACTS,
    check=Check(
        SIGNALS.version,
        "https://{handle}",
        True,
        SIGNALS.expires,
        manual_only=True,
        why_manual="Every site is a host of its own: no canary can stand for another.",
    ),
    examples={
        "https://www.Example.org/": "web:site:h:example.org",
        "https://news.example.co.uk/Story?id=7&utm_source=x#top": "web:page:h:news.example.co.uk/Story?id=7",
        "https://example.github.io/": "web:site:h:example.github.io",
        "https://justpaste.it/Example": "web:page:h:justpaste.it/Example",
        "https://bit.ly/AbC": "web:shortlink:h:bit.ly/AbC",
        "https://justpaste.it/": "web:other:none:justpaste.it/",
    },
    read_address=read_address,
    contacts=ContactSource(rdap.address, rdap.contacts),
)
