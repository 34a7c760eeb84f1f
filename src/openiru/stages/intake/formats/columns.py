"""Guesses which column of a table holds what, from headings in English, Urdu and Arabic and from what stands below them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from openiru.errors import Unreadable
from openiru.stages.intake.formats import cells

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "url": (
        *(
            "url",
            "link",
            "account url",
            "account link",
            "profile url",
            "profile link",
            "page url",
            "channel url",
            "profile",
        ),
        *(
            "address",
            "account",
            "web address",
            "social media link",
            "links",
            "urls",
            "channel link",
            "page link",
            "id url",
        ),
        *("لنک", "رابطہ", "ربط", "پتہ", "ویب پتہ", "یو آر ایل", "اکاؤنٹ لنک", "اکاؤنٹ کا لنک", "پروفائل لنک", "اکاؤنٹ"),
        *("الرابط", "رابط", "رابط الحساب", "رابط الصفحة", "رابط القناة", "العنوان", "عنوان الحساب", "الحساب"),
    ),
    "followers": (
        *("followers", "subscribers", "members", "follower count", "followers count", "no of followers", "fans"),
        *("number of followers", "subscriber count", "participants"),
        *("فالوورز", "فالورز", "پیروکار", "پیروکاروں کی تعداد", "فالوورز کی تعداد", "سبسکرائبرز", "اراکین", "ارکان"),
        *("المتابعون", "المتابعين", "عدد المتابعين", "المشتركين", "المشتركون", "عدد المشتركين", "الأعضاء"),
    ),
    "claimed_organisation": (
        *("claimed organisation", "organisation", "organization", "group", "org", "outfit", "banned organisation"),
        *("proscribed organisation", "proscribed organization", "affiliation", "group name"),
        *("تنظیم", "کالعدم تنظیم", "گروہ", "تنظیم کا نام"),
        *("المنظمة", "التنظيم", "الجماعة", "اسم التنظيم"),
    ),
    "claimed_lists": (
        *("claimed lists", "lists", "listed by", "list", "designated by", "sanctions list"),
        *("فہرست", "فہرستیں", "القائمة", "القوائم", "قائمة العقوبات"),
    ),
    "item_urls": (
        *(
            "item urls",
            "items",
            "posts",
            "item url",
            "post url",
            "post link",
            "post links",
            "post",
            "video url",
            "tweet url",
        ),
        *("پوسٹ", "پوسٹس", "پوسٹ لنک", "پوسٹ کا لنک", "المنشور", "المنشورات", "رابط المنشور"),
    ),
    "note": (
        *("note", "notes", "remarks", "comment", "comments", "reason", "observation"),
        *("نوٹ", "تبصرہ", "کیفیت", "ریمارکس", "وجہ", "ملاحظة", "ملاحظات", "السبب"),
    ),
    "handle": (
        *("handle", "username", "user name", "screen name", "account handle"),
        *("ہینڈل", "یوزر نیم", "صارف نام", "اسم المستخدم", "المعرف"),
    ),
    "stable_id": (
        *("stable id", "account id", "user id", "page id", "channel id", "profile id", "numeric id"),
        *("اکاؤنٹ آئی ڈی", "شناختی نمبر", "معرف الحساب", "رقم الحساب"),
    ),
    "name": (
        *("display name", "name", "account name", "page name", "channel name", "title", "full name"),
        *("نام", "اکاؤنٹ کا نام", "چینل کا نام", "الاسم", "اسم الحساب", "اسم القناة", "اسم الصفحة"),
    ),
    "seen_at": (
        *("seen at", "date seen", "date", "date of detection", "detected on", "reported on", "last seen"),
        *("تاریخ", "دیکھنے کی تاریخ", "التاريخ", "تاريخ الرصد"),
    ),
    "text": (
        "text",
        "post text",
        "message",
        "content",
        "caption",
        "متن",
        "عبارت",
        "مواد",
        "النص",
        "نص المنشور",
        "المحتوى",
    ),
    "posted_at": ("posted at", "post date", "date posted", "published", "پوسٹ کی تاریخ", "تاريخ النشر"),
    "language": ("language", "lang", "زبان", "اللغة"),
}
"""Our field → the headings under which agencies send it, in the normal form of `normal`. From reading such lists; not exhaustive."""

_ADDRESS = re.compile(r"\s*(?:h(?:tt|xx)ps?(?:://|\[:\])|www\.|tg://|(?:[\w-]+(?:\.|\[\.\]))+[a-z]{2,}/\S)", re.I)
_FOLD = str.maketrans(
    {"ي": "ی", "ك": "ک", "ة": "ہ", "ه": "ہ", "أ": "ا", "إ": "ا", "آ": "ا", "ـ": "", "ى": "ی", "ؤ": "و"}
)
_READ = {"seen_at": cells.moment, "posted_at": cells.moment, "followers": cells.followers, "stable_id": cells.stable_id}
HEAD_ROWS = 20
"""How many rows are looked at to find the heading and to guess."""


def normal(heading: str) -> str:
    """A heading without case, signs and marks; Arabic letters as Urdu writes them."""
    text = unicodedata.normalize("NFKC", heading).casefold().translate(_FOLD)
    text = "".join(" " if not (sign.isalnum() or unicodedata.combining(sign)) else sign for sign in text)
    return " ".join("".join(sign for sign in text if not unicodedata.combining(sign)).split())


_KNOWN = {normal(known): field for field, many in HEADINGS.items() for known in many}
_RANK = {normal(known): rank for many in HEADINGS.values() for rank, known in enumerate(many)}


def heading_row(rows: Sequence[Sequence[str]]) -> int | None:
    """Which of the first rows is the heading: the first that names a column we know; None where the first is data already."""
    for place, row in enumerate(rows[:HEAD_ROWS]):
        if any(_ADDRESS.match(cell) for cell in row):
            break
        if sum(normal(cell) in _KNOWN for cell in row) and len([cell for cell in row if cell.strip()]) >= min(
            2, len(row)
        ):
            return place
    below = rows[1] if len(rows) > 1 else ()
    return None if any(_ADDRESS.match(cell) for cell in rows[0]) or not any(map(_ADDRESS.match, below)) else 0


def unique(headings: Sequence[str]) -> tuple[str, ...]:
    """The headings as written, empty ones numbered and repeated ones told apart, so that each names one column."""
    seen: dict[str, int] = {}
    named = []
    for place, heading in enumerate(headings, 1):
        name = heading.strip() or f"column {place}"
        seen[name] = seen.get(name, 0) + 1
        named.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(named)


def guess(headings: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, str]:
    """Our field → heading. What stands in a column wins over its heading: a column of addresses is the address."""
    guessed: dict[str, str] = {}
    ranks: dict[str, int] = {}
    for place, heading in enumerate(headings):
        field, rank = _field_of(heading)
        if field and _fits(field, place, sample) and rank < ranks.get(field, 1000):
            guessed[field], ranks[field] = heading, rank
    shares = [_share(place, sample) for place in range(len(headings))]
    best = max(range(len(headings)), key=lambda place: shares[place], default=0)
    said = headings.index(guessed["url"]) if "url" in guessed else None
    if shares and shares[best] >= 0.5 and (said is None or shares[said] < 0.5):
        guessed = {field: heading for field, heading in guessed.items() if heading != headings[best]}
        guessed["url"] = headings[best]
    return guessed


def places_of(headings: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """Our field → the column's place; raises Unreadable for a heading that is not there, or where no address was named."""
    if "url" not in mapping:
        raise Unreadable("no_url_column", where="line 1", value=",".join(headings))
    for field, heading in mapping.items():
        if field not in HEADINGS or heading not in headings:
            raise Unreadable("no_such_column", where="line 1", value=f"{field}: {heading}")
    return {field: headings.index(heading) for field, heading in mapping.items()}


def _field_of(heading: str) -> tuple[str, int]:
    name = normal(heading)
    if name in _KNOWN:
        return _KNOWN[name], _RANK[name]
    inside = [known for known in _KNOWN if len(known) > 3 and f" {known} " in f" {name} "]
    first = min(inside, key=lambda known: (f" {name} ".index(f" {known} "), -len(known)), default="")
    return (_KNOWN[first], 100 + _RANK[first]) if first else ("", 0)


def _fits(field: str, place: int, sample: Sequence[Sequence[str]]) -> bool:
    """Whether what stands in the column can be read as the field; one slip in four is a slip, more is another column."""
    read = _READ.get(field)
    filled = [row[place] for row in sample if place < len(row) and row[place].strip()]
    if read is None or not filled:
        return True
    bad = 0
    for cell in filled:
        try:
            read(cell)
        except Unreadable:
            bad += 1
    return bad * 4 <= len(filled) or field in {"followers", "stable_id"}


def _share(place: int, sample: Sequence[Sequence[str]]) -> float:
    filled = [row[place] for row in sample if place < len(row) and row[place].strip()]
    return sum(bool(_ADDRESS.match(cell)) for cell in filled) / len(filled) if filled else 0.0
