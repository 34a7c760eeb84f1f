"""Law 10: never mixed with a demand for user data; only public content."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest
from django.apps import apps

from openiru.platforms import PLATFORMS
from openiru.platforms.shapes import NoticeFacts
from openiru.terms import Action, Leg, Platform
from tests.platforms.examples import a_notice_to

DEMAND = re.compile(
    r"subscriber (information|data)|user data|ip[- ]address|log files?|date of birth|payment (data|details)|"
    r"private messages?|identity of the (holder|user)|contact list",
    re.I,
)

SAYS_SO = re.compile(r"no user data is asked for", re.I)


@pytest.mark.parametrize("leg", Leg)
@pytest.mark.parametrize("platform", Platform)
def test_no_notice_asks_for_data_of_a_user(platform: Platform, leg: Leg) -> None:
    made = PLATFORMS[platform].compose(a_notice_to(platform, leg))
    whole = "\n".join([made.subject, made.body, *made.steps, *map(str, made.fields), *map(str, made.fields.values())])
    assert SAYS_SO.search(made.body)
    assert not DEMAND.search(SAYS_SO.sub("", whole))


def test_there_is_no_action_and_no_field_for_it() -> None:
    assert {action.value for action in Action} == {"label", "withhold", "remove_items", "disable_account"}
    names = " ".join(field.name for field in fields(NoticeFacts))
    assert not re.search(r"subscriber|ip_address|birth|contact|followers|friends", names)


def test_no_table_has_a_place_for_followers_by_name_faces_or_private_messages() -> None:
    columns = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("openiru.stages")
        for field in model._meta.get_fields()
    }
    assert columns
    assert not [name for name in columns if re.search(r"face|biometric|friend|private_message|ethnic|religio", name)]
