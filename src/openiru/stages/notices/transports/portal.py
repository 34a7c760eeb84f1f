"""The platform's own form: we prepare a package and a page to copy from; a person submits and brings the ticket back."""

from __future__ import annotations

from openiru.stages.notices.transports.shapes import Transport

TRANSPORT = Transport("portal", "The platform's own form, submitted by a person", automatic=False, open=None)
