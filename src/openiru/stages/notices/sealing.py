"""Signs a mail twice: S/MIME (RFC 8551) says who wrote it, DKIM (RFC 6376) which domain sent it."""

from __future__ import annotations

from datetime import datetime
from email.utils import parseaddr

import dkim
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from django.conf import settings

from openiru.stages.notices import keys

SIGNED_HEADERS = (b"from", b"to", b"subject", b"date", b"message-id", b"in-reply-to", b"references", b"content-type")
_INNER = ("content-", "mime-version")


def seal(message: bytes, *, now: datetime) -> bytes:
    """Return the mail signed both ways; the headers that people see stay outside, where DKIM covers them."""
    return _with_dkim(_with_smime(message, now))


def _with_smime(message: bytes, now: datetime) -> bytes:
    head, _, body = message.partition(b"\r\n\r\n")
    outer, inner = _split(head)
    key, certificate = keys.mail_identity(settings.KEYS, address=_address(), now=now)
    entity = b"\r\n".join(inner) + b"\r\n\r\n" + body
    signed = (
        PKCS7SignatureBuilder()
        .set_data(entity)
        .add_signer(certificate, key, hashes.SHA256())
        .sign(Encoding.SMIME, [PKCS7Options.DetachedSignature])
    )
    return b"\r\n".join(outer) + b"\r\n" + _lines(signed)


def _split(head: bytes) -> tuple[list[bytes], list[bytes]]:
    """Header fields for the outside, and those of the entity that is signed; folded lines stay with their field."""
    outer: list[bytes] = []
    inner: list[bytes] = []
    into = outer
    for line in head.split(b"\r\n"):
        if not line.startswith((b" ", b"\t")):
            into = inner if line.lower().startswith(tuple(name.encode() for name in _INNER)) else outer
        if not line.lower().startswith(b"mime-version"):
            into.append(line)
    return outer, inner


def _lines(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _with_dkim(message: bytes) -> bytes:
    selector = settings.OPENIRU["OPENIRU_DKIM_SELECTOR"]
    if not selector:
        return message
    key = keys.rsa_key(settings.KEYS, keys.DKIM).private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    domain = _address().rpartition("@")[2]
    present = {line.partition(b":")[0].lower() for line in message.partition(b"\r\n\r\n")[0].split(b"\r\n")}
    names = [name for name in SIGNED_HEADERS if name in present]
    header = dkim.sign(
        message,
        selector.encode(),
        domain.encode(),
        key,
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=names,
    )
    return bytes(header) + message


def _address() -> str:
    return parseaddr(settings.OPENIRU["OPENIRU_MAIL_FROM"])[1] or "unit@localhost"
