"""The ways to send; a new one is one file here and one line in this registry."""

from __future__ import annotations

from openiru.stages.notices.transports import (
    activitypub,
    atproto,
    aws,
    cloudflare,
    http_api,
    mastodon,
    portal,
    smtp,
    xarf,
)
from openiru.stages.notices.transports.shapes import Transport

TRANSPORTS: dict[str, Transport] = {
    one.name: one
    for one in (
        smtp.TRANSPORT,
        portal.TRANSPORT,
        atproto.TRANSPORT,
        mastodon.TRANSPORT,
        activitypub.TRANSPORT,
        cloudflare.TRANSPORT,
        aws.TRANSPORT,
        xarf.TRANSPORT,
        http_api.TRANSPORT,
    )
}
