"""The room of who keeps the portal running: backups, the operator's page, metrics. It sees no figure of a plan."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"
