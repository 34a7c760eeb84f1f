"""The people of an exercise: two agencies that work together, a third that must see nothing, one of a platform; everybody invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from openiru.people import services
from openiru.people.actor import SYSTEM, Actor
from openiru.people.models import Agency, User
from openiru.people.queries import actor_for
from openiru.people.roles import Role


@dataclass(frozen=True, slots=True)
class Part:
    """One person of the cast."""

    key: str
    name: str
    agency: str
    roles: tuple[Role, ...]
    platform: str = ""

    @property
    def email(self) -> str:
        """Where they sign in."""
        return f"{self.key}@{self.agency or self.platform}.example.org"


AGENCIES = (
    ("bureau", "Bureau of Inquiry (invented)", True),
    ("regulator", "Media and Networks Regulator (invented)", True),
    ("elsewhere", "Another Office (invented)", False),
)
CAST = (
    Part("ana", "Ana", "bureau", (Role.ANALYST,)),
    Part("omar", "Omar", "bureau", (Role.ANALYST,)),
    Part("ben", "Ben", "bureau", (Role.APPROVER,)),
    Part("sam", "Sam", "bureau", (Role.SECOND_OPINION,)),
    Part("rio", "Rio", "bureau", (Role.SENIOR_REVIEWER,)),
    Part("cleo", "Cleo", "regulator", (Role.LIAISON,)),
    Part("sue", "Sue", "regulator", (Role.SUPERVISOR,)),
    Part("dara", "Dara", "regulator", (Role.AUDITOR,)),
    Part("adi", "Adi", "bureau", (Role.ADMINISTRATOR,)),
    Part("eve", "Eve", "elsewhere", (Role.ANALYST, Role.LIAISON)),
    Part("pia", "Pia", "", (Role.PLATFORM_CONTACT,), "telegram"),
)


def settle(*, now: datetime) -> tuple[tuple[str, str, str], ...]:
    """Make the agencies and people; return (e-mail, password, roles) of each, to be shown once."""
    agencies = {
        slug: services.add_agency(slug, name=name, may_order=may_order, actor=SYSTEM, now=now)
        for slug, name, may_order in AGENCIES
    }
    Agency.objects.filter(slug__in=("bureau", "regulator")).update(
        email="referrals@iru.example.org", address="1 Example Street, Example City"
    )
    services.let_cooperate(agencies["bureau"], agencies["regulator"], actor=SYSTEM, now=now)
    signed = []
    for part in CAST:
        agency = agencies.get(part.agency)
        new = services.NewUser(part.email, part.name, frozenset(part.roles), agency, part.platform)
        _, password = services.add_user(new, actor=SYSTEM, now=now)
        signed.append((part.email, password, ", ".join(role.replace("_", " ") for role in part.roles)))
    return tuple(signed)


def actors() -> dict[str, Actor]:
    """Everybody of the cast as who they are now."""
    people = {user.email: user for user in User.objects.select_related("agency")}
    return {part.key: actor_for(people[part.email]) for part in CAST}
