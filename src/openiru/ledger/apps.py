"""The ledger as a Django app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Registers the tables of this room."""

    name = "openiru.ledger"
    label = "ledger"
