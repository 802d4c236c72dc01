"""What a backup asks of a database, whichever it is: a frozen copy, an empty place beside it, and the swap."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit


class Unfit(Exception):
    """The database can't be backed up or replaced as it stands; says why."""


@dataclass(frozen=True)
class Snapshot:
    """What a frozen copy holds."""

    counts: dict[str, int]
    migrations: list[list[str]]
    audit_sequence: int
    audit_digest: str
    # Of the rows of evidence, which each have a file.
    evidence: list[str]
    server: str


class Database(Protocol):
    """The portal's database."""

    vendor: str

    def copy_to(self, file: Path) -> Snapshot:
        """Write the database as it stands at one moment into a file, while others go on writing."""

    def is_empty(self) -> bool:
        """Is there nothing that a restore would replace: no database, no tables, or nobody who could log in?"""

    def require_idle(self) -> None:
        """Raises Unfit while anybody else is connected."""

    def load(self, file: Path, mark: str) -> str:
        """Make a database beside this one from a copy; its URL."""

    def snapshot_beside(self, mark: str) -> Snapshot:
        """What the database beside this one holds."""

    def swap(self, mark: str) -> str:
        """Put the one beside in this one's place, at one stroke; where this one is now ("" when there was none)."""

    def drop(self, mark: str) -> None:
        """Throw the one beside away."""


# Read in one transaction. The names of tables are the database's own.
EVIDENCE = "SELECT key FROM goals_evidence ORDER BY id"
HEAD = "SELECT sequence, digest FROM audit_head WHERE id = 1"
MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY app, name"


def snapshot(cursor: Any, tables: list[str], server: str) -> Snapshot:
    """Counts, migrations and the audit chain's head."""
    counts = {}
    for table in tables:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        counts[table] = cursor.fetchone()[0]
    if "django_migrations" not in counts or "audit_head" not in counts:
        raise Unfit("这不是本平台的数据库 / this is not a database of the portal")
    cursor.execute(MIGRATIONS)
    migrations = [list(row) for row in cursor.fetchall()]
    cursor.execute(HEAD)
    sequence, digest = cursor.fetchone()
    cursor.execute(EVIDENCE)
    evidence = [str(key).replace("-", "") for (key,) in cursor.fetchall()]
    return Snapshot(counts, migrations, sequence, digest, evidence, server)


def url_of(base: str, name: str) -> str:
    """The same address with another database."""
    parts = urlsplit(base)
    return urlunsplit(parts._replace(path=f"/{name}"))
