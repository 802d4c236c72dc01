"""A backup holds everything; a restore gives it back, or changes nothing."""

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from operations.backup.archive import read_manifest
from operations.backup.sqlite import SQLite
from operations.tests.portal import Portal, empty_portal, fill

# Each of these starts the portal's commands in processes of their own.
pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
TABLES = ("accounts_user", "goals_target", "goals_progress", "goals_evidence", "accounts_unit")


@pytest.fixture(scope="module")
def source(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Portal]:
    """A portal with a plan, which no test changes, but for its backups."""
    with django_db_blocker.unblock(), empty_portal(tmp_path_factory.mktemp("source")) as portal:
        fill(portal)
        yield portal


@pytest.fixture(scope="module")
def backup(source: Portal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("kept") / "portal.backup"
    source.did("backup", str(file))
    return file


@pytest.fixture(scope="module")
def restored(
    backup: Path, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[Portal]:
    """What a restore made where there was nothing; no test changes it."""
    with django_db_blocker.unblock(), empty_portal(tmp_path_factory.mktemp("restored")) as portal:
        portal.did("restore", str(backup))
        yield portal


@pytest.fixture
def target(tmp_path: Path, django_db_blocker: DjangoDbBlocker, django_db_setup: None) -> Iterator[Portal]:
    with django_db_blocker.unblock(), empty_portal(tmp_path) as portal:
        yield portal


def rows_of(portal: Portal) -> dict[str, Any]:
    return {table: sorted(portal.ask(f"SELECT * FROM {table}"), key=repr) for table in TABLES}


def files_of(portal: Portal) -> dict[str, bytes]:
    found = (path for path in portal.evidence.rglob("*") if path.is_file())
    return {path.relative_to(portal.evidence).as_posix(): path.read_bytes() for path in found}


def test_a_backup_lists_tables_migrations_evidence_and_the_audit_chains_head(source: Portal, backup: Path) -> None:
    manifest, digest = read_manifest(backup)

    assert manifest.counts["goals_target"] == source.ask("SELECT count(*) FROM goals_target")[0][0] == 29
    assert ["goals", "0001_initial"] in manifest.migrations
    assert len([m for m in manifest.members if m.name.startswith("evidence/")]) == 3
    # The event that tells of the backup comes after it.
    sequence, chained = source.ask(
        f"SELECT sequence, digest FROM audit_event WHERE sequence = {manifest.audit_sequence}"
    )[0]
    assert (sequence, chained) == (manifest.audit_sequence, manifest.audit_digest)
    told = source.ask("SELECT after FROM audit_event WHERE action = 'backup' ORDER BY sequence")[0][0]
    assert (json.loads(told) if isinstance(told, str) else told)["sha256"] == digest


def test_only_its_owner_reads_a_backup(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_restore_into_nothing_gives_every_row_and_file_back(source: Portal, restored: Portal) -> None:
    assert rows_of(restored) == rows_of(source)
    assert files_of(restored) == files_of(source)
    assert len(files_of(restored)) == 3
    assert restored.beside() == []


def test_a_restored_portal_tells_of_it_in_its_trail_and_knows_no_session(restored: Portal) -> None:
    newest = restored.ask("SELECT action, record FROM audit_event ORDER BY sequence DESC LIMIT 1")

    assert newest == [("restore", "backup")]
    assert restored.ask("SELECT count(*) FROM django_session") == [(0,)]
    assert "审计链完整" in restored.did("verify_audit")


def test_what_is_there_is_replaced_only_when_asked_and_then_kept(backup: Path, target: Portal) -> None:
    target.did("restore", str(backup))
    target.did("add_user", "later", "--role", "leader")
    before = target.state()

    refused = target.manage("restore", str(backup))

    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    assert target.state() == before
    said = target.did("restore", str(backup), "--replace")
    assert target.ask("SELECT count(*) FROM accounts_user WHERE username = 'later'") == [(0,)]
    assert len(files_of(target)) == 3
    kept = kept_portal(target, said)
    assert kept.ask("SELECT count(*) FROM accounts_user WHERE username = 'later'") == [(1,)]


def kept_portal(portal: Portal, said: str) -> Portal:
    """The database that a restore put aside, as it said."""
    name = next(line for line in said.splitlines() if "kept as" in line).rpartition(" ")[2]
    if isinstance(portal.database, SQLite):
        return Portal(f"sqlite:///{name}", portal.evidence, SQLite(Path(name)))
    return Portal(portal.database_url.rpartition("/")[0] + f"/{name}", portal.evidence, portal.database)


def test_nothing_is_restored_while_the_portal_runs(backup: Path, restored: Portal) -> None:
    before = restored.state()
    with restored.connected() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_user")
        cursor.fetchall()

        refused = restored.manage("restore", str(backup), "--replace")

    assert refused.returncode == 1
    assert "先停" in refused.stderr
    assert restored.state() == before


def test_a_backup_of_other_migrations_is_refused_before_anything_is_touched(
    source: Portal, restored: Portal, tmp_path: Path
) -> None:
    source.tell("INSERT INTO django_migrations (app, name, applied) VALUES ('goals', '9999_later', '2030-01-01')")
    try:
        source.did("backup", str(tmp_path / "later"))
    finally:
        source.tell("DELETE FROM django_migrations WHERE name = '9999_later'")
    before = restored.state()

    refused = restored.manage("restore", str(tmp_path / "later"), "--replace")

    assert refused.returncode == 1
    assert "goals.9999_later" in refused.stderr
    assert restored.state() == before


def test_a_damaged_backup_is_refused_before_anything_is_touched(restored: Portal, backup: Path, tmp_path: Path) -> None:
    damaged = bytearray(backup.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (tmp_path / "damaged").write_bytes(damaged)
    before = restored.state()

    refused = restored.manage("restore", str(tmp_path / "damaged"), "--replace")

    assert refused.returncode == 1
    assert "校验和不符" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert restored.state() == before


def test_a_backup_made_while_others_write_is_of_one_moment(source: Portal, target: Portal, tmp_path: Path) -> None:
    stop = threading.Event()
    written: list[int] = []
    noted = "INSERT INTO goals_slot (task, slot, begun_at) VALUES ('test', '{0}', '2022-10-12 00:00:00+00')"

    def write() -> None:
        while not stop.is_set():
            source.tell(noted.format(len(written)))
            written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        source.did("backup", str(tmp_path / "busy.backup"))
    finally:
        stop.set()
        writer.join()

    target.did("restore", str(tmp_path / "busy.backup"))

    held = target.ask("SELECT count(*) FROM goals_slot WHERE task = 'test'")[0][0]
    assert 0 < held <= len(written)
    assert held == read_manifest(tmp_path / "busy.backup")[0].counts["goals_slot"]
    source.tell("DELETE FROM goals_slot WHERE task = 'test'")


def test_a_backup_never_takes_the_place_of_another(source: Portal, backup: Path) -> None:
    before = backup.read_bytes()

    refused = source.manage("backup", str(backup))

    assert refused.returncode == 1
    assert backup.read_bytes() == before
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]


def test_evidence_that_is_gone_is_named_and_doesnt_hold_up_a_restore(
    source: Portal, target: Portal, tmp_path: Path
) -> None:
    lost = next(path for path in source.evidence.rglob("*") if path.is_file())
    aside = shutil.move(lost, tmp_path / "aside")
    try:
        told = source.manage("backup", str(tmp_path / "b"))
    finally:
        shutil.move(aside, lost)

    assert lost.name in told.stderr
    target.did("restore", str(tmp_path / "b"))
    assert len(files_of(target)) == 2


def test_what_is_restored_is_looked_at_before_it_is_put_in_place(
    source: Portal, target: Portal, tmp_path: Path
) -> None:
    one = next(path for path in source.evidence.rglob("*") if path.is_file())
    meant = one.read_bytes()
    one.write_bytes(meant[::-1])
    try:
        source.did("backup", str(tmp_path / "b"))
    finally:
        one.write_bytes(meant)

    refused = target.manage("restore", str(tmp_path / "b"))

    assert refused.returncode == 1
    assert one.name in refused.stderr
    assert not target.evidence.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_progress_that_was_changed_by_hand_is_found_and_may_be_computed_anew(
    source: Portal, target: Portal, tmp_path: Path
) -> None:
    source.tell("UPDATE goals_progress SET reason = 'x' WHERE slot = 0")
    try:
        source.did("backup", str(tmp_path / "b"))
    finally:
        source.did("recompute")

    refused = target.manage("restore", str(tmp_path / "b"))

    assert refused.returncode == 1
    assert "reason" in refused.stderr
    target.did("restore", str(tmp_path / "b"), "--recompute")
    assert target.ask("SELECT count(*) FROM goals_progress WHERE reason = 'x'") == [(0,)]


def test_an_audit_chain_that_doesnt_hold_is_not_put_in_place(source: Portal, target: Portal, tmp_path: Path) -> None:
    (name,) = source.ask("SELECT actor_name FROM audit_event WHERE sequence = 1")[0]
    source.tell("UPDATE audit_event SET actor_name = 'another' WHERE sequence = 1")
    try:
        source.did("backup", str(tmp_path / "b"))
    finally:
        source.tell(f"UPDATE audit_event SET actor_name = '{name}' WHERE sequence = 1")

    refused = target.manage("restore", str(tmp_path / "b"))

    assert refused.returncode == 1
    assert "审计链在第 1 条断开" in refused.stderr
    assert target.database.is_empty()
    assert not target.evidence.exists()
