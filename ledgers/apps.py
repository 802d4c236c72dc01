"""The toolkit of registers (台账); `goals` discovers its `importers`, which discover the registers."""

from django.apps import AppConfig


class LedgersConfig(AppConfig):
    name = "ledgers"
