"""Finds addresses and wallets in text, compares them with known ones, and sees which rare ones several accounts post."""

from openiru.detect.links.detector import Kind, KnownLink, Links, RejectedLink
from openiru.detect.links.sharing import SHARED, shared_links

__all__ = ["SHARED", "Kind", "KnownLink", "Links", "RejectedLink", "shared_links"]
