"""The stage `evidence` as a Django app."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Registers the tables of this room."""

    name = "openiru.stages.evidence"
    label = "evidence"
