"""The stage `notices` as a Django app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Registers the tables of this room."""

    name = "openiru.stages.notices"
    label = "notices"
