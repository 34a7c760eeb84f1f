"""The stage `matching` as a Django app."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    """Registers the tables of this room."""

    name = "openiru.stages.matching"
    label = "matching"
