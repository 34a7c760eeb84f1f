"""The stage `transparency` as a Django app."""

from django.apps import AppConfig


class TransparencyConfig(AppConfig):
    """Registers the tables of this room."""

    name = "openiru.stages.transparency"
    label = "transparency"
