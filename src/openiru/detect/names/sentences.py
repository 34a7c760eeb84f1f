"""The sentence under a match of a name, which a person can check against the text."""

from __future__ import annotations

from openiru.detect.names.aliases import Alias, ContextWord, Quality
from openiru.detect.names.hits import Hit, How
from openiru.detect.names.judging import Judged, is_one_word

_WHERE = {"text": "The text", "name": "The display name", "handle": "The handle", "bio": "The bio"}
_QUALITY = {
    Quality.STRONG: "a name",
    Quality.PREVIOUS: "a former name",
    Quality.WEAK: "a weak alias",
    Quality.LOW: "a low-quality alias",
}
_HOW = {
    How.WRITTEN: "",
    How.JOINED: ", with its words joined otherwise",
    How.SPELT_OUT: ", spelt out letter by letter",
    How.DISGUISED: ", with letters exchanged for others that look like them",
    How.MISSPELT: ", but for one letter",
}


def sentence(judged: Judged) -> str:
    """Where, what, as which name, and why it counts."""
    hit, alias = judged.hit, judged.alias
    said = f"{_WHERE[hit.field]} has “{hit.found}” at characters {hit.start} to {hit.end}: {_QUALITY[alias.quality]} on the list"
    if hit.found != alias.text:
        said += f", there “{alias.text}”"
    return f"{said}{_HOW[hit.how]}.{_because(judged, judged.context)}"


def _because(judged: Judged, context: Hit | None) -> str:
    if context is None:
        return " It is one word alone, which may mean something else: read around it." if is_one_word(judged) else ""
    source = context.entry.source
    what = "the word" if isinstance(source, ContextWord) else "another name of the same organisation,"
    apart = abs(context.word - judged.hit.word)
    where = (
        f"{apart} {'word' if apart == 1 else 'words'} away"
        if context.field == judged.hit.field
        else f"in {_WHERE[context.field].lower()}"
    )
    need = "It is too short or too common to count alone" if _is_short(judged) else "It never counts alone"
    return f" {need}; {what} “{context.found}” stands {where}."


def _is_short(judged: Judged) -> bool:
    return judged.hit.entry.ambiguous and isinstance(judged.hit.entry.source, Alias)
