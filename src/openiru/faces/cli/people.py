"""`openiru people …`: agencies, users, passwords and tokens."""

from __future__ import annotations

from argparse import ArgumentParser

from openiru.errors import Refused
from openiru.faces.cli.shapes import Call, Command, Result
from openiru.people import services
from openiru.people.models import Agency, User
from openiru.people.roles import Role


def _add_agency(call: Call) -> Result:
    args = call.args
    made = services.add_agency(args.slug, name=args.name, may_order=args.may_order, actor=call.actor, now=call.now)
    return {"agency": made.slug, "name": made.name}


def _add_user(call: Call) -> Result:
    args = call.args
    agency = Agency.objects.filter(slug=args.agency).first() if args.agency else None
    if args.agency and agency is None:
        raise Refused("not_found", agency=args.agency)
    new = services.NewUser(args.email, args.name, frozenset(Role(role) for role in args.role), agency, args.platform)
    user, password = services.add_user(new, actor=call.actor, now=call.now)
    return {"user": user.email, "password_shown_once": password}


def _renew(call: Call) -> Result:
    user = _user(call.args.email)
    return {"user": user.email, "password_shown_once": services.renew_password(user.id, actor=call.actor, now=call.now)}


def _token(call: Call) -> Result:
    user = _user(call.args.email)
    secret = services.make_token(user.id, label=call.args.label, actor=call.actor, now=call.now)
    return {"user": user.email, "token_shown_once": secret}


def _close(call: Call) -> Result:
    user = services.close_user(_user(call.args.email).id, actor=call.actor, now=call.now)
    return {"user": user.email, "active": user.is_active}


def _revoke(call: Call) -> Result:
    token = services.revoke_token(call.args.number, actor=call.actor, now=call.now)
    return {"token": token.id, "revoked_at": token.revoked_at}


def _cooperate(call: Call) -> Result:
    one, other = (Agency.objects.filter(slug=slug).first() for slug in (call.args.one, call.args.other))
    if one is None or other is None:
        raise Refused("not_found")
    services.let_cooperate(one, other, actor=call.actor, now=call.now)
    return {"agencies": [one.slug, other.slug]}


def _user(email: str) -> User:
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise Refused("not_found", user=email)
    return user


def _agency_args(parser: ArgumentParser) -> None:
    parser.add_argument("slug")
    parser.add_argument("--name", required=True)
    parser.add_argument("--may-order", action="store_true", help="this agency has the power to issue binding orders")


def _user_args(parser: ArgumentParser) -> None:
    parser.add_argument("email")
    parser.add_argument("--name", required=True)
    parser.add_argument(
        "--role", action="append", required=True, choices=[r.value for r in Role if r is not Role.SYSTEM]
    )
    parser.add_argument("--agency", default="")
    parser.add_argument("--platform", default="", help="for a platform contact")


def _token_args(parser: ArgumentParser) -> None:
    parser.add_argument("email")
    parser.add_argument("--label", default="command line")


def _pair_args(parser: ArgumentParser) -> None:
    parser.add_argument("one")
    parser.add_argument("other")


COMMANDS = (
    Command("people", "add-agency", "Let an agency join.", _add_agency, _agency_args, "people.administer"),
    Command(
        "people", "cooperate", "Let two agencies see each other's cases.", _cooperate, _pair_args, "people.administer"
    ),
    Command("people", "add-user", "Add a person.", _add_user, _user_args, "people.administer"),
    Command(
        "people",
        "renew-password",
        "Set a new random password.",
        _renew,
        lambda parser: parser.add_argument("email"),
        "people.administer",
    ),
    Command(
        "people",
        "close",
        "Let a person no longer sign in.",
        _close,
        lambda parser: parser.add_argument("email"),
        "people.administer",
    ),
    Command(
        "people",
        "revoke-token",
        "End a token at once.",
        _revoke,
        lambda parser: parser.add_argument("number", type=int),
    ),
    Command("people", "token", "Make a personal token.", _token, _token_args, "people.administer"),
)
