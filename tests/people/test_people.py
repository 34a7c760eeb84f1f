"""People: agencies, accounts, roles and tokens, each change in the ledger; nobody's secret is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from openiru.ledger.models import Entry
from openiru.people import queries, services
from openiru.people.actor import SYSTEM, Actor
from openiru.people.models import Token, User
from openiru.people.roles import MAY, Role
from tests import builders
from tests.builders import NOW, Cast
from tests.laws.asking import refused, refused_by_the_database, sql


@pytest.fixture
def cast(db: None) -> Cast:
    builders.an_installation()
    return builders.a_cast()


def a_user(cast: Cast, **changes: object) -> tuple[User, str]:
    new = services.NewUser("new@example.org", "New", frozenset({Role.ANALYST}))
    return services.add_user(replace(new, **changes), actor=cast.adi, now=NOW)  # type: ignore[arg-type]


def test_a_password_is_shown_once_and_stored_only_as_argon2(cast: Cast) -> None:
    user, password = a_user(cast)
    assert user.password.startswith("argon2") and password not in user.password
    assert user.check_password(password)
    renewed = services.renew_password(user.id, actor=cast.adi, now=NOW)
    user.refresh_from_db()
    assert user.check_password(renewed) and not user.check_password(password)
    assert not any(word in str(entry.record) for entry in Entry.objects.all() for word in (password, renewed))


def test_an_address_is_one_persons(cast: Cast) -> None:
    a_user(cast)
    with refused("user_exists"):
        a_user(cast, email="NEW@example.org")


@pytest.mark.parametrize("roles", [frozenset(), frozenset({Role.SYSTEM}), frozenset({Role.SYSTEM, Role.ANALYST})])
def test_nobody_is_made_the_system_or_nothing(cast: Cast, roles: frozenset[Role]) -> None:
    with refused("roles_invalid"):
        a_user(cast, roles=roles)
    with refused("roles_invalid"):
        services.set_roles(cast.omar.person, roles, actor=cast.adi, now=NOW)


def test_nobody_changes_their_own_roles(cast: Cast) -> None:
    with refused("own_roles"):
        services.set_roles(cast.adi.person, [Role.APPROVER], actor=cast.adi, now=NOW)


def test_roles_are_what_they_are_now(cast: Cast) -> None:
    services.set_roles(cast.omar.person, [Role.AUDITOR], actor=cast.adi, now=NOW)
    omar = queries.actor_for(User.objects.get(id=cast.omar.person))
    assert omar.roles == {Role.AUDITOR} and not omar.may("case.assess")


def test_a_token_is_made_by_its_own_person_and_only_its_hash_is_stored(cast: Cast) -> None:
    secret = services.make_token(cast.ana.person, label="desk", actor=cast.ana, now=NOW)
    assert Token.objects.get().digest == services.digest(secret) and secret not in str(Token.objects.values())
    assert queries.actor_for_token(secret, now=NOW) == cast.ana
    for other in (cast.adi, cast.ben, cast.eve):
        with refused("not_allowed"):
            services.make_token(cast.ana.person, label="desk", actor=other, now=NOW)
    assert list(queries.tokens_of(cast.ben)) == []


@pytest.mark.parametrize("why", ["unknown", "ended", "revoked", "closed"])
def test_a_token_that_does_not_hold_is_nobody(cast: Cast, why: str) -> None:
    secret = services.make_token(cast.ana.person, label="desk", actor=cast.ana, now=NOW)
    if why == "revoked":
        Token.objects.update(revoked_at=NOW)
    if why == "closed":
        User.objects.filter(id=cast.ana.person).update(is_active=False)
    when = NOW + timedelta(days=90) if why == "ended" else NOW
    with refused("token_invalid"):
        queries.actor_for_token("iru_nothing" if why == "unknown" else secret, now=when)


@pytest.mark.parametrize(("who", "code"), [("ana", ""), ("adi", ""), ("ben", "not_found"), ("eve", "")])
def test_a_token_is_ended_by_its_person_or_an_administrator(cast: Cast, who: str, code: str) -> None:
    secret = services.make_token(cast.ana.person, label="desk", actor=cast.ana, now=NOW)
    token = Token.objects.get()
    if code:
        with refused(code):
            services.revoke_token(token.id, actor=cast.each()[who], now=NOW)
        return
    for _ in range(2):
        services.revoke_token(token.id, actor=cast.each()[who], now=NOW)
    assert Entry.objects.filter(event="people.token_revoked").count() == 1
    with refused("token_invalid"):
        queries.actor_for_token(secret, now=NOW)


def test_whoever_is_closed_has_no_token_any_more_and_nobody_closes_themselves(cast: Cast) -> None:
    secret = services.make_token(cast.ana.person, label="desk", actor=cast.ana, now=NOW)
    services.close_user(cast.ana.person, actor=cast.adi, now=NOW)
    with refused("token_invalid"):
        queries.actor_for_token(secret, now=NOW)
    with refused("own_roles"):
        services.close_user(cast.adi.person, actor=cast.adi, now=NOW)


def test_cooperation_is_seen_from_both_sides(cast: Cast) -> None:
    assert cast.ana.agency_id in cast.cleo.sees and cast.cleo.agency_id in cast.ana.sees
    assert cast.eve.sees == {cast.eve.agency_id}


def test_another_agencys_object_is_not_found_before_it_is_not_allowed() -> None:
    eve = Actor("eve", 1, frozenset(), 9, frozenset({9}))
    with refused("not_found"):
        eve.must("case.decide", agency_id=1)
    with refused("not_allowed"):
        eve.must("case.decide", agency_id=9)


def test_the_system_is_nobody_in_particular() -> None:
    assert SYSTEM.is_system and SYSTEM.sees == frozenset()
    with refused("needs_person"):
        _ = SYSTEM.person
    theirs = {verb for verb, roles in MAY.items() if Role.SYSTEM in roles}
    forbidden = {"case.assess", "case.decide", "case.opinion", "notice.compose", "notice.send", "notice.withdraw",
                 "notice.answer", "protection.end", "protection.review", "redress.decide", "register.confirm",
                 "register.link", "register.policy"}  # fmt: skip
    assert not theirs & forbidden


def test_no_role_alone_has_both_halves_of_a_decision() -> None:
    for role in Role:
        assert not (role in MAY["case.assess"] and role in MAY["case.decide"])
        assert not (role in MAY["case.decide"] and role in MAY["case.opinion"])
        assert not (role in MAY["case.decide"] and role in MAY["notice.send"])
    assert not MAY["protection.review"] & MAY["case.assess"]


def test_an_administrator_is_no_officer() -> None:
    theirs = {verb for verb, roles in MAY.items() if Role.ADMINISTRATOR in roles}
    assert not {verb for verb in theirs if verb.startswith(("case.", "notice.", "redress.", "evidence."))}


def test_the_database_gives_an_actor_id_once(cast: Cast) -> None:
    with refused_by_the_database("people_user_actor"):
        sql("update people_user set actor = %s where id = %s", cast.ana.id, cast.ben.user_id)
