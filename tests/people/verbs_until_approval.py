"""The verbs from a report to an approval: people, lists, intake, evidence, cases, protections."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from openiru.people import services as people
from openiru.people.models import Agency
from openiru.people.roles import Role
from openiru.stages.cases import protections
from openiru.stages.cases import services as casework
from openiru.stages.evidence import sealing
from openiru.stages.evidence import services as evidence
from openiru.stages.evidence.models import Capture
from openiru.stages.register import services as register
from openiru.stages.register.formats.catalogue import ListSpec
from openiru.stages.register.models import Snapshot
from openiru.stages.register.rules import DesignationPolicy
from openiru.terms import ListAuthorityKind, ProtectionKind
from tests import builders
from tests.builders import LATER, NOW, Cast
from tests.people.table import Do, verb

_numbers = count(1)


def _a_list(cast: Cast, number: int) -> Snapshot:
    spec = ListSpec(f"hand-{number}", f"List {number}", "Home", ListAuthorityKind.NATIONAL, "un_xml")
    published = register.ensure_list(spec.slug, actor=cast.sue, now=NOW, spec=spec)
    return register.load(_file(number), published_list=published, by_hand=True, actor=cast.sue, now=NOW).snapshot


def _file(number: int) -> dict[str, bytes]:
    text = (
        '<CONSOLIDATED_LIST dateGenerated="2026-02-01T00:00:00Z"><INDIVIDUALS/><ENTITIES><ENTITY>'
        f"<FIRST_NAME>BAND {number}</FIRST_NAME><UN_LIST_TYPE>Example</UN_LIST_TYPE>"
        f"<REFERENCE_NUMBER>EXe.{number}</REFERENCE_NUMBER></ENTITY></ENTITIES></CONSOLIDATED_LIST>"
    )
    return {"list.xml": text.encode()}


@verb(people.add_agency, "people.administer", "adi", "people.agency_added", bound=False)
def _(_cast: Cast) -> Do:
    number = next(_numbers)
    return lambda actor: people.add_agency(f"office-{number}", name="An office", actor=actor, now=NOW)


@verb(people.let_cooperate, "people.administer", "adi", "people.cooperation_set", bound=False)
def _(_cast: Cast) -> Do:
    one, other = Agency.objects.order_by("id")[:2]
    return lambda actor: people.let_cooperate(one, other, actor=actor, now=NOW)


@verb(people.add_user, "people.administer", "adi", "people.user_added", bound=False)
def _(_cast: Cast) -> Do:
    new = people.NewUser(f"new{next(_numbers)}@example.org", "New", frozenset({Role.ANALYST}))
    return lambda actor: people.add_user(new, actor=actor, now=NOW)


@verb(people.set_roles, "people.administer", "adi", "people.roles_changed", bound=False)
def _(cast: Cast) -> Do:
    return lambda actor: people.set_roles(cast.omar.person, [Role.AUDITOR], actor=actor, now=NOW)


@verb(people.renew_password, "people.administer", "adi", "people.password_renewed", bound=False)
def _(cast: Cast) -> Do:
    return lambda actor: people.renew_password(cast.omar.person, actor=actor, now=NOW)


@verb(people.close_user, "people.administer", "adi", "people.user_closed", bound=False)
def _(cast: Cast) -> Do:
    return lambda actor: people.close_user(cast.omar.person, actor=actor, now=NOW)


SPEC = ListSpec("one-more", "One more list", "Home", ListAuthorityKind.NATIONAL, "un_xml")


@verb(register.ensure_list, "register.load", "sue", "register.list_added", bound=False)
def _(_cast: Cast) -> Do:
    return lambda actor: register.ensure_list(SPEC.slug, actor=actor, now=NOW, spec=SPEC)


@verb(register.load, "register.load", "sue", "register.snapshot_loaded", bound=False)
def _(cast: Cast) -> Do:
    published, number = _a_list(cast, next(_numbers)).published_list, next(_numbers)
    return lambda actor: register.load(_file(number), published_list=published, by_hand=True, actor=actor, now=NOW)


@verb(register.confirm, "register.confirm", "ben", "register.snapshot_confirmed", bound=False)
def _(cast: Cast) -> Do:
    snapshot = _a_list(cast, next(_numbers))
    return lambda actor: register.confirm(snapshot.id, "compared with the gazette", actor=actor, now=NOW)


@verb(register.quarantine, "register.confirm", "ben", "register.snapshot_quarantined", bound=False)
def _(cast: Cast) -> Do:
    snapshot = _a_list(cast, next(_numbers))
    return lambda actor: register.quarantine(snapshot.id, "not the publisher's", actor=actor, now=NOW)


@verb(register.link, "register.link", "ben", "register.listing_linked", bound=False)
def _(_cast: Cast) -> Do:
    one, other = builders.an_organisation(), builders.an_organisation()
    return lambda actor: register.link(one.listings.first().id, other.id, actor=actor, now=NOW)  # type: ignore[union-attr]


POLICY = DesignationPolicy(counted=frozenset({"Assembly"}))


@verb(register.hand_out, "register.bytes", "dara", "register.bytes_handed_out", bound=False)
def _(cast: Cast) -> Do:
    snapshot = _a_list(cast, next(_numbers))
    return lambda actor: register.hand_out(snapshot.id, "the court asks", actor=actor, now=NOW)


@verb(register.propose_policy, "register.policy", "sue", "register.policy_proposed", bound=False)
def _(_cast: Cast) -> Do:
    return lambda actor: register.propose_policy(POLICY, "only the assembly", actor=actor, now=NOW)


@verb(register.confirm_policy, "register.policy", "rio", "register.policy_confirmed", bound=False)
def _(cast: Cast) -> Do:
    proposed = register.propose_policy(POLICY, "only the assembly", actor=cast.sue, now=NOW)
    return lambda actor: register.confirm_policy(proposed.id, actor=actor, now=LATER)


@verb(casework.open_waiting, "case.open", "ana", "case.opened")
def _(cast: Cast) -> Do:
    builders.a_report(builders.an_account(), cast.ana)
    return lambda actor: casework.open_waiting(cast.ana.agency_id or 0, actor=actor, now=NOW)


@verb(casework.assess, "case.assess", "ana", "case.assessed")
def _(cast: Cast) -> Do:
    case = builders.a_case(cast)
    sheet = builders.a_worksheet(case)
    return lambda actor: casework.assess(case.id, sheet, actor=actor, now=NOW)


@verb(casework.give_opinion, "case.opinion", "sam", "case.opinion_given")
def _(cast: Cast) -> Do:
    made = builders.an_assessment(cast)
    return lambda actor: casework.give_opinion(made.id, agrees=True, reasons="Checked.", actor=actor, now=NOW)


@verb(casework.approve, "case.decide", "ben", "case.approved")
def _(cast: Cast) -> Do:
    made = builders.an_assessment(cast)
    return lambda actor: casework.approve(made.id, reasons="Listed.", actor=actor, now=NOW)


@verb(casework.decline, "case.decide", "ben", "case.declined")
def _(cast: Cast) -> Do:
    made = builders.an_assessment(cast)
    return lambda actor: casework.decline(made.id, reasons="Not it.", actor=actor, now=NOW)


@verb(casework.recall, "case.recall", "ben", "case.recalled")
def _(cast: Cast) -> Do:
    made = builders.an_approval(cast)
    return lambda actor: casework.recall(made.id, reasons="A doubt.", actor=actor, now=NOW)


@verb(casework.reopen, "case.open", "ana", "case.reopened")
def _(cast: Cast) -> Do:
    case = builders.an_approval(cast).assessment.case
    return lambda actor: casework.reopen(case.id, because="the next leg", actor=actor, now=NOW)


@verb(casework.close, "case.assess", "ana", "case.closed")
def _(cast: Cast) -> Do:
    case = builders.a_case(cast)
    return lambda actor: casework.close(case.id, reason="nothing on it", actor=actor, now=NOW)


NEW = protections.NewProtection(ProtectionKind.PRESS, "Valley Gazette", "its imprint")


@verb(protections.add, "protection.add", "ana", "protection.added", bound=False)
def _(_cast: Cast) -> Do:
    return lambda actor: protections.add(NEW, actor=actor, now=NOW)


@verb(protections.end, "protection.end", "rio", "protection.ended", bound=False)
def _(cast: Cast) -> Do:
    one = protections.add(NEW, actor=cast.ana, now=NOW)
    return lambda actor: protections.end(one.id, reasons="It closed.", actor=actor, now=NOW)


@verb(protections.review, "protection.review", "rio", "protection.reviewed")
def _(cast: Cast) -> Do:
    word = protections.NewReview(
        builders.a_case(cast).id, protections.add(NEW, actor=cast.ana, now=NOW).id, True, "Read."
    )
    return lambda actor: protections.review(word, actor=actor, now=NOW)


@verb(evidence.record, "evidence.capture", "ana", "evidence.captured")
def _(cast: Cast) -> Do:
    account = builders.a_case(cast).account
    return lambda actor: builders.a_capture(account, actor)


@verb(evidence.look, "evidence.view", "ben", "evidence.seen")
def _(cast: Cast) -> Do:
    file = builders.a_case(cast).account.captures.get().files.get()
    return lambda actor: evidence.look(file.id, why="to decide", actor=actor, now=NOW)


@verb(evidence.tell, "evidence.capture", "ana", "evidence.told")
def _(cast: Cast) -> Do:
    capture = builders.a_case(cast).account.captures.get()
    return lambda actor: evidence.tell(capture.id, {"purpose": "to assess"}, warning="hate", actor=actor, now=NOW)


@verb(sealing.stamped, "evidence.capture", "system", "evidence.stamped", bound=False)
def _(cast: Cast) -> Do:
    capture = builders.a_case(cast).account.captures.get()
    return lambda actor: sealing.stamped(capture.id, b"reply", NOW, actor=actor, now=NOW)


@verb(sealing.hand_out, "evidence.export", "cleo", "evidence.exported")
def _(cast: Cast) -> Do:
    account = builders.a_case(cast).account
    return lambda actor: sealing.hand_out(account.id, why="the court asks", actor=actor, now=NOW)


@verb(sealing.delete_due, "evidence.capture", "system", "evidence.deleted", bound=False)
def _(cast: Cast) -> Do:
    case = builders.a_case(cast)
    casework.close(case.id, reason="nothing on it", actor=cast.ana, now=NOW)
    return lambda actor: sealing.delete_due(actor=actor, now=NOW + timedelta(days=900))


@verb(sealing.erase, "evidence.capture", "system", "evidence.erased", bound=False)
def _(cast: Cast) -> Do:
    Capture.objects.filter(account=builders.a_case(cast).account).update(deleted_at=NOW)
    return lambda actor: sealing.erase(actor=actor, now=NOW)
