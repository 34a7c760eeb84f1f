"""The invented law of the exercise's invented country: complete, so that orders can be practised; refused in a live unit."""

from __future__ import annotations

from openiru.platforms.orders import AuthorityKind, Issuer, Redress
from openiru.stages.notices.clock.calendars import FRIDAY_SATURDAY, Calendar, Counting
from openiru.stages.notices.profiles.shapes import Deadline, Profile
from openiru.terms import Action, Ground

_PARTS = {
    Ground.INCITES: ("s. 11(a)",),
    Ground.SOLICITS_OFFENCE: ("s. 11(b)",),
    Ground.SOLICITS_PARTICIPATION: ("s. 12",),
    Ground.INSTRUCTS: ("s. 13",),
    Ground.THREATENS: ("s. 14",),
}

PROFILE = Profile(
    slug="exercise_law",
    title="Law of the exercise's country (invented)",
    names=("Counter-Terrorism Act of the exercise's country (invented)", "Example Act 2012"),
    territory="ZZ",
    scope="the exercise's country",
    basis="Section 10 of the Act (invented)",
    deadline=Deadline(48, "invented", confirmed=True),
    emergency=Deadline(12, "invented", confirmed=True),
    actions=frozenset({Action.REMOVE_ITEMS, Action.WITHHOLD}),
    provisions=_PARTS,
    issuer=Issuer(
        "ZZ",
        AuthorityKind.OTHER,
        "Head of the referral unit",
        telephone="+00 000 0000",
        feedback="feedback@iru.example.org",
        home_authority="Contact point of the addressee's state (invented)",
    ),
    redress=Redress("Administrative Court of Exampletown", "30 days from receipt", "s. 40 of the Act (invented)"),
    counting=Counting.ROLLED,
    calendar=Calendar("", FRIDAY_SATURDAY, "UTC"),
    preserve_months=6,
    nondisclosure_law="s. 15 of the Act (invented)",
    exercise_only=True,
)
