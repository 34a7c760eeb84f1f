"""The register's verbs: load a list, confirm or put aside a version, link a listing, set the policy."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from openiru.errors import Refused, Unreadable
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.register import formats, rules
from openiru.stages.register.changes import moved_back
from openiru.stages.register.contents import Difference, Entries, apply, from_json, pack, to_json
from openiru.stages.register.formats.catalogue import CATALOGUE, ListSpec
from openiru.stages.register.formats.files import digest
from openiru.stages.register.formats.shapes import Files, ParsedList
from openiru.stages.register.keeping import Kept, keep
from openiru.stages.register.models import (
    Carried,
    Confirmation,
    Listing,
    Organisation,
    Policy,
    PublishedList,
    Snapshot,
)
from openiru.stages.register.retrievals import note_files
from openiru.stages.register.rules import DesignationPolicy

PEOPLE_NEEDED = 2
State = Snapshot.State


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did. `quarantined` is the reason the version was put aside, or empty; `known`: it was here before."""

    snapshot: Snapshot
    organisations: int
    individuals: int
    new: int = 0
    changed: int = 0
    ended: int = 0
    quarantined: str = ""
    known: bool = False


@transaction.atomic
def ensure_list(slug: str, *, actor: Actor, now: datetime, spec: ListSpec | None = None) -> PublishedList:
    """Return the list of this name, made from the catalogue or from `spec`; Refused `list_differs` for another."""
    actor.must("register.load")
    wanted = spec or CATALOGUE.get(slug)
    found = PublishedList.objects.filter(slug=slug).first()
    if found is None:
        if wanted is None:
            raise Refused("list_unknown", slug=slug)
        if wanted.format not in formats.FORMATS:
            raise Refused("format_unknown", format=wanted.format)
        made = PublishedList.objects.create(**asdict(wanted) | {"slug": slug})
        facts = {"authority": made.authority, "kind": str(made.authority_kind), "format": made.format}
        ledger.append(actor.id, "register.list_added", f"list:{slug}", now=now, facts=facts)
        return made
    if wanted and (found.authority, found.authority_kind) != (wanted.authority, wanted.authority_kind):
        raise Refused("list_differs", slug=slug)
    return found


def load(source: Path | Files, *, published_list: PublishedList, by_hand: bool, actor: Actor, now: datetime) -> Loaded:
    """Read a version of a list whole and store it: in force, unconfirmed when loaded by hand, or put aside.

    Raises Unreadable for a file that cannot be read whole; nothing changed then. The same file again changes nothing.
    Refused `authority_differs` for a file that says another authority than the list's.
    """
    actor.must("register.load")
    files = formats.open_list(source) if isinstance(source, Path) else source
    by_hand = by_hand or formats.FORMATS[published_list.format].by_hand
    sha256 = digest(files)
    parsed = formats.read_list(files, published_list.format)
    kept = keep(files)
    if digest(files) != sha256:
        raise Unreadable("it changed while it was read")
    if parsed.authority and parsed.authority != published_list.authority:
        raise Refused("authority_differs", file=parsed.authority, list=published_list.authority)
    fresh = Snapshot(
        published_list=published_list,
        sha256=sha256,
        published_on=parsed.published_on,
        retrieved_at=now,
        origin=", ".join(sorted(files))[:300] if by_hand else published_list.address[:300],
        loaded_by_hand=by_hand,
        entries=parsed.entries,
        organisations=len(parsed.organisations),
        individuals=parsed.individuals_count,
        warnings=list(parsed.warnings),
    )
    return _store(fresh, parsed, kept, actor=actor, now=now)


@transaction.atomic
def _store(fresh: Snapshot, parsed: ParsedList, kept: tuple[Kept, ...], *, actor: Actor, now: datetime) -> Loaded:
    published_list = PublishedList.objects.select_for_update().get(id=fresh.published_list_id)
    known = published_list.snapshots.filter(sha256=fresh.sha256).first()
    if known:
        note_files(known, kept)
        return Loaded(known, known.organisations, known.individuals, quarantined=known.quarantine_reason, known=True)
    fresh.quarantine_reason = rules.snapshot_verdict(_incoming(published_list, parsed))
    fresh.state = State.QUARANTINED if fresh.quarantine_reason else State.UNCONFIRMED
    if not fresh.quarantine_reason and not fresh.loaded_by_hand:
        published_list.snapshots.filter(state=State.IN_FORCE).update(state=State.SUPERSEDED)
        fresh.state = State.IN_FORCE
    else:
        fresh.content = to_json(parsed.organisations)
    fresh.warnings += _moved_back(published_list, parsed.organisations)
    fresh.save(force_insert=True)
    note_files(fresh, kept)
    if fresh.state == State.IN_FORCE:
        Carried.objects.create(snapshot=fresh, packed=pack(parsed.organisations))
    difference = Difference()
    if fresh.state == State.IN_FORCE or (fresh.state == State.UNCONFIRMED and not _was_in_force(published_list)):
        difference = apply(fresh, parsed.organisations, now=now)
    event = "register.snapshot_quarantined" if fresh.quarantine_reason else "register.snapshot_loaded"
    ledger.append(actor.id, event, f"snapshot:{fresh.id}", now=now, facts=_facts(fresh, difference))
    return Loaded(
        fresh, fresh.organisations, fresh.individuals, **asdict(difference), quarantined=fresh.quarantine_reason
    )


def _moved_back(published_list: PublishedList, entries: Entries) -> list[str]:
    """A warning for each entry that the list dates earlier than the version before it did."""
    before = dict(published_list.listings.values_list("reference", "listed_on"))
    return [
        f"{entry.reference}: listed on {entry.listed_on} now, on {before[entry.reference]} before"
        for entry in entries
        if moved_back(before.get(entry.reference), entry.listed_on)
    ]


def _incoming(published_list: PublishedList, parsed: ParsedList) -> rules.Incoming:
    before = published_list.snapshots.filter(state=State.IN_FORCE).first()
    return rules.Incoming(
        organisations=len(parsed.organisations),
        entries=parsed.entries,
        declared=parsed.declared_count,
        published_on=parsed.published_on,
        organisations_before=before.organisations if before else None,
        published_before=before.published_on if before else None,
    )


def _was_in_force(published_list: PublishedList) -> bool:
    return published_list.snapshots.filter(state__in=(State.IN_FORCE, State.SUPERSEDED)).exists()


def _facts(snapshot: Snapshot, difference: Difference) -> dict[str, object]:
    published_list = snapshot.published_list
    return {
        "list": published_list.slug,
        "authority": published_list.authority,
        "kind": str(published_list.authority_kind),
        "sha256": snapshot.sha256,
        "state": str(snapshot.state),
        "by_hand": snapshot.loaded_by_hand,
        "entries": snapshot.entries,
        "reason": snapshot.quarantine_reason,
        **asdict(difference),
    }


@transaction.atomic
def confirm(snapshot_id: int, source: str, *, actor: Actor, now: datetime) -> Snapshot:
    """Say that a waiting version is the publisher's, and where its hash was compared; the second puts it in force."""
    actor.must("register.confirm")
    snapshot = _locked(snapshot_id)
    so_far = snapshot.confirmations.values_list("person_id", flat=True)
    rules.check_confirmation(snapshot.state, person=actor.person, confirmed_by=so_far, source=source)
    if snapshot.content is None:
        raise Refused("snapshot_unreadable")
    in_force = snapshot.published_list.snapshots.filter(state=State.IN_FORCE).first()
    if in_force and _is_older(snapshot, in_force):
        raise Refused("snapshot_outdated")
    Confirmation.objects.create(snapshot=snapshot, person_id=actor.person, source=source[:300], at=now)
    difference = Difference()
    if snapshot.confirmations.count() >= PEOPLE_NEEDED:
        difference = _put_in_force(snapshot, now=now)
    facts = _facts(snapshot, difference) | {"source": source}
    ledger.append(actor.id, "register.snapshot_confirmed", f"snapshot:{snapshot.id}", now=now, facts=facts)
    return snapshot


def _locked(snapshot_id: int) -> Snapshot:
    """The snapshot, with its list locked first, as every verb here does, so that two of them cannot cross."""
    found = Snapshot.objects.filter(id=snapshot_id).values_list("published_list_id", flat=True).first()
    if found is None:
        raise Refused("not_found")
    PublishedList.objects.select_for_update().get(id=found)
    return Snapshot.objects.select_for_update(of=("self",)).select_related("published_list").get(id=snapshot_id)


def _is_older(snapshot: Snapshot, other: Snapshot) -> bool:
    if snapshot.published_on and other.published_on and snapshot.published_on != other.published_on:
        return snapshot.published_on < other.published_on
    return snapshot.retrieved_at < other.retrieved_at


def _put_in_force(snapshot: Snapshot, *, now: datetime) -> Difference:
    snapshot.published_list.snapshots.filter(state=State.IN_FORCE).update(state=State.SUPERSEDED)
    entries = from_json(snapshot.content or [])
    difference = apply(snapshot, entries, now=now)
    Carried.objects.create(snapshot=snapshot, packed=pack(entries))
    snapshot.state, snapshot.content, snapshot.quarantine_reason = State.IN_FORCE, None, ""
    snapshot.save(update_fields=["state", "content", "quarantine_reason"])
    return difference


@transaction.atomic
def quarantine(snapshot_id: int, reason: str, *, actor: Actor, now: datetime) -> Snapshot:
    """Put aside a version that waits for confirmation; the one in force stays."""
    actor.must("register.confirm")
    snapshot = _locked(snapshot_id)
    if snapshot.state != State.UNCONFIRMED:
        raise Refused("snapshot_not_waiting", state=snapshot.state)
    if not reason.strip():
        raise Refused("reason_missing")
    snapshot.state, snapshot.quarantine_reason = State.QUARANTINED, reason[:300]
    snapshot.save(update_fields=["state", "quarantine_reason"])
    facts = _facts(snapshot, Difference())
    ledger.append(actor.id, "register.snapshot_quarantined", f"snapshot:{snapshot.id}", now=now, facts=facts)
    return snapshot


@transaction.atomic
def hand_out(snapshot_id: int, why: str, *, actor: Actor, now: datetime) -> tuple[Kept, ...]:
    """Note who takes out the bytes of a version and why, and say which files they are; `keeping.hand_over` writes them.

    Refused `contents_not_kept` for a version that was loaded before bytes were kept.
    """
    actor.must("register.bytes")
    snapshot = Snapshot.objects.filter(id=snapshot_id).first()
    if snapshot is None:
        raise Refused("not_found")
    if not why.strip():
        raise Refused("reason_missing")
    files = tuple(Kept(one.name, one.sha256, one.size) for one in snapshot.files.order_by("name"))
    if not files:
        raise Refused("contents_not_kept", snapshot=snapshot.id)
    facts = {"why": why[:300], "sha256": snapshot.sha256}
    ledger.append(actor.id, "register.bytes_handed_out", f"snapshot:{snapshot.id}", now=now, facts=facts)
    return files


@transaction.atomic
def link(listing_id: int, organisation_id: int, *, actor: Actor, now: datetime) -> Listing:
    """Say that an entry of a list is this organisation. Only a person does; until then the entry has one of its own."""
    actor.must("register.link")
    listing = Listing.objects.select_for_update(of=("self",)).filter(id=listing_id).first()
    organisation = Organisation.objects.filter(id=organisation_id).first()
    if listing is None or organisation is None:
        raise Refused("not_found")
    if listing.organisation_id == organisation.id:
        raise Refused("already_linked")
    before = listing.organisation_id
    listing.organisation, listing.linked_by_id = organisation, actor.person
    listing.save(update_fields=["organisation", "linked_by"])
    facts = {"listing": listing.reference, "from": before, "to": organisation.id}
    ledger.append(actor.id, "register.listing_linked", f"listing:{listing.id}", now=now, facts=facts)
    return listing


@transaction.atomic
def propose_policy(policy: DesignationPolicy, reason: str, *, actor: Actor, now: datetime) -> Policy:
    """Propose which authorities count and how many are needed; `confirm_policy` by another puts it in force."""
    actor.must("register.policy")
    rules.check_policy(policy, reason)
    made = Policy.objects.create(
        counted_authorities=sorted(policy.counted),
        multilateral_needed=policy.multilateral_needed,
        independent_needed=policy.independent_needed,
        home_authorities=sorted(policy.home),
        foreign_needed=policy.foreign_needed,
        single_source_terms=sorted(policy.single_source_terms),
        reason=reason,
        proposed_by_id=actor.person,
        proposed_at=now,
    )
    ledger.append(actor.id, "register.policy_proposed", f"policy:{made.id}", now=now, facts=_policy_facts(made))
    return made


@transaction.atomic
def confirm_policy(policy_id: int, *, actor: Actor, now: datetime) -> Policy:
    """Put a proposed policy in force: Refused `same_person`, or `policy_outdated` if another came since."""
    actor.must("register.policy")
    policy = Policy.objects.select_for_update().filter(id=policy_id).first()
    if policy is None:
        raise Refused("not_found")
    if policy.confirmed_at:
        raise Refused("policy_in_force")
    if policy.proposed_by_id == actor.person:
        raise Refused("same_person")
    if Policy.objects.filter(confirmed_at__gt=policy.proposed_at).exists():
        raise Refused("policy_outdated")
    policy.confirmed_by_id, policy.confirmed_at = actor.person, now
    policy.save(update_fields=["confirmed_by", "confirmed_at"])
    ledger.append(actor.id, "register.policy_confirmed", f"policy:{policy.id}", now=now, facts=_policy_facts(policy))
    return policy


def _policy_facts(policy: Policy) -> dict[str, object]:
    return {
        "counted": list(policy.counted_authorities),
        "multilateral_needed": policy.multilateral_needed,
        "independent_needed": policy.independent_needed,
        "home": list(policy.home_authorities),
        "foreign_needed": policy.foreign_needed,
        "single_source_terms": list(policy.single_source_terms),
        "reason": policy.reason,
    }
