"""Text models that are not ours: one file a kind, and the registry of them. None is asked unless the deployment names it."""

from __future__ import annotations

from typing import cast

from openiru.detect.text import Provenance
from openiru.errors import Refused
from openiru.stages.matching.outside import endpoint, onnx
from openiru.stages.matching.outside.shapes import Given, Opened, Plugin

__all__ = ["PLUGINS", "Given", "Opened", "Plugin", "open_model", "version_of"]

PLUGINS: dict[str, Plugin] = {one.kind: cast(Plugin, one) for one in (onnx, endpoint)}


def open_model(given: Given) -> tuple[str, Opened]:
    """The kind and the model that the settings name. Raises Refused (no_text_model) where they name none, or none that is known."""
    for name, plugin in PLUGINS.items():
        if given.where and plugin.is_mine(given.where):
            return name, plugin.open(given)
    raise Refused("no_text_model", setting=given.where or "empty")


def version_of(about: Provenance) -> str:
    """The version under which somebody else's model is kept."""
    return f"{about.name}@{about.version}"[-60:]
