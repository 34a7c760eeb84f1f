"""What a reviewer has on the desk while deciding about one account: the rules, the switches, the account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from openiru.sandbox.addresses import loose
from openiru.sandbox.profiles import Profile
from openiru.sandbox.shapes import Account, Effect, Organisation, Post, Result, Verdict
from openiru.sandbox.tells import Tells, named


@dataclass(frozen=True, slots=True)
class Situation:
    """How the account stands at the moment of deciding."""

    account: Account
    alive: bool
    official: bool
    duplicate: bool = False
    gone_items: frozenset[str] = frozenset()
    tickets: frozenset[str] = frozenset()
    suspended: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Review:
    """One account, one submission. `document` is empty when only the account's address was sent."""

    profile: Profile
    overrides: Mapping[str, bool]
    tells: Tells
    organisations: tuple[Organisation, ...]
    now: Situation
    document: Mapping[str, object] = field(default_factory=dict)

    def on(self, rule: str) -> bool:
        """Whether the profile has this rule and it is switched on."""
        return self.profile.on(rule, self.overrides)

    def verdict(self, result: Result, rule: str, effect: Effect = Effect.NONE) -> Verdict:
        """A verdict about this account."""
        return Verdict(self.now.account.url, result, rule, effect)

    def otherwise(self, rule: str) -> Verdict:
        """The verdict that the rule itself names for when it is not met."""
        return self.verdict(Result(self.profile.rules[rule].otherwise), rule)

    def listed(self, text: str) -> Organisation | None:
        """The organisation the text names, if it is on the platform's own copy of the lists."""
        return named(self.organisations, text)

    def covered(self, organisation: Organisation) -> bool:
        """Whether the platform's own policy recognises a list that the organisation is on."""
        kinds = self.profile.names("own_list")
        return not self.on("own_list") or any(kind in kinds for kind in organisation.listings.values())

    def violates(self, text: str) -> bool:
        """Whether the text breaks the platform's own rules, by its own signs."""
        return self.tells.calls(text) or (self.on("covers_praise") and self.tells.praises(text))

    def front(self) -> str:
        """What the top of the account's page shows."""
        return f"{self.now.account.title}\n{self.now.account.bio}"

    def is_link(self) -> bool:
        """Whether the account is a mere link, which can be revoked but has no account behind it to suspend."""
        return self.on("revokes_links") and self.now.account.kind in self.profile.names("revokes_links")

    def disabling(self, rule: str) -> Verdict:
        """Take the account down in the way that this kind of account can be taken down."""
        if self.is_link():
            return self.verdict(Result.LINK_REVOKED, "revokes_links", Effect.REVOKE_LINK)
        return self.verdict(Result.ACCOUNT_DISABLED, rule, Effect.SUSPEND)

    def post(self, url: str) -> Post | None:
        """The account's post at this address, if it is still there."""
        wanted = loose(url)
        if wanted in self.now.gone_items:
            return None
        if self.on("metadata_reviewable") and self._is_link_itself(wanted):
            return Post(url, self.front(), "", "")
        return next((one for one in self.now.account.posts if loose(one.url) == wanted), None)

    def _is_link_itself(self, wanted: str) -> bool:
        account = self.now.account
        return wanted == loose(account.url) and account.kind in self.profile.names("metadata_reviewable")


def newest(posts: Iterable[Post], count: int) -> tuple[Post, ...]:
    """The newest posts, newest first."""
    return tuple(sorted(posts, key=lambda one: one.posted_at, reverse=True)[:count])
