"""The words of a page or a letter in HTML: one pass over it, so that no hostile markup can make it slow."""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)[^<>]*>|<[!?/][^<>]*>")
_HIDDEN = frozenset({"script", "style", "template"})
_BREAK_WORDS = (
    "br p div tr li ul ol dl dd dt table td th h1 h2 h3 h4 h5 h6 hr blockquote pre section article header "
    "footer main nav aside form figure body html head title option"
)
_BREAKS = frozenset(_BREAK_WORDS.split())


def words_of(markup: str, *, between: str = "") -> str:
    """The text a reader sees, a line for each block; `between` stands for a tag inside a line. Scripts and comments are left out."""
    text, found, hidden, at = _without_comments(markup), [], "", 0
    for tag in _TAG.finditer(text):
        closing, name = bool(tag.group(1)), (tag.group(2) or "").lower()
        if not hidden:
            found += [re.sub(r"\s+", " ", text[at : tag.start()]), "\n" if name in _BREAKS else between]
        if hidden:
            hidden = "" if closing and name == hidden else hidden
        elif name in _HIDDEN and not closing:
            hidden = name
        at = tag.end()
    if not hidden:
        found.append(re.sub(r"\s+", " ", text[at:]))
    lines = (re.sub(r"\s+", " ", line).strip() for line in html.unescape("".join(found)).split("\n"))
    return "\n".join(line for line in lines if line)


def _without_comments(markup: str) -> str:
    found, at = [], 0
    while (start := markup.find("<!--", at)) >= 0:
        found.append(markup[at:start])
        end = markup.find("-->", start)
        if end < 0:
            return "".join(found)
        at = end + len("-->")
    return "".join([*found, markup[at:]])
