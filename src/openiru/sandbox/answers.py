"""The platform's mails back: a receipt first, then what was decided, line by line, in the platform's own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage

from openiru.sandbox.profiles import Profile
from openiru.sandbox.shapes import Platform, Result, Submission, Verdict


@dataclass(frozen=True, slots=True)
class Answer:
    """One mail that a platform sends."""

    sender: str
    to: str
    subject: str
    in_reply_to: str
    body: str


def receipt(platform: Platform, profile: Profile, sent: Submission, ticket: str) -> Answer:
    """It has arrived; nothing is decided."""
    return _reply(platform, sent, profile.words["receipt"].format(ticket=ticket))


def decision(
    platform: Platform, profile: Profile, sent: Submission, *, ticket: str, verdicts: Iterable[Verdict]
) -> Answer | None:
    """What was decided, one line an address; nothing at all where the platform is silent about everything."""
    lines = [line for verdict in verdicts for line in _lines(profile, verdict)]
    if not lines:
        return None
    return _reply(platform, sent, f"Case {ticket}\n\n" + "\n".join(lines))


def message(answer: Answer) -> EmailMessage:
    """The answer as a mail, in the thread of what it answers."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = answer.sender, answer.to, answer.subject
    if answer.in_reply_to:
        mail["In-Reply-To"] = mail["References"] = answer.in_reply_to
    mail.set_content(answer.body)
    return mail


def _reply(platform: Platform, sent: Submission, body: str) -> Answer:
    subject = sent.subject if sent.subject.lower().startswith("re:") else f"Re: {sent.subject}"
    return Answer(platform.inboxes[0], sent.sender, subject, sent.message_id, body + "\n")


def _lines(profile: Profile, verdict: Verdict) -> Iterator[str]:
    if verdict.result is Result.SILENCE:
        return
    yield f"{verdict.url}: {_words(profile, verdict.result, verdict)}"
    for url, result in verdict.items.items():
        if url != verdict.url:
            yield f"{url}: {_words(profile, result, verdict)}"


def _words(profile: Profile, result: Result, verdict: Verdict) -> str:
    return profile.words[result.value].format(territory=verdict.territory, lacking="; ".join(verdict.lacking))
