"""The type that every profile of a legal instrument speaks: authority, deadlines, calendar, redress, language, provisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from openiru.platforms.orders import Issuer, Redress
from openiru.stages.notices.clock.calendars import Calendar, Counting
from openiru.stages.notices.clock.model import AfterPause
from openiru.terms import Action, Ground


@dataclass(frozen=True, slots=True)
class Deadline:
    """So many hours from receipt, and where that is read. What no source confirms is shown as unconfirmed wherever it stands."""

    hours: int
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """One legal instrument as one state applies it. `issuer` and `redress` may be absent: no order can rest on it then.

    `names` are the spellings of the law by which an assessment is known to rest on it. `provisions` gives, for each ground,
    the article that an item of that ground breaks. `scope` is the territory of effect in words.
    """

    slug: str
    title: str
    names: tuple[str, ...]
    territory: str
    scope: str
    basis: str
    deadline: Deadline
    emergency: Deadline | None
    actions: frozenset[Action]
    provisions: Mapping[Ground, tuple[str, ...]]
    language: str = "en"
    issuer: Issuer | None = None
    redress: Redress | None = None
    counting: Counting = Counting.RUNNING
    calendar: Calendar = field(default_factory=Calendar)
    after_pause: AfterPause = AfterPause.EXTEND
    preserve_months: int = 0
    first_contact_hours: int = 0
    nondisclosure_law: str = ""
    exercise_only: bool = False
    cautions: tuple[str, ...] = ()

    def deadline_for(self, *, urgent: bool) -> Deadline:
        """The deadline that runs: the emergency's where the instrument has one and a threat is imminent."""
        return self.emergency if urgent and self.emergency else self.deadline

    @property
    def lacks(self) -> tuple[str, ...]:
        """What an order needs and this profile does not say."""
        return tuple(name for name in ("issuer", "redress") if getattr(self, name) is None)
