"""The legal instruments that notices may rest on: one pure file each, found by the law's name as the assessment has it."""

from __future__ import annotations

from collections.abc import Mapping

from openiru.stages.notices.profiles import eu_tco, exercise_law, pk_peca
from openiru.stages.notices.profiles.shapes import Profile

PROFILES: Mapping[str, Profile] = {file.PROFILE.slug: file.PROFILE for file in (eu_tco, pk_peca, exercise_law)}


def find(law: str) -> Profile | None:
    """The instrument that a law's name means; None for one that no profile knows, which then is only quoted."""
    wanted = _plain(law)
    return next((one for one in PROFILES.values() if wanted and wanted in map(_plain, one.names)), None)


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace(",", " ").split())
