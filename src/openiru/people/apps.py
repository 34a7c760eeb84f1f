"""People as a Django app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers the tables of this room."""

    name = "openiru.people"
    label = "people"
