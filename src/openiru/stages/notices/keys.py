"""The unit's own keys for mail and for other servers: made on first use, readable by their owner only, replaced by putting others there."""

from __future__ import annotations

import base64
import os
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DKIM, ACTOR, MAIL = "dkim.pem", "actor.pem", "mail.pem"


def rsa_key(folder: Path, name: str) -> rsa.RSAPrivateKey:
    """The RSA key (2048 bits) of this name."""
    path = folder / name
    if not path.is_file():
        _keep(path, _pem(rsa.generate_private_key(public_exponent=65537, key_size=2048)))
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def public_pem(key: rsa.RSAPrivateKey) -> str:
    """The public half, as ActivityPub actors show it."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def dkim_record(folder: Path) -> str:
    """What the TXT record of the DKIM selector must say (RFC 6376, 3.6.1)."""
    public = rsa_key(folder, DKIM).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def mail_identity(folder: Path, *, address: str, now: datetime) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """The key and certificate that mail is signed with: an authority's, if one was put there, else self-signed for the address."""
    path, certificate_path = folder / MAIL, (folder / MAIL).with_suffix(".crt")
    if not path.is_file() or not certificate_path.is_file():
        key = ec.generate_private_key(ec.SECP256R1())
        _keep(path, _pem(key))
        _keep(certificate_path, _certificate(key, address, now).public_bytes(Encoding.PEM))
    loaded = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    return loaded, x509.load_pem_x509_certificate(certificate_path.read_bytes())


def _certificate(key: ec.EllipticCurvePrivateKey, address: str, now: datetime) -> x509.Certificate:
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address[:64])])
    use = x509.KeyUsage(True, True, *[False] * 7)
    return (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(use, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name(address)]), critical=False)
        .sign(key, hashes.SHA256())
    )


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _keep(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.touch(mode=0o600)
    fresh.write_bytes(content)
    fresh.rename(path)
