"""Writing thousands of records at once: on PostgreSQL by COPY, elsewhere as Django does it."""

import csv
import gc
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from itertools import islice
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection, models
from django.utils import timezone

from common.fields import FigureField, to_scale
from common.records import Record

M = TypeVar("M", bound=models.Model)
# COPY has a price of its own; below so many rows one INSERT is as quick.
WORTH_COPYING = 200
_LINES_AT_ONCE = 2_000
_NULL = r"\N"
_JSON = json.JSONEncoder(ensure_ascii=False)


def insert(objects: Sequence[M]) -> Sequence[M]:
    """Insert new records of one model, complete but for their primary keys, which they get.

    Raises IntegrityError as an INSERT does. Nothing is filled in: `auto_now` fields hold what they were given.
    """
    if not objects:
        return objects
    if connection.vendor != "postgresql" or len(objects) < WORTH_COPYING:
        type(objects[0])._default_manager.bulk_create(objects)
        return objects
    meta = type(objects[0])._meta
    fields = meta.concrete_fields
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [meta.db_table, meta.pk.column, len(objects)],
        )
        for record, (key,) in zip(objects, cursor.fetchall(), strict=True):
            record.pk = key
        _copy(cursor, meta.db_table, objects, fields)
    for record in objects:
        record._state.adding = False
    return objects


def update(objects: Sequence[Record]) -> int:
    """Write changed records of one model whole, each over the version before its own; how many there still were.

    Fewer than the objects: somebody changed the others meanwhile. Nothing is filled in, as by `insert`.
    """
    if not objects:
        return 0
    meta = type(objects[0])._meta
    quote, table = connection.ops.quote_name, connection.ops.quote_name(meta.db_table)
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    columns = [quote(str(field.column)) for field in fields]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE TEMP TABLE changed_records (LIKE {table}) ON COMMIT DROP")
            _copy(cursor, "changed_records", objects, meta.concrete_fields)
            sets = ", ".join(f"{column} = new.{column}" for column in columns)
            where = f"{table}.id = new.id AND {table}.version = new.version - 1"
            cursor.execute(f"UPDATE {table} SET {sets} FROM changed_records new WHERE {where}")
            count = cursor.rowcount
            cursor.execute("DROP TABLE changed_records")
            return count
        sets = ", ".join(f"{column} = %s" for column in columns)
        values = [
            [field.get_db_prep_save(getattr(record, field.attname), connection) for field in fields]
            + [record.pk, record.version - 1]
            for record in objects
        ]
        cursor.executemany(f"UPDATE {table} SET {sets} WHERE id = %s AND version = %s", values)
        return cursor.rowcount


class _Stream:
    """What COPY reads from: rows made into lines only as they are asked for."""

    def __init__(self, rows: Iterable[Sequence[Any]], ending: str) -> None:
        self.rows, self.ending = iter(rows), ending

    def read(self, _size: int) -> str:
        ending = self.ending
        return "".join(["\t".join(map(str, row)) + ending for row in islice(self.rows, _LINES_AT_ONCE)])


def stream(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], **same: Any) -> int:
    """Write rows of plain values, in the form in which the database stores them, without a record for each; how many.

    They hold neither tabs, line ends nor backslashes, and None for null. `same` are columns with one value in all rows;
    any others get the model's defaults, and what is kept automatically the value of now.
    """
    fixed = _defaults(model, {*columns, *same}) | same
    quote, table = connection.ops.quote_name, connection.ops.quote_name(model._meta.db_table)
    listed = ", ".join(quote(name) for name in (*columns, *fixed))
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            ending = "".join(f"\t{value}" for value in fixed.values()) + "\n"
            return copy_lines(cursor, model._meta.db_table, (*columns, *fixed), rows, ending)
        marks = ", ".join(["%s"] * (len(columns) + len(fixed)))
        always = tuple(fixed.values())
        cursor.executemany(f"INSERT INTO {table} ({listed}) VALUES ({marks})", ((*row, *always) for row in rows))  # type: ignore[arg-type]
        return int(cursor.rowcount)


def copy_lines(
    cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], ending: str = "\n"
) -> int:
    """COPY of plain values (PostgreSQL): neither tabs, line ends nor backslashes in them, None for null; how many."""
    quote = connection.ops.quote_name
    listed = ", ".join(quote(name) for name in columns)
    cursor.copy_expert(f"COPY {quote(table)} ({listed}) FROM STDIN WITH (NULL 'None')", _Stream(rows, ending))
    return int(cursor.rowcount)


def _defaults(model: type[models.Model], given: Collection[str]) -> dict[str, Any]:
    """The stored form of what the model fills in."""
    now, found = timezone.now(), {}
    for field in model._meta.concrete_fields:
        if field.column in given or field.primary_key or (field.null and not field.has_default()):
            continue
        automatic = isinstance(field, models.DateTimeField) and (field.auto_now or field.auto_now_add)
        value = now if automatic else field.get_default()
        stored = field.get_db_prep_save(value, connection)
        if isinstance(field, models.JSONField):
            stored = _JSON.encode(value)
        found[str(field.column)] = stored
    return found


@contextmanager
def indexes_afterwards(model: type[models.Model]) -> Iterator[None]:
    """For filling an empty table on PostgreSQL: its indexes and foreign keys are made once all rows are there, which
    takes a fraction of the time that keeping them with every row does. Elsewhere, and where it holds rows, nothing."""
    if connection.vendor != "postgresql" or model._default_manager.exists():
        yield
        return
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND "
            "contype IN ('f', 'u') ORDER BY contype DESC, oid",
            [table],
        )
        constraints = cursor.fetchall()
        # What was written before is checked now: a table with checks to come can't be altered.
        connection.check_constraints()
        cursor.execute(
            "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "WHERE i.indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid "
            "AND conrelid = i.indrelid)",
            [table],
        )
        indexes = cursor.fetchall()
        quote = connection.ops.quote_name
        for name, _made in constraints:
            cursor.execute(f"ALTER TABLE {quote(table)} DROP CONSTRAINT {quote(name)}")
        for name, _made in indexes:
            cursor.execute(f"DROP INDEX {quote(name)}")
        yield
        for _name, made in indexes:
            cursor.execute(made)
        for name, made in constraints:
            cursor.execute(f"ALTER TABLE {quote(table)} ADD CONSTRAINT {quote(name)} {made}")


def _copy(cursor: Any, table: str, objects: Sequence[models.Model], fields: Sequence["models.Field[Any, Any]"]) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    texts = ", ".join(quote(str(field.column)) for field in fields if _is_text(field))
    options = f"FORMAT csv, NULL '{_NULL}'" + (f", FORCE_NOT_NULL ({texts})" if texts else "")
    with connection.wrap_database_errors:
        statement = f"COPY {quote(table)} ({columns}) FROM STDIN WITH ({options})"
        cursor.copy_expert(statement, _lines(objects, fields))


def _is_text(field: "models.Field[Any, Any]") -> bool:
    """Never null: what somebody typed must not be taken for the sign of it."""
    return not field.null and isinstance(field, models.CharField | models.TextField | models.JSONField)


def _lines(objects: Sequence[models.Model], fields: Sequence["models.Field[Any, Any]"]) -> StringIO:
    """The records as CSV."""
    forms = [(index, form) for index, field in enumerate(fields) if (form := _form_of(field)) is not None]
    columns_of = attrgetter(*(field.attname for field in fields))
    buffer = StringIO()
    writer = csv.writer(buffer)
    for record in objects:
        row = list(columns_of(record))
        for index, form in forms:
            row[index] = form(row[index])
        writer.writerow([_NULL if value is None else value for value in row])
    buffer.seek(0)
    return buffer


def _form_of(field: "models.Field[Any, Any]") -> Callable[[Any], Any] | None:
    if isinstance(field, FigureField):
        return to_scale
    if isinstance(field, models.JSONField):
        return _JSON.encode
    return None


@contextmanager
def without_collector() -> Iterator[None]:
    """For work that makes some hundred thousand small objects and no cycles, within known limits: the collector of
    cycles would walk the whole process a dozen times meanwhile, and take a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
