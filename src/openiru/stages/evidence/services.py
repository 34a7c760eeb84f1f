"""Evidence's verbs: record a capture, say what only a person knows of it, look at it. Every touch is in the custody and the ledger.

Its seal, its way out and its end are in `sealing`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from openiru.errors import Refused, Unavailable
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.evidence import queries, rules, store
from openiru.stages.evidence.bag import manifest_of
from openiru.stages.evidence.models import Capture, Custody, File, Warning
from openiru.stages.evidence.warc import SOFTWARE
from openiru.stages.intake.models import Account

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
    warning: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)


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
    _stand_still(new.files)
    digest = manifest_digest(new.files)
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
        digest=digest,
        text=new.text[:50_000].replace("\0", ""),
        note=new.note,
        graphic=new.graphic or bool(new.warning),
        warning=_warning(new.warning),
        facts={**_known(new, digest, actor, now), **new.facts},
        told=_told(new.told),
        retain_until=(now + timedelta(days=RETENTION_DAYS)).date(),
    )
    File.objects.bulk_create(
        File(capture=capture, name=file.name[:200], media_type=file.media_type, size=file.size, sha256=file.sha256)
        for file in new.files
    )
    touch(capture, Custody.Act.CAPTURED, "captured", actor=actor, now=now)
    facts = {"digest": capture.digest, "way": new.way, "files": len(new.files)}
    ledger.append(actor.id, "evidence.captured", f"capture:{capture.uuid}", now=now, facts=facts)
    return capture


@transaction.atomic
def tell(capture_id: int, told: Mapping[str, str], *, warning: str, actor: Actor, now: datetime) -> Capture:
    """Add what only a person can say of a capture (`rules.TOLD`), and what others must be warned of; the bytes stay as they are."""
    actor.must("evidence.capture")
    capture = Capture.objects.select_for_update(of=("self",)).filter(id=capture_id, deleted_at=None).first()
    if capture is None or not (actor.is_system or visible(capture, actor)):
        raise Refused("not_found")
    capture.told = {**capture.told, **_told(told)}
    capture.warning = _warning(warning)
    capture.graphic = capture.graphic or bool(capture.warning)
    capture.save(update_fields=["told", "warning", "graphic"])
    facts = {"told": capture.told, "warning": capture.warning}
    ledger.append(actor.id, "evidence.told", f"capture:{capture.uuid}", now=now, facts=facts)
    return capture


@transaction.atomic
def look(file_id: int, *, why: str, actor: Actor, now: datetime) -> File:
    """A person asks for captured bytes: noted before they are shown (a picture) or handed out as a file (all else), with the reason.

    Raises `exposure_budget` for who has looked at enough pictures and videos today; text is never counted.
    """
    actor.must("evidence.view")
    file = File.objects.select_related("capture").filter(id=file_id, capture__deleted_at=None).first()
    if file is None or not (actor.is_system or visible(file.capture, actor)):
        raise Refused("not_found")
    exposing = queries.is_exposing(file.media_type)
    if exposing and not actor.is_system and queries.looks_today(actor, now) >= queries.exposure_budget():
        raise Refused("exposure_budget", limit=queries.exposure_budget())
    act = Custody.Act.SEEN if file.media_type.startswith("image/") else Custody.Act.COPIED
    touch(file.capture, act, why or "case work", actor=actor, now=now, exposing=exposing)
    facts = {"file": file.sha256, "act": act.value, "why": why}
    ledger.append(actor.id, "evidence.seen", f"capture:{file.capture.uuid}", now=now, facts=facts)
    return file


def manifest_digest(files: tuple[StoredFile, ...]) -> str:
    """SHA-256 of the canonical list of names, sizes and digests: one value that stands for all files of a capture."""
    return hashlib.sha256(manifest_of([asdict(file) for file in files])).hexdigest()


def hold_still(*, alone: bool = False) -> None:
    """Until this transaction ends no bytes are erased; with `alone`, no capture is recorded either."""
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"select {lock}(%s)", [_ERASING])


_ERASING = 0x0E71DE


def _stand_still(files: tuple[StoredFile, ...]) -> None:
    """The bytes that are recorded must still be there: those of a deleted capture that were the same may just have gone."""
    hold_still()
    gone = [file.name for file in files if not store.has(settings.EVIDENCE, file.sha256)]
    if gone:
        raise Unavailable(store.SERVICE, f"{', '.join(gone)[:100]}: erased a moment ago; capture again")


def _known(new: NewCapture, digest: str, actor: Actor, now: datetime) -> dict[str, object]:
    """What the system itself knows of the act of collecting (`rules.KNOWN`)."""
    return {
        "address": new.address,
        "final_address": new.final_address,
        "at": now.isoformat(),
        "collector": actor.id,
        "vantage": new.vantage,
        "software": SOFTWARE,
        "digest": digest,
        "files": [file.name for file in new.files],
    }


def _told(told: Mapping[str, str]) -> dict[str, str]:
    return {name: told[name].replace("\0", "").strip()[:2_000] for name in rules.TOLD if told.get(name, "").strip()}


def _warning(word: str) -> str:
    if word and word not in Warning.values:
        raise Refused("wrong_state", warning=word)
    return word


def _may_capture(new: NewCapture, actor: Actor) -> bool:
    """Whether the account is there, this person may see it, and the item is its own."""
    seen = Q() if actor.is_system else Q(cases__agency__in=actor.sees)
    own = Q() if new.item_id is None else Q(items=new.item_id)
    return Account.objects.filter(seen, own, id=new.account_id).exists()


def visible(capture: Capture, actor: Actor) -> bool:
    """Whether this person's agencies, or those they work with, have a case on the account."""
    return capture.account.cases.filter(agency_id__in=actor.sees).exists()


def touch(capture: Capture, act: str, why: str, *, actor: Actor, now: datetime, exposing: bool = False) -> None:  # noqa: PLR0913
    """Add a line to the custody of a capture."""
    Custody.objects.create(capture=capture, act=act, actor=actor.id, at=now, why=why[:300], exposing=exposing)
