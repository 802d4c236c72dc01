"""What of a register is shut with a year that was closed (年终交账): its figures change no more, but what happens to a
row in a later year is told all the same."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import DateField, DateTimeField
from django.utils.translation import gettext as _

from goals.models import Plan
from ledgers.models import Row
from ledgers.registry import Ledger

Closed = set[tuple[str, int]]


def days_of(row: Row) -> Iterator[tuple[str, date]]:
    """Every day that the row speaks of, by field: any of them may be the one for which it counts."""
    values = vars(row)
    return ((name, day) for name in _days(type(row)) if (day := values[name]) is not None)


def years_of(rows: Iterable[Row]) -> set[int]:
    """The years that the rows of one register speak of. Thousands speak of few days."""
    several = list(rows)
    if not several:
        return set()
    held = list(map(vars, several))
    return {
        day.year for name in _days(type(several[0])) for day in {values[name] for values in held} if day is not None
    }


@cache
def _days(model: type[Row]) -> tuple[str, ...]:
    """The fields that are days, but for moments."""
    fields = model._meta.concrete_fields
    return tuple(f.attname for f in fields if isinstance(f, DateField) and not isinstance(f, DateTimeField))


def closed_years(rows: Iterable[Row]) -> Closed:
    """The closed plans of the years that the rows speak of, as path of the unit and year. One query."""
    years = years_of(rows)
    closed = Plan.objects.filter(state=Plan.State.CLOSED, year__in=years)
    return set(closed.values_list("unit__path", "year"))


def refusal(ledger: Ledger, row: Row, old: Row | None, closed: Closed) -> dict[str, ValidationError]:
    """By field why a new row, or a changed one, can't be saved; empty where it can."""
    shut = dict(_shut(row, closed))
    if old is not None:
        before = dict(_shut(old, closed))
        changed = _changed(ledger, row, old)
        days = [name for name in changed if name in shut or name in before]
        rest = [name for name in changed if not isinstance(ledger.field(name), DateField) and name not in ledger.later]
        if not days and not (rest and (shut or before)):
            return {}
        shut = before | shut
        return _said(days[0] if days else "day", next(iter(shut.values())))
    return _said(*next(iter(shut.items()))) if shut else {}


def is_shut(row: Row, closed: Closed) -> bool:
    """Does the row speak of a day in a closed year, so that it can't be voided any more?"""
    return any(True for _found in _shut(row, closed))


def _shut(row: Row, closed: Closed) -> Iterator[tuple[str, date]]:
    for name, day in days_of(row):
        if any(day.year == year and row.unit.path.startswith(path) for path, year in closed):
            yield name, day


def _changed(ledger: Ledger, row: Any, old: Any) -> list[str]:
    named = {name: ledger.field(name).attname for name in ledger.all_fields}
    return [name for name, attribute in named.items() if getattr(row, attribute) != getattr(old, attribute)]


def _said(field: str, day: date) -> dict[str, ValidationError]:
    said = _("%(year)s 年的计划已年终交账，这一年的台账不能再改。") % {"year": day.year}
    return {field: ValidationError(said, code="closed")}
