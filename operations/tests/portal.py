"""A portal of a test's own, with a database and evidence that commands in processes of their own may replace."""

import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from operations.backup.databases import Database
from operations.backup.postgresql import PostgreSQL
from operations.backup.sqlite import SQLite

TODAY = "2022-10-12"


@dataclass
class Portal:
    """Where its database and evidence are; asks and changes them without Django."""

    database_url: str
    evidence: Path
    database: Database

    def manage(self, *command: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """`manage.py` in a process to which this is the portal."""
        told = {
            "DATABASE_URL": self.database_url,
            "EVIDENCE_ROOT": str(self.evidence),
            "DJANGO_SETTINGS_MODULE": "taoyan.settings",
            "DEBUG": "1",
            "REDIS_URL": "",
            "TAOYAN_TODAY": TODAY,
        }
        program = [sys.executable, str(settings.BASE_DIR / "manage.py"), *command]
        return subprocess.run(program, env=os.environ | told | more, capture_output=True, text=True, check=False)

    def did(self, *command: str, **more: str) -> str:
        done = self.manage(*command, **more)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def connected(self) -> Iterator[Any]:
        """A cursor, as another process would have one."""
        if isinstance(self.database, SQLite):
            with closing(sqlite3.connect(self.database.path)) as opened:
                opened.execute("PRAGMA journal_mode = WAL")
                yield opened.cursor()
                opened.commit()
            return
        with closing(psycopg2.connect(self.database_url)) as opened, opened:
            yield opened.cursor()

    def ask(self, statement: str) -> Any:
        with self.connected() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def tell(self, statement: str) -> None:
        with self.connected() as cursor:
            cursor.execute(statement)

    def state(self) -> Any:
        """All that a refused restore must leave as it was."""
        tables = ("accounts_user", "goals_plan", "goals_target", "goals_progress", "goals_evidence", "audit_event")
        counts = {table: self.ask(f"SELECT count(*) FROM {table}") for table in tables}
        files = sorted((path.name, path.read_bytes()) for path in self.evidence.rglob("*") if path.is_file())
        return counts, self.ask("SELECT sequence, digest FROM audit_head"), files, self.beside()

    def beside(self) -> list[str]:
        """What lies beside it: databases and folders that a restore made."""
        found = [path.name for path in self.evidence.parent.iterdir() if ".restor" in path.name or "-mark" in path.name]
        if isinstance(self.database, PostgreSQL):
            like = f"{self.database.name}_restoring%"
            found += [name for (name,) in self.ask(f"SELECT datname FROM pg_database WHERE datname LIKE '{like}'")]
        return found


@contextmanager
def empty_portal(folder: Path) -> Iterator[Portal]:
    """Nothing is there yet, neither database nor folder."""
    if connection.vendor == "sqlite":
        path = folder / "portal.sqlite3"
        yield Portal(f"sqlite:///{path}", folder / "evidence", SQLite(path))
        return
    described = connection.settings_dict | {"NAME": f"taoyan_restore_{os.getpid()}_{secrets.token_hex(3)}"}
    place = f"{described['HOST'] or '127.0.0.1'}:{described['PORT'] or 5432}/{described['NAME']}"
    url = f"postgres://{described['USER']}:{described['PASSWORD']}@{place}"
    try:
        yield Portal(url, folder / "evidence", PostgreSQL(described, url))
    finally:
        _drop_all(described["NAME"])


def _drop_all(name: str) -> None:
    at = connection.settings_dict
    place = {"host": at["HOST"], "port": at["PORT"] or 5432, "user": at["USER"], "password": at["PASSWORD"]}
    with closing(psycopg2.connect(dbname="postgres", **place)) as opened:
        opened.autocommit = True
        cursor = opened.cursor()
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{name}%"])
        for (found,) in cursor.fetchall():
            cursor.execute(f'DROP DATABASE IF EXISTS "{found}" WITH (FORCE)')


def fill(portal: Portal) -> None:
    """The tables of the suite's own database, without its rows, and in them a plan, a user and a file of evidence."""
    _copy_tables(portal)
    portal.did("load_plan", "data/plan-2022.yaml")
    portal.did("recompute")
    portal.did("add_user", "keeper", "--role", "leader")
    portal.did("shell", "--no-imports", "-c", _EVIDENCE)


def _copy_tables(portal: Portal) -> None:
    if isinstance(portal.database, SQLite):
        portal.database.path.parent.mkdir(parents=True, exist_ok=True)
        connection.ensure_connection()
        with closing(sqlite3.connect(portal.database.path)) as copy:
            connection.connection.backup(copy)
        return
    if shutil.which("pg_dump") is None:
        pytest.skip("needs pg_dump")
    assert isinstance(portal.database, PostgreSQL)
    dump = portal.evidence.parent / "tables"
    PostgreSQL(connection.settings_dict, "").copy_to(dump)
    portal.database.load(dump, "1")
    portal.database.swap("1")
    dump.unlink()


_EVIDENCE = """
import hashlib
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone
from goals.evidence import path_of, storage
from goals.models import Evidence, Target
for number in range(3):
    said = b"%PDF-1.7 " + bytes([number]) * 3000
    row = Evidence(content_type=ContentType.objects.get_for_model(Target), object_id=1, name="a.pdf", kind="pdf")
    row.size, row.sha256, row.uploaded_at = len(said), hashlib.sha256(said).hexdigest(), timezone.now()
    row.save()
    storage().save(path_of(row), ContentFile(said))
"""
