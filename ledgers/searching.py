"""What makes a register of a hundred thousand rows quick to search: on PostgreSQL an index of the three-character
pieces of each text that its search reads. Words of one or two characters are found without it.

Put up after each `migrate`, as a new register needs it. Where the extension is missing, or may not be installed, the
search reads the rows one after the other, as everywhere else.
"""

import logging
from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction

from ledgers.registry import Ledger, all_ledgers

log = logging.getLogger(__name__)
EXTENSION = "pg_trgm"
_LONGEST_NAME = 63


def install(sender: AppConfig, using: str = DEFAULT_DB_ALIAS, **_more: Any) -> None:
    """Put up the indexes that an app's registers lack."""
    ledgers = [ledger for ledger in all_ledgers() if ledger.model._meta.app_label == sender.label]
    database = connections[using]
    if not ledgers or database.vendor != "postgresql" or not _has_pieces(using):
        return
    there, quote = set(database.introspection.table_names()), database.ops.quote_name
    with database.cursor() as cursor:
        for ledger in ledgers:
            table = ledger.model._meta.db_table
            for column in columns_of(ledger) if table in there else ():
                cursor.execute(
                    f"CREATE INDEX IF NOT EXISTS {quote(index_of(table, column))} ON {quote(table)} "
                    f"USING gin (upper({quote(column)}::text) gin_trgm_ops)"
                )


def columns_of(ledger: Ledger) -> list[str]:
    """The register's own texts among what its search reads."""
    own = {field.name: str(field.column) for field in ledger.model._meta.concrete_fields}
    return [own[name] for name in ledger.search if name in own]


def index_of(table: str, column: str) -> str:
    return f"{table}_{column}_words"[:_LONGEST_NAME]


def _has_pieces(using: str) -> bool:
    """Is the extension there, now at least?"""
    try:
        with transaction.atomic(using), connections[using].cursor() as cursor:
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {EXTENSION}")
    except DatabaseError as error:
        log.warning("registers are searched without an index: %s", error)
        return False
    return True
