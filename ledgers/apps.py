"""The toolkit of registers (台账); `goals` discovers its `importers`, which discover the registers."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LedgersConfig(AppConfig):
    name = "ledgers"

    def ready(self) -> None:
        # Needs the models, which are there only now.
        post_migrate.connect(import_module("ledgers.searching").install, dispatch_uid="ledgers.searching")
