"""What was typed is never lost: a refused form comes back whole, with its sentence and its status."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from openiru.people.models import User
from openiru.stages.cases.models import Case
from tests.faces.console import stand as standing
from tests.faces.console.stand import Stand

Browser = Callable[[User], Client]


def worksheet(case: Case, stand: Stand, capture_id: int | str) -> dict[str, object]:
    """What Ana types into the assessment of a case with one item."""
    item = case.account.items.get()
    return {
        "organisation": stand.front.id,
        "kind": "referral",
        "leg": "platform_policy",
        "action": "disable_account",
        "affiliation": "AFFILIATION as typed",
        "purpose": "PURPOSE as typed",
        "least_restrictive": "a label leaves it",
        "policy_line": "Violent entities",
        "policy_why": "recruits",
        **{f"rabat-{factor}": f"{factor} as typed" for factor in standing.RABAT},
        f"item-{item.id}-on": "1",
        f"item-{item.id}-ground": "solicits_participation",
        f"item-{item.id}-why": "WHY as typed",
        f"item-{item.id}-excerpt": "join us",
        f"item-{item.id}-language": "en",
        f"item-{item.id}-capture": capture_id,
    }


def test_an_incomplete_worksheet_comes_back_with_all_that_was_typed(
    stand: Stand, moment: datetime, browser: Browser
) -> None:
    (case,) = standing.report(stand, moment)
    typed = worksheet(case, stand, "") | {"least_restrictive": ""}
    reply = browser(stand.ana).post(reverse("assess", args=[case.id]), typed)
    page = reply.content.decode()
    assert reply.status_code == 422
    assert "The assessment is not complete" in page and "why less is not enough" in page
    for kept in ("AFFILIATION as typed", "PURPOSE as typed", "WHY as typed", "likelihood as typed", "join us"):
        assert kept in page
    assert f'value="{stand.front.id}" selected' in page and 'value="solicits_participation" selected' in page


def test_a_ground_outside_the_closed_list_is_refused(stand: Stand, moment: datetime, browser: Browser) -> None:
    (case,) = standing.report(stand, moment)
    item = case.account.items.get()
    typed = worksheet(case, stand, "") | {f"item-{item.id}-ground": "false_news"}
    assert browser(stand.ana).post(reverse("assess", args=[case.id]), typed).status_code == 422


def test_from_the_worksheet_to_the_approval(stand: Stand, moment: datetime, browser: Browser) -> None:
    (case,) = standing.report(stand, moment)
    shot = standing.capture(case, stand, moment)
    done = browser(stand.ana).post(reverse("assess", args=[case.id]), worksheet(case, stand, shot.id))
    assert done.status_code == 302
    assessment = case.assessments.get()
    again = browser(stand.ana).get(reverse("case", args=[case.id])).content.decode()
    assert "WHY as typed" in again
    ben = browser(stand.ben)
    empty = ben.post(reverse("approve", args=[case.id]), {"assessment": assessment.id, "reasons": " "})
    assert empty.status_code == 422 and "Please give your reasons" in empty.content.decode()
    yes = ben.post(reverse("approve", args=[case.id]), {"assessment": assessment.id, "reasons": "clear"})
    assert yes.status_code == 302
    case.refresh_from_db()
    assert case.state == "approved"
    assert browser(stand.cleo).get(reverse("notices")).content.decode().count(case.number) == 1


def test_nobody_approves_what_they_assessed_on_screen_either(stand: Stand, moment: datetime, browser: Browser) -> None:
    (case,) = standing.report(stand, moment)
    made = standing.assess(case, stand, moment)
    stand.ana.roles = ["analyst", "approver"]
    stand.ana.save()
    reply = browser(stand.ana).post(reverse("approve", args=[case.id]), {"assessment": made.id, "reasons": "mine"})
    assert reply.status_code == 403 and "Another person must do this" in reply.content.decode()
    case.refresh_from_db()
    assert case.state == "assessed"


def test_a_stale_approval_changes_nothing(stand: Stand, moment: datetime, browser: Browser) -> None:
    (case,) = standing.report(stand, moment)
    old = standing.assess(case, stand, moment)
    standing.assess(case, stand, moment)
    reply = browser(stand.ben).post(reverse("approve", args=[case.id]), {"assessment": old.id, "reasons": "LATE WORDS"})
    assert reply.status_code == 409 and "LATE WORDS" in reply.content.decode()


def test_not_referring_closes_the_case_with_its_reason(stand: Stand, moment: datetime, browser: Browser) -> None:
    (case,) = standing.report(stand, moment)
    ana = browser(stand.ana)
    assert ana.post(reverse("not-refer", args=[case.id]), {"reasons": ""}).status_code == 422
    assert ana.post(reverse("not-refer", args=[case.id]), {"reasons": "a newspaper"}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.close_reason) == ("closed", "not_referred")


def test_evidence_is_shown_only_after_the_look_is_in_the_custody(
    stand: Stand, moment: datetime, browser: Browser
) -> None:
    (case,) = standing.report(stand, moment)
    file = standing.capture(case, stand, moment).files.get()
    ben = browser(stand.ben)
    assert ben.get(reverse("bytes", args=[file.id])).status_code == 404
    page = ben.post(reverse("look", args=[file.id]), {"why": "to decide", "case": case.id})
    assert page.status_code == 200 and 'class="blurred"' in page.content.decode()
    assert file.capture.custody.filter(act="seen", actor=str(stand.ben.actor), why="to decide").count() == 1
    address = f"{reverse('bytes', args=[file.id])}?pass={page.context['pass']}"
    assert ben.get(address).content == standing.PIXEL
    assert browser(stand.olga).get(address).status_code == 404


def test_captured_markup_is_never_rendered_in_our_pages(stand: Stand, moment: datetime, browser: Browser) -> None:
    (case,) = standing.report(stand, moment)
    ana = browser(stand.ana)
    upload = io.BytesIO(b"<script>alert(1)</script>")
    upload.name = "page.html"
    assert ana.post(reverse("upload", args=[case.id]), {"file": upload, "note": "by hand"}).status_code == 302
    file = case.account.captures.get().files.get()
    reply = ana.post(reverse("look", args=[file.id]), {"why": "case work"}, follow=True)
    assert reply.headers["Content-Type"] == "application/octet-stream"
    assert reply.headers["Content-Disposition"].startswith("attachment")


def test_an_upload_without_a_file_keeps_the_note(stand: Stand, moment: datetime, browser: Browser) -> None:
    (case,) = standing.report(stand, moment)
    reply = browser(stand.ana).post(reverse("upload", args=[case.id]), {"note": "NOTE as typed"})
    assert reply.status_code == 422 and "NOTE as typed" in reply.content.decode()


def confirmed(asked: HttpResponse) -> dict[str, str]:
    """The form of the page of columns, as it stands there."""
    page = asked.content.decode()
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    for name, options in re.findall(r'<select name="([\w-]+)">(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected>', options)
        form[name] = chosen[1] if chosen else ""
    return form


def test_a_bad_row_is_listed_with_its_line_and_reason(stand: Stand, browser: Browser) -> None:
    ana = browser(stand.ana)
    file = io.BytesIO(
        b"url,followers\nhttps://x.com/somebody,12\nhttps://example.invalid/nobody,3\nhttps://x.com/other,many\n"
    )
    file.name = "in.csv"
    asked = ana.post(reverse("intake"), {"file": file})
    assert asked.status_code == 200 and Case.objects.count() == 0, (
        "nothing is taken in before the columns are confirmed"
    )
    done = ana.post(reverse("columns"), confirmed(asked), follow=True)
    page = done.content.decode()
    assert done.status_code == 200 and "not a platform we know" in page and "the followers are not a number" in page
    assert Case.objects.count() == 1


def test_pasted_text_that_names_nothing_comes_back(stand: Stand, browser: Browser) -> None:
    ana = browser(stand.ana)
    assert ana.post(reverse("intake"), {"pasted": "  "}).status_code == 422
    done = ana.post(reverse("intake"), {"pasted": "look at hxxps://x[.]com/somebody please"}, follow=True)
    assert done.status_code == 200 and Case.objects.count() == 1


def test_a_protection_is_kept_when_its_source_is_missing(stand: Stand, browser: Browser) -> None:
    ana = browser(stand.ana)
    typed = {"kind": "press", "name": "The Example Gazette", "source": ""}
    reply = ana.post(reverse("protections"), typed)
    assert reply.status_code == 422 and "The Example Gazette" in reply.content.decode()
    assert ana.post(reverse("protections"), typed | {"source": "press register"}).status_code == 302


def test_a_policy_takes_two_people(stand: Stand, browser: Browser) -> None:
    typed = {"counted": "UN, EU", "multilateral_needed": "1", "independent_needed": "2", "reason": "as agreed"}
    sam, senior = browser(stand.sam), browser(stand.senior)
    assert sam.post(reverse("propose-policy"), typed | {"independent_needed": "two"}).status_code == 422
    assert sam.post(reverse("propose-policy"), typed).status_code == 302
    from openiru.stages.register.models import Policy

    policy = Policy.objects.get()
    assert sam.post(reverse("confirm-policy", args=[policy.id])).status_code == 403
    assert senior.post(reverse("confirm-policy", args=[policy.id])).status_code == 302


def test_a_list_file_that_is_cut_off_is_refused_whole(stand: Stand, browser: Browser) -> None:
    file = io.BytesIO(b"<CONSOLIDATED_LIST><ENTITIES><ENTITY>")
    file.name = "consolidated.xml"
    reply = browser(stand.sam).post(reverse("load-list"), {"files": [file], "list": "un-consolidated"})
    assert reply.status_code == 422


def test_a_password_is_shown_once_and_roles_are_kept(stand: Stand, browser: Browser) -> None:
    admin = browser(stand.admin)
    typed = {"email": "new@example.org", "name": "New", "agency": stand.agency.id, "role": ["analyst", "liaison"]}
    wrong = admin.post(reverse("people"), typed | {"email": "ana@example.org"})
    assert wrong.status_code == 409 and 'value="liaison" checked' in wrong.content.decode()
    assert "password, shown this once" in admin.post(reverse("people"), typed).content.decode()
    assert "password, shown this once" not in admin.get(reverse("people")).content.decode()


def test_a_token_is_shown_once(stand: Stand, browser: Browser) -> None:
    ana = browser(stand.ana)
    assert "iru_" in ana.post(reverse("tokens"), {"label": "laptop"}).content.decode()
    assert "iru_" not in ana.get(reverse("tokens")).content.decode()


def test_an_appeal_with_an_unknown_code_keeps_its_text(stand: Stand, client: Client) -> None:
    reply = client.post(reverse("appeal"), {"code": "AAAA-BBBB-CCCC", "text": "MY WORDS", "do": "file"})
    assert reply.status_code == 404 and "MY WORDS" in reply.content.decode()


def test_signing_in_and_out(stand: Stand, client: Client) -> None:
    stand.ana.set_password("a long enough password")
    stand.ana.save()
    wrong = client.post(reverse("sign-in"), {"username": "ana@example.org", "password": "no"})
    assert wrong.status_code == 200 and "ana@example.org" in wrong.content.decode()
    right = {"username": "ana@example.org", "password": "a long enough password"}
    assert client.post(reverse("sign-in"), right).headers["Location"] == reverse("today")
    assert client.post(reverse("sign-out")).status_code == 302
    assert client.get(reverse("today")).status_code == 302


def test_a_file_that_is_no_table_of_addresses_says_why(stand: Stand, browser: Browser) -> None:
    ana = browser(stand.ana)
    file = io.BytesIO(b"a,b\n1,2\n")
    file.name = "in.csv"
    assert "names a column of addresses" in ana.post(reverse("intake"), {"file": file}).content.decode()


def test_a_table_without_a_column_of_addresses_is_not_taken(stand: Stand, browser: Browser) -> None:
    ana = browser(stand.ana)
    file = io.BytesIO(b"a,b\n1,2\n")
    file.name = "in.csv"
    form = confirmed(ana.post(reverse("intake"), {"file": file}))
    assert ana.post(reverse("columns"), form).status_code == 422
    assert ana.post(reverse("columns"), {**form, "sha256": "../../keys"}).status_code == 422


def test_one_account_is_reported_by_hand_and_a_bad_one_comes_back_whole(stand: Stand, browser: Browser) -> None:
    ana = browser(stand.ana)
    form = {
        "address": "https://t.me/dawn_voice",
        "items": "https://t.me/dawn_voice/5",
        "followers": "1,200",
        "note": "NOTE",
    }
    done = ana.post(reverse("report-account"), form, follow=True)
    assert done.status_code == 200 and "NOTE" in done.content.decode() and Case.objects.count() == 1
    for wrong in ({"address": "hello"}, {"followers": "many"}, {"items": "https://t.me/another/5"}):
        reply = ana.post(reverse("report-account"), {**form, **wrong})
        assert reply.status_code == 422 and "NOTE" in reply.content.decode()


def test_a_broken_file_is_named_with_its_place(stand: Stand, browser: Browser) -> None:
    file = io.BytesIO(b'{"type":"bundle","id":"bundle--1","objects":[{"type":"url","value":"https://t.me/one"},')
    file.name = "partner.json"
    reply = browser(stand.ana).post(reverse("intake"), {"file": file})
    assert reply.status_code == 422 and "partner.json" in reply.content.decode()
