"""The stage `cases` as a Django app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Registers the tables of this room."""

    name = "openiru.stages.cases"
    label = "cases"
