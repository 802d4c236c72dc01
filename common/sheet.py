"""Rows as CSV that a spreadsheet opens as they are: UTF-8 with its mark, no cell that would run as a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

BOM = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def safe(cell: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets a leading apostrophe; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def csv_lines(head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The table line by line, for a streamed answer."""
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow([str(cell) for cell in head])  # type: ignore[operator]
    for row in rows:
        yield writer.writerow([safe(cell) for cell in row])  # type: ignore[misc]
