"""Makes a new home an exercise: people, lists that two of them confirmed, a policy, protections, canaries, the incoming file."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

from openiru import clock
from openiru.errors import Refused
from openiru.faces.exercise import cast, world
from openiru.ledger import queries as ledger_queries
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.cases import protecting
from openiru.stages.cases import services as cases
from openiru.stages.intake import formats as readers
from openiru.stages.intake import loading as intake
from openiru.stages.register import formats, suggestions
from openiru.stages.register import services as register
from openiru.stages.register.formats.catalogue import ListSpec
from openiru.stages.register.rules import DesignationPolicy
from openiru.stages.verify import services as verify
from openiru.terms import ListAuthorityKind, Mode, Platform, Presence

LISTS = (
    ListSpec(
        "assembly-list",
        "Assembly of States Consolidated List (invented)",
        "Assembly",
        ListAuthorityKind.MULTILATERAL,
        "un_xml",
    ),
    ListSpec(
        "northland-list", "Northland Treasury List (invented)", "Northland", ListAuthorityKind.NATIONAL, "ofac_csv"
    ),
    ListSpec("westmark-list", "Westmark Sanctions List (invented)", "Westmark", ListAuthorityKind.NATIONAL, "uk_xml"),
    ListSpec("home-list", "Home Ministry First Schedule (invented)", "Home", ListAuthorityKind.NATIONAL, "un_xml"),
)
FILES = {
    "assembly-list": "multilateral.xml",
    "northland-list": "national-one",
    "westmark-list": "national-two.xml",
    "home-list": "single-national.xml",
}
SAME = 100.0
"""The score of two names that are the same."""

COUNTED = frozenset(spec.authority for spec in LISTS)


def ensure(home: Path, *, size: int) -> tuple[tuple[str, str, str], ...]:
    """Seed a new home; return the sign-ins. A home that is an exercise already keeps what it has and returns none."""
    clock.use_offset(ledger_queries.clock_offset)
    standing = ledger_queries.installation()
    if standing is not None:
        if standing.mode != Mode.EXERCISE:
            raise Refused("installation_is_for_ever", mode=standing.mode)
        return ()
    folder = home / "exercise" / "world"
    if not (folder / "world.json").is_file():
        world.build(size=size).write(folder)
    ledger.install(mode=Mode.EXERCISE, name="Exercise unit (invented)", now=clock.now())
    signed = cast.settle(now=clock.now())
    seed(folder, now=clock.now())
    return signed


def seed(folder: Path, *, now: datetime) -> None:
    """Do by the cast's hands what a unit does before its first case, then take in the incoming file."""
    people = cast.actors()
    _lists(folder, people, now)
    _policy(people, now)
    _links(people["ben"], now)
    _protections(folder, people["rio"], now)
    _canaries(folder, people["cleo"], now)
    with (folder / "reported.csv").open("rb") as stream:
        parsed = readers.parse(readers.READERS["csv"], stream)
    ana = people["ana"]
    assert ana.agency_id is not None
    intake.load(parsed, name="reported.csv", agency_id=ana.agency_id, actor=ana, now=now)
    cases.open_waiting(ana.agency_id, actor=ana, now=now)


def _lists(folder: Path, people: dict[str, Actor], now: datetime) -> None:
    for spec in LISTS:
        published = register.ensure_list(spec.slug, actor=people["sue"], now=now, spec=spec)
        files = formats.open_list(folder / FILES[spec.slug])
        loaded = register.load(files, published_list=published, by_hand=True, actor=people["sue"], now=now)
        for person in ("ben", "sue"):
            register.confirm(
                loaded.snapshot.id, "compared with the invented publisher's page", actor=people[person], now=now
            )


def _policy(people: dict[str, Actor], now: datetime) -> None:
    policy = DesignationPolicy(counted=COUNTED, multilateral_needed=1, independent_needed=2)
    proposed = register.propose_policy(policy, "the exercise's invented authorities", actor=people["sue"], now=now)
    register.confirm_policy(proposed.id, actor=people["rio"], now=now)


def _links(ben: Actor, now: datetime) -> None:
    """Ben judges each suggestion by its exact name, until none is left; what only resembles stays apart."""
    while _link_same_names(ben, now):
        pass


def _link_same_names(ben: Actor, now: datetime) -> int:
    """Link what has the same name, page by page; an organisation that was just linked is judged again in the next round."""
    done, page = 0, suggestions.likely()
    while True:
        touched: set[int] = set()
        for one in page.links:
            both = {one.listing.organisation_id, one.organisation.id}
            if one.score == SAME and not both & touched:
                register.link(one.listing.id, one.organisation.id, actor=ben, now=now)
                touched |= both
                done += 1
        if page.after is None:
            return done
        page = suggestions.likely(page.after)


def _protections(folder: Path, rio: Actor, now: datetime) -> None:
    """Rio loads the deployment's list of mainstream media and rights groups, as `openiru protections load` does."""
    content, source = (folder / "protections.csv").read_bytes(), "the unit's own register (invented)"
    protecting.load("media and rights groups", content, source=source, actor=rio, now=now)


def _canaries(folder: Path, cleo: Actor, now: datetime) -> None:
    for row in _rows(folder / "canaries.csv"):
        verify.add_canary(Platform(row["platform"]), row["url"], Presence(row["expect"]), actor=cleo, now=now)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
