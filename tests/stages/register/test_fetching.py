"""Fetching a published list from a real server on loopback: only what changed, whole or not at all, never from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from openiru.errors import Refused, Unavailable
from openiru.stages.register.fetching import Downloader, Marks
from tests.stages.register.publisher import Publisher, publishing

CONTENT = b"0123456789" * 3000
HERE = Downloader(loopback=True, seconds=2)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing() as made:
        made.files["list.xml"] = CONTENT
        yield made


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "list"


def test_a_file_comes_whole_with_the_servers_marks(publisher: Publisher, into: Path) -> None:
    fetched = HERE.get(publisher.address("list.xml"), into)
    assert fetched.content == into and into.read_bytes() == CONTENT
    assert fetched.marks.etag


def test_a_file_that_did_not_change_is_not_sent_again(publisher: Publisher, into: Path) -> None:
    marks = HERE.get(publisher.address("list.xml"), into).marks
    again = HERE.get(publisher.address("list.xml"), into, marks)
    assert (again.content, again.marks) == (None, marks)
    publisher.files["list.xml"] = CONTENT + b"!"
    assert HERE.get(publisher.address("list.xml"), into, marks).content == into


def test_a_download_that_broke_off_goes_on_where_it_was(publisher: Publisher, into: Path) -> None:
    publisher.cuts = [10_000, 5_000]
    HERE.get(publisher.address("list.xml"), into)
    assert into.read_bytes() == CONTENT
    assert [headers.get("range") for _, headers in publisher.asked] == [None, "bytes=10000-", "bytes=15000-"]


def test_a_file_that_changed_between_two_parts_is_fetched_from_its_beginning(publisher: Publisher, into: Path) -> None:
    publisher.cuts = [10_000]
    other = b"x" * 20_000

    class Changing(dict[str, bytes]):
        def get(self, path: str, default: object = None) -> bytes:
            return CONTENT if len(publisher.asked) == 1 else other

    publisher.files = Changing()
    HERE.get(publisher.address("list.xml"), into)
    assert into.read_bytes() == other


def test_without_a_mark_a_broken_download_starts_again(publisher: Publisher, into: Path) -> None:
    publisher.cuts, publisher.marked = [10_000], False
    HERE.get(publisher.address("list.xml"), into)
    assert into.read_bytes() == CONTENT
    assert "range" not in publisher.asked[1][1]


def test_a_download_that_breaks_off_again_and_again_is_given_up(publisher: Publisher, into: Path) -> None:
    publisher.cuts = [10] * 9
    with pytest.raises(Unavailable, match="broke off"):
        HERE.get(publisher.address("list.xml"), into)


@pytest.mark.parametrize(("status", "permanent"), [(500, False), (503, False), (403, False), (404, True), (410, True)])
def test_a_server_that_says_no_is_unavailable(publisher: Publisher, into: Path, status: int, permanent: bool) -> None:
    publisher.status = status
    with pytest.raises(Unavailable, match=str(status)) as caught:
        HERE.get(publisher.address("list.xml"), into)
    assert caught.value.permanent == permanent


def test_a_file_that_is_too_big_is_refused(publisher: Publisher, into: Path) -> None:
    with pytest.raises(Refused, match="too_big"):
        Downloader(loopback=True, largest=len(CONTENT) - 1).get(publisher.address("list.xml"), into)


def test_a_server_that_drips_is_given_up(publisher: Publisher, into: Path) -> None:
    publisher.drip = 0.2
    with pytest.raises(Unavailable, match="too slow"):
        Downloader(loopback=True, longest=0.5).get(publisher.address("list.xml"), into)


def test_a_server_that_falls_silent_is_given_up(publisher: Publisher, into: Path) -> None:
    publisher.drip = 5
    with pytest.raises(Unavailable):
        Downloader(loopback=True, seconds=0.1).get(publisher.address("list.xml"), into)


def test_nobody_there_is_unavailable(into: Path) -> None:
    with pytest.raises(Unavailable, match="ConnectError"):
        HERE.get("http://127.0.0.1:9/list.xml", into)


def test_a_redirect_is_followed_within_the_machine_only(publisher: Publisher, into: Path) -> None:
    publisher.to = "/list.xml"
    HERE.get(publisher.address("old.xml"), into)
    assert into.read_bytes() == CONTENT
    publisher.to = "http://192.0.2.7/list.xml"
    with pytest.raises(Refused, match="loopback_only"):
        HERE.get(publisher.address("old.xml"), into)


@pytest.mark.parametrize(
    "address",
    ["https://192.0.2.7/l", "https://10.0.0.1/l", "http://0.0.0.0/l", "file:///etc/hostname", "ftp://127.0.0.1/l"],
)
def test_an_exercise_fetches_from_its_own_machine_only(address: str, into: Path) -> None:
    with pytest.raises((Refused, Unavailable)):
        HERE.get(address, into)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/l", "https://127.0.0.1/l", "https://10.0.0.1/l", "https://169.254.169.254/l", "https://[::1]/l",
        "https://[::ffff:10.0.0.1]/l", "http://93.184.215.14/l",
    ],
)  # fmt: skip
def test_a_live_installation_fetches_from_public_addresses_over_tls_only(address: str, into: Path) -> None:
    with pytest.raises(Refused, match="address_forbidden"):
        Downloader().get(address, into)


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path, into: Path) -> None:
    with publishing(_self_signed(tmp_path)) as publisher:
        publisher.files["list.xml"] = CONTENT
        with pytest.raises(Unavailable, match="ConnectError"):
            HERE.get(publisher.address("list.xml"), into)
    assert not publisher.asked


def _self_signed(folder: Path) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    day = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(day)
        .not_valid_after(day + timedelta(days=36500))
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    kept = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(kept + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_a_weak_mark_is_no_proof_that_two_parts_belong_together() -> None:
    assert Marks('W/"a"', "Mon, 02 Mar 2026 09:00:00 GMT").proof == "Mon, 02 Mar 2026 09:00:00 GMT"
    assert Marks('"a"', "x").proof == '"a"'
