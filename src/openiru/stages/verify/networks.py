"""Traces of what accounts post, forward and announce, kept as they come in; and the communities they form, of what one may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa
from django.db import connection, transaction
from django.db.models import Count, Max, Model, Q, QuerySet

from openiru.detect import networks
from openiru.detect.links.finding import places_in
from openiru.detect.networks import Community
from openiru.people.actor import Actor
from openiru.stages.cases.models import Protection
from openiru.stages.evidence.models import Capture
from openiru.stages.intake.models import Account, Item
from openiru.stages.matching.detectors import negatives
from openiru.stages.verify.models import Trace, TraceProgress
from openiru.stages.verify.returning import announces

PART = 1_000
MOST_VALUES, MOST_NEIGHBOURS, MOST_SHOWN = 5_000, 200, 20
Kind = Trace.Kind


@dataclass(frozen=True, slots=True)
class Network:
    """A community with its accounts by key, and the account that was asked about, if one was."""

    community: Community
    accounts: dict[str, Account]
    spots: dict[str, networks.Spot]


def trace_new(*, actor: Actor, now: datetime) -> int:
    """Keep the traces of posts and captures that came in since; how many rows were read.

    Those of captures that were deleted on their date go. A kill loses nothing: a part is read again.
    """
    actor.must("match.work")
    Trace.objects.filter(capture__deleted_at__isnull=False).delete()
    return sum(_part(source, now) for source in TraceProgress.Source)


def around(account: Account, actor: Actor, *, on: date) -> Network | None:
    """The community that an account stands in, among what this person may see; None if it stands in none."""
    actor.must("match.view")
    seen = _visible(actor)
    own = seen.filter(account=account)
    shared = Q(kind__in=(Kind.LINK, Kind.MEDIA), value__in=own.values("value"))
    leads = Q(kind__in=(Kind.FORWARD, Kind.ANNOUNCEMENT))
    near = set(seen.filter(shared | leads & Q(value=account.key)).values_list("account", flat=True)[:MOST_NEIGHBOURS])
    named = own.filter(leads).values("value")
    near |= set(Account.objects.filter(key__in=named).values_list("id", flat=True)[:MOST_NEIGHBOURS])
    found = _found(seen.filter(account__in={*near, account.id}), actor, on)
    return next((one for one in found if account.key in one.accounts), None)


def standing(actor: Actor, *, on: date) -> list[Network]:
    """The strongest communities among what this person may see, from the rarest values that came in last."""
    actor.must("match.view")
    seen = _visible(actor)
    rare = Trace.objects.values("kind", "value").annotate(accounts=Count("account", distinct=True), newest=Max("id"))
    rare = rare.filter(kind__in=(Kind.LINK, Kind.MEDIA), accounts__gt=1, accounts__lte=networks.RAREST)
    shared = rare.filter(value__in=seen.values("value"))
    values = [one["value"] for one in shared.order_by("-newest")[:MOST_VALUES]]
    leads = Q(kind__in=(Kind.FORWARD, Kind.ANNOUNCEMENT), value__in=Account.objects.values("key"))
    return _found(seen.filter(Q(value__in=values) | leads), actor, on)[:MOST_SHOWN]


def _visible(actor: Actor) -> QuerySet[Trace]:
    """Traces of accounts that this person's agencies have a report of; of captures, what those agencies or the system made."""
    reported = Q(account__reports__agency__in=actor.sees)
    captured = Q(capture=None) | Q(capture__by=None) | Q(capture__by__agency__in=actor.sees)
    return Trace.objects.filter(reported, captured).exclude(capture__deleted_at__isnull=False).distinct()


def _found(traces: QuerySet[Trace], actor: Actor, on: date) -> list[Network]:
    rows = list(traces.values_list("account__key", "kind", "value").distinct())
    apart = _set_apart(on)
    silent = negatives()
    kept = [
        row
        for row in rows
        if row[0] not in apart and row[2] not in apart and silent.reason(row[2], "", "links") is None
    ]
    table = pa.Table.from_pylist(
        [dict(zip(networks.TRACES.names, row, strict=True)) for row in kept], schema=networks.TRACES
    )
    everything = Trace.objects.all()
    corpus = max(everything.aggregate(number=Count("account", distinct=True))["number"], 2)
    values = {row[2] for row in kept}
    named = Account.objects.filter(key__in=values, reports__agency__in=actor.sees).values_list("key", flat=True)
    posted = everything.filter(value__in=values).values_list("kind", "value")
    counts = {(kind, value): number for kind, value, number in posted.annotate(Count("account", distinct=True))}
    found = networks.communities(networks.ties(table, corpus=corpus, named=set(named), counts=counts))
    accounts = Account.objects.in_bulk({key for one in found for key in one.members}, field_name="key")
    return [Network(one, {key: accounts[key] for key in one.members}, networks.picture(one)) for one in found]


def _set_apart(on: date) -> set[str]:
    """Registered speakers: that a journalist posts what a group posts ties nobody to anything."""
    in_force = Q(ended_at=None) & (Q(expires_on=None) | Q(expires_on__gte=on))
    return set(Protection.objects.filter(in_force).exclude(account_key="").values_list("account_key", flat=True))


def _part(source: TraceProgress.Source, now: datetime) -> int:
    """Read under a lock, look for links without one: texts are long, and others wait to write."""
    upto, rows = _next(source)
    if not rows:
        return 0
    made = [one for row in rows for one in _traces(row)]
    with transaction.atomic():
        progress = TraceProgress.objects.select_for_update().get(source=source)
        if progress.upto != upto:
            return 0
        Trace.objects.bulk_create(made, ignore_conflicts=True, batch_size=2_000)
        progress.upto, progress.at = rows[-1].pk, now
        progress.save(update_fields=["upto", "at"])
    return len(rows)


@transaction.atomic
def _next(source: TraceProgress.Source) -> tuple[int, list[Model]]:
    """Up to where a source is read, and its next rows."""
    progress, _ = TraceProgress.objects.get_or_create(source=source)
    table = Item if source is TraceProgress.Source.ITEM else Capture
    if not table._default_manager.filter(id__gt=progress.upto).exists():
        return progress.upto, []
    with connection.cursor() as cursor:
        # A number given to a row that is not there yet would be passed over.
        cursor.execute(f"lock table {table._meta.db_table} in share mode")  # a name of ours
    return progress.upto, list(table._default_manager.filter(id__gt=progress.upto).order_by("id")[:PART])


def _traces(row: Model) -> Iterable[Trace]:
    return _of_item(row) if isinstance(row, Item) else _of_capture(row) if isinstance(row, Capture) else ()


def _of_item(item: Item) -> Iterable[Trace]:
    for kind, value in _in_text(item.text):
        yield Trace(account_id=item.account_id, kind=kind, value=value[:500], item=item)


def _of_capture(capture: Capture) -> Iterable[Trace]:
    facts = capture.facts
    links, forwards = facts.get("links"), facts.get("forwards")
    linked = places_in(pa.chunked_array([links if isinstance(links, list) else []], type=pa.string()))
    found = {
        *_in_text(capture.text),
        *((Kind.LINK, place.keys[0]) for place in linked if ":other:" not in place.keys[0]),
        *((Kind.FORWARD, str(key)) for key in (forwards if isinstance(forwards, list) else [])),
        *((Kind.MEDIA, one.sha256) for one in capture.files.all() if one.name.startswith("media-")),
    }
    for kind, value in sorted(found):
        yield Trace(account_id=capture.account_id, kind=kind, value=value[:500], capture=capture)


def _in_text(text: str) -> set[tuple[str, str]]:
    """The links of a text; one whose words announce a new account is an announcement of it too."""
    found: set[tuple[str, str]] = set()
    for place in places_in(pa.chunked_array([[text]])):
        if ":other:" in place.keys[0]:
            continue
        found.add((Kind.LINK, place.keys[0]))
        if announces(text, place):
            found.add((Kind.ANNOUNCEMENT, place.keys[-1]))
    return found
