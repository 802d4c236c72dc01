"""A backup of SQLite: its own copying of pages, while others write; a rename swaps."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from operations.backup.databases import Snapshot, Unfit, snapshot

_WAIT = 60
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"


class SQLite:
    vendor = "sqlite"

    def __init__(self, path: Path) -> None:
        if not path.is_absolute():
            raise Unfit("数据库不是文件 / the database is no file")
        self.path = path

    def copy_to(self, file: Path) -> Snapshot:
        if not self.path.exists():
            raise Unfit(f"没有数据库 {self.path} / there is no database {self.path}")
        with closing(sqlite3.connect(self.path, timeout=_WAIT)) as database, closing(sqlite3.connect(file)) as copy:
            # All pages in one step: as they stand at one moment.
            database.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        return _snapshot(file)

    def is_empty(self) -> bool:
        if not self.path.exists():
            return True
        with closing(sqlite3.connect(self.path, timeout=_WAIT)) as database:
            tables = [name for (name,) in database.execute(_TABLES)]
            return "accounts_user" not in tables or not database.execute("SELECT 1 FROM accounts_user").fetchone()

    def require_idle(self) -> None:
        """Leaving the write-ahead log takes the whole database: it fails while any process has it open, and leaves
        no log behind that would belong to the wrong file after the swap."""
        if not self.path.exists():
            return
        with closing(sqlite3.connect(self.path, timeout=1, isolation_level=None)) as database:
            try:
                (mode,) = database.execute("PRAGMA journal_mode = DELETE").fetchone()
            except sqlite3.OperationalError:
                mode = "wal"
        if mode != "delete":
            raise Unfit("平台还在运行，先停下来 / the portal is still running: stop it first")

    def load(self, file: Path, mark: str) -> str:
        beside = self._beside(mark)
        beside.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, beside)
        beside.chmod(0o600)
        return f"sqlite:///{beside}"

    def snapshot_beside(self, mark: str) -> Snapshot:
        return _snapshot(self._beside(mark))

    def swap(self, mark: str) -> str:
        beside, old = self._beside(mark), self.path.with_name(f"{self.path.name}.before-{mark}")
        with closing(sqlite3.connect(beside, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = DELETE")
        kept = ""
        if self.path.exists():
            self.require_idle()
            # A second name for the old one, then one rename over the first: there is a database at every moment.
            old.hardlink_to(self.path)
            kept = str(old)
        beside.replace(self.path)
        return kept

    def drop(self, mark: str) -> None:
        for ending in ("", "-wal", "-shm", "-journal"):
            self._beside(mark).with_name(self._beside(mark).name + ending).unlink(missing_ok=True)

    def _beside(self, mark: str) -> Path:
        return self.path.with_name(f"{self.path.name}.restoring-{mark}")


def _snapshot(file: Path) -> Snapshot:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        cursor = database.cursor()
        tables = [name for (name,) in cursor.execute(_TABLES)]
        return snapshot(cursor, tables, f"SQLite {sqlite3.sqlite_version}")
