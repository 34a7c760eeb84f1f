"""Watch lists on loopback networks: named and agreed to by two people, in the host's turn, resumable, and only reports come out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from openiru.fetch import Fetcher
from openiru.ledger.models import Entry
from openiru.stages.cases.models import Case
from openiru.stages.evidence.models import Capture
from openiru.stages.intake.models import Account, Alias, Item, Report
from openiru.stages.intake.watching import queries, services, work
from openiru.stages.intake.watching.connectors.shapes import Kind
from openiru.stages.intake.watching.models import Finding, HostTurn, Watch
from openiru.stages.notices.models import Notice
from tests import builders
from tests.builders import NOW, SYSTEM, Cast
from tests.laws.asking import refused
from tests.stages.intake.watching.networks import DID, OTHER_DID, Networks, running

END = (NOW + timedelta(days=90)).date()


@pytest.fixture
def cast(db: None) -> Cast:
    builders.an_installation()
    return builders.a_cast()


@pytest.fixture
def networks() -> Iterator[Networks]:
    with running() as found:
        yield found


def a_permit(cast: Cast, connector: str = "bluesky", **changes: Any) -> None:
    """A permit that two people agreed to."""
    plain = {"legal_basis": "Example Act 2012, s. 3", "per_hour": 600, "ends_on": END} | changes
    new = services.NewPermit(connector, **plain)
    permit = services.propose_permit(new, agency_id=cast.ana.agency_id or 0, actor=cast.ana, now=NOW)
    services.approve_permit(permit.id, actor=cast.ben, now=NOW)


def a_watch(cast: Cast, subject: str = "example.org", **changes: Any) -> Watch:
    """A watch that two people agreed to, about a designated organisation."""
    plain: dict[str, Any] = {
        "connector": "bluesky",
        "kind": Kind.ACCOUNT,
        "organisation_id": builders.an_organisation().id,
        "reasons": "It signs as the band's press office.",
        "ends_on": END,
    }
    new = services.NewWatch(subject=subject, **(plain | changes))
    watch = services.propose(new, agency_id=cast.ana.agency_id or 0, actor=cast.ana, now=NOW)
    return services.approve(watch.id, actor=cast.ben, now=NOW)


def look(networks: Networks, now: datetime = NOW) -> int:
    """One tick of the worker."""
    return work.look_due(fetcher=Fetcher(sandbox=networks.base), actor=SYSTEM, now=now)


def until_quiet(networks: Networks, now: datetime = NOW) -> int:
    """Ticks until a look has nothing more to show; bounded."""
    found = 0
    for number in range(30):
        found += look(networks, now + timedelta(seconds=30 * number))
    return found


def test_what_an_account_posted_becomes_reports_and_nothing_else(cast: Cast, networks: Networks) -> None:
    a_permit(cast)
    watch = a_watch(cast)
    networks.post(1)
    networks.post(2)
    assert look(networks) == 2
    account = Account.objects.get()
    assert (account.key, account.platform) == (f"bluesky:account:id:{DID}", "bluesky")
    assert Item.objects.filter(account=account).count() == 2
    reports = Report.objects.order_by("id")
    assert [one.address for one in reports] == [f"https://bsky.app/profile/{DID}/post/3kexample{n:04}" for n in (1, 2)]
    assert all(watch.number in one.note and one.by_id is None for one in reports)
    assert not (Capture.objects.exists() or Case.objects.exists() or Notice.objects.exists())


def test_only_addresses_are_kept_of_what_was_read(cast: Cast, networks: Networks) -> None:
    a_permit(cast)
    a_watch(cast)
    networks.post(1)
    look(networks)
    assert set(Item.objects.values_list("text", flat=True)) == {""}
    assert not Alias.objects.exists()
    watch = Watch.objects.get()
    assert "text 1" not in str([watch.state, *Report.objects.values_list("note", flat=True)])


def test_the_first_look_takes_one_page_and_no_history_and_later_ones_miss_nothing(
    cast: Cast, networks: Networks
) -> None:
    a_permit(cast)
    a_watch(cast)
    for number in range(100):
        networks.post(number)
    assert until_quiet(networks) == 30
    for number in range(100, 175):
        networks.post(number)
    assert until_quiet(networks, NOW + timedelta(hours=1)) == 75
    assert Finding.objects.count() == 105
    assert until_quiet(networks, NOW + timedelta(hours=2)) == 0


def test_a_run_that_was_cut_off_goes_on_where_it_was_and_files_nothing_twice(
    cast: Cast, networks: Networks, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_permit(cast)
    watch = a_watch(cast)
    for number in range(5):
        networks.post(number)
    whole = services.find

    def cut_off(watch_id: int, url: str, **rest: Any) -> bool:
        if url.endswith("3"):
            raise KeyboardInterrupt
        return whole(watch_id, url, **rest)

    monkeypatch.setattr(services, "find", cut_off)
    with pytest.raises(KeyboardInterrupt):
        look(networks)
    monkeypatch.setattr(services, "find", whole)
    assert Finding.objects.count() == 3
    assert look(networks, NOW + timedelta(minutes=1)) == 0
    assert look(networks, NOW + services.LEASE + timedelta(minutes=1)) == 2
    assert (Finding.objects.count(), Report.objects.count()) == (5, 5)
    watch.refresh_from_db()
    assert watch.error == ""


def test_reposts_and_holders_who_hide_from_strangers_are_left_out(cast: Cast, networks: Networks) -> None:
    a_permit(cast)
    a_watch(cast)
    networks.post(1, did=OTHER_DID, repost=True)
    networks.post(2, labels=("!no-unauthenticated",))
    networks.post(3)
    assert look(networks) == 1


def test_a_term_claims_nothing_of_who_used_it(cast: Cast, networks: Networks) -> None:
    a_permit(cast)
    a_watch(cast, "example band", kind=Kind.TERM)
    networks.post(1, did=OTHER_DID)
    assert look(networks) == 1
    assert Report.objects.get().claimed_organisation == ""
    assert Account.objects.get().key == f"bluesky:account:id:{OTHER_DID}"


def test_an_account_of_an_instance_is_followed_from_status_to_status(cast: Cast, networks: Networks) -> None:
    a_permit(cast, "mastodon")
    a_watch(cast, "@Example@social.example.org", connector="mastodon")
    for number in range(1, 31):
        networks.status(number)
    assert until_quiet(networks) == 20
    for number in range(31, 76):
        networks.status(number)
    networks.status(76, visibility="private")
    networks.status(77, reblog=True)
    assert until_quiet(networks, NOW + timedelta(hours=1)) == 45
    assert Account.objects.get().key == "mastodon:account:h:example@social.example.org"
    assert any("min_id=" in path for path in networks.asked)


def test_a_tag_of_one_instance_leads_to_accounts_of_others(cast: Cast, networks: Networks) -> None:
    a_permit(cast, "mastodon")
    a_watch(cast, "#ExampleBand@social.example.org", connector="mastodon", kind=Kind.TERM)
    networks.status(1)
    networks.status(2, acct="somebody@other.example.org")
    networks.status(3, visibility="unlisted")
    assert look(networks) == 2
    assert set(Account.objects.values_list("key", flat=True)) == {
        "mastodon:account:h:example@social.example.org",
        "mastodon:account:h:somebody@other.example.org",
    }


def test_previews_of_telegram_are_off_unless_somebody_answers_its_terms(cast: Cast) -> None:
    with refused("watch_terms_missing"):
        a_permit(cast, "telegram")
    a_permit(cast, "telegram", terms="Counsel's opinion of 2026-02-01.")


def test_a_preview_gives_the_channels_own_messages(cast: Cast, networks: Networks) -> None:
    a_permit(cast, "telegram", terms="Counsel's opinion of 2026-02-01.")
    a_watch(cast, "https://t.me/Example_Channel", connector="telegram")
    networks.messages = [("example_channel", number) for number in range(1, 31)] + [("another", 99)]
    assert until_quiet(networks) == 19
    networks.messages += [("Example_Channel", number) for number in range(100, 145)]
    assert until_quiet(networks, NOW + timedelta(hours=1)) == 45
    assert {one.account.key for one in Report.objects.select_related("account")} == {
        "telegram:entity:h:example_channel"
    }


def test_a_preview_that_is_switched_off_is_shown_as_such(cast: Cast, networks: Networks) -> None:
    a_permit(cast, "telegram", terms="Counsel's opinion of 2026-02-01.")
    a_watch(cast, "example_channel", connector="telegram")
    networks.preview = False
    assert look(networks) == 0
    assert "no_preview" in Watch.objects.get().error


@pytest.mark.parametrize(
    ("status", "headers", "minutes"),
    [
        (429, {"Retry-After": "600"}, 10),
        (503, {"Retry-After": "Mon, 02 Mar 2026 09:30:00 GMT"}, 30),
        (429, {}, 15),
        (429, {"ratelimit-reset": str(int(NOW.timestamp()) + 1200)}, 20),
        (429, {"X-RateLimit-Reset": "2026-03-02T10:00:00.000Z"}, 60),
        (429, {"Retry-After": "999999999"}, 24 * 60),
        (429, {"Retry-After": "0"}, 1),
    ],
)
def test_a_host_that_asks_to_be_left_alone_is(
    cast: Cast, networks: Networks, status: int, headers: dict[str, str], minutes: int
) -> None:
    a_permit(cast)
    a_watch(cast)
    a_watch(cast, "other.example.org")
    networks.post(1)
    networks.answers.append((status, headers, ""))
    assert look(networks) == 0
    assert len(networks.asked) == 1
    assert look(networks, NOW + timedelta(minutes=minutes) - timedelta(seconds=2)) == 0
    assert len(networks.asked) == 1
    assert until_quiet(networks, NOW + timedelta(minutes=minutes, seconds=1)) == 1


def test_the_last_answer_of_a_window_is_read_and_then_the_host_rests(cast: Cast, networks: Networks) -> None:
    a_permit(cast)
    a_watch(cast)
    networks.post(1)
    networks.headers = {"ratelimit-remaining": "0", "ratelimit-reset": str(int(NOW.timestamp()) + 3000)}
    assert look(networks) == 1
    assert HostTurn.objects.get().not_before == NOW + timedelta(seconds=3000)


def test_all_watches_of_a_host_share_its_rate(cast: Cast, networks: Networks) -> None:
    a_permit(cast, per_hour=60)
    for number in range(5):
        a_watch(cast, f"name{number}.example.org")
    for second in range(0, 180, 10):
        look(networks, NOW + timedelta(seconds=second))
    assert len(networks.asked) == 3


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"feed": 3}',
        '{"feed": [{"post": {}}]}',
        "[" * 100_000,
        '{"feed":[{"post":{"indexedAt":1}}]}',
    ],
)
def test_an_answer_in_no_known_form_is_shown_and_tried_again_later(cast: Cast, networks: Networks, body: str) -> None:
    a_permit(cast)
    watch = a_watch(cast)
    networks.answers.append((200, {}, body))
    assert look(networks) == 0
    watch.refresh_from_db()
    assert "unexpected_answer" in watch.error
    assert watch.next_at > NOW
    networks.post(1)
    assert until_quiet(networks, NOW + timedelta(hours=1)) == 1
    watch.refresh_from_db()
    assert (watch.error, watch.attempts) == ("", 0)


def test_a_watch_is_over_on_its_last_day(cast: Cast, networks: Networks) -> None:
    a_permit(cast)
    a_watch(cast, ends_on=NOW.date() + timedelta(days=3))
    networks.post(1)
    assert look(networks, NOW + timedelta(days=4)) == 0
    assert networks.asked == []
    assert look(networks, NOW + timedelta(days=3)) == 1


def test_a_connector_without_a_permit_today_is_off(cast: Cast, networks: Networks) -> None:
    a_watch(cast)
    assert look(networks) == 0
    a_permit(cast, ends_on=NOW.date())
    assert look(networks, NOW + timedelta(days=1)) == 0
    assert networks.asked == []


def test_what_was_ended_is_asked_no_more(cast: Cast, networks: Networks) -> None:
    a_permit(cast)
    watch = a_watch(cast)
    services.end(watch.id, actor=cast.ana, now=NOW)
    assert look(networks) == 0
    assert networks.asked == []
    with refused("wrong_state"):
        services.find(watch.id, "https://bsky.app/profile/example.org/post/3kexample0001", actor=SYSTEM, now=NOW)


@pytest.mark.parametrize(
    ("connector", "kind", "subject"),
    [
        ("bluesky", Kind.ACCOUNT, "https://x.com/example"),
        ("bluesky", Kind.ACCOUNT, f"https://bsky.app/profile/{DID}/post/3kexample0001"),
        ("bluesky", Kind.TERM, "ab"),
        ("mastodon", Kind.ACCOUNT, "example"),
        ("mastodon", Kind.TERM, "exampleband"),
        ("telegram", Kind.ACCOUNT, "https://t.me/+AbCdEf_123"),
        ("telegram", Kind.ACCOUNT, "https://t.me/c/1234567890"),
        ("telegram", Kind.TERM, "example band"),
    ],
)
def test_what_is_no_public_subject_is_not_watched(cast: Cast, connector: str, kind: Kind, subject: str) -> None:
    with refused("watch_subject"):
        a_watch(cast, subject, connector=connector, kind=kind)


def test_nobody_is_watched_for_an_organisation_that_is_not_designated(cast: Cast) -> None:
    with refused("not_designated"):
        a_watch(cast, organisation_id=builders.an_organisation(by=()).id)


def test_every_step_stands_in_the_ledger(cast: Cast, networks: Networks) -> None:
    a_permit(cast)
    watch = a_watch(cast)
    networks.post(1)
    look(networks)
    services.end(watch.id, actor=cast.ben, now=NOW)
    events = [one.event for one in Entry.objects.order_by("id") if one.event.startswith(("watch.", "intake."))]
    assert events == [
        "watch.permit_proposed", "watch.permit_approved", "watch.proposed", "watch.approved", "intake.report_filed",
        "watch.looked", "watch.ended",
    ]  # fmt: skip


def test_eve_of_another_agency_sees_no_watch(cast: Cast) -> None:
    a_permit(cast)
    a_watch(cast)
    assert (list(queries.watches(cast.eve)), list(queries.permits(cast.eve))) == ([], [])
    assert len(queries.watches(cast.cleo)) == 1
