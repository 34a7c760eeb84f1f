"""Every verb that an actor does, with what it needs: the walks over permissions and over the ledger go through this table."""

from __future__ import annotations

from openiru.people import services as people
from openiru.stages.cases.triage import holding
from tests.people import (
    verbs_after_approval,
    verbs_of_casework,
    verbs_of_intake,
    verbs_of_matching,
    verbs_of_the_clock,
    verbs_of_the_counter,
    verbs_of_watching,
    verbs_until_approval,
)
from tests.people.table import TABLE, Verb

__all__ = ["ELSEWHERE", "TABLE", "Verb"]
assert verbs_until_approval and verbs_of_intake and verbs_of_matching and verbs_of_the_clock and verbs_of_watching
assert verbs_of_the_counter and verbs_after_approval and verbs_of_casework


ELSEWHERE = {
    holding.unsave: "only of one's own queries: tests/stages/cases/test_triage.py",
    people.make_token: "only of one's own person: tests/people/test_people.py",
    people.revoke_token: "of one's own person, or an administrator: tests/people/test_people.py",
}
"""Verbs whose permission is not a row of the table, and where it is tested."""
