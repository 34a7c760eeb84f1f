"""Updating lists from a real server on loopback: what came is in force, what is wrong is put aside loudly, the old one stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from openiru.errors import Refused, Unavailable
from openiru.ledger.models import Entry
from openiru.people.actor import SYSTEM
from openiru.people.roles import Role
from openiru.stages.register import queries, services, work
from openiru.stages.register.fetching import Downloader
from openiru.stages.register.formats import FORMATS
from openiru.stages.register.formats.catalogue import ListSpec
from openiru.stages.register.formats.files import whole
from openiru.stages.register.models import PublishedList, Snapshot
from openiru.terms import ListAuthorityKind, Mode
from tests.stages.register.publisher import Publisher, publishing
from tests.stages.register.test_services import NOW, RIVER, VALLEY, a_person, un_file

pytestmark = pytest.mark.django_db
Update = Callable[..., work.Updated]
HERE = Downloader(loopback=True, seconds=2)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing() as made:
        yield made


def a_list(publisher: Publisher, path: str = "un.xml", form: str = "un_xml", authority: str = "UN") -> PublishedList:
    spec = ListSpec("league", "League list", authority, ListAuthorityKind.MULTILATERAL, form, publisher.address(path))
    return services.ensure_list(spec.slug, spec=spec, actor=SYSTEM, now=NOW)


def serve(publisher: Publisher, *groups: str, on: str = "2026-02-01") -> None:
    publisher.files["un.xml"] = whole(un_file(*groups, on=on)["un.xml"])


@pytest.fixture
def update(tmp_path: Path, publisher: Publisher) -> Update:
    def do(into: PublishedList | None = None, days: int = 0, downloader: Downloader = HERE) -> work.Updated:
        one = into or a_list(publisher)
        now = NOW + timedelta(days=days)
        (done,) = work.update_all([one], downloader=downloader, folder=tmp_path, actor=SYSTEM, now=now)
        assert not list(tmp_path.iterdir())
        return done

    return do


def test_what_a_publisher_sends_is_in_force_at_once(publisher: Publisher, update: Update) -> None:
    serve(publisher, VALLEY, RIVER)
    done = update()
    assert (done.state, done.new, done.ok) == ("loaded", 2, True)
    snapshot = Snapshot.objects.get()
    assert (snapshot.state, snapshot.loaded_by_hand) == ("in_force", False)
    assert snapshot.origin == publisher.address("un.xml")
    assert queries.screen("Valley Dawn Front")["designated"] is True


def test_a_list_that_did_not_change_is_not_fetched_again(publisher: Publisher, update: Update) -> None:
    serve(publisher, VALLEY)
    update()
    assert update(days=1).state == "unchanged"
    assert "if-none-match" in publisher.asked[-1][1]
    assert (Snapshot.objects.count(), Entry.objects.count()) == (1, 2)


def test_a_changed_list_replaces_the_one_in_force(publisher: Publisher, update: Update) -> None:
    serve(publisher, VALLEY)
    first = update()
    serve(publisher, VALLEY, RIVER, on="2026-02-02")
    done = update(days=1)
    assert (done.state, done.new) == ("loaded", 1)
    changes = queries.difference(first.snapshot or 0, done.snapshot or 0)
    assert [entry.reference for entry in changes.added] == ["XXe.2"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (whole(un_file(VALLEY, on="2026-02-02")["un.xml"])[:-40], "broken or cut off"),
        (b"<html><body>Down for maintenance</body></html>", "root element"),
        (b"", "empty"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><CONSOLIDATED_LIST/>', "document type"),
    ],
)
def test_what_cannot_be_read_is_put_aside_and_the_old_one_stays(
    publisher: Publisher, update: Update, content: bytes, reason: str
) -> None:
    serve(publisher, VALLEY)
    update()
    publisher.files["un.xml"] = content
    done = update(days=1)
    assert (done.state, done.ok) == ("quarantined", False)
    assert reason in done.why
    assert queries.screen("Valley Dawn Front")["designated"] is True
    assert Entry.objects.get(subject=f"snapshot:{done.snapshot}").event == "register.snapshot_quarantined"
    (standing,) = queries.lists()
    assert reason in standing.failure


def test_what_was_put_aside_is_said_again_until_it_is_over_and_counts_once(
    publisher: Publisher, update: Update
) -> None:
    publisher.files["un.xml"] = b"<html/>"
    first, again = update(), update(days=1)
    assert (first.state, again.state, first.snapshot) == ("quarantined", "quarantined", again.snapshot)
    assert Entry.objects.filter(event="register.snapshot_quarantined").count() == 1
    serve(publisher, VALLEY)
    assert update(days=2).ok
    assert queries.lists()[0].failure == ""


def test_what_nobody_could_read_never_comes_into_force(publisher: Publisher, update: Update) -> None:
    publisher.files["un.xml"] = b"<html/>"
    done = update()
    ben = a_person("ben", Role.APPROVER)
    with pytest.raises(Refused, match="snapshot_unreadable"):
        services.confirm(done.snapshot or 0, "the page", actor=ben, now=NOW)


def test_a_list_that_shrank_is_put_aside(publisher: Publisher, update: Update) -> None:
    serve(publisher, VALLEY, RIVER)
    update()
    serve(publisher, VALLEY, on="2026-02-02")
    assert (update(days=1).state, queries.lists()[0].failure) == ("quarantined", "shrunk")
    assert queries.screen("River Light Band")["designated"] is True


@pytest.mark.parametrize("status", [500, 404])
def test_a_server_that_failed_stays_in_sight_until_it_answers(
    publisher: Publisher, update: Update, status: int
) -> None:
    serve(publisher, VALLEY)
    publisher.status = status
    done = update()
    assert (done.state, done.ok) == ("failed", False)
    assert str(status) in done.why and str(status) in queries.lists()[0].failure
    publisher.status = 200
    assert update(days=1).ok
    assert queries.lists()[0].failure == ""


def test_a_file_that_is_too_big_changes_nothing(publisher: Publisher, update: Update) -> None:
    serve(publisher, VALLEY)
    done = update(downloader=Downloader(loopback=True, largest=100))
    assert done.state == "failed" and "too_big" in done.why
    assert not Snapshot.objects.exists()


def test_the_files_of_a_list_come_together_from_one_place(publisher: Publisher, update: Update) -> None:
    example = {name: whole(content) for name, content in FORMATS["ofac_csv"].examples[0].items()}
    publisher.files = {f"lists/{name}": content for name, content in example.items()}
    one = a_list(publisher, "lists/sdn.csv", "ofac_csv")
    assert update(one).new == 1
    assert update(one, days=1).state == "unchanged"
    publisher.files["lists/add.csv"] = b'7001,1,"Main Street","Old Town","Exampleland",-0- \r\n'
    done = update(one, days=2)
    assert done.state == "loaded"
    assert queries.lists()[0].newest.id == done.snapshot  # type: ignore[union-attr]
    del publisher.files["lists/alt.csv"]
    assert update(one, days=3).state == "failed"


def test_one_list_that_fails_does_not_keep_the_next_from_its_turn(publisher: Publisher, tmp_path: Path) -> None:
    serve(publisher, VALLEY)
    good = a_list(publisher)
    spec = ListSpec("a-broken-one", "Broken", "X", ListAuthorityKind.NATIONAL, "un_xml", publisher.address("gone.xml"))
    bad = services.ensure_list(spec.slug, spec=spec, actor=SYSTEM, now=NOW)
    done = work.update_all([bad, good], downloader=HERE, folder=tmp_path, actor=SYSTEM, now=NOW)
    assert [one.state for one in done] == ["failed", "loaded"]


def test_a_list_without_an_address_is_loaded_by_hand(tmp_path: Path) -> None:
    spec = ListSpec(
        "home", "Home list", "Home", ListAuthorityKind.NATIONAL, "manual", "https://example.org/schedule.pdf"
    )
    one = services.ensure_list("home", spec=spec, actor=SYSTEM, now=NOW)
    assert not queries.fetched_lists().exists()
    with pytest.raises(Refused, match="list_has_no_address"):
        work.update(one, downloader=HERE, folder=tmp_path, actor=SYSTEM, now=NOW)


def test_an_exercise_downloads_from_its_own_machine_only(publisher: Publisher, tmp_path: Path) -> None:
    assert work.downloader(Mode.EXERCISE, allow_loopback=False).loopback
    assert not work.downloader(Mode.LIVE, allow_loopback=False).loopback
    serve(publisher, VALLEY)
    with pytest.raises(Refused, match="address_forbidden"):
        work.update(a_list(publisher), downloader=Downloader(), folder=tmp_path, actor=SYSTEM, now=NOW)
    PublishedList.objects.update(address="https://192.0.2.7/un.xml")
    with pytest.raises((Refused, Unavailable)):
        work.update(PublishedList.objects.get(), downloader=HERE, folder=tmp_path, actor=SYSTEM, now=NOW)


def test_an_analyst_does_not_fetch_lists(publisher: Publisher, tmp_path: Path) -> None:
    ana = a_person("ana", Role.ANALYST)
    with pytest.raises(Refused, match="not_allowed"):
        work.update_all([a_list(publisher)], downloader=HERE, folder=tmp_path, actor=ana, now=NOW)


def test_a_list_written_by_hand_is_never_its_publishers() -> None:
    spec = ListSpec("home", "Home list", "Exampleland", ListAuthorityKind.NATIONAL, "manual")
    one = services.ensure_list("home", spec=spec, actor=SYSTEM, now=NOW)
    files = FORMATS["manual"].examples[0]
    loaded = services.load(files, published_list=one, by_hand=False, actor=SYSTEM, now=NOW)
    assert (loaded.snapshot.state, loaded.snapshot.loaded_by_hand) == ("unconfirmed", True)


def test_a_list_written_by_hand_names_the_authority_of_its_list() -> None:
    spec = ListSpec("home", "Home list", "Elsewhere", ListAuthorityKind.NATIONAL, "manual")
    one = services.ensure_list("home", spec=spec, actor=SYSTEM, now=NOW)
    with pytest.raises(Refused, match="authority_differs"):
        services.load(FORMATS["manual"].examples[0], published_list=one, by_hand=True, actor=SYSTEM, now=NOW)
