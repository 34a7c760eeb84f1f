"""Networks of what came in: kept once, tied by rare links and forwards, of what one may see; registered speakers are left out."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from openiru.stages.cases import protections
from openiru.stages.evidence import services as evidence
from openiru.stages.intake.models import Account, Item
from openiru.stages.verify import networks
from openiru.stages.verify.models import Trace
from openiru.terms import ProtectionKind
from tests import builders
from tests.builders import NOW, SYSTEM, Cast
from tests.laws.asking import refused, refused_by_the_database, sql

pytestmark = pytest.mark.django_db
ON = NOW.date()
RARE = "see https://files.example.org/one and https://archive.example.org/two"


@pytest.fixture
def cast() -> Cast:
    builders.an_installation()
    return builders.a_cast()


def a_poster(cast: Cast, text: str = RARE) -> Account:
    account = builders.a_case(cast).account
    number = Item.objects.count()
    Item.objects.create(
        account=account,
        key=f"{account.key}/{number}",
        url=f"{account.url}/{number}",
        kind="post",
        text=text,
        first_seen=NOW,
        retain_until=ON,
    )
    return account


def read() -> int:
    return networks.trace_new(actor=SYSTEM, now=NOW)


def test_three_accounts_with_two_rare_links_are_a_network_and_each_tie_says_why(cast: Cast) -> None:
    ring = [a_poster(cast) for _ in range(3)]
    a_poster(cast, "nothing in common: https://files.example.org/other")
    assert read() and not read(), "each row is read once"
    (one,) = networks.standing(cast.ana, on=ON)
    assert set(one.accounts) == {account.key for account in ring} == set(one.spots)
    assert len(one.community.ties) == 3
    assert "files.example.org/one" in " ".join(one.community.ties[0].sentences)
    around = networks.around(ring[0], cast.ana, on=ON)
    assert around is not None and set(around.accounts) == set(one.accounts)


def test_another_agency_sees_no_network_of_ours(cast: Cast) -> None:
    ring = [a_poster(cast) for _ in range(3)]
    read()
    assert networks.standing(cast.eve, on=ON) == []
    assert networks.around(ring[0], cast.eve, on=ON) is None
    with refused("not_allowed"):
        networks.trace_new(actor=cast.ana, now=NOW)


def test_a_registered_speaker_is_left_out(cast: Cast) -> None:
    ring = [a_poster(cast) for _ in range(3)]
    read()
    protections.add(
        protections.NewProtection(ProtectionKind.PRESS, "A paper", "the press register", ring[0].key),
        actor=cast.rio,
        now=NOW,
    )
    assert networks.standing(cast.ana, on=ON) == [], "two are no network"


def test_a_forward_on_a_captured_page_ties_two_accounts(cast: Cast) -> None:
    source, one, other = (a_poster(cast, "hello") for _ in range(3))
    for account in (one, other):
        kept = evidence.keep("page.txt", "text/plain", account.key.encode())
        new = evidence.NewCapture(account.id, "browser", account.url, (kept,), facts={"forwards": [source.key]})
        evidence.record(new, actor=cast.ana, now=NOW)
    read()
    found = networks.around(source, cast.ana, on=ON)
    assert found is not None and set(found.accounts) == {source.key, one.key, other.key}
    assert any("forwards messages of" in words for tie in found.community.ties for words in tie.sentences)


def test_what_many_of_others_post_is_not_rare_because_one_sees_few_of_them(cast: Cast) -> None:
    ring = [a_poster(cast) for _ in range(3)]
    for _ in range(networks.networks.RAREST):
        stranger = builders.an_account()
        Trace.objects.bulk_create(
            Trace(
                account=stranger,
                kind=one.kind,
                value=one.value,
                item=Item.objects.create(
                    account=stranger,
                    key=f"{stranger.key}/{one.value}"[:400],
                    url=stranger.url,
                    kind="post",
                    first_seen=NOW,
                    retain_until=ON,
                ),
            )
            for one in _values(ring[0])
        )
    assert networks.standing(cast.ana, on=ON) == [] and networks.around(ring[0], cast.ana, on=ON) is None


def _values(account: Account) -> list[Trace]:
    read()
    return list(Trace.objects.filter(account=account))


def test_the_traces_of_a_deleted_capture_go_with_it(cast: Cast) -> None:
    account = a_poster(cast, "hello")
    kept = evidence.keep("page.txt", "text/plain", b"x")
    new = evidence.NewCapture(account.id, "browser", account.url, (kept,), facts={"links": ["https://t.me/elsewhere"]})
    made = evidence.record(new, actor=cast.ana, now=NOW)
    read()
    assert Trace.objects.filter(capture=made).exists()
    type(made).objects.filter(id=made.id).update(deleted_at=NOW)
    read()
    assert not Trace.objects.filter(capture=made).exists()


def test_following_is_no_trace_and_the_database_holds_it(cast: Cast) -> None:
    a_poster(cast)
    read()
    with refused_by_the_database("trace_ties"):
        sql("update verify_trace set kind = 'follows' where id = %s", Trace.objects.earliest("id").id)


def test_the_page_draws_each_network_and_says_the_same_in_words(cast: Cast, client: Client) -> None:
    ring = [a_poster(cast) for _ in range(3)]
    read()
    from openiru.people.models import User

    client.force_login(User.objects.get(id=cast.ana.user_id))
    for address in (reverse("networks"), f"{reverse('networks')}?case={ring[0].cases.get().id}"):
        page = client.get(address).content.decode()
        assert page.count("<circle") == 3 and page.count("<line") == 3
        assert "both post the link" in page
    lonely = a_poster(cast, "hello").cases.get().id
    assert "stands in no network" in client.get(f"{reverse('networks')}?case={lonely}").content.decode()
