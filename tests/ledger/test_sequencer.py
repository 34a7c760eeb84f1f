"""The log as it stands: appended in the caller's transaction, put in order by one sequencer, checked leaf by leaf, exported whole."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, connections, transaction

from openiru.errors import Refused
from openiru.ledger import queries, services, verification
from openiru.ledger.ids import new_code
from openiru.ledger.models import Checkpoint, Entry, Head, Heartbeat
from openiru.ledger.signing import Signer, private_key
from openiru.tlog import checkpoint, merkle, verifier
from openiru.tlog.canonical import canonical_json
from tests.builders import NOW
from tests.laws.asking import refused_by_the_database, sql

SIGNER = Signer("example.org/log", Ed25519PrivateKey.from_private_bytes(b"7" * 32))
KEY = checkpoint.vkey(SIGNER.key.public_key(), SIGNER.name)
OTHER = checkpoint.vkey(Ed25519PrivateKey.from_private_bytes(b"8" * 32).public_key(), SIGNER.name)


def append(number: int = 0) -> Entry:
    with transaction.atomic():
        return services.append("system", "exercise.run", f"run:{number}", now=NOW, facts={"number": number})


def sequence() -> int:
    return services.sequence(now=NOW, signer=SIGNER)


def verify(vkey: str = KEY, *, pinned: bool = False) -> verification.Report:
    return verification.verify(vkey=vkey, pinned=pinned)


def unguarded(statement: str, *values: object) -> None:
    """Change what the guards refuse, as somebody with the server's own rights could."""
    sql("set session_replication_role = replica")
    sql(statement, *values)
    sql("set session_replication_role = origin")


@pytest.mark.usefixtures("committed")
def test_an_entry_outside_of_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="belongs into the transaction"):
        services.append("system", "exercise.run", "x", now=NOW, facts={})
    assert not Entry.objects.exists()


@pytest.mark.usefixtures("committed")
def test_an_entry_goes_with_its_transaction() -> None:
    def write_and_break() -> None:
        with transaction.atomic():
            services.append("system", "exercise.run", "x", now=NOW, facts={})
            raise ValueError("it broke")

    with pytest.raises(ValueError, match="it broke"):
        write_and_break()
    assert not Entry.objects.exists()


def in_threads(*works: Callable[[], object]) -> list[BaseException]:
    """Run each in a thread with a connection of its own; return what broke."""
    broken: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:
            broken.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return broken


@pytest.mark.usefixtures("committed")
def test_many_appenders_and_sequencers_at_once_make_one_whole_tree() -> None:
    done = threading.Event()

    def appending(offset: int) -> Callable[[], None]:
        def run() -> None:
            for number in range(40):
                append(offset + number)

        return run

    def sequencing() -> None:
        while not done.is_set():
            sequence()

    sequencers = [threading.Thread(target=lambda: in_threads(sequencing)) for _ in range(2)]
    for thread in sequencers:
        thread.start()
    broken = in_threads(*(appending(1000 * number) for number in range(4)))
    done.set()
    for thread in sequencers:
        thread.join(60)
    while sequence():
        pass
    assert broken == []
    assert list(Entry.objects.order_by("index").values_list("index", flat=True)) == list(range(160))
    report = verify()
    assert (report.problems, report.size, report.waiting) == ((), 160, 0)
    assert Head.objects.get().size == 160


@pytest.mark.usefixtures("committed")
def test_a_leaf_that_is_not_committed_yet_is_not_sequenced_and_not_skipped_for_ever() -> None:
    began, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            services.append("system", "exercise.run", "slow", now=NOW, facts={})
            began.set()
            go_on.wait(30)

    thread = threading.Thread(target=lambda: in_threads(slow))
    thread.start()
    began.wait(30)
    append(1)
    assert sequence() == 1
    go_on.set()
    thread.join(30)
    assert sequence() == 1
    assert [entry.subject for entry in Entry.objects.order_by("index")] == ["run:1", "slow"]
    assert verify().problems == ()


@pytest.mark.usefixtures("committed")
def test_while_one_sequences_another_does_nothing() -> None:
    append()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [services._SEQUENCER])
        found: list[int] = []
        in_threads(lambda: found.append(sequence()))
        assert found == [0]
    assert sequence() == 1


@pytest.fixture
def log(db: None) -> list[Entry]:
    """Seven leaves in the tree, under three checkpoints."""
    made = []
    for batch in ((0, 1, 2), (3,), (4, 5, 6)):
        made += [append(number) for number in batch]
        sequence()
    return made


def test_waiting_leaves_are_told(log: list[Entry]) -> None:
    assert queries.standing().waiting == 0
    late = append(9)
    standing = queries.standing()
    assert (standing.size, standing.waiting, standing.oldest_waiting) == (7, 1, late.at)
    report = verify()
    assert (report.waiting, report.size, report.problems) == (1, 7, ())
    assert sequence() == 1 and sequence() == 0


def test_a_whole_log_verifies_and_is_authenticated_only_by_a_key_from_elsewhere(log: list[Entry]) -> None:
    assert verify() == verification.Report(7, verify().root, 0, 0, False, ())
    assert verify(pinned=True).authenticated
    other = verify(OTHER, pinned=True)
    assert other.problems and not other.authenticated


def test_a_log_that_grows_while_it_is_checked_is_whole(log: list[Entry], monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker sequences at any moment; that must accuse nobody."""
    real, grown = verification._wrong, []

    def while_growing(entry: Entry, position: int) -> list[str]:
        if not grown:
            grown.append(append(99))
            sequence()
        return real(entry, position)

    monkeypatch.setattr(verification, "_wrong", while_growing)
    found = verify()
    assert grown and found.problems == () and found.size == 7
    assert verify().size == 8


def test_every_checkpoint_is_signed_over_the_leaves_before_it(log: list[Entry]) -> None:
    hashes = [bytes(entry.leaf_hash) for entry in Entry.objects.order_by("index")]
    for one in Checkpoint.objects.order_by("size"):
        signed = checkpoint.open_signed(one.note, KEY)
        assert (signed.size, signed.root) == (one.size, merkle.root(hashes[: one.size]))
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [3, 4, 7]


CHANGES = {
    "a leaf": "update ledger_entry set leaf = set_byte(leaf, 20, get_byte(leaf, 20) # 1) where index = 3",
    "a leaf with its hash": "update ledger_entry set leaf = 'x', leaf_hash = sha256('\\x0078'::bytea) where index = 3",
    "a hash alone": "update ledger_entry set leaf_hash = set_byte(leaf_hash, 0, get_byte(leaf_hash, 0) # 1) where index = 3",
    "a private record": "update ledger_entry set record = jsonb_set(record, '{actor}', '\"somebody else\"') where index = 3",
    "a salt": "update ledger_entry set salt = set_byte(salt, 0, get_byte(salt, 0) # 1) where index = 3",
    "a place": "update ledger_entry set index = 100 where index = 3",
    "a missing leaf": "delete from ledger_entry where index = 3",
    "the last leaf missing": "delete from ledger_entry where index = 6",
    "a checkpoint's root": "update ledger_checkpoint set root = set_byte(root, 0, get_byte(root, 0) # 1) where size = 4",
    "the newest checkpoint's note": "update ledger_checkpoint set note = replace(note, E'\\n7\\n', E'\\n6\\n') where size = 7",
    "the newest checkpoints missing": "delete from ledger_checkpoint where size = 7",
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_changed_behind_the_guards_is_found(log: list[Entry], what: str) -> None:
    unguarded(CHANGES[what])
    report = verify(pinned=True)
    assert report.problems and not report.authenticated, what


@pytest.mark.parametrize("what", CHANGES)
def test_the_guards_refuse_it_in_the_first_place(log: list[Entry], what: str) -> None:
    with refused_by_the_database("never|keeps its place|only be erased"):
        sql(CHANGES[what])


def test_erased_records_are_counted_and_the_tree_stays_whole(log: list[Entry]) -> None:
    services.erase([log[2].id])
    report = verify(pinned=True)
    assert (report.problems, report.erased, report.authenticated) == ((), 1, True)


def test_an_empty_log_is_whole_and_leaves_without_a_checkpoint_are_not(db: None) -> None:
    assert verify().problems == ()
    append()
    sequence()
    unguarded("delete from ledger_checkpoint")
    assert verify().problems == ("no checkpoint was signed yet",)


@pytest.fixture
def folder(log: list[Entry], tmp_path: Path) -> Path:
    """An export of the log."""
    standing = queries.standing()
    assert standing.checkpoint is not None
    note, size = standing.checkpoint.note, standing.checkpoint.size
    verifier.write_export(tmp_path / "export", queries.leaves(size=size), note=note, vkey=KEY)
    return tmp_path / "export"


def test_an_export_is_checked_without_a_database(folder: Path) -> None:
    free, pinned = verifier.verify_export(folder, pinned_vkey=None), verifier.verify_export(folder, pinned_vkey=KEY)
    assert free.ok and not free.authenticated
    assert pinned.ok and pinned.authenticated
    assert not verifier.verify_export(folder, pinned_vkey=OTHER).authenticated


def test_one_bit_anywhere_in_an_export_is_found(folder: Path) -> None:
    for path in sorted(one for one in folder.rglob("*") if one.is_file() and one.name != "vkey"):
        whole = path.read_bytes()
        for place in {0, len(whole) // 2, len(whole) - 2}:
            changed = bytearray(whole)
            changed[place] ^= 1
            path.write_bytes(bytes(changed))
            verdict = verifier.verify_export(folder, pinned_vkey=KEY)
            assert not (verdict.ok and verdict.authenticated), f"{path.name} at {place}"
        path.write_bytes(whole)
    assert verifier.verify_export(folder, pinned_vkey=KEY).authenticated


def test_leaves_stream_up_to_a_size(log: list[Entry]) -> None:
    whole = list(queries.leaves())
    assert len(whole) == 7 and list(queries.leaves(size=4)) == whole[:4]
    assert [json.loads(leaf)["subject"] for leaf in whole] == [f"run:{number}" for number in range(7)]


def test_what_happened_to_a_subject_is_read_in_order(log: list[Entry]) -> None:
    again = append(3)
    assert list(queries.about("run:3")) == [log[3], again]
    assert list(queries.latest(2)) == [again, log[6]]
    assert list(queries.latest(event="case.opened")) == []


def test_one_root_stands_for_all_rows_of_a_batch() -> None:
    rows = [{"line": number, "key": f"x:user:h:{number}"} for number in range(9)]
    root, count = services.batch_root(rows)
    assert count == 9 and root == merkle.root([merkle.leaf_hash(canonical_json(row)) for row in rows]).hex()
    assert services.batch_root([*rows[:-1], {"line": 8, "key": "other"}])[0] != root


def test_the_key_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    one, other = (private_key(tmp_path / "keys", "log") for _ in range(2))
    assert one.private_bytes_raw() == other.private_bytes_raw()
    assert (tmp_path / "keys" / "log.pem").stat().st_mode & 0o777 == 0o600


def test_a_silent_or_failing_tick_is_seen(db: None) -> None:
    for name, good, bad in (("fine", 10, None), ("late", 200, None), ("broken", 10, 1), ("never", None, None)):
        Heartbeat.objects.create(
            name=name,
            every_seconds=10,
            good_at=None if good is None else NOW - timedelta(seconds=good),
            bad_at=None if bad is None else NOW - timedelta(seconds=bad),
        )
    assert {beat.name for beat in queries.silent_ticks(NOW)} == {"late", "broken", "never"}


def test_codes_have_no_letters_that_look_alike() -> None:
    codes = [new_code() for _ in range(200)]
    assert len(set(codes)) == 200
    assert not set("".join(codes)) & set("01ILOU")
    with pytest.raises(Refused):
        checkpoint.open_signed("nothing", KEY)
