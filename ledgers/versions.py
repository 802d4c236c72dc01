"""What rows said before they were changed: kept beside them, so that what was known on a day stays countable.

A version is a row of the same table that says what the row said, void since the moment of the change, and names the row
in `version_of`. Lists, forms and addresses know none of them: `Row.objects` leaves them out, `Row.versions` doesn't.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from ledgers.models import Row


def keep(rows: Sequence[Row], until: datetime) -> None:
    """Keep what these stored rows of one register say; before they are written over. One statement."""
    if not rows:
        return
    meta, quote = type(rows[0])._meta, connection.ops.quote_name
    table, key = quote(meta.db_table), quote(str(meta.pk.column))
    taken = {str(f.column): quote(str(f.column)) for f in meta.concrete_fields if not f.primary_key}
    taken |= {"version_of_id": key, "voided_at": "%s"}
    columns = ", ".join(map(quote, taken))
    marks = ", ".join(["%s"] * len(rows))
    moment = connection.ops.adapt_datetimefield_value(until)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {', '.join(taken.values())} FROM {table} WHERE {key} IN ({marks})",
            [moment, *(row.pk for row in rows)],
        )
