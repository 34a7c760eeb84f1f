"""The stage `register` as a Django app."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """Registers the tables of this room."""

    name = "openiru.stages.register"
    label = "register"
