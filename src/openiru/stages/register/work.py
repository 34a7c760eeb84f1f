"""Gets each list from its publisher: the download outside any transaction, what came stored by a service."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx

from openiru.errors import Refused, Unavailable, Unreadable
from openiru.people.actor import Actor
from openiru.stages.register import retrievals, services
from openiru.stages.register.fetching import Downloader, Fetched, Marks
from openiru.stages.register.formats import FORMATS
from openiru.stages.register.formats.files import digest
from openiru.stages.register.formats.shapes import ListFormat
from openiru.stages.register.keeping import keep
from openiru.stages.register.models import PublishedList
from openiru.stages.register.retrievals import Arrived
from openiru.terms import Mode


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update of one list did: `unchanged`, `loaded`, `quarantined` (`why` says why) or `failed`."""

    slug: str
    state: str
    snapshot: int | None = None
    new: int = 0
    changed: int = 0
    ended: int = 0
    why: str = ""

    @property
    def ok(self) -> bool:
        """Whether nobody needs to look at it."""
        return self.state in ("unchanged", "loaded")


def downloader(mode: Mode | None, *, allow_loopback: bool) -> Downloader:
    """How this installation may download: an exercise only from its own machine (law 12)."""
    return Downloader(loopback=mode is Mode.EXERCISE or allow_loopback)


def update_all(
    lists: Iterable[PublishedList], *, downloader: Downloader, folder: Path, actor: Actor, now: datetime
) -> list[Updated]:
    """Update each list; one that fails does not keep the next from being fetched."""
    actor.must("register.load")
    return [_attempt(one, downloader, folder, actor, now) for one in lists]


def _attempt(
    published_list: PublishedList, downloader: Downloader, folder: Path, actor: Actor, now: datetime
) -> Updated:
    try:
        return update(published_list, downloader=downloader, folder=folder, actor=actor, now=now)
    except (Refused, Unavailable) as error:
        return Updated(published_list.slug, "failed", why=str(error))


def update(
    published_list: PublishedList, *, downloader: Downloader, folder: Path, actor: Actor, now: datetime
) -> Updated:
    """Fetch a list if it changed and store it: in force, or put aside. `folder` holds the files meanwhile.

    Raises Refused or Unavailable when it could not be fetched; that is remembered with the list until it can.
    """
    actor.must("register.load")
    format_ = FORMATS[published_list.format]
    if not published_list.address or format_.by_hand:
        raise Refused("list_has_no_address", slug=published_list.slug)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        try:
            found = _fetch(published_list, format_, downloader, Path(place))
        except (Refused, Unavailable) as error:
            retrievals.note_failure(published_list, published_list.address, str(error), actor=actor, now=now)
            raise
        marks = {address: one.marks for address, one in found.items()}
        files = {_name(address, format_): one.content for address, one in found.items() if one.content}
        done = _store(published_list, files, actor, now) if files else Updated(published_list.slug, "unchanged")
    if done.ok:
        retrievals.note(published_list, marks, actor=actor, now=now)
    else:  # without marks, so that it is fetched and said again until somebody dealt with it
        retrievals.note_failure(published_list, published_list.address, done.why, actor=actor, now=now)
    return done


def _fetch(
    published_list: PublishedList, format_: ListFormat, downloader: Downloader, place: Path
) -> dict[str, Fetched]:
    """Each file of the list by its address; none with content if nothing changed, all with content if one did."""
    known = retrievals.marks_of(published_list)
    found = _each(published_list.address, format_, downloader, place, known)
    if any(one.content for one in found.values()) and not all(one.content for one in found.values()):
        found = _each(published_list.address, format_, downloader, place, {})
    return found


def _each(
    address: str, format_: ListFormat, downloader: Downloader, place: Path, known: dict[str, Marks]
) -> dict[str, Fetched]:
    found = {}
    for one, needed in _addresses(address, format_).items():
        try:
            found[one] = downloader.get(one, place / _name(one, format_), known.get(one, Marks()))
        except Unavailable as error:
            if needed or not error.permanent:
                raise
    return found


def _addresses(address: str, format_: ListFormat) -> dict[str, bool]:
    """The address of each file of a list, beside the one that is configured, and whether it must be there."""
    if not format_.files:
        return {address: True}
    beside = httpx.URL(address)
    first = {address: True}
    more = {str(beside.join(name)): True for name in format_.files[1:]}
    return first | more | {str(beside.join(name)): False for name in format_.optional_files}


def _name(address: str, format_: ListFormat) -> str:
    """The name of a file on disk: the format's own where it has several, else one that nobody outside chose."""
    last = httpx.URL(address).path.rpartition("/")[2].lower()
    return last if last in (*format_.files, *format_.optional_files) else "list"


def _store(published_list: PublishedList, files: dict[str, Path], actor: Actor, now: datetime) -> Updated:
    slug = published_list.slug
    try:
        loaded = services.load(files, published_list=published_list, by_hand=False, actor=actor, now=now)
    except Unreadable as error:
        aside = retrievals.set_aside(
            published_list, Arrived(digest(files), keep(files)), str(error), actor=actor, now=now
        )
        return Updated(slug, "quarantined", aside.id, why=aside.quarantine_reason)
    state = "quarantined" if loaded.quarantined else "unchanged" if loaded.known else "loaded"
    number = loaded.snapshot.id
    return Updated(slug, state, number, loaded.new, loaded.changed, loaded.ended, loaded.quarantined)
