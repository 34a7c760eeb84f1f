"""Taking in: the same file twice adds nothing, duplicates join, look-alikes are not the platform, a phone number is never stored."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.db import connection

from openiru.ledger.models import Entry
from openiru.platforms.shapes import KeyType
from openiru.stages.cases import services as casework
from openiru.stages.intake import loading, queries, services
from openiru.stages.intake.formats import csv_table, parse, pasted
from openiru.stages.intake.formats.shapes import Rejected, Row
from openiru.stages.intake.loading import Loaded
from openiru.stages.intake.models import Account, Batch, Item, Report
from openiru.stages.intake.phones import phone_hash, seal, unseal
from openiru.stages.intake.rules import Named, name_row
from tests import builders
from tests.builders import LATER, NOW, Cast
from tests.laws.asking import refused, refused_by_the_database

KEY = b"a key of the tests"
NUMBER = "9993001234567"


@pytest.fixture
def cast(db: None) -> Cast:
    return builders.a_cast()


def load(cast: Cast, text: str, *, actor: Any = None, now: Any = NOW) -> Loaded:
    actor = actor or cast.ana
    parsed = parse(csv_table.READER, io.BytesIO(text.encode()))
    return loading.load(parsed, name="reported.csv", agency_id=actor.agency_id or 0, actor=actor, now=now)


def counts(loaded: Loaded) -> tuple[int, int, int, int]:
    return loaded.batch.rows, loaded.batch.accounts, loaded.batch.new_accounts, loaded.batch.reports


def rejected(loaded: Loaded) -> list[tuple[int, str, str, str]]:
    return list(queries.error_rows(loaded.batch))


def named(url: str, *items: str) -> Named | Rejected:
    return name_row(Row(1, url, item_urls=items), key=KEY)


def reason(url: str, *items: str) -> str:
    found = named(url, *items)
    return found.reason if isinstance(found, Rejected) else ""


def test_the_same_file_twice_adds_nothing(cast: Cast) -> None:
    first = load(cast, "url\nhttps://t.me/one\nhttps://t.me/two\n")
    entries = Entry.objects.count()
    again = load(cast, "url\nhttps://t.me/one\nhttps://t.me/two\n", now=LATER)
    assert (again.known, again.batch) == (True, first.batch)
    assert (Account.objects.count(), Report.objects.count(), Batch.objects.count()) == (2, 2, 1)
    assert Entry.objects.count() == entries


def test_the_same_file_from_another_agency_is_another_batch_of_the_same_accounts(cast: Cast) -> None:
    load(cast, "url\nhttps://t.me/one\n")
    other = load(cast, "url\nhttps://t.me/one\n", actor=cast.eve)
    assert not other.known and other.batch.new_accounts == 0
    assert (Account.objects.count(), Report.objects.count(), Batch.objects.count()) == (1, 2, 2)
    assert [one.agency_id for one in queries.reports_of(Account.objects.get().id, cast.eve)] == [cast.eve.agency_id]


@pytest.mark.parametrize(
    "other", ["https://telegram.me/One", "http://t.me/one/", "https://t.me/s/one?before=3", "tg://resolve?domain=one"]
)
def test_duplicates_join_one_account(cast: Cast, other: str) -> None:
    loaded = load(cast, f"url,note\nhttps://t.me/one,a\n{other},b\n")
    assert counts(loaded) == (2, 1, 1, 2)
    assert Account.objects.get().reports.count() == 2


def test_many_reports_are_one_account_and_one_case(cast: Cast) -> None:
    load(cast, "url,note\n" + "".join(f"https://t.me/one,note {number}\n" for number in range(40)))
    assert casework.open_waiting(cast.ana.agency_id or 0, actor=cast.ana, now=NOW) == 1
    assert casework.open_waiting(cast.ana.agency_id or 0, actor=cast.ana, now=NOW) == 0


@pytest.mark.parametrize(
    "url",
    [
        "https://t.me.example.org/one", "https://x.com.example.org/one", "https://tіktok.com/@one", "https://faceb00k.com/one",
        "https://telegrarn.me/one", "https://xn--tktok-n2e.com/@one", "https://t.me@example.org/one",
    ],
)  # fmt: skip
def test_look_alike_hosts_name_no_account(url: str) -> None:
    found = named(url)
    assert isinstance(found, Rejected), found


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hello",
        "https://",
        "javascript:alert(1)",
        "https://t.me/",
        "https://[bad/",
        "https://vm.tiktok.com/ZTR45GpSF/",
    ],
)
def test_what_names_no_account_is_listed_with_a_reason(url: str) -> None:
    assert reason(url)


def test_an_item_of_another_account_is_rejected() -> None:
    assert reason("https://t.me/one", "https://t.me/two/5") == "item_of_another_account"
    assert reason("https://t.me/one", "https://x.com/one/status/20") == "item_of_another_account"
    assert reason("https://t.me/one", "https://t.me/one") == "item_of_another_account"
    found = named("https://t.me/one", "https://t.me/one/5", "https://t.me/one/6")
    assert isinstance(found, Named) and len(found.items) == 2


def test_an_item_names_its_account(cast: Cast) -> None:
    load(cast, "url\nhttps://t.me/one/5\n")
    assert Item.objects.get().account.handle == "one"


def test_an_item_alone_without_its_account_is_rejected() -> None:
    assert reason("https://x.com/i/web/status/20") == "item_without_account"


def test_rejected_rows_are_kept_with_their_line_and_reason(cast: Cast) -> None:
    loaded = load(cast, "url\nhello\nhttps://t.me/one\n")
    ((line, column, value, reason),) = rejected(loaded)
    assert (line, column, value) == (2, "url", "hello") and reason and loaded.batch.rejected == 1
    assert rejected(load(cast, "url\nhello\nhttps://t.me/one\n")) == rejected(loaded)


def test_unknown_followers_stay_unknown_and_the_newest_count_wins(cast: Cast) -> None:
    load(cast, "url,followers\nhttps://t.me/one,\n")
    assert Account.objects.get().followers is None
    load(cast, "url,followers\nhttps://t.me/one,12\n", now=LATER)
    load(cast, "url,followers,note\nhttps://t.me/one,,later\n", now=LATER)
    account = Account.objects.get()
    assert (account.followers, account.followers_at) == (12, LATER)


NUMBERS = (
    f"https://wa.me/{NUMBER}", f"https://wa.me/+{NUMBER}", f"https://api.whatsapp.com/send?phone={NUMBER}&text=hello",
    f"https://t.me/+{NUMBER}", "https://wa.me/+999-300-1234567", f"whatsapp://send?phone={NUMBER}",
)  # fmt: skip


def everything_stored() -> str:
    """Every row of every table, as text."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model.__module__.startswith("openiru."):
                cursor.execute(f'select t.*::text from "{model._meta.db_table}" t')
                found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


@pytest.mark.parametrize("url", NUMBERS)
def test_a_phone_number_is_stored_nowhere_in_clear(cast: Cast, url: str) -> None:
    loaded = load(cast, f"url,followers\n{url},5\n")
    assert loaded.batch.rejected == 0
    whole = everything_stored()
    digits = "".join(letter for letter in whole if letter.isdigit() or letter in "\n(")
    assert "3001234567" not in whole and "300-1234567" not in whole and NUMBER not in digits
    account = Account.objects.get()
    assert account.phone_hash and f":{KeyType.PHONE}:" in account.key and (account.url, account.handle) == ("", "")
    assert services.open_address(account, actor=cast.cleo, now=NOW).endswith(NUMBER)
    assert "•••" in queries.shown_address(account) and Entry.objects.filter(event="intake.phone_opened").count() == 1


@pytest.mark.parametrize(
    "row",
    [
        f"https://wa.me/{NUMBER},https://t.me/one/5",
        f"https://t.me/one,https://wa.me/{NUMBER}",
        f"https://wa.me/{NUMBER}00000,",
        f"https://wa.me/0{NUMBER},",
        f"wa.me/call/{NUMBER},",
        f"https://web.whatsapp.com/accept?number={NUMBER},",
        f"tel:+{NUMBER},",
        f"https://example.org/?phone={NUMBER},",
    ],
)
def test_a_phone_number_in_a_rejected_row_is_stored_nowhere_either(cast: Cast, row: str) -> None:
    loaded = load(cast, f"url,items\n{row}\n")
    assert loaded.batch.rejected or Account.objects.exists()
    assert "3001234567" not in everything_stored()


def test_a_phone_number_in_a_line_without_an_address_is_stored_nowhere_either(cast: Cast) -> None:
    parsed = parse(pasted.READER, io.BytesIO(f"call +999 300 1234567 or whatsapp {NUMBER}\n".encode()))
    loading.load(parsed, name="paste", agency_id=cast.ana.agency_id or 0, actor=cast.ana, now=NOW)
    whole = everything_stored()
    assert "3001234567" not in whole and "300 1234567" not in whole and "•" in whole


def test_the_same_number_meets_itself_however_it_is_written(cast: Cast) -> None:
    load(cast, "url\n" + "\n".join((NUMBERS[0], NUMBERS[1], NUMBERS[2])) + "\n")
    assert Account.objects.count() == 1


def test_a_number_is_found_only_with_the_key_and_opened_only_with_it() -> None:
    assert phone_hash(NUMBER, KEY) == phone_hash(NUMBER, KEY) != phone_hash(NUMBER, b"another key")
    one, other = seal(NUMBER, KEY), seal(NUMBER, KEY)
    assert one != other and unseal(one, KEY) == unseal(other, KEY) == NUMBER
    assert NUMBER.encode() not in one
    with pytest.raises(Exception):  # noqa: B017, PT011 (cryptography's InvalidToken says nothing more)
        unseal(one, b"another key")
    assert django_settings.SEAL_KEY


def test_one_report_by_hand_joins_what_is_known(cast: Cast) -> None:
    load(cast, "url\nhttps://t.me/one\n")
    new = services.NewReport(Row(0, "https://telegram.me/one", note="seen again"), cast.ana.agency_id or 0)
    report = services.file_report(new, actor=cast.ana, now=LATER)
    assert report.account == Account.objects.get() and services.file_report(new, actor=cast.ana, now=LATER) == report
    with refused("address_unreadable"):
        services.file_report(services.NewReport(Row(0, "hello"), cast.ana.agency_id or 0), actor=cast.ana, now=NOW)


def test_the_database_knows_an_account_once(cast: Cast) -> None:
    account = builders.an_account()
    with refused_by_the_database("account_key_once"):
        builders.an_account(key=account.key)


def test_a_paste_is_taken_in_like_a_file(cast: Cast) -> None:
    parsed = parse(pasted.READER, io.BytesIO(b"look: hxxps://t[.]me/one and nothing else\nno address\n"))
    loaded = loading.load(parsed, name="paste", agency_id=cast.ana.agency_id or 0, actor=cast.ana, now=NOW)
    assert (loaded.batch.accounts, loaded.batch.rejected) == (1, 1)


def test_a_line_with_a_nul_is_refused_by_name_and_the_others_go_on(cast: Cast) -> None:
    loaded = load(cast, "url,note\n" + "https://t.me/one,a\n" * 20 + "https://t.me/two,a\0b\nhel\0lo,\n")
    assert loaded.batch.accounts == 1
    assert [(line, why) for line, _, _, why in rejected(loaded)] == [(22, "nul_byte"), (23, "nul_byte")]


LONG = "a" * 700
FORMS = ("https://t.me/{}", "https://x.com/{}", "https://www.tiktok.com/@{}", "https://www.facebook.com/{}", "https://www.instagram.com/{}",
         "https://www.whatsapp.com/channel/{}", "https://t.me/+{}", "https://chat.whatsapp.com/{}", "https://www.facebook.com/groups/{}",
         "https://www.facebook.com/one/posts/pfbid{}", "https://www.instagram.com/p/{}/", "https://t.me/one/{}")  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_an_address_that_is_too_long_costs_its_own_row_only(cast: Cast, form: str) -> None:
    loaded = load(cast, f"url\n{form.format(LONG)}\n{form.format('9' * 400)}\nhttps://t.me/good\n")
    assert Account.objects.filter(handle="good").exists() and loaded.batch.rows == 3


def test_a_count_beyond_all_people_costs_its_own_row_only(cast: Cast) -> None:
    loaded = load(
        cast, f"url,followers\nhttps://t.me/one,{'9' * 30}\nhttps://t.me/two,9{'0' * 20}M\nhttps://t.me/three,1\n"
    )
    assert [bad[3] for bad in rejected(loaded)] == ["followers_not_a_number"] * 2 and loaded.batch.accounts == 1
