"""A binding order carries Annex I in full, once for people and once for machines; its answers are typed."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import jsonschema_rs
import pytest
from pypdf import PdfReader

from openiru.errors import Refused
from openiru.people.models import Agency
from openiru.platforms import PLATFORMS, annex_one
from openiru.platforms.document import as_json, schema
from openiru.platforms.shapes import NoticeFacts
from openiru.stages.cases import services as casework
from openiru.stages.notices import answers, preflight, profiles, queries, typed, work
from openiru.stages.notices import services as sending
from openiru.stages.notices.documents.pdf import typeset
from openiru.stages.notices.documents.printed import printed
from openiru.stages.notices.frozen import thaw
from openiru.stages.notices.models import Notice
from openiru.stages.notices.profiles.shapes import Profile
from openiru.stages.notices.rules import Proposal
from openiru.terms import Action, Leg, Mode, NoticeKind
from tests import builders
from tests.builders import LATER, NOW, SYSTEM, Cast
from tests.laws.asking import refused
from tests.platforms.examples import a_notice as an_example
from tests.platforms.examples import an_item
from tests.stages.notices.smtp_server import Server

ORDER: dict[str, Any] = {"kind": NoticeKind.ORDER, "leg": Leg.LOCAL_LAW, **builders.LAW}
URDU = "وادی کی صبح کی صفوں میں شامل ہوں"


def an_order(cast: Cast, **changes: Any) -> Notice:
    """A composed order under the law of the exercise, by an agency that may give one."""
    Agency.objects.filter(slug="bureau").update(may_order=True, address="1 Example Street, Exampletown")
    case = builders.a_case(cast, items=3)
    decision = builders.an_approval(cast, builders.an_assessment(cast, case, **{**ORDER, **changes}))
    return sending.compose(decision.id, actor=cast.cleo, now=NOW)


def a_sent_order(cast: Cast) -> Notice:
    notice = an_order(cast)
    Notice.objects.filter(id=notice.id).update(state="received", sent_at=NOW, received_at=NOW)
    notice.refresh_from_db()
    return notice


def test_an_order_has_every_section_of_annex_one_and_no_field_is_empty(cast: Cast) -> None:
    facts = thaw(an_order(cast))
    sections = annex_one.sections(facts)
    assert "".join(one.letter for one in sections) == "ABCDEFG"
    empty = [label for one in sections for label, value in one.fields if value == "not stated"]
    assert not empty
    assert dict(sections[1].fields)["(7)(c) solicits participation"] == "[x]"
    assert dict(sections[1].fields)["(7)(e) threatens"] == "[ ]"
    assert dict(sections[0].fields)["Reference number of the order"] == facts.reference


def test_an_order_names_no_officer_and_a_referral_has_no_annex(cast: Cast) -> None:
    notice = an_order(cast)
    body = queries.composed(notice).body
    assert not any(name in body for name in builders.NAMES) and "Head of the referral unit" in body
    assert annex_one.sections(thaw(builders.a_notice(cast))) == ()


def test_an_order_is_due_by_its_instrument_and_cites_the_article_of_each_item(cast: Cast) -> None:
    notice = an_order(cast)
    assert (notice.profile, notice.due_hours) == ("exercise_law", 48)
    assert [item["articles"] for item in notice.facts["items"]] == [["s. 12"]] * 3
    jsonschema_rs.validator_for(schema()).validate(notice.facts)
    assert notice.facts == as_json(thaw(notice))


def test_every_platform_with_a_known_addressee_can_be_ordered() -> None:
    known = [platform for platform, file in PLATFORMS.items() if file.addressee]
    assert len(known) >= 9
    assert all(PLATFORMS[platform].addressee.source for platform in known)  # type: ignore[union-attr]


def _strings(value: object, under: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _strings(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one, under)
    elif isinstance(value, str) and value:
        yield under, value


def _plain(text: str) -> str:
    """Without white space and hyphens at line ends: a page breaks lines where it likes."""
    return re.sub(r"[\s\u00ad\u2010-]+", "", text)


ELSEWHERE = {
    "schema", "kind", "leg", "action", "issued_at", "end_date", "ground", "language", "languages", "last_seen_live", "listed_on",
    "snapshot_sha256", "instrument", "source", "state", "key", "stable_id", "handle", "programs", "territory", "code",
}  # fmt: skip
"""Codes and moments that people read in other words, checked one by one below."""


@pytest.mark.parametrize("kind", ["referral", "order"])
def test_the_mail_the_pdf_and_the_json_say_the_same(cast: Cast, kind: str) -> None:
    notice = an_order(cast) if kind == "order" else builders.a_notice(cast)
    facts, body = thaw(notice), _plain(queries.composed(notice).body)
    pages = PdfReader(io.BytesIO(typeset(printed(facts)))).pages
    pdf = _plain("".join(page.extract_text() for page in pages))
    said = [(name, value) for name, value in _strings(notice.facts) if name not in ELSEWHERE]
    assert len(said) > 20
    for where, text in (("body", body), ("pdf", pdf)):
        missing = [(name, value) for name, value in said if _plain(value) not in text]
        assert not missing, where
    for item in facts.items:
        assert item.last_seen_live is not None
        for text in (body, pdf):
            assert _plain(f"{item.last_seen_live:%Y-%m-%d %H:%M}") in text
    assert {name for name, _ in _strings(json.loads(json.dumps(notice.facts)))} <= ELSEWHERE | {
        name for name, _ in said
    }


def test_urdu_is_set_in_nastaliq_and_arabic_in_naskh() -> None:
    items = (
        an_item(language="ur", excerpt=URDU, translation="Join."),
        an_item(language="ar", excerpt="انضموا إلينا في الوادي", translation="Join us."),
    )
    reader = PdfReader(io.BytesIO(typeset(printed(replace(an_example(), items=items)))))
    names = str([font["/BaseFont"] for page in reader.pages for font in _fonts(page)])
    assert "NotoNastaliqUrdu" in names and "NotoNaskhArabic" in names


def _fonts(page: Any) -> list[Any]:
    return [one.get_object() for one in page["/Resources"]["/Font"].values()]


def judged(facts: NoticeFacts, profile: Profile | None, mode: Mode = Mode.EXERCISE) -> set[str]:
    around = preflight.rules.Around("X", "", (), False, False, profile, mode)
    return {gap.code for gap in preflight.rules.gaps(facts, around)}


def test_an_instrument_allows_what_it_allows_and_says_what_is_unconfirmed() -> None:
    facts = replace(
        an_example(), kind=NoticeKind.ORDER, leg=Leg.LOCAL_LAW, law="PECA 2016", action=Action.DISABLE_ACCOUNT
    )
    peca = profiles.find("PECA, 2016") or profiles.find("PECA 2016")
    assert judged(facts, peca) == {"order_beyond_instrument", "deadline_unconfirmed"}
    assert "profile_incomplete" in judged(facts, profiles.find("Regulation (EU) 2021/784"))
    assert "law_without_profile" in judged(facts, None)
    assert "law_of_the_exercise" in judged(facts, profiles.find("Example Act 2012"), Mode.LIVE)


def test_tco_takes_one_hour_and_its_clock_restarts_after_force_majeure(cast: Cast) -> None:
    tco = profiles.PROFILES["eu_tco"]
    assert tco.deadline.hours == 1 and tco.after_pause == "restart" and tco.lacks == ("issuer", "redress")


PROVIDER = typed.Provider("Example Provider Ltd", "EP-7", NOW, "A. Nonymous", "contact@provider.example.org", LATER)


def test_annex_two_is_a_claim_with_the_time_of_the_measure(cast: Cast) -> None:
    notice = a_sent_order(cast)
    form = typed.Executed(PROVIDER, typed.Measure.REMOVED, NOW + timedelta(minutes=40))
    made = typed.executed(notice.id, form, actor=cast.cleo, now=LATER)
    notice.refresh_from_db()
    assert (notice.state, notice.claimed) == ("answered", "removed_global")
    assert datetime.fromisoformat(made.content["taken_at"]) == form.taken_at


@pytest.mark.parametrize(
    ("grounds", "reason"),
    [({typed.Ground.FORCE_MAJEURE}, "force_majeure"), ({typed.Ground.MANIFEST_ERRORS}, "clarification")],
)
def test_annex_three_stops_the_clock_until_the_ground_ceases(
    cast: Cast, grounds: set[typed.Ground], reason: str
) -> None:
    notice = a_sent_order(cast)
    form = typed.NotExecuted(PROVIDER, frozenset(grounds), "The data centre is dark.", "the right address")
    typed.not_executed(notice.id, form, actor=cast.cleo, now=LATER)
    notice.refresh_from_db()
    assert (notice.state, notice.pause_reason) == ("paused", reason)
    answers.resume(notice.id, actor=cast.cleo, now=LATER + timedelta(hours=5))
    notice.refresh_from_db()
    assert notice.state == "received" and notice.pause_reason == ""


def test_typed_answers_belong_to_orders_and_must_be_whole(cast: Cast) -> None:
    referral = builders.a_sent_notice(cast)
    done = typed.Executed(PROVIDER, typed.Measure.REMOVED, NOW)
    with refused("not_an_order"):
        typed.executed(referral.id, done, actor=cast.cleo, now=LATER)
    order = a_sent_order(cast)
    for bad in (
        replace(done, taken_at=NOW - timedelta(hours=1)),
        replace(done, provider=replace(PROVIDER, email=" ")),
        replace(done, provider=replace(PROVIDER, received_at=NOW - timedelta(hours=1))),
    ):
        with refused("form_incomplete"):
            typed.executed(order.id, bad, actor=cast.cleo, now=LATER)
    with refused("form_incomplete"):
        nothing = typed.NotExecuted(PROVIDER, frozenset({typed.Ground.INSUFFICIENT}), "Unclear.")
        typed.not_executed(order.id, nothing, actor=cast.cleo, now=LATER)
    with refused("not_found"):
        typed.executed(order.id, done, actor=cast.eve, now=LATER)


def test_the_documents_of_an_order_are_signed_and_kept(cast: Cast) -> None:
    files = {file.name: file.content for file in work.documents(an_order(cast), now=NOW)}
    assert (
        set(files) == {"notice.json", "notice.pdf"} and json.loads(files["notice.json"])["order"]["within_hours"] == 48
    )


def _a_declined_second_leg(cast: Cast) -> Notice:
    """The platform's own rules brought nothing, and the request under local law was refused."""
    Agency.objects.filter(slug="bureau").update(address="1 Example Street, Exampletown")
    first = builders.a_sent_notice(cast)
    Notice.objects.filter(id=first.id).update(state="answered", claimed="declined_no_violation", answered_at=NOW)
    second = builders.a_notice(cast, builders.a_reopened_case_for_local_law(cast, first.case))
    Notice.objects.filter(id=second.id).update(
        state="answered", claimed="declined_no_violation", sent_at=NOW, answered_at=NOW
    )
    second.refresh_from_db()
    return second


def test_an_order_is_proposed_only_where_the_authority_may_give_one_and_only_after_the_second_leg(cast: Cast) -> None:
    second = _a_declined_second_leg(cast)
    assert Proposal.ORDER not in queries.proposals(second, now=LATER)
    Agency.objects.filter(slug="bureau").update(may_order=True)
    again = Notice.objects.get(id=second.id)
    assert queries.proposals(again, now=LATER)[0] is Proposal.ORDER
    first = Notice.objects.get(case=second.case, leg=Leg.PLATFORM_POLICY)
    assert Proposal.ORDER not in queries.proposals(first, now=LATER)


def test_an_order_that_the_policy_proposes_goes_out_only_by_two_people_on_a_basis_of_its_own(
    cast: Cast, server: Server
) -> None:
    second = _a_declined_second_leg(cast)
    Agency.objects.filter(slug="bureau").update(may_order=True)
    assert Notice.objects.filter(kind=NoticeKind.ORDER).count() == 0, "a proposal does nothing"
    casework.reopen(second.case_id, because="the authority may order", actor=cast.ana, now=LATER)
    with refused("assessment_incomplete"):
        builders.an_assessment(cast, second.case, **{**ORDER, "law": "", "law_articles": ()})
    sheet = builders.an_assessment(cast, second.case, **ORDER)
    with refused("not_allowed"):
        casework.approve(sheet.id, reasons="I wrote it.", actor=cast.ana, now=LATER)
    decision = builders.an_approval(cast, sheet)
    order = sending.compose(decision.id, actor=cast.cleo, now=LATER)
    assert (order.kind, order.profile, order.due_hours) == ("order", "exercise_law", 48)
    assert order.decision_id != second.decision_id and order.facts["order"]["file_number"] == second.case.number
    sending.send(order.id, actor=cast.cleo, now=LATER)
    work.dispatch_due(actor=SYSTEM, now=LATER)
    (raw,) = server.taken
    assert order.reference.encode() in raw
    order.refresh_from_db()
    assert order.state == "sent"


def test_an_agency_that_may_not_order_cannot_even_when_two_people_want_to(cast: Cast) -> None:
    second = _a_declined_second_leg(cast)
    casework.reopen(second.case_id, because="they want to", actor=cast.ana, now=LATER)
    with pytest.raises(Refused) as caught:
        builders.an_approval(cast, builders.an_assessment(cast, second.case, **ORDER))
    assert "order" in caught.value.code or "order" in str(caught.value.facts)
