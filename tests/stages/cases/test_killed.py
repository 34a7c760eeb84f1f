"""A decision is one transaction: killed at any of its statements it is not there at all, and afterwards it can be taken again."""

from __future__ import annotations

import subprocess
import sys

from django.db import connection

from openiru.ledger.models import Entry
from openiru.stages.cases.models import Case, Decision
from tests import builders

MOST = 80


def test_a_kill_at_any_statement_leaves_the_whole_decision_or_nothing(committed: None) -> None:
    builders.an_installation()
    cast = builders.a_cast()
    assessment = builders.an_assessment(cast)
    words = (sys.executable, "-m", "tests.stages.cases.killed", str(connection.settings_dict["NAME"]))
    killed = 0
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        for step in range(1, MOST):
            process.stdin.write(f"{assessment.id} {cast.ben.person} {step}\n")
            process.stdin.flush()
            ended = process.stdout.readline().strip()
            state = Case.objects.get(id=assessment.case_id).state
            entries = Entry.objects.filter(event="case.approved").count()
            decisions = Decision.objects.count()
            assert (state, entries, decisions) in {("assessed", 0, 0), ("approved", 1, 1)}
            if decisions:
                break
            assert ended == "killed"
            killed += 1
        process.stdin.close()
    assert killed > 5 and decisions == 1
