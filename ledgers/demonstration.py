"""The demonstration's registers: sample rows from `data/demo/ledgers/SECTION.yaml`, entered by the portal's own
services on the days on which they would have been."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from accounts.models import Unit, User
from common import clock
from goals import measures, planning
from goals.models import Indicator, ReportingUnit
from goals.progress import month_key, period_end
from ledgers import services, upkeep
from ledgers.models import Row
from ledgers.registry import Ledger, all_ledgers, ledger_of

FOLDER = Path("data/demo/ledgers")
SET_UP, BACKFILLED = date(2022, 2, 17), date(2022, 2, 21)
LAST_ENTRY = date(2022, 10, 11)


def prepare(users: Mapping[str, User]) -> None:
    """Before the plan is adopted: the registers have their offices, and what they count isn't typed."""
    units = {unit.code: unit for unit in Unit.objects.select_related("parent")}
    with clock.pretending(SET_UP):
        for ledger, sample in _samples():
            office = units[sample["office"]]
            upkeep.set_up(users["planner"], ledger, units["taoyan"], office=office, counts={})
        counted = [measure.code for measure in measures.all_measures() if measure.code != measures.MILESTONES]
        for indicator in Indicator.objects.filter(code__in=counted, measure=""):
            ReportingUnit.objects.filter(indicator=indicator).delete()
            indicator.measure = indicator.code
            planning.save_indicator(users["planner"], indicator)


def demonstrate(users: Mapping[str, User]) -> None:
    """The rows month by month, then the confirmations."""
    units = {unit.code: unit for unit in Unit.objects.select_related("parent")}
    for ledger, sample in _samples():
        by_entry: dict[date, list[Row]] = {}
        for values in sample["rows"]:
            row = _row(ledger, values, units)
            by_entry.setdefault(_entered_on(row), []).append(row)
        keeper = _reporter(users, sample["office"])
        for day, rows in sorted(by_entry.items()):
            with clock.pretending(day, hour=9):
                services.add_rows(keeper, ledger, rows)
        for through in sample.get("confirmed", ()):
            with clock.pretending(min(through + timedelta(days=5), LAST_ENTRY)):
                upkeep.confirm(keeper, ledger, units["taoyan"], through)


def _samples() -> Iterator[tuple[Ledger, dict[str, Any]]]:
    for section in dict.fromkeys(ledger.section for ledger in all_ledgers()):
        path = settings.BASE_DIR / FOLDER / f"{section}.yaml"
        for code, sample in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            yield ledger_of(section, code), sample


def _row(ledger: Ledger, values: Mapping[str, Any], units: Mapping[str, Unit]) -> Row:
    row = ledger.model(unit=units[values["unit"]])
    for name, value in values.items():
        if name != "unit":
            setattr(row, name, ledger.field(name).to_python(str(value) if isinstance(value, float) else value))
    return row


def _entered_on(row: Row) -> date:
    """The first of the month after the last thing that the row tells of; last year's rows when the portal began."""
    days = [getattr(row, f.attname) for f in row._meta.concrete_fields if f.get_internal_type() == "DateField"]
    last = max(day for day in days if day is not None and day <= LAST_ENTRY)
    return max(BACKFILLED, min(period_end(month_key(last)) + timedelta(days=1), LAST_ENTRY))


def _reporter(users: Mapping[str, User], unit: str) -> User:
    return users.get(f"{unit}.reporter") or users["reporter"]
