"""Packs a WARC as WACZ: one ZIP with index, pages, hashes of all of it and a signature (webrecorder specs, WACZ 1.1.1, WACZ-auth 0.1.0)."""

from __future__ import annotations

import hashlib
import json
import zipfile
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from warcio.archiveiterator import ArchiveIterator

from openiru.stages.evidence.warc import NAME, SOFTWARE

_WARC, _INDEX, _PAGES = f"archive/{NAME}", "indexes/index.cdxj", "pages/pages.jsonl"
_PACKAGE, _DIGEST = "datapackage.json", "datapackage-digest.json"
_HALF = 48
"""Bytes of one half of a P-384 signature; the browsers' tools write the two halves one after the other."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The page that a reader of the archive opens first."""

    url: str
    title: str
    text: str


def pack(warc: bytes, shown: Shown, *, at: datetime, key: ec.EllipticCurvePrivateKey) -> bytes:
    """The whole package; the same input gives the same bytes but for the signature."""
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    header = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": True}
    page = {"id": "1", "url": shown.url, "ts": stamp, "title": shown.title, "text": shown.text}
    files = {
        _WARC: warc,
        _INDEX: "".join(sorted(_index(warc))).encode(),
        _PAGES: "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in (header, page)).encode(),
    }
    package = json.dumps(
        {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "software": SOFTWARE,
            "created": stamp,
            "mainPageUrl": shown.url,
            "mainPageDate": stamp,
            "title": shown.title,
            "resources": [
                {"name": Path(path).name, "path": path, "hash": _sha(content), "bytes": len(content)}
                for path, content in files.items()
            ],
        },
        ensure_ascii=False,
        indent=1,
    ).encode()
    digest = {"path": _PACKAGE, "hash": _sha(package), "signedData": _signed(_sha(package), stamp, key)}
    return _zip(files | {_PACKAGE: package, _DIGEST: json.dumps(digest, indent=1).encode()}, at)


def problems(packed: bytes) -> list[str]:
    """What does not hold, each by the name of the file inside; nothing for a package that is whole and signed."""
    try:
        with zipfile.ZipFile(BytesIO(packed)) as archive:
            broken = archive.testzip()
            if broken:
                return [broken]
            return _inside({name: archive.read(name) for name in archive.namelist()})
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError):
        return ["the package itself"]


def signing_key(folder: Path) -> ec.EllipticCurvePrivateKey:
    """The unit's key for packages (ECDSA P-384, as the browsers' tools read it), made on first use."""
    place = folder / "wacz.pem"
    if not place.is_file():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = ec.generate_private_key(ec.SECP384R1())
        fresh = place.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_bytes(
            made.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        fresh.rename(place)
    key = serialization.load_pem_private_key(place.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{place.name} is not an elliptic-curve key")
    return key


def public_key_of(packed: bytes) -> str:
    """The key a package says it was signed with (base64 of DER); whose it is must be known from elsewhere."""
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        return str(json.loads(archive.read(_DIGEST))["signedData"]["publicKey"])


def sort_key(url: str) -> str:
    """The SURT form by which CDXJ sorts: host from the right, then path, query in order."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        return url.lower()
    host = ",".join(reversed((parts.hostname or "").removeprefix("www.").split(".")))
    query = urlencode(sorted(parse_qsl(parts.query.lower(), keep_blank_values=True)))
    port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    return f"{host}{port}){(parts.path or '/').lower()}{'?' + query if query else ''}"


def _index(warc: bytes) -> Iterator[str]:
    records = ArchiveIterator(BytesIO(warc))
    for record in records:
        kind, url = record.rec_type, record.rec_headers.get_header("WARC-Target-URI")
        head, digest = record.rec_headers, record.rec_headers.get_header("WARC-Payload-Digest") or ""
        http = record.http_headers
        record.content_stream().read()
        offset, length = records.get_record_offset(), records.get_record_length()
        if kind not in {"response", "resource"}:
            continue
        when = "".join(sign for sign in head.get_header("WARC-Date") if sign.isdigit())[:14]
        mime = (http.get_header("Content-Type") if http else head.get_header("Content-Type")) or ""
        line = {
            "url": url,
            "mime": mime.split(";")[0].strip(),
            "status": http.get_statuscode() if http else "200",
            "digest": digest,
            "length": str(length),
            "offset": str(offset),
            "filename": NAME,
        }
        yield f"{sort_key(url)} {when} {json.dumps(line)}\n"


def _inside(files: dict[str, bytes]) -> list[str]:
    try:
        package, digest = files[_PACKAGE], json.loads(files[_DIGEST])
        if digest["hash"] != _sha(package) or digest["signedData"]["hash"] != _sha(package):
            return [_PACKAGE]
        if not _holds(digest["signedData"]):
            return [_DIGEST]
        named = {one["path"]: one["hash"] for one in json.loads(package)["resources"]}
    except (KeyError, ValueError, TypeError):
        return [_DIGEST if _PACKAGE in files else _PACKAGE]
    strange = set(files) - set(named) - {_PACKAGE, _DIGEST}
    return [path for path, sha in named.items() if _sha(files.get(path, b"")) != sha] + sorted(strange)


def _signed(digest: str, stamp: str, key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    one, two = decode_dss_signature(key.sign(digest.encode(), ec.ECDSA(hashes.SHA256())))
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return {
        "hash": digest,
        "created": stamp,
        "software": SOFTWARE,
        "version": "0.1.0",
        "signature": b64encode(one.to_bytes(_HALF, "big") + two.to_bytes(_HALF, "big")).decode(),
        "publicKey": b64encode(public).decode(),
    }


def _holds(signed: dict[str, str]) -> bool:
    try:
        raw = b64decode(signed["signature"], validate=True)
        key = serialization.load_der_public_key(b64decode(signed["publicKey"], validate=True))
        if not isinstance(key, ec.EllipticCurvePublicKey) or len(raw) != 2 * _HALF:
            return False
        halves = int.from_bytes(raw[:_HALF], "big"), int.from_bytes(raw[_HALF:], "big")
        key.verify(encode_dss_signature(*halves), signed["hash"].encode(), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, UnsupportedAlgorithm, NotBase64, ValueError):
        return False
    return True


def _zip(files: dict[str, bytes], at: datetime) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, date_time=(max(1980, at.year), at.month, at.day, at.hour, at.minute, 0))
            archive.writestr(info, content)
    return out.getvalue()


def _sha(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
