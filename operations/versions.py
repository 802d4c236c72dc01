"""Which code, which database, and whether the two belong together."""

import platform
from dataclasses import dataclass, field

import django
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from common.version import code_version


@dataclass(frozen=True)
class Migrations:
    """The migrations that the code has and the database lacks, and those that only a newer code knows."""

    applied: int
    missing: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        """ "ok", "missing" (run `migrate`) or "newer" (the database is of a newer code)."""
        return "newer" if self.unknown else "missing" if self.missing else "ok"


def migrations() -> Migrations:
    """Asked of the database, in one query."""
    loader = MigrationLoader(connection)
    assert loader.disk_migrations is not None
    applied, known = set(loader.applied_migrations), set(loader.disk_migrations)
    # What an app that is no longer installed left behind is nobody's.
    unknown = {(app, name) for app, name in applied - known if app in loader.migrated_apps}
    replaced = {old for node in known for old in loader.disk_migrations[node].replaces}
    missing = {node for node in known - applied if node in loader.graph.nodes}
    return Migrations(len(applied), _named(missing), _named(unknown - replaced))


def _named(found: set[tuple[str, str]]) -> list[str]:
    return [f"{app}.{name}" for app, name in sorted(found)]


def versions() -> list[tuple[str, str]]:
    """What runs here: names and versions."""
    return [
        ("code", code_version()),
        ("Python", platform.python_version()),
        ("Django", django.__version__),
        (connection.display_name, _server()),
    ]


def _server() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version" if connection.vendor == "postgresql" else "SELECT sqlite_version()")
        return str(cursor.fetchone()[0])
