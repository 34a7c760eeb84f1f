"""The console as a Django app: templates, static files and tags, no tables."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Registers templates and tags of the console."""

    name = "openiru.faces.console"
    label = "console"
