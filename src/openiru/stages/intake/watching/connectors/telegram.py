"""Telegram's public preview of a channel (t.me/s/…): off unless a permit says why it is lawful against its terms."""

from __future__ import annotations

from html.parser import HTMLParser

from openiru.errors import Unreadable
from openiru.platforms import recognise
from openiru.platforms.shapes import KeyType, Response, Target
from openiru.stages.intake.watching.connectors.shapes import Answer, Connector, Kind, State, refused
from openiru.terms import Platform

_PAGE = 16
"""Messages on a full page of the preview, from memory."""


def read_subject(_: Kind, text: str) -> str:
    """A public channel by its name; an invite or a number is nobody's public preview."""
    ref = recognise(text if "/" in text else f"https://t.me/{text.strip().removeprefix('@')}")
    if ref.platform is not Platform.TELEGRAM or ref.target is not Target.ACCOUNT or ref.keytype is not KeyType.HANDLE:
        raise Unreadable("not_an_account", value=text[:100])
    if ref.kind != "entity":
        raise Unreadable("not_an_account", value=text[:100])
    return ref.value


def address(_: Kind, subject: str, state: State) -> str:
    """The preview, from after the last message seen."""
    after = f"?after={state['seen']}" if state.get("seen") else ""
    return f"https://t.me/s/{subject}{after}"


def read(_: Kind, subject: str, state: State, response: Response) -> Answer:
    """Messages not seen before. A block that belongs to another channel (forwarded) is not taken."""
    if response.status != 200:
        raise refused(response)
    page = _Preview(subject)
    page.feed(response.body)
    page.close()
    if not page.is_preview:
        # Preview switched off, a group, or marked as sensitive: it redirects, and that does not mean dead.
        raise Unreadable("no_preview", value=response.final_url[:200])
    seen = int(state.get("seen") or 0)
    fresh = sorted(number for number in page.numbers if number > seen)
    go_on = {"seen": str(max([seen, *fresh]))} if seen or fresh else {}
    posts = tuple(f"https://t.me/{subject}/{number}" for number in fresh)
    return Answer(posts, go_on, more=bool(seen) and len(fresh) >= _PAGE)


class _Preview(HTMLParser):
    """Collects the numbers of one channel's own messages."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.name = name
        self.numbers: set[int] = set()
        self.is_preview = False

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        """A message says whose it is in `data-post`."""
        table = {name: value or "" for name, value in attrs}
        classes = table.get("class", "").split()
        self.is_preview = self.is_preview or "tgme_channel_info" in classes or "tgme_channel_history" in classes
        owner, _, number = table.get("data-post", "").partition("/")
        if "tgme_widget_message" in classes and owner.lower() == self.name and number.isdecimal():
            self.is_preview = True
            self.numbers.add(int(number))


CONNECTOR = Connector(
    name="telegram",
    title="Telegram previews",
    says="The public preview of a channel. Its terms forbid scraping (reference §0.6 [P S17]): off unless counsel says otherwise.",
    kinds=frozenset({Kind.ACCOUNT}),
    read_subject=read_subject,
    address=address,
    read=read,
    needs_terms=True,
)
