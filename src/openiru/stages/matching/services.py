"""Verbs of matching: the next part to read and what was found in it; reviewers' words; banks by two people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from openiru.detect.columns import Suggested
from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.matching import queries, reading, rules
from openiru.stages.matching.detectors import detector_of
from openiru.stages.matching.models import BankEntry, Match, Opinion, Progress
from openiru.stages.matching.reading import Part
from openiru.stages.register.models import Organisation


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A value for a bank: what it is, what it does, whose it is (nobody's only for what suppresses), and how that is known."""

    kind: str
    bearing: str
    value: str
    organisation_id: int | None
    source: str


@transaction.atomic
def next_part(detector: str, version: str, source: Progress.Source, size: int = 0) -> Part:
    """The rows that this detector should read next, `size` at most. In another version than before it begins at the first."""
    progress, _ = Progress.objects.get_or_create(detector=detector, source=source, defaults={"version": version})
    if progress.version != version:
        Progress.objects.filter(id=progress.id).update(version=version, upto=0, rows=0)
        progress.version, progress.upto = version, 0
    return reading.read(progress, size or reading.PART)


@transaction.atomic
def record(part: Part, found: Suggested, *, actor: Actor, now: datetime) -> bool:
    """Keep what was found in a part; False if another worker did it meanwhile. After the last part older finds are no longer current."""
    actor.must("match.work")
    progress = Progress.objects.select_for_update().get(id=part.progress_id)
    if (progress.version, progress.upto) != (part.version, part.after):
        return False
    kept = reading.store(part, found, now)
    progress.upto, progress.at = part.ids[-1], now
    progress.rows += len(part.ids)
    progress.save(update_fields=["upto", "at", "rows"])
    if part.last:
        reading.outdate(progress)
    facts = {"version": part.version, "rows": len(part.ids), "matches": kept, "upto": progress.upto}
    ledger.append(actor.id, "match.scanned", f"detector:{progress.detector}", now=now, facts=facts)
    return True


@transaction.atomic
def say(match_id: int, says: Opinion.Says, *, actor: Actor, now: datetime) -> Opinion:
    """What a reviewer says of a match. It changes no case and no score; it is counted, and shown to who keeps the banks."""
    match = queries.visible(actor).filter(id=match_id).first()
    if match is None:
        raise Refused("not_found")
    actor.must("match.say")
    opinion, _ = Opinion.objects.update_or_create(match=match, by_id=actor.person, defaults={"says": says, "at": now})
    facts = {"says": str(says), "detector": match.detector, "known": match.known}
    ledger.append(actor.id, "match.opinion", f"match:{match.id}", now=now, facts=facts)
    return opinion


@transaction.atomic
def propose(new: NewEntry, *, actor: Actor, now: datetime) -> BankEntry:
    """Propose a value for a bank; detection compares it once another person confirmed it."""
    agency_id = actor.agency_id
    actor.must("match.bank_propose", agency_id=agency_id)
    suppresses = new.bearing == BankEntry.Bearing.SUPPRESSES
    if new.kind not in BankEntry.Kind or new.kind == BankEntry.Kind.REFERRED or new.bearing not in BankEntry.Bearing:
        raise Refused("bank_value", reason="no such kind")
    if not new.source.strip():
        raise Refused("reasons_missing")
    if new.organisation_id is None and not suppresses:
        raise Refused("bank_organisation")
    if new.organisation_id and not Organisation.objects.filter(id=new.organisation_id).exists():
        raise Refused("not_found")
    value = rules.check_value(new.kind, new.value, suppresses=suppresses)
    same = {
        "agency_id": agency_id,
        "kind": new.kind,
        "bearing": new.bearing,
        "value": value,
        "organisation_id": new.organisation_id,
    }
    if BankEntry.objects.filter(ended_at=None, **same).exists():
        raise Refused("bank_exists")
    entry = BankEntry.objects.create(**same, source=new.source.strip(), proposed_by_id=actor.person, proposed_at=now)
    facts = {"kind": new.kind, "bearing": new.bearing, "value": value, "organisation": new.organisation_id}
    ledger.append(actor.id, "match.bank_proposed", f"bank:{entry.id}", now=now, facts=facts)
    return entry


@transaction.atomic
def confirm(entry_id: int, *, actor: Actor, now: datetime) -> BankEntry:
    """Another person puts an entry to use. One that suppresses sets aside at once what was found before."""
    entry = _entry(entry_id)
    actor.must("match.bank_confirm", agency_id=entry.agency_id)
    standing = rules.Standing(entry.proposed_by_id, entry.confirmed_at is not None, entry.ended_at is not None)
    rules.check_confirmation(standing, by=actor.person)
    entry.confirmed_by_id, entry.confirmed_at = actor.person, now
    entry.save(update_fields=["confirmed_by", "confirmed_at"])
    moved = reading.set_aside(entry, detector_of(entry.kind)) if entry.bearing == "suppresses" else 0
    ledger.append(actor.id, "match.bank_confirmed", f"bank:{entry.id}", now=now, facts={"set_aside": moved})
    return entry


@transaction.atomic
def end(entry_id: int, *, actor: Actor, now: datetime) -> BankEntry:
    """Take an entry out of use: one person is enough to stop what suggests, a senior reviewer what protects."""
    entry = _entry(entry_id)
    suppresses = entry.bearing == BankEntry.Bearing.SUPPRESSES
    verb = "match.bank_unprotect" if suppresses and entry.confirmed_at else "match.bank_end"
    actor.must(verb, agency_id=entry.agency_id)
    if entry.ended_at is not None:
        raise Refused("wrong_state")
    entry.ended_by_id, entry.ended_at = actor.person, now
    entry.save(update_fields=["ended_by", "ended_at"])
    if suppresses:
        reading.count_again(entry, detector_of(entry.kind))
    else:
        Match.objects.filter(bank_entry=entry).update(current=False)
    ledger.append(actor.id, "match.bank_ended", f"bank:{entry.id}", now=now, facts={"kind": entry.kind})
    return entry


@transaction.atomic
def learn_referred(addresses: Iterable[tuple[str, int, int]], *, actor: Actor, now: datetime) -> int:
    """Know just these addresses as referred accounts, each with its organisation and agency: new ones are added, the others end."""
    actor.must("match.work")
    given = dict.fromkeys(addresses)
    kept = BankEntry.objects.filter(kind="referred_account", ended_at=None)
    standing = {(one.value, one.organisation_id, one.agency_id): one for one in kept}
    gone = [one.id for key, one in standing.items() if key not in given]
    new = [one for one in given if one not in standing]
    BankEntry.objects.filter(id__in=gone).update(ended_at=now)
    Match.objects.filter(bank_entry__in=gone).update(current=False)
    BankEntry.objects.bulk_create(
        BankEntry(
            kind="referred_account", bearing="suggests", value=value, organisation_id=organisation, agency_id=agency,
            source="a notice of ours", proposed_at=now, confirmed_at=now,
        )
        for value, organisation, agency in new
    )  # fmt: skip
    if new or gone:
        ledger.append(actor.id, "match.referred_learnt", "bank", now=now, facts={"new": len(new), "ended": len(gone)})
    return len(new) + len(gone)


@transaction.atomic
def let_go(files: Iterable[tuple[str, int, datetime]], *, actor: Actor, now: datetime) -> int:
    """End what an agency's bank knew, before its notice fell, of files that it rested on: (hash, agency, when it fell). How many."""
    actor.must("match.work")
    fell: dict[tuple[str, int], datetime] = {}
    for value, agency, when in files:
        fell[value, agency] = max(when, fell.get((value, agency), when))
    known = BankEntry.objects.select_for_update().filter(
        kind__in=["file", *rules.HASHES], bearing="suggests", ended_at=None, value__in={value for value, _ in fell}
    )
    gone = [one.id for one in known if (at := fell.get((one.value, one.agency_id))) and one.proposed_at < at]
    BankEntry.objects.filter(id__in=gone).update(ended_at=now)
    Match.objects.filter(bank_entry__in=gone).update(current=False)
    if gone:
        ledger.append(actor.id, "match.bank_let_go", "bank", now=now, facts={"ended": len(gone)})
    return len(gone)


def _entry(entry_id: int) -> BankEntry:
    entry = BankEntry.objects.select_for_update().filter(id=entry_id).first()
    if entry is None:
        raise Refused("not_found")
    return entry
