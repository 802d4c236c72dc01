"""The floor's own set-up: changes are tracked from the first migration on."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        # Needs the models, which are there only now.
        post_migrate.connect(import_module("common.changes").install, dispatch_uid="common.changes")
