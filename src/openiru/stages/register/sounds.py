"""Finds a name written in another script: shared consonants word by word, rare words counting more, common words translated.

`SAME` holds words that names of groups are made of, in the languages of the lists: a group called a front in English is
a jabha in Arabic, and no sound tells that. It is general vocabulary; what it finds is only ever shown to a person.
"""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from openiru.stages.register.folding import consonants, words

SHARED = 0.5
"""How much of two names, weighed by how rare their words are, must be shared to show one for the other."""

ALONE = 0.8
"""The same where only one word is shared: it must be nearly the whole name, or strangers would be shown."""

SAME = (
    "front jabhat jabha jabhah جبهة جبهه محاذ",
    "group groupe jamaat jamaa jamaah jama jemaah جماعة جماعت گروپ مجموعة",
    "movement mouvement haraka harakat harkat tehrik tehreek حركة حرکت تحریک",
    "islamic islamique islami islamiya islam اسلامية اسلامي اسلام إسلامي إسلامية",
    "state etat dawla dawlat دولة دولت",
    "army armee jaish jaysh lashkar جيش جیش لشكر لشکر",
    "network shabaka شبكة شبکه",
    "organization organisation tanzim تنظيم تنظیم",
    "brigade brigades battalion katiba katibat liwa كتيبة لواء كتائب",
    "soldiers jund جند",
    "supporters followers partisans ansar أنصار انصار",
    "party hizb حزب",
    "fighting fighters combatant muqatila مقاتلة",
    "society association jamia jamiat جمعية",
    "office bureau maktab مكتب",
    "exchange sarafi صرافة صرافی",
    "egypt egyptian egypte misr مصر مصري مصرية",
    "tunisia tunisian tunisien تونس تونسية",
    "libya libyan libye ليبيا ليبية",
    "iraq iraqi irak عراق عراقي",
    "yemen yemeni يمن يمني",
    "syria syrian syrie levant sham سوريا شام",
    "morocco moroccan marocain maghreb مغرب مغربية",
    "algeria algerian algerie",
    "arabia arabian arab عرب عربية",
    "victory nusra نصرة نصرت",
    "peninsula peninsule jazira jazirat جزيرة جزیره",
    "services khidamat خدمات",
    "west western ouest gharb غرب",
    "resistance muqawama مقاومة مقاومت",
    "caliphate khilafa خلافة خلافت",
    "country countries lands bilad بلاد",
    "company sharika شركة شرکت",
    "bank masraf مصرف",
    "school madrasa مدرسة مدرسہ",
    "mosque masjid مسجد",
    "students taliban طالبان",
    "trading trade tijara تجارة تجارت",
    "unification tawhid توحيد توحید",
    "sunni sunna سنة سنت",
)
"""Words that mean the same; the first stands for all."""


SHORTEST_SOUND = 3
"""Words with fewer consonants are known by their letters: `iraq` and `haraka` sound alike, and so do many names."""


@lru_cache(maxsize=1)
def meanings() -> dict[str, str]:
    """Consonants, or the letters of a word that has few → the word that stands for all words of that meaning, after `=`."""
    found: dict[str, str] = {}
    for line in SAME:
        first, *_ = listed = line.split()
        for word in listed:
            for letters in words(word):
                found.setdefault(_key(letters), f"={first}")
    return found


def _key(word: str) -> str:
    bones = consonants(word)
    return bones if len(bones) >= SHORTEST_SOUND else f"'{word}"


@lru_cache(maxsize=131_072)
def meaning(word: str) -> str:
    """What a common word in small Latin letters means, as one word for all languages after `=`, or nothing."""
    return meanings().get(_key(word), "")


@lru_cache(maxsize=65_536)
def sounds(name: str) -> frozenset[str]:
    """What the words of a name sound like, or mean where they are common; a single consonant says nothing."""
    return frozenset(meaning(word) or consonants(word) for word in words(name) if len(consonants(word)) > 1)


@dataclass(slots=True)
class SoundIndex:
    """Names by the sounds in them. Add all names, then ask."""

    _names: list[frozenset[str]] = field(default_factory=list)
    _having: dict[str, array[int]] = field(default_factory=lambda: defaultdict(lambda: array("L")))
    _weights: dict[int, float] = field(default_factory=dict)

    def add(self, name: str) -> None:
        """Take a name; its number is how many came before it."""
        its = sounds(name)
        for sound in its:
            self._having[sound].append(len(self._names))
        self._names.append(its)
        self._weights.clear()

    def alike(self, query: str) -> Iterator[tuple[int, float]]:
        """The numbers of names that share enough with the query, and how much, from 0 to 1 (a weighed Dice)."""
        asked = sounds(query)
        shared: dict[int, float] = defaultdict(float)
        for sound in asked:
            for at in self._having.get(sound, ()):
                shared[at] += self._weight(sound)
        total = sum(map(self._weight, asked))
        for at, weight in shared.items():
            part = 2 * weight / (total + self._whole(at))
            if part >= (SHARED if len(asked & self._names[at]) > 1 else ALONE):
                yield at, part

    def _weight(self, sound: str) -> float:
        return math.log(1 + len(self._names) / (1 + len(self._having.get(sound, ()))))

    def _whole(self, at: int) -> float:
        if at not in self._weights:
            self._weights[at] = sum(map(self._weight, self._names[at]))
        return self._weights[at]
