"""A cast, an exercise, and a place of its own for documents and keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests import builders
from tests.builders import Cast
from tests.stages.notices.smtp_server import Server, serving


@pytest.fixture
def cast(db: None, settings: Settings, tmp_path: Path) -> Cast:
    """Everybody, in an exercise."""
    settings.EVIDENCE, settings.KEYS = tmp_path / "evidence", tmp_path / "keys"
    builders.an_installation()
    return builders.a_cast()


@pytest.fixture
def mail_goes_to(settings: Settings) -> Callable[[str], None]:
    """Point the unit's outgoing mail at an address of loopback."""

    def point(address: str) -> None:
        settings.OPENIRU = {**settings.OPENIRU, "OPENIRU_SMTP": address, "OPENIRU_SMTP_TLS": "off"}

    return point


@pytest.fixture
def server(mail_goes_to: Callable[[str], None]) -> Iterator[Server]:
    """A real SMTP server to which the unit's mail goes."""
    with serving() as server:
        mail_goes_to(server.address)
        yield server
