"""Accounts that hang together: communities of ties (Louvain, networkx), each tie with its sentences. Suggestions to look, no more."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import networkx as nx
import pyarrow as pa

from openiru.detect.networks.ties import DIRECTED

SMALLEST = 3
SEED = 7
VALUES = 2
"""One value in common may be chance; two different ones, or one that names the other account, tie two accounts."""


@dataclass(frozen=True, slots=True)
class Tie:
    """Two accounts and everything that ties them, the most surprising first; `bits` is the sum."""

    a: str
    b: str
    bits: float
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Community:
    """Accounts that hang together, the best connected first, with the ties among them. It says nothing of any one of them."""

    members: tuple[str, ...]
    ties: tuple[Tie, ...]

    @property
    def bits(self) -> float:
        """The sum of its ties."""
        return sum(one.bits for one in self.ties)


def communities(found: pa.Table, *, smallest: int = SMALLEST) -> list[Community]:
    """Communities of TIES, the strongest first; the same table gives the same ones (Blondel et al. 2008, with a fixed seed)."""
    pairs = tie_up(found)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_weighted_edges_from((one.a, one.b, one.bits) for one in pairs)
    groups = nx.community.louvain_communities(graph, weight="weight", seed=SEED) if pairs else []
    made = [_community(group, pairs, graph) for group in groups if len(group) >= smallest]
    return sorted(made, key=lambda one: (-one.bits, one.members))


def tie_up(found: pa.Table) -> list[Tie]:
    """The pairs of accounts that enough ties, in the order of the accounts."""
    rows: dict[tuple[str, str], list[tuple[float, str, str, str]]] = defaultdict(list)
    names = ("a", "b", "bits", "kind", "value", "sentence")
    for a, b, bits, kind, value, sentence in zip(*(found.column(name).to_pylist() for name in names), strict=True):
        rows[a, b].append((bits, kind, value, sentence))
    return [
        Tie(a, b, sum(one[0] for one in some), tuple(dict.fromkeys(one[3] for one in sorted(some, reverse=True))))
        for (a, b), some in sorted(rows.items())
        if len({(kind, value) for _, kind, value, _ in some}) >= VALUES or any(one[1] in DIRECTED for one in some)
    ]


def _community(group: set[str], pairs: list[Tie], graph: nx.Graph[str]) -> Community:
    inside = [one for one in pairs if one.a in group and one.b in group]
    strength: dict[str, float] = dict(graph.subgraph(group).degree(weight="weight"))
    members = sorted(group, key=lambda one: (-strength[one], one))
    return Community(tuple(members), tuple(sorted(inside, key=lambda one: (-one.bits, one.a, one.b))))
