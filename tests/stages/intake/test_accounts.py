"""Who is who: a handle is an alias, a stable id is the account; people join and part, and can take it back."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest

from openiru.stages.cases import services as casework
from openiru.stages.intake import accounts, loading, queries, services
from openiru.stages.intake.formats.shapes import Parsed, Row
from openiru.stages.intake.models import Account, Alias
from openiru.terms import Platform
from tests import builders
from tests.builders import LATER, NOW, Cast
from tests.laws.asking import refused

DAY = timedelta(days=1)


@pytest.fixture
def cast(db: None) -> Cast:
    return builders.a_cast()


def take(cast: Cast, *rows: Row) -> None:
    """Take in a file with these rows."""
    loading.load(
        Parsed(secrets.token_hex(32), rows, ()), name="a", agency_id=cast.ana.agency_id or 0, actor=cast.ana, now=NOW
    )


def given_up(cast: Cast) -> Account:
    """An account with a report and a closed case."""
    case = builders.a_case(cast)
    casework.close(case.id, reason="double", actor=cast.ana, now=NOW)
    return case.account


def seen(handle: str, stable_id: str = "", *, day: int = 0, **more: object) -> Row:
    """A row of an export that gives the handle and the id it had that day."""
    at = NOW + day * DAY
    return Row(day + 1, f"https://x.com/{handle}", handle=handle, stable_id=stable_id, seen_at=at, **more)  # type: ignore[arg-type]


def test_an_account_known_by_its_handle_is_known_by_its_id_once_a_file_shows_it(cast: Cast) -> None:
    take(cast, Row(1, "https://x.com/dawn_voice"))
    before = Account.objects.get()
    take(cast, seen("dawn_voice", "2900000001"))
    account = Account.objects.get()
    assert (account.id, account.key, account.stable_id) == (before.id, "x:user:id:2900000001", "2900000001")
    assert Alias.objects.get().key == "x:user:h:dawn_voice"
    take(cast, Row(1, "https://twitter.com/DAWN_voice/status/20"))
    assert Account.objects.count() == 1 and account.reports.count() == 2


def test_a_rename_keeps_the_account_and_both_handles_lead_to_it(cast: Cast) -> None:
    take(cast, seen("dawn_voice", "2900000001"), seen("new_dawn", "2900000001", day=3))
    take(cast, Row(1, "https://x.com/dawn_voice", note="a"), Row(2, "https://x.com/new_dawn", note="b"))
    account = Account.objects.get()
    assert account.handle == "new_dawn" and account.reports.count() == 4
    assert {(one.handle, one.first_seen, one.holds) for one in account.aliases.all()} == {
        ("dawn_voice", NOW, True),
        ("new_dawn", NOW + 3 * DAY, True),
    }


def test_two_accounts_whose_handles_meet_one_id_are_left_to_a_person(cast: Cast) -> None:
    take(cast, Row(1, "https://x.com/dawn_voice"), Row(2, "https://x.com/new_dawn"))
    take(cast, seen("dawn_voice", "2900000001"), seen("new_dawn", "2900000001", day=3))
    later = Account.objects.get(stable_id="2900000001")
    earlier = Account.objects.exclude(id=later.id).get()
    assert (later.handle, earlier.key) == ("new_dawn", "x:user:h:dawn_voice")
    assert queries.account_page(earlier.id, cast.ana).maybe_same == [later]
    assert queries.account_page(later.id, cast.ana).maybe_same == [earlier]


def test_a_reused_handle_with_another_id_is_another_account(cast: Cast) -> None:
    take(cast, seen("dawn_voice", "2900000001"), seen("dawn_voice", "2900000002", day=9))
    first, second = Account.objects.order_by("key")
    assert (first.stable_id, second.stable_id) == ("2900000001", "2900000002")
    assert [one.account for one in Alias.objects.filter(holds=True)] == [second]
    take(cast, Row(1, "https://x.com/dawn_voice", note="a"))
    assert second.reports.count() == 2 and first.reports.count() == 1


def test_an_older_sighting_does_not_take_a_handle_back(cast: Cast) -> None:
    take(cast, seen("dawn_voice", "2900000002", day=9))
    take(cast, seen("dawn_voice", "2900000001", day=1))
    assert [one.account.stable_id for one in Alias.objects.filter(holds=True)] == ["2900000002"]


def test_a_file_cannot_make_an_id_of_what_is_none(cast: Cast) -> None:
    take(cast, seen("dawn_voice", "not a number"))
    assert Account.objects.get().key == "x:user:h:dawn_voice"


def test_a_page_teaches_the_id_and_the_new_handle(cast: Cast) -> None:
    account = builders.an_account(handle="dawnvoice")
    assert accounts.learn(account, accounts.Learnt("dawnvoice", "1234567890"), now=NOW)
    assert accounts.learn(account, accounts.Learnt("newvoice", "1234567890", "Voice"), now=LATER)
    account.refresh_from_db()
    assert (account.key, account.handle, account.name) == ("telegram:channel:id:1234567890", "newvoice", "Voice")
    take(cast, Row(1, "https://t.me/dawnvoice"), Row(2, "https://t.me/newvoice"), Row(3, "https://t.me/c/1234567890"))
    assert Account.objects.count() == 1


def test_a_page_with_another_id_teaches_nothing(cast: Cast) -> None:
    account = builders.an_account(handle="dawnvoice", stable_id="1234567890")
    assert not accounts.learn(account, accounts.Learnt("dawnvoice", "1999999999", "Other"), now=NOW)
    account.refresh_from_db()
    assert (account.name, account.aliases.count()) == ("", 0)


def test_a_handle_is_an_alias_with_its_time(cast: Cast) -> None:
    account = builders.an_account()
    accounts.note_handle(account, "old_name", now=NOW)
    accounts.note_handle(account, "old_name", now=LATER)
    accounts.note_handle(account, "", now=LATER)
    assert list(Alias.objects.values_list("handle", "first_seen", "last_seen")) == [("old_name", NOW, LATER)]


def test_joined_accounts_keep_their_reports_and_new_reports_follow(cast: Cast) -> None:
    one, other = given_up(cast), builders.a_case(cast).account
    accounts.join(one.id, other.id, why="the same id", actor=cast.ana, now=NOW)
    assert other.reports.count() == 2 and one.reports.count() == 0
    take(cast, Row(1, one.url, note="again"))
    assert other.reports.count() == 3
    with refused("wrong_state"):
        accounts.join(one.id, other.id, why="again", actor=cast.ana, now=NOW)
    with refused("wrong_state"):
        accounts.join(other.id, other.id, why="itself", actor=cast.ana, now=NOW)


def test_an_account_with_an_open_case_is_not_given_up(cast: Cast) -> None:
    one, other = builders.a_case(cast).account, builders.a_case(cast).account
    with refused("case_is_open"):
        accounts.join(one.id, other.id, why="the same id", actor=cast.ana, now=NOW)


def test_accounts_of_two_platforms_are_never_one(cast: Cast) -> None:
    one, other = given_up(cast), builders.a_case(cast, platform=Platform.X).account
    with refused("wrong_state"):
        accounts.join(one.id, other.id, why="the same name", actor=cast.ana, now=NOW)


def test_two_stable_ids_are_never_one(cast: Cast) -> None:
    one, other = given_up(cast), builders.a_case(cast).account
    for number, account in enumerate((one, other)):
        Account.objects.filter(id=account.id).update(stable_id=f"100{number}")
    with refused("wrong_state"):
        accounts.join(one.id, other.id, why="the same name", actor=cast.ana, now=NOW)


def test_a_joining_is_undone_with_everything_where_it_was(cast: Cast) -> None:
    one, other = given_up(cast), builders.a_case(cast).account
    builders.an_item(one)
    accounts.note_handle(one, "old_name", now=NOW)
    before = [(account.reports.count(), account.items.count(), account.aliases.count()) for account in (one, other)]
    joining = accounts.join(one.id, other.id, why="the same id", actor=cast.ana, now=NOW)
    assert (one.reports.count(), one.items.count(), one.aliases.count()) == (0, 0, 0)
    accounts.undo(joining.id, why="not the same after all", actor=cast.ana, now=LATER)
    assert [
        (account.reports.count(), account.items.count(), account.aliases.count()) for account in (one, other)
    ] == before
    take(cast, Row(1, one.url, note="again"))
    assert one.reports.count() == before[0][0] + 1
    with refused("not_found"):
        accounts.undo(joining.id, why="twice", actor=cast.ana, now=LATER)


def test_the_later_joining_is_undone_first(cast: Cast) -> None:
    one, two, three = given_up(cast), given_up(cast), builders.a_case(cast).account
    first = accounts.join(one.id, two.id, why="a", actor=cast.ana, now=NOW)
    second = accounts.join(two.id, three.id, why="b", actor=cast.ana, now=NOW)
    assert Account.objects.get(id=one.id).merged_into == three
    with refused("wrong_state"):
        accounts.undo(first.id, why="c", actor=cast.ana, now=LATER)
    accounts.undo(second.id, why="c", actor=cast.ana, now=LATER)
    assert Account.objects.get(id=one.id).merged_into == two and two.reports.count() == 2
    accounts.undo(first.id, why="c", actor=cast.ana, now=LATER)
    assert one.reports.count() == two.reports.count() == three.reports.count() == 1


@pytest.mark.parametrize(("stable_id", "key"), [("2900000002", "x:user:id:2900000002"), ("", "x:user:h:dawnvoice~2")])
def test_reports_of_another_holder_are_parted_and_can_come_back(cast: Cast, stable_id: str, key: str) -> None:
    account = builders.a_case(cast, platform=Platform.X, handle="dawnvoice").account
    other = builders.a_report(account, cast.ana, note="a bakery")
    new = accounts.Parting((other.id,), "the handle was reused", stable_id)
    parting = accounts.part(account.id, new, actor=cast.ana, now=NOW)
    other.refresh_from_db()
    assert other.account == parting.target and parting.target.key == key and account.reports.count() == 1
    accounts.undo(parting.id, why="it was the same", actor=cast.ana, now=LATER)
    assert account.reports.count() == 2 and Account.objects.get(id=parting.target_id).merged_into == account


def test_parting_needs_reports_and_reasons(cast: Cast) -> None:
    account = builders.a_case(cast).account
    report = account.reports.get()
    with refused("form_incomplete"):
        accounts.part(account.id, accounts.Parting((), "x"), actor=cast.ana, now=NOW)
    with refused("form_incomplete"):
        accounts.part(account.id, accounts.Parting((report.id,), " "), actor=cast.ana, now=NOW)


def test_a_report_by_hand_with_an_id_joins_the_account_it_names(cast: Cast) -> None:
    row = seen("dawn_voice", "2900000001")
    report = services.file_report(services.NewReport(row, cast.ana.agency_id or 0), actor=cast.ana, now=NOW)
    assert report.account.stable_id == "2900000001" and report.account.handle == "dawn_voice"
