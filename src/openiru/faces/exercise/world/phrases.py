"""Invented sentences, mild on purpose, in English, Urdu and Roman Urdu: what accounts of each sort say."""

from __future__ import annotations

from collections.abc import Mapping

from openiru.faces.exercise.world.shapes import Wrong

LANGUAGES = ("en", "ur", "en", "ur-Latn", "ur", "en", "ur", "ur-Latn")

CALLS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "Join the ranks of {name}. Our desk in {place} is open.",
        "Donate to the {name} front in {place} before the month ends.",
        "Enlist with {name}: {place} is waiting for you.",
        "Take up arms with {name} for {place}.",
    ),
    "ur": (
        "{name} کی صفوں میں شامل ہو جائیں۔",
        "{name} کے لیے چندہ دیں۔",
        "{name} کے ساتھ ہتھیار اٹھاؤ۔",
    ),
    "ur-Latn": (
        "{name} ki safon mein shamil ho jayen, {place} walo.",
        "{name} ke liye chanda dein.",
        "{name} ke sath hathiyar uthao.",
    ),
}

PRAISE: Mapping[str, tuple[str, ...]] = {
    "en": (
        "Glory to the fighters. {name} holds {place}.",
        "The brave sons of {place} stand with {name}.",
    ),
    "ur": ("{name} کے جانباز زندہ باد۔",),
    "ur-Latn": ("{name} ke janbaz zindabad, {place} se salam.",),
}

NEUTRAL: Mapping[str, tuple[str, ...]] = {
    "en": ("Morning fog over {place} today.", "The road to {place} is open again.", "Tea season in {place}."),
    "ur": ("آج موسم خوشگوار ہے۔", "بازار شام تک کھلا ہے۔"),
    "ur-Latn": ("Aaj {place} mein barish hui.", "{place} ka bazar khula hai."),
}

PLACES = ("Nilpur", "Zardin", "Talmir", "Varkoh", "Sarmin", "Belazar", "Ombrak", "Dastor")
HANDLE_WORDS = ("awaz", "path", "dawn", "page", "hill", "lamp", "saba")

WRONG_TITLES: Mapping[Wrong, str] = {
    Wrong.PRESS: "{place} Gazette newsroom",
    Wrong.SATIRE: "{place} Pickle (satire)",
    Wrong.RIGHTS: "{place} human rights desk",
    Wrong.NAMESAKE: "{namesake}",
    Wrong.COUNTER_SPEECH: "{place} mothers against violence",
    Wrong.REPORTING: "{place} notebook",
    Wrong.REPOSTER: "{place} feed {number}",
}

WRONG_BIOS: Mapping[Wrong, str] = {
    Wrong.PRESS: "Newsroom of the {place} Gazette. Reported by our correspondents, corrections welcome.",
    Wrong.SATIRE: "Satire and parody from {place}. Nothing here is true, least of all about {name}.",
    Wrong.RIGHTS: "Human rights documentation in {place}. We condemn violence by anybody.",
    Wrong.NAMESAKE: "Fixtures and scores of the {namesake}. Cricket only.",
    Wrong.COUNTER_SPEECH: "Families of {place}. We condemn what {name} does to our children.",
    Wrong.REPORTING: "Notebook of a journalist in {place}: who said what, and when.",
    Wrong.REPOSTER: "What crosses my screen in {place}. Passing it on is not agreeing.",
}

WRONG_POSTS: Mapping[Wrong, tuple[str, ...]] = {
    Wrong.PRESS: (
        "Our correspondent reported that {name} told young people in {place} to join the ranks of {name}.",
        "{place}: what the court said about {name}, reported in full.",
    ),
    Wrong.SATIRE: (
        "Satire: donate to the {name} front, we accept odd socks and expired bus tickets.",
        "Parody: {name} to rename {place} after its mother-in-law.",
    ),
    Wrong.RIGHTS: (
        "We condemn the abduction in {place} for which {name} took responsibility.",
        "Human rights report: how {name} recruits, and how families can get help.",
    ),
    Wrong.NAMESAKE: (
        "{namesake} won by four wickets in {place}.",
        "Join us on Sunday: cricket trials of the {namesake} in {place}.",
    ),
    Wrong.COUNTER_SPEECH: (
        "Do not join the ranks of {name}. We condemn those who sent our sons away.",
        "{name} ki safon mein shamil hone walon ki maen roti hain. Hum mazammat karte hain.",
    ),
    Wrong.REPORTING: (
        "Reported from {place}: in a statement the group said, join the ranks of {name}. Nobody came.",
        "According to police, it is reported, {name} claimed responsibility for the bridge at {place}.",
    ),
    Wrong.REPOSTER: (
        "Seen today, and I condemn it: join the ranks of {name}. Our desk in {place} is open.",
        "Somebody passes this on in {place}: take up arms with {name}. Shame on them, I condemn it.",
    ),
}

FRONT_TITLE = "{name} {place}"
FRONT_BIO: Mapping[str, str] = {
    "en": "Official page of {name} in {place}. Join the ranks of {name}.",
    "ur": "{name} کا باضابطہ صفحہ۔ {name} کی صفوں میں شامل ہوں۔",
    "ur-Latn": "{name} ka safha, {place}. {name} ki safon mein shamil hon.",
}
PLAIN_TITLE = "Voice of {place} {number}"
PLAIN_BIO = "Updates from {place}."
