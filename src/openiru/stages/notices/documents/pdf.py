"""Sets the notice as a PDF (typst) and signs it with the unit's own key (pyHanko), so that a platform can check who sent it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path

import typst
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.signers import PdfSignatureMetadata

from openiru.errors import Unavailable

_HERE = Path(__file__).parent
FONTS = _HERE / "fonts"


def typeset(facts: Mapping[str, object]) -> bytes:
    """Return the PDF of a notice's facts; the same facts give the same bytes. Raises `Unavailable`."""
    day = datetime.fromisoformat(str(facts["issued_at"]))
    shown = {**facts, "day": [day.year, day.month, day.day]}
    given = {"facts": json.dumps(shown, ensure_ascii=False)}
    try:
        return bytes(typst.compile(str(_HERE / "notice.typ"), font_paths=_fonts(), sys_inputs=given))
    except typst.TypstError as error:
        raise Unavailable("typesetting", str(error)[:200], permanent=True) from error


@cache
def _fonts() -> typst.Fonts:
    """Our own fonts and the typesetter's, read once: another machine's fonts would give other bytes, and take 7 ms a page."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


def sign(pdf: bytes, *, keys: Path, name: str, now: datetime) -> bytes:
    """Sign with the unit's certificate, which is made on first use; no time-stamp authority is asked."""
    key, certificate = _identity(keys, name, now)
    signer = signers.SimpleSigner.load(str(key), str(certificate))  # type: ignore[no-untyped-call]
    out = BytesIO()
    about = PdfSignatureMetadata(field_name="Unit", reason="Issued by the unit", name=name, location=None)
    signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), about, signer=signer, output=out)
    return out.getvalue()


def _identity(keys: Path, name: str, now: datetime) -> tuple[Path, Path]:
    """The unit's signing key (P-256) and its self-signed certificate, readable by their owner only."""
    key_path, certificate_path = keys / "documents.pem", keys / "documents.crt"
    if certificate_path.is_file():
        return key_path, certificate_path
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.KeyUsage(True, True, *[False] * 7), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for path, content in ((key_path, pem), (certificate_path, certificate.public_bytes(Encoding.PEM))):
        fresh = path.with_suffix(path.suffix + ".new")
        fresh.touch(mode=0o600)
        fresh.write_bytes(content)
        fresh.rename(path)
    return key_path, certificate_path
