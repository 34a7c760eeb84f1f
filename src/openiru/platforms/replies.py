"""Reads what a platform writes back by its table "their word → ours"; the unknown and doubtful goes to a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from openiru.platforms import territories
from openiru.platforms.shapes import Reply
from openiru.terms import Outcome


@dataclass(frozen=True, slots=True)
class Words:
    """One platform's vocabulary: regular expressions over one lower-case sentence, the most specific first."""

    outcomes: tuple[tuple[str, Outcome], ...] = ()
    receipts: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()


COMMON = Words(
    outcomes=(
        (
            r"(?:please|kindly) (?:provide|send|specify|clarify|resubmit)(?!.*\b(?:ticket|case|reference) number)"
            r"|need (?:more|further|additional) information"
            r"|(?:more|further|additional) information (?:is )?(?:needed|required)|clarification"
            r"|(?:are|is) unclear|insufficient information|(?:is|are) (?:not complete|incomplete)",
            Outcome.CLARIFICATION_ASKED,
        ),
        (r"platform error|our (?:own )?error|actioned in error|removed in error", Outcome.PLATFORM_ERROR_CORRECTED),
        (r"reinstated|restored|reversed on appeal|action (?:has been |was )?reversed", Outcome.REVERSED),
        (
            r"duplicate(?: of| request| report)?|already (?:been )?(?:reported|submitted|under review)",
            Outcome.DUPLICATE,
        ),
        (
            r"already (?:been )?(?:removed|gone|deleted|suspended|unavailable|banned)"
            r"|no longer (?:available|exists?|active)"
            r"|(?:does|did) not exist|could not be found|not found",
            Outcome.ALREADY_GONE,
        ),
        (
            r"(?:invite|channel|group)? ?link (?:has been |was |is )?(?:revoked|reset)"
            r"|revoked (?:the|this) (?:\w+ )?link",
            Outcome.LINK_REVOKED,
        ),
        (
            r"withheld|geo-?(?:blocked|restricted|withheld)|restrict(?:ed)? (?:access .{0,40})?in"
            r"|(?:made )?unavailable in|access (?:has been |was )?(?:restricted|limited) in",
            Outcome.WITHHELD,
        ),
        (
            r"(?:does|did|do) not (?:currently )?(?:violate|breach|go against)"
            r"|no violation|not in violation|not violating"
            r"|found no (?:violation|breach)",
            Outcome.DECLINED_NO_VIOLATION,
        ),
        (
            r"overly broad|overbroad|legally insufficient|not (?:a )?valid (?:legal )?(?:request|order)|invalid request"
            r"|cannot (?:be )?(?:process|accept)(?:ed)?|cannot act on|unable to (?:process|accept|take action)"
            r"|not able to take action|cannot take action"
            r"|(?:request|report) (?:has been |was |is )?(?:refused|rejected|declined)",
            Outcome.DECLINED_INVALID,
        ),
        (
            r"account (?:has been |was |is |is now )?(?:permanently )?(?:suspended|disabled|banned|terminated)"
            r"|(?:suspended|disabled|banned|terminated) (?:the|this|that) (?:account|user|channel|group|bot)"
            r"|(?:channel|group|user|bot) (?:has been |was |is )?(?:suspended|blocked|banned|deleted)"
            r"|suspended|disabled|banned",
            Outcome.ACCOUNT_DISABLED,
        ),
        (
            r"labell?ed|reduced (?:the )?(?:reach|distribution)|age-?restricted|restricted|ineligible for",
            Outcome.RESTRICTED,
        ),
        (r"removed|taken down|deleted|blocked", Outcome.REMOVED_GLOBAL),
    ),
    receipts=(
        r"(?:we|have) (?:have )?received|has been received|was received"
        r"|thank you for (?:contacting|your (?:report|request|mail))",
        r"(?:is|are) (?:being )?(?:under review|reviewed|processed)|will (?:be )?review(?:ed)?"
        r"|automat(?:ed|ic) (?:reply|response)",
        r"has been (?:created|opened|assigned|submitted)|acknowledge",
    ),
    tickets=(
        r"(?:ticket|case|request|report|reference)\s*(?:(?:number|no\.?|id|ref\.?|reference)\s*(?:is\b)?\s*[:#=]*|[:#=]+)"
        r"\s*(?P<ticket>[A-Z0-9][A-Z0-9_-]{3,39})",
        r"(?:ticket|case|report)\s+(?P<ticket>[A-Z]{1,8}[-_]?[0-9]{3,}[A-Z0-9_-]{0,30}|[0-9]{5,20})",
    ),
)
"""Words that no platform owns. Each platform's own come before these."""

_NEGATION = re.compile(
    r"\b(?:not|never|unable|cannot|declined? to|refuse[ds]? to|instead of|nor|neither|without|failed to)\b|n['’]t\b"
)
_CONDITION = re.compile(
    r"\b(?:if|may|might|will|would|once|should|can|could|whether|when|unless|until|before|in case|requested|asked)\b"
)
_ITEM_LINE = re.compile(r"^\s*[-*•]?\s*(?P<url>(?:https?://|tg://)[^\s<>]+?)\s*(?::\s+|\s[-–—]\s+)(?P<words>\S.*)$")
_SEPARATOR = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|forwarded message)\s*-{2,}|_{20,}|from: .+\n\s*(?:sent|date): .+)\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_ATTRIBUTION = re.compile(r"^\s*(?:on\b.{5,200}\bwrote:|.{3,120}\bwrote:)\s*$", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n\s*\n|\n(?=\s*[-*•])|,?\s+(?:but|however|although)\s+")
_LONGEST_QUOTE = 500
_OWN_REFERENCE = "IRU-"

# A platform answers under both steps of its ladder at once: "no violation of our rules, but withheld in …".
_STRONGER = {
    frozenset({Outcome.DECLINED_NO_VIOLATION, Outcome.WITHHELD}): Outcome.WITHHELD,
    frozenset({Outcome.DECLINED_NO_VIOLATION, Outcome.RESTRICTED}): Outcome.RESTRICTED,
    frozenset({Outcome.ACCOUNT_DISABLED, Outcome.REMOVED_GLOBAL}): Outcome.ACCOUNT_DISABLED,
    frozenset({Outcome.DECLINED_INVALID, Outcome.CLARIFICATION_ASKED}): Outcome.DECLINED_INVALID,
    frozenset({Outcome.ACCOUNT_DISABLED, Outcome.LINK_REVOKED}): Outcome.ACCOUNT_DISABLED,
}


def reader(words: Words) -> Callable[[str, str], Reply]:
    """`read_reply` of one platform, from its own words; the common ones follow."""
    table = Words(words.outcomes + COMMON.outcomes, words.receipts + COMMON.receipts, words.tickets + COMMON.tickets)

    def read_reply(subject: str, body: str) -> Reply:
        """What the reply says. `outcome` None without `receipt_only` means: a person must read it."""
        return _read(subject, own_part(body), table)

    return read_reply


def own_part(body: str) -> str:
    """What the sender wrote himself: without quoted lines and without an earlier mail below."""
    kept: list[str] = []
    text = body.replace("\r\n", "\n").replace("\r", "\n")
    earlier = _SEPARATOR.search(text)
    lines = (text[: earlier.start()] if earlier else text).split("\n")
    for number, line in enumerate(lines):
        if _ATTRIBUTION.match(line):
            following = next((later for later in lines[number + 1 :] if later.strip()), "")
            if not following.lstrip().startswith(">"):
                break
            continue
        if not line.lstrip().startswith(">"):
            kept.append(line)
    return "\n".join(kept).strip()


def _read(subject: str, text: str, words: Words) -> Reply:
    items, rest, all_understood = _items(text, words)
    said, doubt, quotes = _statements(rest, words)
    outcome = _one(said | set(items.values())) if all_understood and not doubt else None
    receipt = not said and not items and not doubt and all_understood and _is_receipt(rest, words)
    quote = " ".join(quotes) or _first_line(text)
    ticket = _ticket((subject, text), words)
    return Reply(outcome, receipt, ticket, territories.code_in(text), quote[:_LONGEST_QUOTE], items)


def _items(text: str, words: Words) -> tuple[dict[str, Outcome], str, bool]:
    found: dict[str, Outcome] = {}
    rest: list[str] = []
    understood = True
    for line in text.split("\n"):
        match = _ITEM_LINE.match(line)
        if match is None:
            rest.append(line)
            continue
        said, doubt, _ = _statements(match["words"], words)
        outcome = None if doubt else _one(said)
        if outcome is None or found.get(match["url"], outcome) is not outcome:
            understood = False
            found.pop(match["url"], None)
        else:
            found[match["url"]] = outcome
    return found, "\n".join(rest), understood


def _statements(text: str, words: Words) -> tuple[set[Outcome], bool, list[str]]:
    """The outcomes stated, whether one was denied or only possible, and the sentences they stand in."""
    said: set[Outcome] = set()
    doubt = False
    quotes: list[str] = []
    for sentence in _sentences(text):
        outcome, sure = _outcome(sentence.lower(), words)
        if outcome is None:
            continue
        if sure:
            said.add(outcome)
            quotes.append(sentence)
        elif outcome is not Outcome.CLARIFICATION_ASKED:
            doubt = doubt or not _CONDITION.search(sentence.lower())
    return said, doubt, quotes


def _outcome(sentence: str, words: Words) -> tuple[Outcome | None, bool]:
    for pattern, outcome in words.outcomes:
        match = _compiled(pattern).search(sentence)
        if match is None:
            continue
        if outcome is Outcome.CLARIFICATION_ASKED:
            return outcome, True
        before = sentence[: match.start()]
        return outcome, not (_NEGATION.search(before) or _CONDITION.search(before))
    return None, False


def _sentences(text: str) -> Iterator[str]:
    for part in _SENTENCE.split(text):
        sentence = " ".join(part.split())
        if sentence:
            yield sentence


def _one(outcomes: set[Outcome]) -> Outcome | None:
    if len(outcomes) == 1:
        return next(iter(outcomes))
    return _STRONGER.get(frozenset(outcomes))


def _is_receipt(text: str, words: Words) -> bool:
    lower = " ".join(text.lower().split())
    return any(_compiled(pattern).search(lower) for pattern in words.receipts)


def _ticket(texts: Iterable[str], words: Words) -> str:
    for text in texts:
        for pattern in words.tickets:
            for match in _compiled_any_case(pattern).finditer(text):
                ticket = str(match["ticket"]).lstrip("#")
                if not ticket.upper().startswith(_OWN_REFERENCE) and any(sign.isdigit() for sign in ticket):
                    return ticket
    return ""


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.split("\n") if line.strip()), "")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")


@cache
def _compiled_any_case(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
