"""The stand-in platforms at work: takes submissions and lets decisions and answers fall due on its own clock."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import RLock

from openiru.sandbox import answers
from openiru.sandbox.accounts import Accounts, Standing, summary
from openiru.sandbox.deciding import on_list_entry, on_notice
from openiru.sandbox.fields import text
from openiru.sandbox.profiles import Profile, all_profiles
from openiru.sandbox.review import Review, Situation
from openiru.sandbox.shapes import Effect, Kind, Platform, Result, Submission, Verdict, World
from openiru.sandbox.tells import own_table

Send = Callable[[answers.Answer], None]


class ClockGoesBack(Exception):
    """Somebody asked for a time before the present one."""


@dataclass(order=True, slots=True)
class _Due:
    at: datetime
    number: int
    act: Callable[[], None] = field(compare=False)


class Engine:
    """One run of one world. Every public method may be called from any thread."""

    def __init__(self, world: World, send: Send, profiles: Mapping[str, Profile] | None = None) -> None:
        self._profiles = profiles or all_profiles()
        self._send = send
        self._lock = RLock()
        self.overrides: dict[str, bool] = {}
        self._begin(world)

    def _begin(self, world: World) -> None:
        self.world = world
        self.now = world.start
        self.accounts = Accounts(world.accounts)
        self._due: list[_Due] = []
        self._count = 0
        self._inbox = {inbox: one for one in world.platforms for inbox in one.inboxes}
        self._received: list[Mapping[str, object]] = []
        self._sent = 0

    def reset(self, world: World | None) -> None:
        """Start again, with the same world or another."""
        with self._lock:
            self._begin(world or self.world)

    def platform_of(self, inbox: str) -> Platform | None:
        """Whose inbox this is."""
        return self._inbox.get(inbox.lower())

    def profile_of(self, platform: Platform) -> Profile:
        """The rules and words of a platform."""
        return self._profiles[platform.profile]

    def switched_on(self, platform: Platform, rule: str) -> bool:
        """Whether the platform follows this rule in this run."""
        return self.profile_of(platform).on(rule, self.overrides)

    def switch(self, changes: Mapping[str, bool]) -> None:
        """Turn rules on or off for a sensitivity run. Raises KeyError for a rule that does not exist."""
        known = {f"{one.name}:{rule}" for one in self._profiles.values() for rule in one.rules}
        unknown = sorted(set(changes) - known)
        if unknown:
            raise KeyError(", ".join(unknown))
        with self._lock:
            self.overrides |= changes

    def receive(self, platform: Platform, sent: Submission) -> str:
        """Take a submission in and return its ticket; receipt and decision fall due later."""
        with self._lock:
            self._count += 1
            ticket = f"{self._count:08d}"
            self._received.append(
                {"at": self.now.isoformat(), "platform": platform.name, "kind": sent.kind.value, "ticket": ticket}
            )
            profile = self.profile_of(platform)
            if self._official(platform, sent):
                receipt = answers.receipt(platform, profile, sent, ticket)
                self._later(profile.delays["receipt_hours"], lambda: self._post(receipt))
            self._take(platform, sent, ticket)
            return ticket

    def move_clock(self, to: datetime) -> None:
        """Move forward and let everything due happen, in order. Raises `ClockGoesBack`."""
        with self._lock:
            if to < self.now:
                raise ClockGoesBack(self.now.isoformat())
            while self._due and self._due[0].at <= to:
                one = heapq.heappop(self._due)
                self.now = one.at
                one.act()
            self.now = to

    def state(self) -> Mapping[str, object]:
        """Everything there is to know about the run so far."""
        with self._lock:
            return {
                "now": self.now.isoformat(),
                "accounts": [summary(one) for one in self.accounts],
                "received": list(self._received),
                "answers_sent": self._sent,
                "waiting": len(self._due),
                "overrides": dict(self.overrides),
            }

    def _take(self, platform: Platform, sent: Submission, ticket: str) -> None:
        profile = self.profile_of(platform)
        if sent.kind is Kind.LIST:
            self._later(profile.delays["answer_hours"], lambda: self._decide_list(platform, sent, ticket))
            return
        standing = self._about(platform, sent)
        reference = text(sent.document, "reference")
        if sent.kind is Kind.WITHDRAWAL:
            if standing is not None and self._official(platform, sent):
                standing.withdrawn.add(reference)
            self._later(profile.delays["withdrawal_hours"], lambda: self._take_back(platform, sent, ticket))
            return
        leg = text(sent.document, "leg")
        duplicate = standing is not None and leg in standing.taken
        if standing is not None:
            standing.taken.setdefault(leg, ticket)
            standing.references.add(reference)
        hours = profile.delays["law_hours" if leg == "local_law" else "answer_hours"]
        self._later(hours, lambda: self._decide_notice(platform, sent, ticket, duplicate))

    def _decide_list(self, platform: Platform, sent: Submission, ticket: str) -> None:
        verdicts = []
        for url in sent.urls:
            standing = self.accounts.at(url)
            if standing is None or standing.account.platform != platform.name:
                continue
            verdict = on_list_entry(self._review(platform, standing, sent, duplicate=False), len(sent.urls))
            standing.apply(verdict)
            verdicts.append(verdict)
        self._answer(platform, sent, ticket, verdicts)

    def _decide_notice(self, platform: Platform, sent: Submission, ticket: str, duplicate: bool) -> None:
        standing = self._about(platform, sent)
        url = text(sent.document, "account", "url")
        if standing is None:
            self._answer(platform, sent, ticket, [Verdict(url, Result.ALREADY_GONE, "no_such_account")])
            return
        if text(sent.document, "reference") in standing.withdrawn:
            standing.taken.pop(text(sent.document, "leg"), None)
            return
        verdict = on_notice(self._review(platform, standing, sent, duplicate=duplicate))
        standing.settle(text(sent.document, "leg"), ticket, verdict)
        standing.apply(verdict)
        self._answer(platform, sent, ticket, [verdict])

    def _take_back(self, platform: Platform, sent: Submission, ticket: str) -> None:
        standing = self._about(platform, sent)
        url = text(sent.document, "account", "url")
        if standing is None or text(sent.document, "reference") not in standing.references:
            self._answer(platform, sent, ticket, [Verdict(url, Result.INVALID, "unknown_reference")])
            return
        if not self._official(platform, sent):
            return
        verdict = Verdict(url, Result.REINSTATED, "withdrawal", Effect.REINSTATE)
        standing.apply(verdict)
        self._answer(platform, sent, ticket, [verdict])

    def _about(self, platform: Platform, sent: Submission) -> Standing | None:
        standing = self.accounts.at(text(sent.document, "account", "url"))
        return standing if standing and standing.account.platform == platform.name else None

    def _review(self, platform: Platform, standing: Standing, sent: Submission, *, duplicate: bool) -> Review:
        situation = Situation(
            account=standing.account,
            alive=standing.alive,
            official=self._official(platform, sent),
            duplicate=duplicate,
            gone_items=frozenset(standing.gone_items),
            tickets=frozenset(standing.tickets),
            suspended=self.accounts.suspended() if "links_to_suspended" in sent.document else frozenset(),
        )
        profile = self.profile_of(platform)
        return Review(profile, self.overrides, own_table(), self.world.organisations, situation, sent.document)

    def _official(self, platform: Platform, sent: Submission) -> bool:
        if not self.switched_on(platform, "trusted_sender"):
            return True
        domain = sent.sender.rpartition("@")[2].lower()
        return any(domain == one or domain.endswith(f".{one}") for one in self.world.official_domains)

    def _answer(self, platform: Platform, sent: Submission, ticket: str, verdicts: list[Verdict]) -> None:
        answer = answers.decision(platform, self.profile_of(platform), sent, ticket=ticket, verdicts=verdicts)
        if answer is not None:
            self._post(answer)

    def _post(self, answer: answers.Answer) -> None:
        self._sent += 1
        self._send(answer)

    def _later(self, hours: int, act: Callable[[], None]) -> None:
        heapq.heappush(self._due, _Due(self.now + timedelta(hours=hours), self._next_number(), act))

    def _next_number(self) -> int:
        self._count += 1
        return self._count
