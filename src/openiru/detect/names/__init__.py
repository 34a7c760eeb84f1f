"""Finds designated names and aliases in running text, bios, display names and handles, in all the scripts they are written in."""

from openiru.detect.names.aliases import Alias, ContextWord, Protected, Quality, Rejected
from openiru.detect.names.detector import Names

__all__ = ["Alias", "ContextWord", "Names", "Protected", "Quality", "Rejected"]
