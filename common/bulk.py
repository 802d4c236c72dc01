"""Writing thousands of records at once: on PostgreSQL by COPY, elsewhere as Django does it."""

import csv
import gc
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection, models

from common.fields import FigureField, to_scale
from common.records import Record

M = TypeVar("M", bound=models.Model)
# COPY has a price of its own; below so many rows one INSERT is as quick.
WORTH_COPYING = 200
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
