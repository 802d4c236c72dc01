"""A backup of PostgreSQL by its own tools: pg_dump of an exported snapshot, pg_restore, and two renames at once."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

from operations.backup.databases import Snapshot, Unfit, snapshot, url_of

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
_BUSY = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
_LONGEST_NAME = 63
# What libpq's programs read from the environment, by the names of Django's settings and of its options.
_VARIABLES = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD"}
_OPTIONS = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}


class PostgreSQL:
    vendor = "postgresql"

    def __init__(self, settings: Mapping[str, Any], url: str) -> None:
        self.name, self.url = str(settings["NAME"]), url
        options = settings.get("OPTIONS", {})
        self.environment = {name: str(settings[key]) for key, name in _VARIABLES.items() if settings.get(key)}
        self.environment |= {name: str(options[key]) for key, name in _OPTIONS.items() if options.get(key)}

    def copy_to(self, file: Path) -> Snapshot:
        with self._connected(self.name) as database:
            database.set_session(isolation_level="REPEATABLE READ", readonly=True)
            cursor = database.cursor()
            cursor.execute("SELECT pg_export_snapshot()")
            exported = cursor.fetchone()[0]
            found = _snapshot(cursor)
            dump = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={exported}"]
            self._run([*dump, f"--file={file}", f"--dbname={self.name}"])
        return found

    def is_empty(self) -> bool:
        if not self._exists(self.name):
            return True
        with self._connected(self.name) as database:
            cursor = database.cursor()
            cursor.execute(_TABLES)
            tables = [name for (name,) in cursor.fetchall()]
            if "accounts_user" not in tables:
                return not tables
            cursor.execute("SELECT 1 FROM accounts_user LIMIT 1")
            return cursor.fetchone() is None

    def require_idle(self) -> None:
        with self._connected("postgres") as database:
            cursor = database.cursor()
            cursor.execute(_BUSY, [self.name])
            others = cursor.fetchone()[0]
        if others:
            said = f"还有 {others} 个连接，先停下平台 / {others} connections are open: stop the portal first"
            raise Unfit(said)

    def load(self, file: Path, mark: str) -> str:
        beside = self._beside(mark)
        # Template 0 has nothing of a site's own in it, which could clash.
        self._tell("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", beside)
        restore = ["pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
        self._run([*restore, f"--dbname={beside}", str(file)])
        with self._connected(beside) as database:
            database.autocommit = True
            database.cursor().execute("ANALYZE")
        return url_of(self.url, beside)

    def snapshot_beside(self, mark: str) -> Snapshot:
        with self._connected(self._beside(mark)) as database:
            return _snapshot(database.cursor())

    def swap(self, mark: str) -> str:
        """Both renames in one transaction: there is never no database, nor the wrong one."""
        beside, old = self._beside(mark), f"{self.name[: _LONGEST_NAME - 30]}_before_{mark}"
        exists = self._exists(self.name)
        if exists:
            self.require_idle()
        with self._connected("postgres") as database, database, database.cursor() as cursor:
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            if exists:
                cursor.execute(rename.format(sql.Identifier(self.name), sql.Identifier(old)))
            cursor.execute(rename.format(sql.Identifier(beside), sql.Identifier(self.name)))
        return old if exists else ""

    def drop(self, mark: str) -> None:
        self._tell("DROP DATABASE IF EXISTS {}", self._beside(mark))

    def _beside(self, mark: str) -> str:
        return f"{self.name[: _LONGEST_NAME - 30]}_restoring_{mark}"

    def _exists(self, name: str) -> bool:
        with self._connected("postgres") as database:
            cursor = database.cursor()
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return cursor.fetchone() is not None

    def _tell(self, statement: str, name: str) -> None:
        """A statement that no transaction may hold."""
        with self._connected("postgres") as database:
            database.autocommit = True
            database.cursor().execute(sql.SQL(statement).format(sql.Identifier(name)))

    @contextmanager
    def _connected(self, name: str) -> Iterator[Any]:
        options = {key: self.environment[found] for key, found in _OPTIONS.items() if found in self.environment}
        keys = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
        options |= {key: self.environment[found] for key, found in keys.items() if found in self.environment}
        try:
            database = psycopg2.connect(dbname=name, **options)
        except psycopg2.OperationalError as error:
            raise Unfit(f"连不上数据库 {name} / can't connect to {name}: {str(error).strip()}") from error
        try:
            yield database
        except psycopg2.Error as error:
            raise Unfit(str(error).strip()) from error
        finally:
            database.close()

    def _run(self, command: list[str]) -> None:
        try:
            done = subprocess.run(
                command, env=os.environ | self.environment, capture_output=True, text=True, check=False
            )
        except FileNotFoundError as error:
            raise Unfit(f"缺少程序 {command[0]} / the program {command[0]} is missing") from error
        if done.returncode:
            raise Unfit(f"{command[0]}: {done.stderr.strip()[-2_000:]}")


def _snapshot(cursor: Any) -> Snapshot:
    cursor.execute("SHOW server_version")
    server = f"PostgreSQL {cursor.fetchone()[0]}"
    cursor.execute(_TABLES)
    return snapshot(cursor, [name for (name,) in cursor.fetchall()], server)
