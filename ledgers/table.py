"""A page of rows as cells, ready for a plain template: computed here, so that no tag asks anything of a row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.permissions import Access
from ledgers.keeping import Keeping
from ledgers.lists import Labels
from ledgers.models import Row
from ledgers.permissions import sees_names
from ledgers.registry import Ledger
from ledgers.values import is_number, said


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list: its page, what it is called, its cells (heading, whether a figure, text), and what must be
    said of it."""

    address: str
    title: str
    day: str
    unit: str
    cells: Sequence[tuple[str, bool, str]]
    is_void: bool
    is_unconfirmed: bool
    is_late: bool = field(default=False)


def headings(ledger: Ledger) -> list[tuple[str, bool]]:
    """The columns besides title, day and unit: heading, and whether of figures."""
    return [(ledger.heading(name), is_number(ledger, name)) for name in ledger.columns]


def lines(ledger: Ledger, rows: Iterable[Row], access: Access, keeping: Keeping, labels: Labels) -> list[Line]:
    """The rows of one page."""
    shown, address = list(zip(ledger.columns, headings(ledger), strict=True)), ledger.address
    found = []
    for row in rows:
        whole = not ledger.masked or sees_names(access, row, keeping)
        cells = [
            (heading, number, said(ledger, row, name, labels, whole_names=whole) or "—")
            for name, (heading, number) in shown
        ]
        found.append(
            Line(
                f"{address}{row.pk}/",
                said(ledger, row, ledger.title, labels, whole_names=whole) or _("（未写）"),
                row.day.isoformat(),
                row.unit.name,
                cells,
                row.is_void,
                is_unconfirmed(ledger, row, keeping),
                bool(getattr(row, "is_late", False)),
            )
        )
    return found


def is_unconfirmed(ledger: Ledger, row: Row, keeping: Keeping) -> bool:
    """台账未核对: kept, and not counted yet."""
    if not ledger.confirmation or row.is_void:
        return False
    return keeping.confirmed_through is None or row.day > keeping.confirmed_through
