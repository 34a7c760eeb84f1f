"""Writes one fetched page as a WARC file (ISO 28500), so that any archive tool can replay and check it."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from openiru.fetch import Page

_HOP = {"transfer-encoding", "content-encoding", "content-length", "connection"}


def as_warc(page: Page, *, at: datetime) -> bytes:
    """Return a gzipped WARC with the response as it came (body decoded, so without transfer and content encodings)."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=True)
    seen = page.response
    headers = [(name, value) for name, value in seen.headers.items() if name.lower() not in _HOP]
    headers.append(("Content-Length", str(len(page.content))))
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    info = writer.create_warcinfo_record("capture.warc.gz", {"software": "OpenIRU", "format": "WARC File Format 1.0"})
    info.rec_headers.replace_header("WARC-Date", stamp)
    writer.write_record(info)
    record = writer.create_warc_record(
        seen.final_url,
        "response",
        payload=BytesIO(page.content),
        http_headers=StatusAndHeaders(f"{seen.status} {page.reason}", headers, protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": stamp},
    )
    writer.write_record(record)
    return out.getvalue()
