"""Roles, verbs, and the one table that says who may do what; every face and every service passes it."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is trusted with; nobody's role lets them decide alone."""

    ANALYST = "analyst"
    APPROVER = "approver"
    SECOND_OPINION = "second_opinion"
    SENIOR_REVIEWER = "senior_reviewer"
    LIAISON = "liaison"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    PLATFORM_CONTACT = "platform_contact"
    SYSTEM = "system"


R = Role
OFFICERS = frozenset({R.ANALYST, R.APPROVER, R.SECOND_OPINION, R.SENIOR_REVIEWER, R.LIAISON, R.SUPERVISOR})
STAFF = OFFICERS | {R.AUDITOR, R.ADMINISTRATOR}

MAY: dict[str, frozenset[Role]] = {
    "today.view": STAFF,
    "register.view": STAFF,
    "register.screen": STAFF | {R.SYSTEM},
    "register.load": frozenset({R.ADMINISTRATOR, R.SUPERVISOR, R.SYSTEM}),
    "register.confirm": frozenset({R.APPROVER, R.SUPERVISOR, R.SECOND_OPINION, R.SENIOR_REVIEWER}),
    "register.link": frozenset({R.APPROVER, R.SECOND_OPINION, R.SENIOR_REVIEWER}),
    "register.bytes": frozenset({R.AUDITOR, R.SUPERVISOR}),
    "register.policy": frozenset({R.SUPERVISOR, R.SENIOR_REVIEWER}),
    "intake.view": OFFICERS | {R.AUDITOR},
    "intake.load": frozenset({R.ANALYST, R.SUPERVISOR, R.SYSTEM}),
    "intake.deliver": frozenset({R.SYSTEM}),
    "intake.reporters": frozenset({R.SUPERVISOR, R.ADMINISTRATOR}),
    "intake.forget": frozenset({R.SYSTEM}),
    "watch.view": OFFICERS | {R.AUDITOR},
    "watch.propose": frozenset({R.ANALYST}),
    "watch.approve": frozenset({R.APPROVER, R.SENIOR_REVIEWER}),
    "watch.end": frozenset({R.ANALYST, R.APPROVER, R.SENIOR_REVIEWER, R.SUPERVISOR}),
    "watch.work": frozenset({R.SYSTEM}),
    "match.view": OFFICERS | {R.AUDITOR},
    "match.say": frozenset({R.ANALYST, R.APPROVER, R.SENIOR_REVIEWER}),
    "match.bank_propose": frozenset({R.ANALYST}),
    "match.bank_confirm": frozenset({R.APPROVER, R.SENIOR_REVIEWER}),
    "match.bank_end": frozenset({R.ANALYST, R.APPROVER, R.SENIOR_REVIEWER}),
    "match.bank_unprotect": frozenset({R.SENIOR_REVIEWER}),
    "match.model_train": frozenset({R.SUPERVISOR, R.SENIOR_REVIEWER, R.SYSTEM}),
    "match.model_propose": frozenset({R.SUPERVISOR}),
    "match.model_confirm": frozenset({R.APPROVER, R.SENIOR_REVIEWER}),
    "match.model_end": frozenset({R.APPROVER, R.SENIOR_REVIEWER, R.SUPERVISOR}),
    "match.label": frozenset({R.ANALYST, R.APPROVER, R.SENIOR_REVIEWER}),
    "match.work": frozenset({R.SYSTEM}),
    "case.view": OFFICERS | {R.AUDITOR},
    "case.open": frozenset({R.ANALYST, R.SUPERVISOR, R.SYSTEM}),
    "case.assess": frozenset({R.ANALYST}),
    "case.decide": frozenset({R.APPROVER}),
    "case.opinion": frozenset({R.SECOND_OPINION}),
    "case.recall": frozenset({R.APPROVER, R.SUPERVISOR}),
    "case.work": frozenset({R.SYSTEM}),
    "case.urgent": frozenset({R.ANALYST, R.APPROVER, R.SUPERVISOR}),
    "score.view": OFFICERS | {R.AUDITOR},
    "score.propose": frozenset({R.SUPERVISOR, R.SENIOR_REVIEWER}),
    "score.confirm": frozenset({R.SUPERVISOR, R.SENIOR_REVIEWER}),
    "rule.view": OFFICERS | {R.AUDITOR},
    "rule.write": frozenset({R.ANALYST, R.SUPERVISOR}),
    "rule.switch": frozenset({R.APPROVER, R.SUPERVISOR, R.SENIOR_REVIEWER}),
    "quality.view": frozenset({R.SUPERVISOR, R.SENIOR_REVIEWER, R.AUDITOR}),
    "quality.view_person": frozenset({R.SUPERVISOR}),
    "quality.set_share": frozenset({R.SUPERVISOR}),
    "quality.golden": frozenset({R.SUPERVISOR, R.SENIOR_REVIEWER}),
    "quality.read": frozenset({R.ANALYST, R.APPROVER, R.SENIOR_REVIEWER}),
    "hold.view": OFFICERS | {R.AUDITOR},
    "hold.place": frozenset({R.ANALYST, R.APPROVER, R.LIAISON}),
    "protection.load": frozenset({R.SENIOR_REVIEWER, R.SUPERVISOR, R.ADMINISTRATOR, R.SYSTEM}),
    "protection.view": OFFICERS | {R.AUDITOR},
    "protection.add": OFFICERS,
    "protection.end": frozenset({R.SENIOR_REVIEWER}),
    "protection.review": frozenset({R.SENIOR_REVIEWER}),
    "evidence.view": OFFICERS | {R.AUDITOR},
    "evidence.capture": frozenset({R.ANALYST, R.LIAISON, R.SYSTEM}),
    "evidence.export": frozenset({R.SENIOR_REVIEWER, R.LIAISON, R.SUPERVISOR, R.AUDITOR}),
    "notice.view": OFFICERS | {R.AUDITOR},
    "notice.compose": frozenset({R.LIAISON}),
    "notice.send": frozenset({R.LIAISON}),
    "notice.answer": frozenset({R.LIAISON}),
    "notice.escalate": frozenset({R.APPROVER, R.SUPERVISOR, R.SENIOR_REVIEWER}),
    "notice.withdraw": frozenset({R.LIAISON, R.APPROVER, R.SENIOR_REVIEWER}),
    "notice.work": frozenset({R.SYSTEM}),
    "line.view": OFFICERS | {R.AUDITOR},
    "line.edit": frozenset({R.LIAISON}),
    "counter.view": frozenset({R.PLATFORM_CONTACT}),
    "counter.answer": frozenset({R.PLATFORM_CONTACT}),
    "counter.hooks": frozenset({R.PLATFORM_CONTACT}),
    "verify.look": frozenset({R.LIAISON, R.ANALYST, R.ADMINISTRATOR, R.SYSTEM}),
    "verify.decide": frozenset({R.ANALYST, R.LIAISON}),
    "redress.view": frozenset({R.APPROVER, R.SENIOR_REVIEWER, R.LIAISON, R.SUPERVISOR, R.AUDITOR}),
    "redress.decide": frozenset({R.SENIOR_REVIEWER, R.APPROVER}),
    "transparency.view": OFFICERS | {R.AUDITOR},
    "ledger.view": STAFF | {R.SYSTEM},
    "ledger.export": frozenset({R.AUDITOR, R.SUPERVISOR, R.ADMINISTRATOR, R.SYSTEM}),
    "people.administer": frozenset({R.ADMINISTRATOR, R.SYSTEM}),
    "exercise.view": STAFF,
    "exercise.clock": frozenset({R.SUPERVISOR, R.ADMINISTRATOR, R.SYSTEM}),
}
"""Verb → the roles that may. The verb's object must besides belong to an agency the person may see (`actor.sees`)."""
