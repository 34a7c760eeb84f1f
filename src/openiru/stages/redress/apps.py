"""The stage `redress` as a Django app."""

from django.apps import AppConfig


class RedressConfig(AppConfig):
    """Registers the tables of this room."""

    name = "openiru.stages.redress"
    label = "redress"
