"""The accounts as they stand: what is up, what is down and why, and what has been asked about each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from openiru.sandbox.addresses import loose, same
from openiru.sandbox.shapes import Account, Effect, Post, Result, Verdict

_STILL_OPEN = frozenset({Result.CLARIFICATION, Result.INVALID, Result.SILENCE})


@dataclass(slots=True)
class Standing:
    """One account with everything that happened to it. `taken` has the legs on which a notice waits or was decided."""

    account: Account
    state: str
    territory: str = ""
    verdict: Verdict | None = None
    gone_items: set[str] = field(default_factory=set)
    taken: dict[str, str] = field(default_factory=dict)
    tickets: set[str] = field(default_factory=set)
    references: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)

    @property
    def alive(self) -> bool:
        """Whether the platform still has it up somewhere."""
        return self.state in ("live", "withheld")

    def apply(self, verdict: Verdict) -> None:
        """Let a decision take effect on the pages."""
        match verdict.effect:
            case Effect.SUSPEND:
                self.state = "suspended"
            case Effect.REVOKE_LINK:
                self.state = "revoked"
            case Effect.WITHHOLD:
                self.state, self.territory = "withheld", verdict.territory
            case Effect.REINSTATE:
                self._restore()
            case Effect.REMOVE_ITEMS | Effect.NONE:
                pass
        removed = (url for url, result in verdict.items.items() if result is Result.ITEMS_REMOVED)
        self.gone_items.update(loose(url) for url in removed)
        if verdict.result not in (Result.DUPLICATE, Result.ALREADY_GONE) or self.verdict is None:
            self.verdict = verdict

    def settle(self, leg: str, ticket: str, verdict: Verdict) -> None:
        """Close a notice's leg, or leave it open for a better notice."""
        if verdict.result is Result.DUPLICATE or self.taken.get(leg) != ticket:
            return
        if verdict.result in _STILL_OPEN:
            del self.taken[leg]
        else:
            self.tickets.add(ticket)

    def _restore(self) -> None:
        self.state, self.territory = ("live" if self.account.exists else "missing"), ""
        self.gone_items.clear()
        self.taken.clear()
        self.tickets.clear()


class Accounts:
    """All standings, found by address, by handle or by number."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._all = [Standing(one, "live" if one.exists else "missing") for one in accounts]
        self._exact = {same(one.account.url): one for one in self._all}
        self._folded = {loose(one.account.url): one for one in self._all}
        self._posts = {same(post.url): (one, post) for one in self._all for post in one.account.posts}
        self._names: dict[tuple[str, str], Standing] = {}
        for one in self._all:
            for name in (one.account.handle, one.account.stable_id):
                if name:
                    self._names.setdefault((one.account.platform, name.casefold()), one)

    def __iter__(self) -> Iterator[Standing]:
        return iter(self._all)

    def at(self, url: str) -> Standing | None:
        """The account at this address."""
        return self._exact.get(same(url)) or self._folded.get(loose(url))

    def called(self, platform: str, name: str) -> Standing | None:
        """The platform's account with this handle or number."""
        return self._names.get((platform, name.casefold()))

    def post_at(self, url: str) -> tuple[Standing, Post] | None:
        """The post at this address and its account."""
        return self._posts.get(same(url))

    def suspended(self) -> frozenset[str]:
        """The addresses of all that are suspended."""
        return frozenset(loose(one.account.url) for one in self._all if one.state == "suspended")


def summary(standing: Standing) -> Mapping[str, object]:
    """The account's state and why it is so, for the control door."""
    verdict = standing.verdict
    return {
        "url": standing.account.url,
        "platform": standing.account.platform,
        "state": standing.state,
        "territory": standing.territory,
        "followers": standing.account.followers,
        "items_gone": sorted(standing.gone_items),
        "result": verdict.result.value if verdict else "never_asked",
        "rule": verdict.rule if verdict else "",
        "lacking": list(verdict.lacking) if verdict else [],
    }
