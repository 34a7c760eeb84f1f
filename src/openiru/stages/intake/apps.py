"""The stage `intake` as a Django app."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Registers the tables of this room."""

    name = "openiru.stages.intake"
    label = "intake"
