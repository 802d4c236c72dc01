"""Who: units, posts, users, their sessions and tokens."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # Connects the start of a session.
        import_module("accounts.sessions")
