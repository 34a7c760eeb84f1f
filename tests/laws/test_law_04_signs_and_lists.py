"""Law 4 beyond single speakers: lists that a deployment loads, signs on the front, a third person, nobody on both sides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.errors import Unreadable
from openiru.people.models import User
from openiru.people.roles import Role
from openiru.stages.cases import protecting, protections, services
from openiru.stages.cases.models import Assessment, Case, Protection
from openiru.stages.cases.signs import finding
from openiru.stages.cases.signs.finding import FRONT, SignKind
from openiru.stages.notices import services as sending
from openiru.stages.register.claims import claims
from openiru.terms import ProtectionKind
from tests import builders
from tests.builders import NOW, Cast
from tests.laws.asking import refused, refused_by_the_database, sql

SOURCE = "the register of newspapers (invented)"
APPROVE = (
    "insert into cases_decision (assessment_id, assessed_by_id, decided_by_id, approved, reasons, at, designation) "
    "values (%s, %s, %s, true, 'forged', %s, '{}')"
)


@pytest.fixture
def cast(db: None) -> Cast:
    return builders.a_cast()


def loaded(cast: Cast, *rows: str, name: str = "press") -> protecting.Loaded:
    content = "\n".join(("kind,name,address,source,expires_on", *rows)).encode()
    return protecting.load(name, content, source=SOURCE, actor=cast.rio, now=NOW)


def forge(assessment: Assessment, cast: Cast) -> int:
    return sql(APPROVE, assessment.id, assessment.author_id, cast.ben.person, NOW)


def review(cast: Cast, case: Case, protection: Protection | None) -> None:
    new = protections.NewReview(case.id, protection.id if protection else None, True, "Read whole.")
    protections.review(new, actor=cast.rio, now=NOW)


@pytest.mark.parametrize("kind", list(ProtectionKind))
def test_a_loaded_list_protects_from_the_start_every_kind_of_speaker(cast: Cast, kind: ProtectionKind) -> None:
    assessment = builders.an_assessment(cast, builders.a_case(cast, handle="valleygazette"))
    assert loaded(cast, f"{kind},Valley Gazette,https://t.me/valleygazette,,").new == 1
    with refused("protected"):
        services.approve(assessment.id, reasons="Listed.", actor=cast.ben, now=NOW)
    with refused_by_the_database("not approved without a senior review"):
        forge(assessment, cast)


def test_a_list_is_taken_whole_or_not_at_all_and_the_same_bytes_change_nothing(cast: Cast) -> None:
    with pytest.raises(Unreadable, match="line 3"):
        loaded(cast, "press,Valley Gazette,,,", "blogger,Somebody,,,")
    assert not Protection.objects.exists()
    row = "press,Valley Gazette,https://t.me/valleygazette,,2027-01-01"
    assert (loaded(cast, row).new, loaded(cast, row).kept) == (1, 1)
    for bad in ("press,,https://t.me/a,,", "press,G,https://example.org/x y,,", "press,G,,,soon"):
        with pytest.raises(Unreadable):
            loaded(cast, bad)


def test_what_a_newer_list_lacks_stands_until_a_person_ends_it(cast: Cast) -> None:
    loaded(cast, "press,Valley Gazette,,,", "court,Court of Nilpur,,,")
    assert loaded(cast, "court,Court of Nilpur,,,").dropped == 1
    gone = Protection.objects.get(name="Valley Gazette")
    assert gone.dropped_at == NOW and gone.ended_at is None
    case = builders.a_case(cast, name="Valley Gazette")
    assert protections.standing_against(case, NOW.date()) == [gone]


def test_the_database_keeps_protections(cast: Cast) -> None:
    loaded(cast, "press,Valley Gazette,,,")
    with refused_by_the_database("never deleted"):
        sql("delete from cases_protection")
    with refused_by_the_database("never changed"):
        sql("update cases_protection set name = 'Nobody'")


def test_nobody_removes_a_protection_and_approves_the_same_case(cast: Cast) -> None:
    assessment = builders.an_assessment(cast)
    new = protections.NewProtection(ProtectionKind.PRESS, "Gazette", SOURCE, assessment.case.account.key)
    protection = protections.add(new, actor=cast.ana, now=NOW)
    both = replace(cast.ben, roles=cast.ben.roles | {Role.SENIOR_REVIEWER})
    protections.end(protection.id, reasons="It closed.", actor=both, now=NOW)
    with refused("removed_it"):
        services.approve(assessment.id, reasons="Listed.", actor=cast.ben, now=NOW)
    with refused_by_the_database("whose protection they removed"):
        forge(assessment, cast)
    assert services.approve(assessment.id, reasons="Listed.", actor=cast.bea, now=NOW).approved


def test_nobody_approves_a_case_and_removes_its_protection(cast: Cast) -> None:
    decision = builders.an_approval(cast)
    case = decision.assessment.case
    new = protections.NewProtection(ProtectionKind.PRESS, "Gazette", SOURCE, case.account.key)
    protection = protections.add(new, actor=cast.ana, now=NOW)
    both = replace(cast.ben, roles=cast.ben.roles | {Role.SENIOR_REVIEWER})
    with refused("approved_it"):
        protections.end(protection.id, reasons="It closed.", actor=both, now=NOW)
    with refused_by_the_database("from a case that they approved"):
        sql(
            "update cases_protection set ended_at = now(), ended_by_id = %s where id = %s",
            cast.ben.person,
            protection.id,
        )


def test_the_senior_review_is_a_third_persons(cast: Cast) -> None:
    assessment = builders.an_assessment(cast)
    new = protections.NewProtection(ProtectionKind.PRESS, "Gazette", SOURCE, assessment.case.account.key)
    protection = protections.add(new, actor=cast.ana, now=NOW)
    review(cast, assessment.case, protection)
    rio = replace(cast.rio, roles=cast.rio.roles | {Role.APPROVER})
    with refused("same_person"):
        services.approve(assessment.id, reasons="Listed.", actor=rio, now=NOW)
    with refused_by_the_database("third person"):
        sql(APPROVE, assessment.id, assessment.author_id, cast.rio.person, NOW)
    with refused_by_the_database("third person"):
        sql("update cases_review set reviewer_id = %s", cast.ana.person)


def test_signs_on_the_front_stop_until_a_third_person_looked_and_for_so_long_only(cast: Cast) -> None:
    assessment = builders.an_assessment(cast, builders.a_case(cast, name="Nilpur Pickle (satire)"))
    with refused("protected"):
        services.approve(assessment.id, reasons="Listed.", actor=cast.ben, now=NOW)
    with refused_by_the_database("not passed over"):
        forge(assessment, cast)
    review(cast, assessment.case, None)
    decision = services.approve(assessment.id, reasons="It only calls itself so.", actor=cast.ben, now=NOW)
    with refused("protected"):
        sending.compose(decision.id, actor=cast.cleo, now=NOW + timedelta(days=91))


def test_signs_in_posts_are_shown_and_stop_nothing(cast: Cast) -> None:
    case = builders.a_case(cast)
    case.account.items.update(text="We condemn nobody: join the ranks.")
    assessment = builders.an_assessment(cast, case)
    case.refresh_from_db()
    assert not case.sign_stop
    assert services.approve(assessment.id, reasons="Listed.", actor=cast.ben, now=NOW).approved


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Newsroom of the valley", SignKind.REPORTING),
        ("هم ندين هذا", SignKind.CONDEMNATION),
        ("ہم اس کی مذمت کرتے ہیں", SignKind.CONDEMNATION),
        ("yeh sab TANZ hai", SignKind.SATIRE),
        ("a lecture at the institute", SignKind.EDUCATION),
        ("Права человека в долине", SignKind.RIGHTS_DOCUMENTATION),
        ("the group claimed responsibility", SignKind.QUOTATION),
        ("ＰＡＲＯＤＹ", SignKind.SATIRE),
    ],
)
def test_signs_are_found_in_many_languages_with_their_words(text: str, kind: SignKind) -> None:
    found = finding.find([(FRONT, text)])
    assert kind in {one.kind for one in found}
    assert all(one.before + one.words + one.after in text for one in found)


def test_no_sign_is_found_inside_another_word() -> None:
    assert finding.find([("1", "the gazettement of parodying universityish things")]) == ()


@given(st.text(max_size=200))
def test_the_words_of_a_sign_always_stand_in_the_text(text: str) -> None:
    for sign in finding.find([("1", f"{text} satire {text}")]):
        assert sign.words in text + "satire"


def test_words_from_memory_say_so() -> None:
    assert finding.version() and finding.languages()["en"] and not finding.languages()["ur"]


def test_who_decides_reads_the_language_or_a_translator_is_named(cast: Cast) -> None:
    case = builders.a_case(cast)
    sheet = builders.a_worksheet(case)
    item = replace(sheet.items[0], language="ur", translation="Join.")
    with refused("language_unread"):
        services.assess(case.id, replace(sheet, items=(item,)), actor=cast.ana, now=NOW)
    User.objects.filter(id=cast.ana.person).update(languages=["ur"])
    made = services.assess(case.id, replace(sheet, items=(replace(item, language="ur-Latn"),)), actor=cast.ana, now=NOW)
    with refused("language_unread"):
        services.approve(made.id, reasons="Listed.", actor=cast.ben, now=NOW)
    User.objects.filter(id=cast.ben.person).update(languages=["ur"])
    assert services.approve(made.id, reasons="Listed.", actor=cast.ben, now=NOW).approved


def test_a_nickname_on_no_list_means_no_organisation(cast: Cast) -> None:
    builders.an_organisation()
    (claim,) = claims(["The Lads of the Valley"], on=NOW.date())
    assert claim.designations == () and claim.referable == ()


def test_a_front_that_was_captured_after_the_assessment_stops_the_approval_too(cast: Cast) -> None:
    assessment = builders.an_assessment(cast)
    content = b"<title>Nilpur Pickle</title><p>Satire and parody from Nilpur.</p>"
    builders.a_capture(assessment.case.account, cast.ana, content=content, text="Satire and parody from Nilpur.")
    with refused("protected"):
        services.approve(assessment.id, reasons="Listed.", actor=cast.ben, now=NOW)
