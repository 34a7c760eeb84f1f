"""Regulation (EU) 2021/784: removal orders within one hour. A Member State completes it with its authority and its redress."""

from __future__ import annotations

from openiru.stages.notices.clock.calendars import Counting
from openiru.stages.notices.clock.model import AfterPause
from openiru.stages.notices.profiles.shapes import Deadline, Profile
from openiru.terms import Action, Ground

PROFILE = Profile(
    slug="eu_tco",
    title="Regulation (EU) 2021/784 (terrorist content online)",
    names=("Regulation (EU) 2021/784", "Regulation (EU) 2021/784 (TCO)", "TCO Regulation"),
    territory="EU",
    scope="all Member States of the European Union",
    basis="Article 3 of Regulation (EU) 2021/784; data are preserved under Article 6",
    deadline=Deadline(1, "Art. 3(3), Annex I", confirmed=True),
    emergency=None,
    actions=frozenset({Action.REMOVE_ITEMS, Action.WITHHOLD}),
    provisions={
        Ground.INCITES: ("Art. 2(7)(a)",),
        Ground.SOLICITS_OFFENCE: ("Art. 2(7)(b)",),
        Ground.SOLICITS_PARTICIPATION: ("Art. 2(7)(c)",),
        Ground.INSTRUCTS: ("Art. 2(7)(d)",),
        Ground.THREATENS: ("Art. 2(7)(e)",),
    },
    counting=Counting.RUNNING,
    after_pause=AfterPause.RESTART,
    preserve_months=6,
    first_contact_hours=12,
    nondisclosure_law="Art. 11(3) of Regulation (EU) 2021/784",
    cautions=(
        "A provider that never had an order is told of procedures and deadlines 12 hours before (Art. 3(2), from memory).",
        "Issuing authority and redress are each Member State's own: copy this file for yours.",
    ),
)
