"""Networks: what ties two accounts and what never does, in sentences a person can check, the same each time."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.detect import networks
from openiru.detect.networks.communities import tie_up

Row = tuple[str, str, str]


def traces(*rows: Row) -> pa.Table:
    return pa.Table.from_pylist(
        [dict(zip(networks.TRACES.names, row, strict=True)) for row in rows], schema=networks.TRACES
    )


def test_two_accounts_that_post_two_rare_links_are_tied_and_the_sentence_says_how_rare() -> None:
    found = networks.ties(
        traces(("a", "link", "x"), ("b", "link", "x"), ("a", "media", "f"), ("b", "media", "f")), corpus=1024
    )
    assert found.column("bits").to_pylist() == pytest.approx([9.0, 9.0], abs=0.01)
    assert found.column("sentence").to_pylist()[0] == "both post the link x, as 2 of 1,024 accounts do"
    (tie,) = tie_up(found)
    assert (tie.a, tie.b, tie.bits, len(tie.sentences)) == ("a", "b", pytest.approx(18.0, abs=0.01), 2)


def test_one_value_in_common_may_be_chance() -> None:
    assert tie_up(networks.ties(traces(("a", "link", "x"), ("b", "link", "x")), corpus=1024)) == []


def test_what_many_post_ties_nobody() -> None:
    many = traces(*((f"a{number}", "link", "news") for number in range(networks.RAREST + 1)))
    assert networks.ties(many, corpus=10_000).num_rows == 0


def test_what_is_rare_in_a_part_and_common_in_the_corpus_ties_nobody() -> None:
    part = traces(*a_ring("abc"))
    common = {("link", "link-abc"): networks.RAREST + 1}
    assert set(networks.ties(part, corpus=1000, counts=common).column("kind").to_pylist()) == {"media"}
    rarer = networks.ties(part, corpus=1000, counts={("link", "link-abc"): 10})
    assert "as 10 of 1,000 accounts do" in " ".join(rarer.column("sentence").to_pylist())


def test_a_forward_ties_with_one_trace_but_only_accounts_of_the_corpus() -> None:
    found = networks.ties(traces(("a", "forward", "b"), ("b", "link", "x"), ("a", "announcement", "far")), corpus=8)
    assert [(one.a, one.b, one.sentences) for one in tie_up(found)] == [("a", "b", ("a forwards messages of b",))]


@pytest.mark.parametrize("kind", ["follows", "member", "likes", ""])
def test_following_and_membership_are_no_ties(kind: str) -> None:
    with pytest.raises(ValueError, match="no tie"):
        networks.ties(traces(("a", kind, "b"), ("b", kind, "a")), corpus=2)


def a_ring(names: str) -> list[Row]:
    return [(one, kind, f"{kind}-{names}") for one in names for kind in ("link", "media")]


def test_two_groups_with_one_weak_bridge_are_two_communities() -> None:
    rows = [*a_ring("abcd"), *a_ring("wxyz"), ("d", "forward", "w"), ("w", "link", "own")]
    found = networks.communities(networks.ties(traces(*rows), corpus=4096))
    assert [set(one.members) for one in found] == [set("abcd"), set("wxyz")]
    assert all(len(one.ties) == 6 for one in found), "the bridge is in neither"
    spots = networks.picture(found[0])
    assert set(spots) == set("abcd") and all(0 <= one.x <= 720 and 0 <= one.y <= 420 for one in spots.values())
    assert networks.picture(found[0]) == spots, "the same picture each time"


def test_two_accounts_are_no_community() -> None:
    assert networks.communities(networks.ties(traces(*a_ring("ab")), corpus=64)) == []


def test_nothing_gives_nothing() -> None:
    assert networks.communities(networks.ties(networks.TRACES.empty_table(), corpus=0)) == []


ROWS = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(sorted(networks.KINDS)), st.sampled_from("abcdefghxyz")),
    max_size=60,
)


@given(ROWS, st.randoms())
def test_neither_order_nor_repetition_of_traces_changes_anything(rows: list[Row], chance: object) -> None:
    mixed = [*rows, *rows[: len(rows) // 2]]
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = (networks.communities(networks.ties(traces(*some), corpus=100)) for some in (rows, mixed))
    assert one == other


@given(ROWS)
def test_each_account_stands_in_one_community_at_most_and_each_tie_within_it(rows: list[Row]) -> None:
    found = networks.communities(networks.ties(traces(*rows), corpus=100))
    members = [name for one in found for name in one.members]
    assert len(members) == len(set(members))
    for one in found:
        assert all({tie.a, tie.b} <= set(one.members) and tie.a < tie.b and tie.sentences for tie in one.ties)
