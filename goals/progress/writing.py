"""How computed rows get into their table: few by one statement, many by COPY and one statement."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from django.db import connection

from common import bulk
from goals.progress.books import Book
from goals.progress.gather import COLUMNS, FIGURES

# Below so many rows one statement with all of them as JSON is as quick, and asks once.
WORTH_COPYING = 200
TERMS = 1 + COLUMNS.index("terms")


def upsert(rows: Sequence[Sequence[Any]], book: Book, settling: str) -> None:
    """Write all rows over those that there are; and settle their marks, in the same breath where the database can."""
    if connection.vendor == "postgresql" and len(rows) >= WORTH_COPYING:
        _copy(rows, book, settling)
        return
    with connection.cursor() as cursor:
        if not rows:
            cursor.execute(settling)
        elif connection.vendor == "postgresql":
            picked = ", ".join(_cast(c, i) for i, c in enumerate(book.columns))
            source = f"SELECT {picked} FROM jsonb_array_elements(%s::jsonb) AS t(value)"
            cursor.execute(f"{_insert(book, source)}; {settling}", [_as_json(rows)])
        else:
            picked = ", ".join(f"json_extract(value, '$[{i}]')" for i in range(len(book.columns)))
            cursor.execute(_insert(book, f"SELECT {picked} FROM json_each(%s) WHERE true"), [_as_json(rows)])
            cursor.execute(settling)


def _as_json(rows: Sequence[Sequence[Any]]) -> str:
    return orjson.dumps(rows).decode()


def _insert(book: Book, source: str) -> str:
    updates = ", ".join(f"{c} = excluded.{c}" for c in COLUMNS if c != "slot")
    listed = ", ".join(book.columns)
    table = book.rows._meta.db_table
    return f"INSERT INTO {table} ({listed}) {source} ON CONFLICT ({book.key}, slot) DO UPDATE SET {updates}"


def _copy(rows: Sequence[Sequence[Any]], book: Book, settling: str) -> None:
    listed, table = ", ".join(book.columns), book.rows._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE computed_rows (LIKE {table}) ON COMMIT DROP; "
            "ALTER TABLE computed_rows ALTER id DROP NOT NULL"
        )
        bulk.copy_lines(cursor, "computed_rows", book.columns, _lines(rows))
        cursor.execute(f"{_insert(book, f'SELECT {listed} FROM computed_rows')}; DROP TABLE computed_rows; {settling}")


def _lines(rows: Iterable[Sequence[Any]]) -> Iterable[Sequence[Any]]:
    """Terms as JSON; what else is in a row are numbers, days and words of ours, without anything to be escaped."""
    for row in rows:
        line = list(row)
        line[TERMS] = orjson.dumps(row[TERMS]).decode()
        yield line


_CASTS = {
    **dict.fromkeys(FIGURES, "numeric"),
    **dict.fromkeys(("slot", "units_reported", "units_expected"), "integer"),
    **dict.fromkeys(("met", "stale"), "boolean"),
    **dict.fromkeys(("as_of", "data_period"), "date"),
    "terms": "jsonb",
    "computed_at": "timestamptz",
}


def _cast(column: str, index: int) -> str:
    kind = "bigint" if index == 0 else _CASTS.get(column, "text")
    return f"(value->>{index})::{kind}"
