"""Signed checkpoints: what was signed is read back, and nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from openiru.errors import Refused
from openiru.tlog import checkpoint, note
from openiru.tlog.checkpoint import Checkpoint

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
NAME = "log.example.org/unit"
VKEY = checkpoint.vkey(KEY.public_key(), NAME)
SAID = Checkpoint(NAME, 70_000, bytes(range(32)))
NOTE = checkpoint.sign(SAID, KEY, NAME)

# The examples of the C2SP specifications signed-note and tlog-cosignature.
SPEC_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)


def code_of(raised: pytest.ExceptionInfo[Refused]) -> str:
    return raised.value.code


def test_what_was_signed_is_read_back() -> None:
    assert checkpoint.open_signed(NOTE, VKEY) == SAID


def test_the_note_has_the_three_lines_of_the_format() -> None:
    origin, size, root, blank, signature, end = NOTE.split("\n")
    assert (origin, size, blank, end) == (NAME, "70000", "", "")
    assert root == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    assert signature.startswith(f"— {NAME} ")


def test_the_example_of_the_specification_verifies() -> None:
    verifier = note.read_vkey(SPEC_VKEY, note.Kind.NOTE)
    parsed = note.parse(SPEC_NOTE)
    (signature,) = parsed.by(verifier)
    verifier.public.verify(signature, parsed.body.encode())
    assert str(verifier) == SPEC_VKEY


def test_another_key_is_refused() -> None:
    with pytest.raises(Refused) as raised:
        checkpoint.open_signed(NOTE, checkpoint.vkey(OTHER.public_key(), NAME))
    assert code_of(raised) == "checkpoint_signature"


@given(st.integers(0, len(NOTE.encode()) - 1), st.integers(0, 7))
@settings(max_examples=400)
def test_no_bit_of_a_note_can_change_unseen(at: int, bit: int) -> None:
    raw = bytearray(NOTE.encode())
    raw[at] ^= 1 << bit
    with pytest.raises((Refused, UnicodeDecodeError)):
        checkpoint.open_signed(raw.decode(), VKEY)


@given(st.integers(0, len(VKEY) - 1), st.integers(0, 7))
def test_no_bit_of_a_key_can_change_unseen(at: int, bit: int) -> None:
    raw = bytearray(VKEY.encode())
    raw[at] ^= 1 << bit
    with pytest.raises((Refused, UnicodeDecodeError)):
        checkpoint.open_signed(NOTE, raw.decode())


@given(st.text())
def test_no_text_makes_the_reader_fail_in_another_way(text: str) -> None:
    with pytest.raises(Refused):
        checkpoint.open_signed(text, VKEY)
    with pytest.raises(Refused):
        checkpoint.open_signed(NOTE, text)


@pytest.mark.parametrize(
    "body",
    [
        "log.example.org/unit\n1\n",
        "\n1\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
        "log.example.org/unit\n01\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
        "log.example.org/unit\n-1\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
        "log.example.org/unit\n1\nAAEC\n",
        "log.example.org/unit\n1\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n",
    ],
)
def test_a_well_signed_text_that_is_no_checkpoint_is_refused(body: str) -> None:
    verifier = note.Verifier(NAME, note.Kind.NOTE, KEY.public_key())
    with pytest.raises(Refused) as raised:
        checkpoint.open_signed(f"{body}\n{note.signature_line(verifier, KEY.sign(body.encode()))}", VKEY)
    assert code_of(raised) == "checkpoint_format"


def test_a_name_with_a_space_cannot_sign() -> None:
    with pytest.raises(Refused):
        checkpoint.sign(SAID, KEY, "two words")


def test_an_origin_with_a_line_break_cannot_be_signed() -> None:
    with pytest.raises(Refused):
        checkpoint.sign(Checkpoint("one\ntwo", 1, bytes(32)), KEY, NAME)


def test_signatures_of_unknown_keys_are_ignored() -> None:
    stranger = note.signature_line(note.Verifier("stranger", note.Kind.NOTE, OTHER.public_key()), bytes(64))
    assert checkpoint.open_signed(NOTE + stranger, VKEY) == SAID


def test_one_bad_signature_of_a_known_key_refuses_the_note() -> None:
    forged = note.signature_line(note.Verifier(NAME, note.Kind.NOTE, KEY.public_key()), bytes(64))
    with pytest.raises(Refused):
        checkpoint.open_signed(NOTE + forged, VKEY)


def test_a_witness_signs_what_it_saw_and_when(now: datetime) -> None:
    witness = checkpoint.witness_vkey(OTHER.public_key(), "witness.example.org/w1")
    seen = checkpoint.cosign(NOTE, OTHER, "witness.example.org/w1", at=now)
    assert checkpoint.verify_cosignature(seen, witness) == now
    assert checkpoint.open_signed(seen, VKEY) == SAID
    with pytest.raises(Refused) as raised:
        checkpoint.verify_cosignature(NOTE, witness)
    assert code_of(raised) == "cosignature"


def test_a_cosignature_belongs_to_its_time_and_its_checkpoint() -> None:
    name = "witness.example.org/w1"
    witness = checkpoint.witness_vkey(OTHER.public_key(), name)
    seen = checkpoint.cosign(NOTE, OTHER, name, at=datetime(2026, 3, 2, tzinfo=UTC))
    elsewhere = seen.replace("\n70000\n", "\n70001\n")
    with pytest.raises(Refused):
        checkpoint.verify_cosignature(elsewhere, witness)
    verifier = note.Verifier(name, note.Kind.COSIGNATURE, OTHER.public_key())
    (signature,) = note.parse(seen).by(verifier)
    later = (int.from_bytes(signature[:8], "big") + 1).to_bytes(8, "big") + signature[8:]
    with pytest.raises(Refused):
        checkpoint.verify_cosignature(NOTE + note.signature_line(verifier, later), witness)


LOW_ORDER = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]


@pytest.mark.parametrize("key", LOW_ORDER)
def test_a_key_under_which_one_signature_fits_any_text_is_refused(key: str) -> None:
    weak = checkpoint.vkey(Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)), NAME)
    with pytest.raises(Refused) as raised:
        checkpoint.open_signed(NOTE, weak)
    assert code_of(raised) == "vkey_invalid"


def test_a_log_key_is_no_witness_key() -> None:
    with pytest.raises(Refused) as raised:
        checkpoint.verify_cosignature(NOTE, VKEY)
    assert code_of(raised) == "vkey_invalid"
