"""Words that names are made of, whoever bears them: legal forms, titles, particles and numbers, in the lists' languages.

General vocabulary from memory, no list's entries. A word that is missing here only counts as an ordinary word.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

_LEGAL = {
    "limited": "llc|limited liability company|ooo|obshchestvo s ogranichennoy otvetstvennostyu|gmbh|gesellschaft mit"
    " beschrankter haftung|sarl|societe a responsabilite limitee|srl|societate cu raspundere limitata|societatea cu"
    " raspundere limitata|ltd|limited|pvt ltd|private limited|pty ltd|sp z o o|sp z oo|spzoo|spolka z ograniczona"
    " odpowiedzialnoscia|bv|besloten vennootschap|ltda|limitada|sdn bhd|kft|doo|sro|oy|aps|sl|co ltd|ltd co|pte ltd|pte|eood"
    "|tov|hf|ehf|eurl|s de rl|company"
    " limited|corporation limited|too|fze|fzco|fzc|dmcc|wll|lc",
    "shares": "jsc|joint stock company|ojsc|open joint stock company|oao|pjsc|public joint stock company|pao|cjsc|closed"
    " joint stock company|zao|ao|otkrytoe aktsionernoe obshchestvo|publichnoe aktsionernoe obshchestvo|zakrytoe"
    " aktsionernoe obshchestvo|aktsionernoe obshchestvo|ag|aktiengesellschaft|sa|sociedad anonima|societe anonyme|spa|"
    "societa per azioni|plc|public limited company|nv|naamloze vennootschap|ab|aktiebolag|as|a s|asa|se|inc|incorporated"
    "|corp|corporation|kk|kabushiki kaisha|sa de cv|sab de cv|tbk|pt|bhd|berhad|sas|societe par actions simplifiee|psc|"
    "saog|saoc|sae",
    "partners": "lp|limited partnership|llp|limited liability partnership|kg|kommanditgesellschaft|ohg|gmbh co kg|gmbh and co kg|snc|sca",
    "charity": "ano|autonomous non profit organization|foundation|stiftung|fondation|fundacion|ev|ngo|npo|association|"
    "assoc|society",
    "": "company|co|compagnie|compania|cie|group|grp|holding|holdings|gruppe|groupe|gruppa",
}

LEGAL_FORMS = {tuple(form.split()): family for family, forms in _LEGAL.items() for form in forms.split("|")}
"""A legal form, word by word, and its family: two families are two bearers. The empty family says nothing."""

_BEGINS_FORM = {form[0] for form in LEGAL_FORMS}
SHORTEST_FORM_OFF = 7
"""Shorter words of legal forms are known only as they are written."""

_LONG_FORM_WORDS: dict[str, tuple[str, ...]] = {}
for _word in sorted({word for form in LEGAL_FORMS for word in form if len(word) >= SHORTEST_FORM_OFF}):
    _LONG_FORM_WORDS[_word[0]] = (*_LONG_FORM_WORDS.get(_word[0], ()), _word)
LONGEST_FORM = max(map(len, LEGAL_FORMS))

TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "prof",
        "professor",
        "sheikh",
        "shaikh",
        "sheik",
        "shaykh",
        "mullah",
        "mulla",
        "maulavi",
        "mawlawi",
        "maulvi",
        "mawlavi",
        "haji",
        "hajji",
        "hajj",
        "alhaj",
        "qari",
        "sir",
        "lord",
        "dame",
        "general",
        "gen",
        "colonel",
        "col",
        "president",
        "prime",
        "minister",
        "captain",
        "capt",
        "imam",
        "ayatollah",
        "engineer",
        "eng",
        "comrade",
        "hon",
        "rev",
    ]
)
SONS = frozenset({"bin", "ben", "ibn", "bint"})
PARTICLES = SONS | frozenset(
    [
        "al",
        "el",
        "ul",
        "ad",
        "as",
        "ash",
        "ould",
        "uld",
        "van",
        "von",
        "der",
        "den",
        "de",
        "da",
        "di",
        "do",
        "du",
        "des",
        "del",
        "della",
        "la",
        "le",
        "les",
        "the",
        "of",
        "and",
        "for",
        "in",
        "a",
        "an",
        "e",
        "y",
        "i",
        "und",
        "et",
        "fi",
        "fy",
        "wa",
        "na",
        "s",
    ]
)
"""Small words that carry little of a name. SONS say whose child somebody is: their order is part of the name."""

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth"
_ROMAN = {"ii": 2, "iii": 3, "iv": 4, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "xi": 11, "xii": 12, "xiii": 13}
NUMBERS = (
    {word: str(at) for at, word in enumerate(_UNITS.split())}
    | {word: str(at) for at, word in enumerate(_ORDINALS.split(), 1)}
    | {word: str(value) for word, value in _ROMAN.items()}
)
TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fourty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
_LETTERS_FOR_DIGITS = str.maketrans("013457", "oieast")


def plain(word: str) -> str:
    """A number word as its digits, and a digit that stands for a letter as that letter (`s3chin`)."""
    if word in NUMBERS:
        return NUMBERS[word]
    if ordinal := _ORDINAL.fullmatch(word):
        return ordinal[1]
    if not word.isdigit() and sum(map(str.isalpha, word)) >= 3:
        return word.translate(_LETTERS_FOR_DIGITS)
    return word


def with_numbers(words: list[str]) -> list[str]:
    """Words with numbers in digits; `forty four` is one number."""
    found: list[str] = []
    tens = 0
    for word in words:
        now = plain(word)
        if tens and now.isdigit() and len(now) == 1:
            found[-1], tens = str(tens + int(now)), 0
            continue
        tens = TENS.get(word, 0)
        found.append(str(tens) if tens else now)
    return found


@lru_cache(maxsize=65_536)
def _of_form(word: str) -> str:
    """A word that is one letter off a long word of a legal form (`aktiengeselschaft`) as that word."""
    near = _LONG_FORM_WORDS.get(word[0], ()) if len(word) >= SHORTEST_FORM_OFF - 1 else ()
    if word in near:
        return word
    return next((form for form in near if OSA.distance(word, form, score_cutoff=1) <= 1), word)


def without_form(words: list[str]) -> tuple[list[str], frozenset[str]]:
    """Words without legal forms, and the families of these; a name that is nothing else keeps its words."""
    words = [_of_form(word) for word in words]
    if _BEGINS_FORM.isdisjoint(words):
        return words, frozenset()
    kept: list[str] = []
    families: set[str] = set()
    at = 0
    while at < len(words):
        sizes = range(min(LONGEST_FORM, len(words) - at, len(words) - 1), 0, -1)
        begins = words[at] in _BEGINS_FORM
        size = next((size for size in sizes if tuple(words[at : at + size]) in LEGAL_FORMS), 0) if begins else 0
        if size:
            families.add(LEGAL_FORMS[tuple(words[at : at + size])])
        else:
            kept.append(words[at])
        at += size or 1
    return (kept, frozenset(families - {""})) if kept else (words, frozenset())
