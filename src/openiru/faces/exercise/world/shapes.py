"""The values of the exercise's world: invented groups, invented accounts, and which of them are wrongly reported."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Wrong(StrEnum):
    """Why an account should not have been reported; empty for those that should."""

    NO = ""
    PRESS = "press"
    SATIRE = "satire"
    RIGHTS = "rights"
    NAMESAKE = "namesake"
    COUNTER_SPEECH = "counter_speech"
    REPORTING = "reporting"
    REPOSTER = "reposter"


class Shows(StrEnum):
    """Where an account shows what it is: on its front, in its newest posts, only in praise, only deep down, nowhere."""

    FRONT = "front"
    RECENT = "recent"
    PRAISE = "praise"
    DEEP = "deep"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Group:
    """An invented organisation; `names` by language, the first English one is how lists call it."""

    letter: str
    english: tuple[str, ...]
    roman: tuple[str, ...]
    urdu: tuple[str, ...]
    weak: tuple[str, ...]
    namesake: str
    lists: tuple[str, ...]

    @property
    def title(self) -> str:
        """How the lists call it first."""
        return self.english[0]

    def called(self, language: str) -> str:
        """Its name in a language of the posts."""
        return {"en": self.english, "ur-Latn": self.roman, "ur": self.urdu}[language][0]

    @property
    def all_names(self) -> tuple[str, ...]:
        """Every name by which a reader would know it; weak ones are not among them."""
        return (*self.english, *self.roman, *self.urdu)


@dataclass(frozen=True, slots=True)
class Item:
    """One invented post. `tells` is whether it has something to quote."""

    url: str
    id: str
    text: str
    language: str
    posted_at: str
    tells: bool


@dataclass(frozen=True, slots=True)
class Planted:
    """One invented account with what is true of it."""

    url: str
    platform: str
    kind: str
    handle: str
    stable_id: str
    title: str
    bio: str
    followers: int
    private: bool
    exists: bool
    items: tuple[Item, ...]
    group: Group
    wrong: Wrong
    shows: Shows

    @property
    def reported_items(self) -> tuple[str, ...]:
        """The item addresses that the reporting agency names: those it could point at."""
        return tuple(item.url for item in self.items if item.tells or self.wrong)
