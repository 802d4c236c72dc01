"""Making a backup, while the portal goes on."""

import os
import tempfile
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from audit import trail
from common import clock
from common.version import code_version
from operations.backup import archive, evidence
from operations.backup.archive import Manifest
from operations.backup.databases import Database, Unfit
from operations.backup.postgresql import PostgreSQL
from operations.backup.sqlite import SQLite


class Made(NamedTuple):
    """A backup as it was written."""

    manifest: Manifest
    digest: str
    size: int


def database() -> Database:
    """The one that the environment names."""
    described = connection.settings_dict
    if connection.vendor == "sqlite":
        return SQLite(Path(described["NAME"]))
    return PostgreSQL(described, os.environ.get("DATABASE_URL", ""))


def make(target: Path) -> Made:
    """Write a backup to a file that isn't there yet. The database first: evidence that comes later does no harm, and
    what a row lacks is named in the manifest."""
    if target.exists():
        raise Unfit(f"{target} 已存在 / {target} exists already")
    if not target.parent.is_dir():
        raise Unfit(f"没有目录 {target.parent} / there is no folder {target.parent}")
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            made = _write(part, Path(folder) / "database")
        _settle(part, target)
    finally:
        part.unlink(missing_ok=True)
    with transaction.atomic():
        after = {"file": target.name, "bytes": made.size, "sha256": made.digest, "missing": len(made.manifest.missing)}
        trail.record(trail.Actor(), [trail.Entry("backup", "backup", made.digest[:16], after=after)])
    return made


def _write(part: Path, copy: Path) -> Made:
    source = database()
    found = source.copy_to(copy)
    manifest = Manifest(
        made_at=timezone.now().isoformat(timespec="seconds"),
        today=clock.today().isoformat(),
        vendor=source.vendor,
        code=code_version(),
        server=found.server,
        migrations=found.migrations,
        counts=found.counts,
        audit_sequence=found.audit_sequence,
        audit_digest=found.audit_digest,
    )
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    digest = archive.write(
        part,
        manifest,
        copy,
        evidence.files(Path(settings.EVIDENCE_ROOT)),
        expected=[evidence.name_of(key) for key in found.evidence],
    )
    return Made(manifest, digest, part.stat().st_size)


def _settle(part: Path, target: Path) -> None:
    """On the disk before it has its name, so that what has the name is whole."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
