"""The signals between an account that was acted on and a new one: each with its family, its strength, its part and a sentence.

A part is a log-likelihood ratio in nats, set by judgement: no public set of returned accounts of designated groups exists to
fit it on (docs/detection.md). The order of the strengths follows the sources named there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from openiru.detect.successors import handles
from openiru.detect.successors.profiles import Profile


class Strength(StrEnum):
    """How much a signal says alone."""

    NEAR_PROOF = "near_proof"
    STRONG = "strong"
    MEDIUM = "medium"


class Family(StrEnum):
    """Signals of one family rest on the same thing, so that two of them are not two reasons."""

    IDENTITY = "identity"
    ANNOUNCEMENT = "announcement"
    FILES = "files"
    LINKS = "links"
    PICTURE = "picture"
    WORDS = "words"
    NAMES = "names"


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason: the two values that were compared, and a sentence that a person can check."""

    name: str
    family: Family
    strength: Strength
    part: float
    here: str
    there: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is rare among the accounts that were given: links and files that few have, letters that few handles have."""

    rarity: handles.Rarity
    rare_links: frozenset[str]
    rare_files: frozenset[str]


AVATAR_BITS = 31
"""PDQ hashes that differ in so many bits of 256 usually show the same picture (its own documentation)."""

LEAST_BIO, LIKE_BIO = 40, 0.8
LEAST_FILES = 3
LIKE_HANDLE, LIKE_NAME = 0.8, 0.9
_SHINGLE = 5
_SPACE = re.compile(r"\s+")


def between(child: Profile, parent: Profile, known: Known) -> list[Signal]:
    """Every signal between a new account and one that was acted on, the strongest first."""
    found = [signal for look in _LOOKS for signal in look(child, parent, known)]
    return sorted(found, key=lambda one: -one.part)


def _same_id(child: Profile, parent: Profile, _: Known) -> Iterator[Signal]:
    if child.stable_id and (child.platform, child.stable_id) == (parent.platform, parent.stable_id):
        said = f"It is the same account under another handle: the platform's id is {child.stable_id} in both."
        yield Signal("same_id", Family.IDENTITY, Strength.NEAR_PROOF, 9.0, child.stable_id, parent.stable_id, said)


def _announced(child: Profile, parent: Profile, _: Known) -> Iterator[Signal]:
    names = {child.subject, child.key} - {""}
    if parent.announces & names:
        said = f"“{parent.handle}” announced “{child.handle}” before it went."
        yield Signal("announced", Family.ANNOUNCEMENT, Strength.NEAR_PROOF, 7.0, child.key, parent.key, said)
    if child.forwards & ({parent.subject, parent.key} - {""}):
        said = f"“{child.handle}” forwards posts of “{parent.handle}”, which is gone."
        yield Signal("forwards", Family.ANNOUNCEMENT, Strength.NEAR_PROOF, 6.0, child.key, parent.key, said)


def _files(child: Profile, parent: Profile, known: Known) -> Iterator[Signal]:
    shared = child.files & parent.files & known.rare_files
    if len(shared) >= LEAST_FILES and child.files <= parent.files | shared:
        said = f"All {len(child.files)} files it posted are files of “{parent.handle}” that few others have."
        yield Signal(
            "same_files", Family.FILES, Strength.NEAR_PROOF, 6.0, str(len(child.files)), str(len(shared)), said
        )
    elif len(shared) >= LEAST_FILES:
        said = f"It posted {len(shared)} files of “{parent.handle}” that few others have."
        yield Signal("rare_files", Family.FILES, Strength.STRONG, 3.5, str(len(child.files)), str(len(shared)), said)


def _links(child: Profile, parent: Profile, known: Known) -> Iterator[Signal]:
    if parent.key and parent.key in child.links:
        said = f"It shows the address of “{parent.handle}”."
        yield Signal("names_parent", Family.LINKS, Strength.STRONG, 3.5, parent.key, parent.key, said)
    shared = sorted(child.links & parent.links & known.rare_links)
    if shared:
        several = len(shared) >= 2
        strength, part = (Strength.STRONG, 3.5) if several else (Strength.MEDIUM, 1.5)
        said = f"Both post addresses that few others have: {', '.join(shared[:3])}."
        yield Signal("rare_links", Family.LINKS, strength, part, shared[0], shared[0], said)


def _avatar(child: Profile, parent: Profile, _: Known) -> Iterator[Signal]:
    if len(child.avatar) == len(parent.avatar) == 32:
        apart = (int.from_bytes(child.avatar) ^ int.from_bytes(parent.avatar)).bit_count()
        if apart <= AVATAR_BITS:
            said = f"The profile pictures differ in {apart} of 256 bits (PDQ): usually the same picture."
            yield Signal(
                "same_picture", Family.PICTURE, Strength.STRONG, 3.0, child.avatar.hex(), parent.avatar.hex(), said
            )


def _bio(child: Profile, parent: Profile, _: Known) -> Iterator[Signal]:
    here, there = (_SPACE.sub(" ", one.bio.casefold()).strip() for one in (child, parent))
    if min(len(here), len(there)) >= LEAST_BIO:
        mine, theirs = ({one[at : at + _SHINGLE] for at in range(len(one) - _SHINGLE + 1)} for one in (here, there))
        like = len(mine & theirs) / len(mine | theirs)
        if like >= LIKE_BIO:
            said = f"The bios are the same text, or nearly ({like:.0%} of their runs of {_SHINGLE} letters)."
            yield Signal("same_bio", Family.WORDS, Strength.STRONG, 3.0, child.bio, parent.bio, said)


def _names(child: Profile, parent: Profile, known: Known) -> Iterator[Signal]:
    if child.handle and parent.handle:
        if handles.same_but_for_a_counter(child.handle, parent.handle):
            said = f"“{child.handle}” is “{parent.handle}” with a number or a small word."
            yield Signal("counter", Family.NAMES, Strength.STRONG, 3.5, child.handle, parent.handle, said)
            return
        like = known.rarity.alike(child.handle, parent.handle)
        if like >= LIKE_HANDLE:
            said = f"The handles are alike ({like:.0%}), rare letters counting more."
            yield Signal("like_handle", Family.NAMES, Strength.MEDIUM, 4 * like - 2, child.handle, parent.handle, said)
            return
    if child.name and parent.name and len(handles.flat(child.name)) >= handles.SHORTEST:
        like = known.rarity.alike(child.name, parent.name)
        if like >= LIKE_NAME:
            said = f"The display names are alike ({like:.0%})."
            yield Signal("like_name", Family.NAMES, Strength.MEDIUM, 1.5, child.name, parent.name, said)


_LOOKS: tuple[Callable[[Profile, Profile, Known], Iterator[Signal]], ...] = (
    _same_id, _announced, _files, _links, _avatar, _bio, _names,
)  # fmt: skip
