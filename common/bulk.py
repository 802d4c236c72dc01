"""Writing thousands of records at once: on PostgreSQL by COPY, elsewhere as Django does it."""

import csv
import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from itertools import islice, repeat
from typing import Any, Generic, TypeVar

import orjson
from django.db import connection, models
from django.db.models.base import ModelState
from django.utils import timezone

from common.fields import FigureField, to_scale
from common.records import Record

M = TypeVar("M", bound=models.Model)
# COPY has a price of its own; below so many rows one INSERT is as quick.
WORTH_COPYING = 200
_LINES_AT_ONCE = 2_000
_NULL = r"\N"


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
        # The sequence's name is looked up once, not for each record.
        cursor.execute(
            "SELECT nextval(name) FROM (SELECT pg_get_serial_sequence(%s, %s)::regclass AS name OFFSET 0) AS sequence, "
            "generate_series(1, %s)",
            [meta.db_table, meta.pk.column, len(objects)],
        )
        for record, (key,) in zip(objects, cursor.fetchall(), strict=True):
            record.pk = key
        _copy(cursor, meta.db_table, objects, fields)
    for record in objects:
        record._state.adding = False
    return objects


def update(objects: Sequence[Record], names: Collection[str] | None = None) -> int:
    """Write changed records of one model, each over the version before its own; how many there still were.

    Whole, or of their columns (`names`: the fields' attributes) only those that changed in any of them, `version` among
    them. Fewer than the objects: somebody changed the others meanwhile. Nothing is filled in, as by `insert`.
    """
    if not objects:
        return 0
    meta = type(objects[0])._meta
    quote, table = connection.ops.quote_name, connection.ops.quote_name(meta.db_table)
    fields = [f for f in meta.concrete_fields if not f.primary_key and (names is None or f.attname in names)]
    columns = [quote(str(field.column)) for field in fields]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            listed = ", ".join(["id", *columns])
            cursor.execute(f"CREATE TEMP TABLE changed_records ON COMMIT DROP AS SELECT {listed} FROM {table} LIMIT 0")
            _copy(cursor, "changed_records", objects, [meta.pk, *fields])
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


def load(found: "models.QuerySet[M]") -> list[M]:
    """The records of a query without `select_related`, whole: as Django loads them, at a third of the price."""
    mould = Mould(found.model)
    return [mould.loaded(values) for values in found.values_list(*mould.names)]


class Mould(Generic[M]):
    """Makes records of one model by the thousand: as the model makes them, at a tenth of the price."""

    def __init__(self, model: type[M], **defaults: Any) -> None:
        self.model, blank = model, model(**defaults)
        self.names = [field.attname for field in model._meta.concrete_fields]
        self._blank = {name: value for name, value in vars(blank).items() if name != "_state"}
        # A list or dict that all records shared would be every one's own to change.
        self._own = [(name, type(value)) for name, value in self._blank.items() if isinstance(value, list | dict)]

    def cast(self, **related: models.Model) -> M:
        """A new record with the defaults (worked out once for all), and the records that it hangs on."""
        record = self._empty(adding=True)
        values = vars(record)
        values.update(self._blank)
        for name, kind in self._own:
            values[name] = kind(self._blank[name])
        for name, other in related.items():
            values[f"{name}_id"] = other.pk
        record._state.fields_cache = dict(related)
        return record

    def loaded(self, values: Sequence[Any]) -> M:
        """A stored record, of the values of all its columns."""
        record = self._empty(adding=False)
        vars(record).update(zip(self.names, values, strict=True))
        return record

    def _empty(self, *, adding: bool) -> M:
        record = self.model.__new__(self.model)
        record._state = ModelState()
        record._state.adding, record._state.db = adding, None if adding else connection.alias
        return record


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
            stored = _json(value)
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
    """The records as CSV, made column by column."""
    kept = [vars(record) for record in objects]
    columns = [_cells(field, [values[field.attname] for values in kept]) for field in fields]
    buffer = StringIO()
    csv.writer(buffer).writerows(zip(*columns, strict=True))
    buffer.seek(0)
    return buffer


def _cells(field: "models.Field[Any, Any]", values: Sequence[Any]) -> Iterable[Any]:
    form = _form_of(field)
    if not isinstance(field, models.JSONField) and values.count(values[0]) == len(values):
        return repeat(_NULL if values[0] is None else form(values[0]), len(values))
    return [_NULL if value is None else form(value) for value in values]


def _form_of(field: "models.Field[Any, Any]") -> Callable[[Any], Any]:
    if isinstance(field, FigureField):
        return to_scale
    if isinstance(field, models.JSONField):
        return _json
    return _as_it_is if isinstance(field, models.CharField | models.TextField) else str


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _as_it_is(value: Any) -> Any:
    return value


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
