"""The registry of connectors: one pure file for each open network."""

from __future__ import annotations

from collections.abc import Mapping

from openiru.errors import Refused
from openiru.stages.intake.watching.connectors import bluesky, mastodon, telegram
from openiru.stages.intake.watching.connectors.shapes import Connector

CONNECTORS: Mapping[str, Connector] = {
    one.name: one for one in (bluesky.CONNECTOR, mastodon.CONNECTOR, telegram.CONNECTOR)
}


def connector(name: str) -> Connector:
    """The connector of this name; Refused `not_found` for another."""
    found = CONNECTORS.get(name)
    if found is None:
        raise Refused("not_found", connector=name)
    return found
