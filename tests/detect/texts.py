"""Invented texts with labels, made of a few words each: enough to learn from in a second, in three scripts."""

from __future__ import annotations

from random import Random

from openiru.detect.text import Label, Labelled

WORDS = {
    Label.THREATENS: "we will burn your house tonight wait for us you will not live",
    Label.INCITES: "rise brothers strike them now attack the bridge everyone must fight",
    Label.COUNTER_SPEECH: "whoever says strike them is wrong stand against violence speak for peace",
    Label.RELIGIOUS_OR_RIGHTS: "ہر شخص کو آزادی اور انصاف کا حق ہے اور قانون کی حفاظت",
    Label.NONE: "aaj mausam acha hai bazaar khula hai the school bus leaves at nine سوق صباح خبز",
}


def labelled(each: int = 120, *, seed: int = 1, source: str = "made") -> list[Labelled]:
    """`each` texts of every label, each a group of its own."""
    draw = Random(seed)
    found = []
    for label, words in WORDS.items():
        for number in range(each):
            text = " ".join(draw.choices(words.split(), k=draw.randint(8, 16)))
            language = "ur" if label is Label.RELIGIOUS_OR_RIGHTS else "en"
            found.append(Labelled(f"{text} {number}", frozenset({label}), f"{label}:{number}", source, language))
    return found
