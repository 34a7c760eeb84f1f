"""Reads of the versions of a list: which there are, what each carried, and how two of them differ."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from openiru.errors import Refused
from openiru.stages.register import changes
from openiru.stages.register.changes import Changes
from openiru.stages.register.contents import Entries, from_json, unpack
from openiru.stages.register.models import Listing, Snapshot


def snapshots_of(slug: str) -> QuerySet[Snapshot]:
    """All versions of a list, newest first."""
    found = Snapshot.objects.filter(published_list__slug=slug).defer("content")
    return found.select_related("published_list").order_by("-retrieved_at", "-id")


def difference(older_snapshot: int, newer_snapshot: int) -> Changes:
    """What the newer of two versions of a list says otherwise than the older one.

    Refused `not_found`, `not_comparable` for versions of two lists, `contents_not_kept` for one that cannot be read back.
    """
    found = Snapshot.objects.select_related("carried").in_bulk([older_snapshot, newer_snapshot])
    older, newer = found.get(older_snapshot), found.get(newer_snapshot)
    if older is None or newer is None:
        raise Refused("not_found")
    if older.published_list_id != newer.published_list_id:
        raise Refused("not_comparable")
    before = Q(first_snapshot__retrieved_at__lt=older.retrieved_at)
    before |= Q(first_snapshot__retrieved_at=older.retrieved_at, first_snapshot__lt=older)
    known = Listing.objects.filter(before, published_list=older.published_list_id)
    references = frozenset(known.values_list("reference", flat=True))
    return changes.compare(_entries(older), _entries(newer), known=references)


def _entries(snapshot: Snapshot) -> Entries:
    if snapshot.content is not None:
        return from_json(snapshot.content)
    if not hasattr(snapshot, "carried"):
        raise Refused("contents_not_kept", snapshot=snapshot.id)
    return unpack(bytes(snapshot.carried.packed))
