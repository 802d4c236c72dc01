"""Restoring a backup: into an empty database and folder beside the portal's, verified there, then swapped."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from operations.backup import archive, evidence
from operations.backup.archive import Manifest
from operations.backup.databases import Database, Unfit
from operations.backup.making import database

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Restored:
    """What was put in place, and where what it replaced is now ("" where there was nothing)."""

    manifest: Manifest
    old_database: str
    old_evidence: str


def read(source: Path) -> tuple[Manifest, str]:
    """The manifest and the digest of a backup that this code can restore; raises Damaged or Unfit."""
    manifest, digest = archive.read_manifest(source)
    if manifest.vendor != database().vendor:
        said = f"备份自 {manifest.vendor}，当前数据库是 {database().vendor}"
        raise Unfit(f"{said} / it is of {manifest.vendor}, and DATABASE_URL names another kind")
    _require_same_migrations(manifest)
    return manifest, digest


def _require_same_migrations(manifest: Manifest) -> None:
    known = {(app, name) for app, name in MigrationLoader(None).disk_migrations}
    held = {(app, name) for app, name in manifest.migrations}
    ahead, behind = sorted(held - known), sorted(known - held)
    if ahead or behind:
        differing = ", ".join(f"{app}.{name}" for app, name in (ahead or behind)[:3])
        said = f"备份由另一版本 {manifest.code} 所作（{differing}）：请先装那个版本，恢复后再升级"
        english = f"it was made by another version, {manifest.code}: install that one, restore, then upgrade"
        raise Unfit(f"{said} / {english}")


def restore(source: Path, *, replace: bool, recompute: bool, tell: Tell) -> Restored:
    """Everything that can be refused is refused before anything that is there is touched."""
    manifest, digest = read(source)
    tell(f"备份完好：{manifest.made_at}，版本 {manifest.code} / the backup is whole")
    target, root = database(), Path(settings.EVIDENCE_ROOT)
    evidence.require_movable(root)
    if not replace and not (target.is_empty() and evidence.is_empty(root)):
        said = "目标不是空的；要替换它请加 --replace，原有内容会另存"
        raise Unfit(f"{said} / the target is not empty; --replace keeps what is there under another name")
    connections.close_all()
    target.require_idle()
    root.parent.mkdir(parents=True, exist_ok=True)
    mark = timezone.localtime().strftime("%Y%m%d%H%M%S")
    try:
        with tempfile.TemporaryDirectory(dir=root.parent, prefix=".restore-") as folder:
            copy = Path(folder) / "database"
            evidence.beside(root, mark).mkdir(parents=True, mode=0o700)
            archive.unpack(source, manifest, copy, evidence.beside(root, mark))
            url = target.load(copy, mark)
            _require_same(manifest, target, mark)
            noted = Path(folder) / "manifest.json"
            noted.write_bytes(manifest.as_json())
            tell("已装入空库，正在核对 / loaded beside, verifying")
            _verify(url, root, mark, noted, digest, recompute)
        return _swap(target, root, mark, manifest)
    except BaseException:
        target.drop(mark)
        shutil.rmtree(evidence.beside(root, mark), ignore_errors=True)
        raise


def _require_same(manifest: Manifest, target: Database, mark: str) -> None:
    """What was loaded is what was frozen: each table's rows, the migrations, the chain's head."""
    found = target.snapshot_beside(mark)
    for table in sorted(manifest.counts.keys() | found.counts.keys()):
        meant, there = manifest.counts.get(table), found.counts.get(table)
        if meant != there:
            raise Unfit(f"{table} 应有 {meant} 行，装入 {there} 行 / {table}: {meant} rows meant, {there} found")
    if found.migrations != manifest.migrations:
        raise Unfit("迁移记录不符 / the migrations differ")
    if (found.audit_sequence, found.audit_digest) != (manifest.audit_sequence, manifest.audit_digest):
        raise Unfit("审计链末端不符 / the audit chain's head differs")


def _verify(url: str, root: Path, mark: str, noted: Path, digest: str, recompute: bool) -> None:
    """In a process of its own, to which the database beside is the portal's."""
    told = {
        "DATABASE_URL": url,
        "EVIDENCE_ROOT": str(evidence.beside(root, mark)),
        "REDIS_URL": "",
    }
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "settle_restored", str(noted), digest]
    command += ["--recompute"] if recompute else []
    done = subprocess.run(command, env=os.environ | told, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unfit(done.stderr.strip()[-4_000:])


def _swap(target: Database, root: Path, mark: str, manifest: Manifest) -> Restored:
    """The evidence first, and back again should the database's swap, which is one stroke, not succeed."""
    connection.close()
    old_evidence = evidence.swap(root, mark)
    try:
        old_database = target.swap(mark)
    except BaseException:
        evidence.swap_back(root, mark, old_evidence)
        raise
    return Restored(manifest, old_database, old_evidence)
