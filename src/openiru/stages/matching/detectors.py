"""The detectors of this installation: names of the lists that stand, and the banks that two people agreed to."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.db import models

from openiru.detect import banks
from openiru.detect.hashes import Hashes
from openiru.detect.links import Kind, KnownLink, Links
from openiru.detect.names import Alias, Names, Quality
from openiru.detect.negatives import Negative, Negatives
from openiru.detect.scan import Detector
from openiru.detect.text import Label, Outside, Text, of_bytes
from openiru.errors import Unavailable
from openiru.stages.matching import modelled, outside, rules
from openiru.stages.matching.models import BankEntry, ModelTerm, TextModel
from openiru.stages.register import queries as register
from openiru.terms import AliasQuality

_QUALITY = {
    AliasQuality.PRIMARY: Quality.STRONG,
    AliasQuality.STRONG: Quality.STRONG,
    AliasQuality.PREVIOUS: Quality.PREVIOUS,
    AliasQuality.WEAK: Quality.WEAK,
}
BANK = "bank:"
"""Before the number of an entry in a match's subject; a bare number is an organisation's."""

_MEDIA = "media"


def detectors() -> tuple[Detector, ...]:
    """Those that compare with lists and banks: made anew once one of these changed; the same objects until then."""
    return _names(register.standing_version()), *_of_banks(_bank_version())


def text_in(place: ModelTerm.Place) -> Detector | None:
    """The text model that stands there, if one does."""
    term = modelled.standing(place)
    return text_of(term.model_id) if term else None


def given() -> outside.Given:
    """Where somebody else's model is, by the settings; empty unless this deployment names one."""
    return outside.Given(settings.OPENIRU["OPENIRU_TEXT_MODEL"], settings.OPENIRU["OPENIRU_TEXT_MODEL_KEY"])


@lru_cache(maxsize=2)
def text_of(model_id: int) -> Detector:
    """The detector of a version. Raises Unavailable where somebody else's model is not, or not any more, what two people agreed to."""
    model = TextModel.objects.get(id=model_id)
    if model.kind == TextModel.Kind.OWN:
        return Text(of_bytes(bytes(model.body)))
    kind, opened = outside.open_model(given())
    if (kind, outside.version_of(opened.about)) != (model.kind, model.version):
        raise Unavailable("text_model", f"the settings name another model than {model.version}", permanent=True)
    cutoffs = {Label(label): float(cutoff) for label, cutoff in model.facts["cutoffs"].items()}
    return Outside(opened.scores, opened.about, cutoffs)


def negatives() -> Negatives:
    """The names, addresses and passages that two people said mean nobody. Of hashes the bank alone judges, by distance:
    there the digest of a photograph also holds back what its PDQ hash would suggest.
    """
    entries = _in_use().filter(bearing="suppresses").exclude(kind__in=rules.HASHES)
    return Negatives(
        Negative(
            one.value, one.source, str(one.organisation_id or ""), detector_of(one.kind), one.kind == rules.PASSAGE
        )
        for one in entries
    )


def detector_of(kind: str) -> str:
    """The name of the detector that an entry of this kind concerns."""
    if kind in rules.WORDS:
        return rules.WORDS[kind]
    return "links" if kind in rules.LINKS else _MEDIA


@lru_cache(maxsize=1)
def _names(_: tuple[int, ...]) -> Names:
    standing = register.standing_names()
    return Names(Alias(str(number), name, _QUALITY[AliasQuality(quality)]) for number, name, quality in standing)


@lru_cache(maxsize=1)
def _of_banks(_: tuple[int, ...]) -> tuple[Detector, ...]:
    entries = list(_in_use().order_by("id"))
    links = [
        KnownLink(f"{BANK}{one.id}", one.value, Kind(one.kind))
        for one in entries
        if one.kind in rules.LINKS and one.bearing == "suggests"
    ]
    hashes = [
        banks.entry(f"{BANK}{one.id}", one.kind, one.value, negative_bank=one.bearing == "suppresses")
        for one in entries
        if one.kind in rules.HASHES
    ]
    return Links(links), Hashes(banks.Bank.of(hashes))


def _in_use() -> models.QuerySet[BankEntry]:
    return BankEntry.objects.filter(ended_at=None).exclude(confirmed_at=None)


def _bank_version() -> tuple[int, ...]:
    """Changes whenever an entry was put to use or ended: entries are never deleted and never change otherwise."""
    seen = BankEntry.objects.aggregate(
        newest=models.Max("id"),
        used=models.Count("id", filter=~models.Q(confirmed_at=None)),
        ended=models.Count("id", filter=~models.Q(ended_at=None)),
    )
    return seen["newest"] or 0, seen["used"], seen["ended"]
