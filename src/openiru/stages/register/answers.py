"""What screening answers to a face: each hit with its list, version and reason, frozen and ready for JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from openiru.stages.register.models import Listing
from openiru.stages.register.screening import Hit


@dataclass(frozen=True, slots=True)
class ScreenedHit:
    """One listed name. `score` is from 0 to 100, `why` a code, `sentence` which words met; days are ISO dates or None."""

    organisation: str
    organisation_id: int
    name: str
    quality: str
    score: float
    why: str
    sentence: str
    list: str
    list_slug: str
    authority: str
    reference: str
    listed_on: str | None
    listed_on_text: str
    ended_on: str | None
    snapshot_state: str
    snapshot_sha256: str


@dataclass(frozen=True, slots=True)
class Screened:
    """The answer. `matches` are the same name on a list that shows; `near` what a person should look at: other spellings,

    other scripts, weak aliases, entries that ended. Only `designated` says that a version in force lists the name.
    """

    query: str
    designated: bool
    unconfirmed: bool
    matches: tuple[ScreenedHit, ...]
    near: tuple[ScreenedHit, ...]

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        found = asdict(self)
        return found | {"matches": list(found["matches"]), "near": list(found["near"])}


def shown(hit: Hit, listing: Listing) -> ScreenedHit:
    """A hit with what its listing and version say."""
    return ScreenedHit(
        organisation=listing.organisation.name,
        organisation_id=listing.organisation_id,
        name=hit.name,
        quality=hit.quality.value,
        score=hit.score,
        why=hit.why,
        sentence=hit.sentence,
        list=listing.published_list.title,
        list_slug=listing.published_list.slug,
        authority=listing.published_list.authority,
        reference=listing.reference,
        listed_on=listing.listed_on.isoformat() if listing.listed_on else None,
        listed_on_text=listing.listed_on_text,
        ended_on=listing.ended_on.isoformat() if listing.ended_on else None,
        snapshot_state=str(listing.last_snapshot.state),
        snapshot_sha256=listing.last_snapshot.sha256,
    )
