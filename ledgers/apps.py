"""The toolkit that every register (台账) is built with; `goals` discovers its `importers`, which discover the registers."""

from django.apps import AppConfig


class LedgersConfig(AppConfig):
    name = "ledgers"
