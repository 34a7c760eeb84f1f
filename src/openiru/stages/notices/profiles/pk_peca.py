"""Pakistan: section 37 of the Prevention of Electronic Crimes Act 2016 with the Rules of 2021, for designated organisations only."""

from __future__ import annotations

from openiru.platforms.orders import AuthorityKind, Issuer, Redress
from openiru.stages.notices.clock.calendars import SATURDAY_SUNDAY, Calendar, Counting
from openiru.stages.notices.profiles.shapes import Deadline, Profile
from openiru.terms import Action, Ground

_RULES = "Removal and Blocking of Unlawful Online Content Rules 2021"
_INCITEMENT = ("s. 37(1): commission of or incitement to an offence under the Act",)

PROFILE = Profile(
    slug="pk_peca",
    title="Pakistan: PECA 2016, s. 37, and Rules 2021",
    names=(
        "Prevention of Electronic Crimes Act 2016",
        "PECA 2016",
        "PECA",
        "Prevention of Electronic Crimes Act, 2016",
    ),
    territory="PK",
    scope="Pakistan",
    basis=f"Section 37 of the Prevention of Electronic Crimes Act 2016; {_RULES}",
    deadline=Deadline(48, f"{_RULES}: 48 hours, from memory", confirmed=False),
    emergency=Deadline(12, f"{_RULES}: 12 hours in an emergency, from memory", confirmed=False),
    actions=frozenset({Action.REMOVE_ITEMS, Action.WITHHOLD}),
    provisions=dict.fromkeys(Ground, _INCITEMENT),
    language="en",
    issuer=Issuer("PK", AuthorityKind.OTHER, "Authority under section 37", home_authority=""),
    redress=Redress(
        "Review by the Authority, then appeal to the High Court",
        "30 days for the review, then 30 days for the appeal",
        "s. 37(3) and (4) of the Act (from memory)",
        confirmed=False,
    ),
    counting=Counting.RUNNING,
    calendar=Calendar("PK", SATURDAY_SUNDAY, "Asia/Karachi"),
    cautions=(
        "The deadlines of 48 and 12 hours are not confirmed in a source.",
        "Of the grounds of s. 37(1) only incitement to or commission of an offence is used here; "
        "decency, morality, contempt and the like do not exist in this product.",
        "The other side is to be heard (Islamabad High Court, September 2019; Art. 10-A of the Constitution).",
    ),
)
