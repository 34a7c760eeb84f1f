"""Networks: accounts tied by what they post and whom they forward, in communities. Pure; Arrow tables in and out."""

from openiru.detect.networks.communities import Community, communities
from openiru.detect.networks.picture import Spot, picture
from openiru.detect.networks.ties import KINDS, RAREST, TIES, TRACES, ties

__all__ = ["KINDS", "RAREST", "TIES", "TRACES", "Community", "Spot", "communities", "picture", "ties"]
