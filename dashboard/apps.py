"""What leaders see: overview, section and target. Of other apps it only reads."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DashboardConfig(AppConfig):
    name = "dashboard"

    def ready(self) -> None:
        autodiscover_modules("panels")
