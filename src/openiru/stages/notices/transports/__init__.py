"""The ways to send; a new one is one file here and one line in this registry."""

from __future__ import annotations

from openiru.stages.notices.transports import portal, smtp
from openiru.stages.notices.transports.shapes import Transport

TRANSPORTS: dict[str, Transport] = {one.name: one for one in (smtp.TRANSPORT, portal.TRANSPORT)}
