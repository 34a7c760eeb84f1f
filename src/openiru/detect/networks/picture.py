"""Where each account of a community stands in a picture: tied accounts near each other, the same each time."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx

from openiru.detect.networks.communities import SEED, Community

WIDTH, HEIGHT, EDGE = 720, 420, 40


@dataclass(frozen=True, slots=True)
class Spot:
    """An account at x, y (pixels of a picture of WIDTH by HEIGHT)."""

    account: str
    x: int
    y: int


def picture(community: Community) -> dict[str, Spot]:
    """The place of each member, by account (Fruchterman and Reingold, with a fixed seed)."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(community.members)
    graph.add_weighted_edges_from((one.a, one.b, one.bits) for one in community.ties)
    places = nx.spring_layout(graph, seed=SEED, weight="weight", center=(0.5, 0.5), scale=0.5)
    return {
        name: Spot(name, round(EDGE + x * (WIDTH - 2 * EDGE)), round(EDGE + y * (HEIGHT - 2 * EDGE)))
        for name, (x, y) in places.items()
    }
