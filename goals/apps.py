"""The core: plans, targets, indicators, figures and their progress."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class GoalsConfig(AppConfig):
    name = "goals"

    def ready(self) -> None:
        autodiscover_modules("importers", "measures", "parts")
