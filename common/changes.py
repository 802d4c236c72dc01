"""What changed since: the order in which changes became visible, and whether a table changed at all.

Two questions of whoever pulls are answered from here, both exactly, however many write meanwhile:

- *What changed after this moment?* `updated_at` alone can't say: a row stamped early may be committed late, when its
  readers have gone on. So no reader is shown what was stamped at or after `horizon()`: whatever is older is final.
- *Did anything change?* `state_of()` says it by one short query, whatever the size of the tables.

On PostgreSQL triggers do it. Before a statement writes, it takes a shared advisory lock of its transaction that names
the table and the second; nobody ever waits for it, but everybody sees in `pg_locks` who is still writing, and since
when. Then each row is stamped by the database's clock, so no server's clock matters. A sequence per table carries the
moment of the last write; it moves before the write is visible, and counts only where nobody is writing.

SQLite has one writer at a time, who stamps while holding the lock (`transaction_mode=IMMEDIATE`): stamps come in the
order of commits by themselves, and a counter per table, moved by triggers, says whether it changed.

Tracked are the tables of all the portal's apps. A model with `untracked = True` is left out: nobody pulls it. One
with `tracked_columns` counts as changed only with these.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from common.records import Record

# Seconds in a lock's second number are counted from here: they fit into 31 bits until 2088.
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_EPOCH = int(EPOCH.timestamp())

_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION portal_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    flag text := 'portal.' || TG_ARGV[0];
    now_at double precision := extract(epoch FROM clock_timestamp()) - {_EPOCH};
BEGIN
    IF coalesce(current_setting(flag, true), '') = '' THEN
        PERFORM pg_advisory_xact_lock_shared(TG_ARGV[1]::int, floor(now_at)::int);
        PERFORM set_config(flag, '1', true);
    END IF;
    PERFORM setval(TG_ARGV[0]::regclass, floor(now_at * 1000000)::bigint);
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION portal_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION portal_state(names text[], locks bigint[]) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    found bigint[] := '{{}}';
    name text;
BEGIN
    -- First the sequences, then who is writing: the other way round a write between the two would go unnoticed.
    FOREACH name IN ARRAY names LOOP
        found := found || coalesce(pg_sequence_last_value(name::regclass), 0);
    END LOOP;
    IF EXISTS (
        SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND classid::bigint = ANY (locks)
        AND pid <> pg_backend_pid() AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) THEN
        RETURN NULL;
    END IF;
    RETURN found;
END $$;
CREATE OR REPLACE FUNCTION portal_horizon(lock bigint) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
    -- Taken before the look: who starts to write after it stamps later than this.
    asked timestamptz := clock_timestamp();
    oldest bigint;
BEGIN
    SELECT min(objid::bigint) INTO oldest FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2
    AND classid::bigint = lock AND pid <> pg_backend_pid()
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
    RETURN least(asked, to_timestamp(oldest + {_EPOCH}));
END $$;
"""

_COUNTERS = (
    "CREATE TABLE IF NOT EXISTS portal_change (name text PRIMARY KEY, counter integer NOT NULL, at real NOT NULL)"
)
_COUNT = (
    "INSERT INTO portal_change (name, counter, at) VALUES ('{table}', 1, (julianday('now') - 2440587.5) * 86400.0) "
    "ON CONFLICT (name) DO UPDATE SET counter = counter + 1, at = excluded.at"
)


@dataclass(frozen=True)
class State:
    """Tables as they stand: equal states, equal rows. `moment` is that of the last change."""

    counters: Sequence[int]
    moment: datetime


def sequence_of(table: str) -> str:
    return f"change_{table}"


def lock_of(table: str) -> int:
    """The number by which a table's writers are known among the advisory locks."""
    return zlib.crc32(f"change:{table}".encode()) & 0x7FFFFFFF


def is_tracked(model: type[models.Model]) -> bool:
    """Is it a model of the portal's own, and one that somebody pulls?"""
    meta = model._meta
    own = Path(meta.app_config.path).is_relative_to(settings.BASE_DIR)
    inside = own and ".venv" not in Path(meta.app_config.path).parts
    return inside and meta.managed and not meta.proxy and not getattr(model, "untracked", False)


@cache
def tracked() -> tuple[type[models.Model], ...]:
    """All tracked models, the tables between them included: they don't change while the portal runs."""
    return tuple(m for m in apps.get_models(include_auto_created=True) if is_tracked(m))


def state_of(wanted: Iterable[type[models.Model]]) -> State | None:
    """How the tables of these models stand, by one query; None while somebody writes to one of them."""
    asked = tuple(wanted)
    if connection.vendor != "postgresql":
        return _counted(_tables(asked))
    with connection.cursor() as cursor:
        cursor.execute(_question(asked))
        found = cursor.fetchone()[0]
    if found is None:
        return None
    return State(tuple(found), EPOCH + timedelta(microseconds=max(found, default=0)))


def _tables(wanted: Iterable[type[models.Model]]) -> list[str]:
    return sorted({model._meta.db_table for model in wanted})


@cache
def _question(wanted: Sequence[type[models.Model]]) -> str:
    """Every page asks it, of a hundred tables: to put their names into words takes longer than the answer."""
    tables = _tables(wanted)
    names, locks = ",".join(map(sequence_of, tables)), ",".join(str(lock_of(table)) for table in tables)
    return f"SELECT portal_state('{{{names}}}', '{{{locks}}}')"


def _counted(tables: Sequence[str]) -> State:
    marks = ", ".join(["%s"] * len(tables))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name, counter, at FROM portal_change WHERE name IN ({marks})", tables)
        rows = {name: (counter, at) for name, counter, at in cursor.fetchall()}
    moment = max((at for _counter, at in rows.values()), default=float(_EPOCH))
    return State(tuple(rows.get(t, (0, 0))[0] for t in tables), datetime.fromtimestamp(moment, UTC))


def horizon(model: type[models.Model]) -> datetime | None:
    """What was stamped before this moment is final; None: all that can be seen is. Ask before reading the rows."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_horizon(%s)", [lock_of(model._meta.db_table)])
        found: datetime = cursor.fetchone()[0]
    return found


def install(sender: AppConfig, using: str = DEFAULT_DB_ALIAS, **_more: Any) -> None:
    """Put up what an app lacks, after each `migrate`: a new table is tracked without anybody's doing."""
    wanted = [m for m in sender.get_models(include_auto_created=True) if is_tracked(m)]
    if not wanted:
        return
    database = connections[using]
    there = set(database.introspection.table_names())
    wanted = [m for m in wanted if m._meta.db_table in there]
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            _install_postgresql(cursor, wanted)
        else:
            _install_sqlite(cursor, wanted)


def _install_postgresql(cursor: Any, wanted: Sequence[type[models.Model]]) -> None:
    cursor.execute("SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'portal_%'")
    present = set(cursor.fetchall())
    missing = [m for m in wanted if ("portal_change", m._meta.db_table) not in present]
    if not missing:
        return
    cursor.execute(_FUNCTIONS)
    for model in missing:
        table = model._meta.db_table
        columns = getattr(model, "tracked_columns", ())
        only = f" OF {', '.join(columns)}" if columns else ""
        cursor.execute(f"CREATE SEQUENCE IF NOT EXISTS {sequence_of(table)}")
        cursor.execute(
            f"CREATE TRIGGER portal_change BEFORE INSERT OR DELETE OR UPDATE{only} ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION portal_change('{sequence_of(table)}', '{lock_of(table)}')"
        )
        if issubclass(model, Record):
            cursor.execute(
                f"CREATE TRIGGER portal_stamp BEFORE INSERT OR UPDATE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION portal_stamp()"
            )


def _install_sqlite(cursor: Any, wanted: Sequence[type[models.Model]]) -> None:
    cursor.execute(_COUNTERS)
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'portal_change_%'")
    present = {name for (name,) in cursor.fetchall()}
    for model in wanted:
        table = model._meta.db_table
        columns = getattr(model, "tracked_columns", ())
        only = f" OF {', '.join(columns)}" if columns else ""
        for verb in ("INSERT", "DELETE", f"UPDATE{only}"):
            name = f"portal_change_{table}_{verb[:6].lower()}"
            if name not in present:
                count = _COUNT.format(table=table)
                cursor.execute(f"CREATE TRIGGER {name} AFTER {verb} ON {table} BEGIN {count}; END")
