"""Evidence's verbs: record a capture, look at it, export it, delete it on its date. Every touch is in the custody and the ledger."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.evidence import store
from openiru.stages.evidence.models import Capture, Custody, File
from openiru.stages.intake.models import Account
from openiru.tlog.canonical import canonical_json

RETENTION_DAYS = 2 * 365
"""Evidence is kept as long as redress may need it (docs/decisions/0003)."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that stands in the store already."""

    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class NewCapture:
    """What was captured, where and how; the files are in the store before this is recorded."""

    account_id: int
    way: str
    address: str
    files: tuple[StoredFile, ...]
    item_id: int | None = None
    final_address: str = ""
    status: int | None = None
    vantage: str = "outside"
    text: str = ""
    note: str = ""
    graphic: bool = False


def keep(name: str, media_type: str, content: bytes) -> StoredFile:
    """Write bytes to the store (outside any transaction) and say what stands there."""
    return StoredFile(name, media_type, len(content), store.put(settings.EVIDENCE, content))


@transaction.atomic
def record(new: NewCapture, *, actor: Actor, now: datetime) -> Capture:
    """Record a capture with the digest of its manifest; raises `evidence_missing` for one without files."""
    actor.must("evidence.capture")
    if not new.files:
        raise Refused("evidence_missing")
    if not _may_capture(new, actor):
        raise Refused("not_found")
    capture = Capture.objects.create(
        account_id=new.account_id,
        item_id=new.item_id,
        way=new.way,
        address=new.address[:600],
        final_address=new.final_address[:600],
        status=new.status,
        vantage=new.vantage,
        at=now,
        by_id=actor.user_id,
        digest=manifest_digest(new.files),
        text=new.text[:50_000].replace("\0", ""),
        note=new.note,
        graphic=new.graphic,
        retain_until=(now + timedelta(days=RETENTION_DAYS)).date(),
    )
    File.objects.bulk_create(
        File(capture=capture, name=file.name[:200], media_type=file.media_type, size=file.size, sha256=file.sha256)
        for file in new.files
    )
    _touch(capture, Custody.Act.CAPTURED, "captured", actor=actor, now=now)
    facts = {"digest": capture.digest, "way": new.way, "files": len(new.files)}
    ledger.append(actor.id, "evidence.captured", f"capture:{capture.uuid}", now=now, facts=facts)
    return capture


@transaction.atomic
def look(file_id: int, *, why: str, actor: Actor, now: datetime) -> File:
    """A person asks for captured bytes: noted before they are shown, with the reason."""
    actor.must("evidence.view")
    file = File.objects.select_related("capture").filter(id=file_id, capture__deleted_at=None).first()
    if file is None or not (actor.is_system or _visible(file.capture, actor)):
        raise Refused("not_found")
    _touch(file.capture, Custody.Act.SEEN, why or "case work", actor=actor, now=now)
    facts = {"file": file.sha256, "why": why}
    ledger.append(actor.id, "evidence.seen", f"capture:{file.capture.uuid}", now=now, facts=facts)
    return file


@transaction.atomic
def delete_due(*, actor: Actor, now: datetime) -> int:
    """Delete what is past its date and that no case still needs: one in work, or one that moved in the last two years.

    The digests stay.
    """
    actor.must("evidence.capture")
    in_work = Q(account__cases__state__in=["open", "assessed"])
    referred = Q(account__cases__state="approved", account__cases__changed_at__gte=now - timedelta(days=RETENTION_DAYS))
    needed = in_work | referred
    due = Capture.objects.filter(retain_until__lt=now.date(), deleted_at=None).exclude(needed).distinct()
    for capture in due:
        capture.deleted_at, capture.text = now, ""
        capture.save(update_fields=["deleted_at", "text"])
        _touch(capture, Custody.Act.DELETED, "retention ended", actor=actor, now=now)
        facts = {"digest": capture.digest}
        ledger.append(actor.id, "evidence.deleted", f"capture:{capture.uuid}", now=now, facts=facts)
    gone = File.objects.filter(capture__in=list(due))
    for digest in set(gone.values_list("sha256", flat=True)):
        if not File.objects.filter(sha256=digest, capture__deleted_at=None).exists():
            transaction.on_commit(lambda digest=digest: store.drop(settings.EVIDENCE, digest))  # type: ignore[misc]
    return len(due)


def manifest_digest(files: tuple[StoredFile, ...]) -> str:
    """SHA-256 of the canonical list of names, sizes and digests: one value that stands for all files of a capture."""
    manifest = [{"name": file.name, "sha256": file.sha256, "size": file.size} for file in files]
    return hashlib.sha256(canonical_json(manifest)).hexdigest()


def _may_capture(new: NewCapture, actor: Actor) -> bool:
    """Whether the account is there, this person may see it, and the item is its own."""
    seen = Q() if actor.is_system else Q(cases__agency__in=actor.sees)
    own = Q() if new.item_id is None else Q(items=new.item_id)
    return Account.objects.filter(seen, own, id=new.account_id).exists()


def _visible(capture: Capture, actor: Actor) -> bool:
    return capture.account.cases.filter(agency_id__in=actor.sees).exists()


def _touch(capture: Capture, act: str, why: str, *, actor: Actor, now: datetime) -> None:
    Custody.objects.create(capture=capture, act=act, actor=actor.id, at=now, why=why[:300])
