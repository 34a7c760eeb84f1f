"""The API keeps to its own description: requests drawn from it, good and bad, never crash and always answer as it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import schemathesis
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as drawn
from hypothesis import strategies as st
from pytest_django import Settings
from schemathesis import GenerationMode

from openiru import clock
from openiru.faces.api.urls import api
from openiru.people import services as people
from tests import builders
from tests.builders import NOW

DESCRIPTION: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(), default=str))
ROUTES = [(path, method.upper()) for path, methods in DESCRIPTION["paths"].items() for method in methods]


@pytest.fixture
def keys(db: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A person's token, a reporter's key, and none."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.HOME, settings.KEYS = tmp_path, tmp_path / "keys"
    builders.an_installation()
    cast = builders.a_cast()
    token = people.make_token(cast.ana.person, label="api", actor=cast.ana, now=NOW)
    return {"person": token, "reporter": builders.a_reporter(cast).secret, "nobody": ""}  # type: ignore[attr-defined]


def send(case: Any, key: str) -> HttpResponse:
    """Send a drawn request through the whole of Django."""
    asked = case.as_transport_kwargs(base_url="http://testserver")
    query = urlencode(asked.get("params") or {}, doseq=True)
    path = urlsplit(asked["url"]).path + (f"?{query}" if query else "")
    headers = {name: str(value) for name, value in asked["headers"].items() if name.lower().startswith("webhook")}
    headers |= {"Authorization": f"Bearer {key}"} if key else {}
    if asked.get("files"):
        body, kind = b"--x\r\nnot a form", "multipart/form-data; boundary=x"
    else:
        body, kind = json.dumps(asked.get("json")).encode(), "application/json"
    return Client(raise_request_exception=True).generic(asked["method"], path, body, content_type=kind, headers=headers)


@pytest.mark.parametrize(("path", "method"), ROUTES)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: str(mode.value))
def test_what_the_description_allows_and_forbids_is_answered_as_it_says(
    path: str, method: str, mode: GenerationMode, keys: dict[str, str]
) -> None:
    operation = schemathesis.openapi.from_dict(DESCRIPTION)[path][method]
    described = {int(status) for status in operation.definition.raw["responses"]}

    @drawn(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
    @given(st.data())
    def answered(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        cache.clear()
        for who, key in keys.items():
            answer = send(case, key)
            assert answer.status_code in described | {405}, (who, answer.status_code, answer.content[:300])
            if answer.status_code >= 400 and answer.status_code != 405:
                assert {"error", "text"} <= set(json.loads(answer.content)), who

    answered()
