"""Writes what went over the wire as a WARC file (ISO 28500), so that any archive tool can replay and check it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from urllib.parse import urlsplit

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from openiru.fetch import Hop

NAME = "data.warc.gz"
SOFTWARE = "OpenIRU/0.1"
_HOP = {"transfer-encoding", "content-encoding", "content-length", "connection"}


def as_warc(hops: Iterable[Hop], *, at: datetime, views: Iterable[tuple[str, str, bytes]] = ()) -> bytes:
    """A gzipped WARC with each request and its response (bodies decoded), and what was made of the page.

    `views` are (address as `urn:…`, media type, bytes): the picture and the text, as resource records.
    """
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    info = writer.create_warcinfo_record(NAME, {"software": SOFTWARE, "format": "WARC File Format 1.1"})
    info.rec_headers.replace_header("WARC-Date", stamp)
    writer.write_record(info)
    for hop in hops:
        writer.write_request_response_pair(_request(writer, hop, stamp), _response(writer, hop, stamp))
    for address, kind, content in views:
        dated = {"WARC-Date": stamp}
        writer.write_record(
            writer.create_warc_record(
                address,
                "resource",
                payload=BytesIO(content),
                length=len(content),
                warc_content_type=kind,
                warc_headers_dict=dated,
            )
        )
    return out.getvalue()


def _request(writer: WARCWriter, hop: Hop, stamp: str) -> ArcWarcRecord:
    parts = urlsplit(hop.url)
    line = f"GET {parts.path or '/'}{'?' + parts.query if parts.query else ''} HTTP/1.1"
    heads = [(name, value) for name, value in hop.asked if name.lower() != "x-sandbox-vantage"]
    heads = [(name, parts.netloc if name.lower() == "host" else value) for name, value in heads]
    headers = StatusAndHeaders(line, heads, is_http_request=True)
    return writer.create_warc_record(
        hop.url, "request", http_headers=headers, payload=BytesIO(), length=0, warc_headers_dict={"WARC-Date": stamp}
    )


def _response(writer: WARCWriter, hop: Hop, stamp: str) -> ArcWarcRecord:
    headers = [(name, value) for name, value in hop.headers if name.lower() not in _HOP]
    headers.append(("Content-Length", str(len(hop.content))))
    return writer.create_warc_record(
        hop.url,
        "response",
        payload=BytesIO(hop.content),
        length=len(hop.content),
        http_headers=StatusAndHeaders(f"{hop.status} {hop.reason}".strip(), headers, protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": stamp},
    )
