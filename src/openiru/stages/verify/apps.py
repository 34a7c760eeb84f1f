"""The stage `verify` as a Django app."""

from django.apps import AppConfig


class VerifyConfig(AppConfig):
    """Registers the tables of this room."""

    name = "openiru.stages.verify"
    label = "verify"
