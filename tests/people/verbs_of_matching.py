"""The verbs of matching: reading a part, a reviewer's word, and a value of a bank."""

from __future__ import annotations

from itertools import count

from openiru.detect.scan import batch_of, scan
from openiru.stages.matching import services as matching
from openiru.stages.matching import work
from openiru.stages.matching.detectors import detectors
from openiru.stages.matching.models import BankEntry, Match, Opinion, Progress
from openiru.stages.register.models import ListedName
from tests import builders
from tests.builders import LATER, NOW, SYSTEM, Cast
from tests.people.table import Do, verb

_numbers = count(1)


def new_entry(bearing: str = "suggests") -> matching.NewEntry:
    """A channel that no bank knows yet."""
    address = f"https://t.me/example_front{next(_numbers)}"
    return matching.NewEntry("known_channel", bearing, address, builders.an_organisation().id, "Seen in a case.")


def an_entry(cast: Cast, bearing: str = "suggests") -> BankEntry:
    """One that Ana proposed."""
    return matching.propose(new_entry(bearing), actor=cast.ana, now=NOW)


def a_match(cast: Cast) -> Match:
    """A listed name as a display name in a report of Ana's agency."""
    listing = builders.an_organisation().listings.first()
    assert listing is not None
    ListedName.objects.create(listing=listing, name="Valley Dawn Front", quality="primary", script="Latin")
    builders.a_report(builders.an_account(), cast.ana, name="Valley Dawn Front")
    work.scan_new(actor=SYSTEM, now=NOW)
    return Match.objects.get()


@verb(matching.record, "match.work", "system", "match.scanned", bound=False)
def _(cast: Cast) -> Do:
    builders.a_report(builders.an_account(), cast.ana)
    names = detectors()[0]
    part = matching.next_part(names.name, names.version, Progress.Source.REPORT)
    found = scan(batch_of(part.rows), [names])
    return lambda actor: matching.record(part, found, actor=actor, now=NOW)


@verb(matching.learn_referred, "match.work", "system", "match.referred_learnt", bound=False)
def _(cast: Cast) -> Do:
    address = (new_entry().value, builders.an_organisation().id, cast.ana.agency_id or 0)
    return lambda actor: matching.learn_referred([address], actor=actor, now=NOW)


@verb(matching.let_go, "match.work", "system", "match.bank_let_go", bound=False)
def _(cast: Cast) -> Do:
    file = matching.NewEntry("sha256", "suggests", "ab" * 32, builders.an_organisation().id, "Seen in a case.")
    entry = matching.propose(file, actor=cast.ana, now=NOW)
    return lambda actor: matching.let_go([(entry.value, entry.agency_id, LATER)], actor=actor, now=LATER)


@verb(matching.say, "match.say", "ana", "match.opinion")
def _(cast: Cast) -> Do:
    match = a_match(cast)
    return lambda actor: matching.say(match.id, Opinion.Says.RIGHT, actor=actor, now=NOW)


@verb(matching.propose, "match.bank_propose", "ana", "match.bank_proposed", bound=False)
def _(cast: Cast) -> Do:
    new = new_entry()
    return lambda actor: matching.propose(new, actor=actor, now=NOW)


@verb(matching.confirm, "match.bank_confirm", "ben", "match.bank_confirmed")
def _(cast: Cast) -> Do:
    entry = an_entry(cast)
    return lambda actor: matching.confirm(entry.id, actor=actor, now=NOW)


@verb(matching.end, "match.bank_end", "ana", "match.bank_ended")
def _(cast: Cast) -> Do:
    entry = an_entry(cast)
    return lambda actor: matching.end(entry.id, actor=actor, now=NOW)


@verb(matching.end, "match.bank_unprotect", "rio", "match.bank_ended")
def _(cast: Cast) -> Do:
    entry = an_entry(cast, "suppresses")
    matching.confirm(entry.id, actor=cast.ben, now=NOW)
    return lambda actor: matching.end(entry.id, actor=actor, now=NOW)
