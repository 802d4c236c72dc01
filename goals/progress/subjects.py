"""Targets as the recompute takes them: plain values in the arithmetic's form, without a record for each.

A hundred thousand records of four models would take longer to make than the arithmetic takes with them.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, NamedTuple

import orjson
from django.db import connection
from django.utils import timezone

from common.fields import to_scale
from goals.models.indicator import counted_by
from goals.models.target import Adjustment
from goals.progress import Bands, Terms


class Of(NamedTuple):
    """What a subject's plan says: as much of it as matters here."""

    pk: int
    year: int
    closed_at: datetime | None
    bands: Bands


class Source(NamedTuple):
    """A subject's indicator."""

    pk: int
    basis: str
    frequency: str
    aggregation: str
    whole: bool
    deadline_day: int
    deadline_lag: int
    measure: str
    source_years: Sequence[Any]

    def measure_of(self, year: int) -> str:
        return counted_by(self.measure, self.source_years, year)

    @property
    def is_ever_counted(self) -> bool:
        return bool(self.measure) or any(measure for _first, measure in self.source_years)


class Subject(NamedTuple):
    """A target. Its figures are in ten-thousandths; `planned` is JSON as it is stored, empty where there is none."""

    pk: int
    rule: str
    comparator: str
    goal: int | None
    baseline: int | None
    pace: str
    planned: str
    due: date
    weight: int
    band: int | None
    in_doubt: bool
    plan: Of
    indicator: Source
    is_adjusted: bool

    @property
    def plan_id(self) -> int:
        return self.plan.pk

    @property
    def indicator_id(self) -> int:
        return self.indicator.pk

    def terms(self, version: Adjustment | None) -> Terms:
        """In the arithmetic's form; those of the adjustment, where one is given."""
        goal, baseline, planned, due = self.goal, self.baseline, self.planned, self.due
        weight, band, source = self.weight, self.band, self.indicator
        path = planned_path(orjson.loads(planned)) if planned else ()
        if version is not None:
            goal, baseline, due = to_scale(version.goal), to_scale(version.baseline), version.due
            weight, band, path = to_scale(version.weight) or 0, to_scale(version.band), planned_path(version.planned)
        return Terms(
            self.plan.year,
            due,
            self.rule,
            self.comparator,
            goal,
            baseline,
            self.pace or None,
            path,
            band,
            self.plan.bands,
            self.in_doubt,
            source.basis,
            source.frequency,
            source.aggregation,
            source.whole,
            source.deadline_day,
            source.deadline_lag,
            weight,
        )


def planned_path(planned: Any) -> tuple[tuple[date, int], ...]:
    """Planned values by month's end, in order."""
    found = sorted((date.fromisoformat(day), to_scale(Decimal(value))) for day, value in planned.items())
    return tuple((day, value) for day, value in found if value is not None)


@lru_cache(maxsize=64)
def _bands(stored: str) -> Bands:
    return Bands.from_json(orjson.loads(stored))


_TERMS = "t.id, t.rule, t.comparator, t.goal, t.baseline, t.pace, {planned}, t.due, t.weight, t.band, t.in_doubt"
_SOURCE = (
    "i.id, i.basis, i.frequency, i.aggregation, i.whole, i.deadline_day, i.deadline_lag, i.measure, {source_years}"
)
_SQL = f"""
SELECT {_TERMS}, {_SOURCE}, p.id, p.year, p.closed_at, f.bands,
       EXISTS (SELECT 1 FROM goals_adjustment a WHERE a.target_id = t.id)
FROM goals_target t
JOIN goals_indicator i ON i.id = t.indicator_id
JOIN goals_plan p ON p.id = t.plan_id
JOIN goals_warningprofile f ON f.id = p.profile_id
WHERE t.id {{ids}} ORDER BY t.id
"""


@cache
def _sql() -> str:
    """JSON as text, and nothing where there is nothing in it."""
    form = "nullif({}::text, '{}')" if connection.vendor == "postgresql" else "nullif({}, '{}')"
    listed = "= ANY (%s)" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
    empty = {"planned": form.format("t.planned", "{}"), "source_years": form.format("i.source_years", "[]")}
    return _SQL.format(**empty, ids=listed)


def find(ids: Iterable[int]) -> list[Subject]:
    """The targets with these ids that there are, in order. One query."""
    asked: Any = list(ids)
    with connection.cursor() as cursor:
        cursor.execute(_sql(), [asked if connection.vendor == "postgresql" else orjson.dumps(asked).decode()])
        rows = cursor.fetchall()
    if connection.vendor != "postgresql":
        rows = [_converted(row) for row in rows]
    plans: dict[int, Of] = {}
    found = []
    for row in rows:
        plan = plans.get(row[20])
        if plan is None:
            plan = plans[row[20]] = Of(row[20], row[21], row[22], _bands(row[23]))
        source = Source._make((*row[11:19], orjson.loads(row[19]) if row[19] else ()))
        found.append(Subject._make((*row[:6], row[6] or "", *row[7:11], plan, source, bool(row[24]))))
    return found


def _converted(row: Sequence[Any]) -> list[Any]:
    """SQLite knows neither dates nor booleans."""
    values = list(row)
    values[7] = date.fromisoformat(values[7]) if isinstance(values[7], str) else values[7]
    values[10], values[15] = bool(values[10]), bool(values[15])
    if isinstance(values[22], str):
        moment = datetime.fromisoformat(values[22])
        values[22] = moment if timezone.is_aware(moment) else timezone.make_aware(moment, connection.timezone)
    return values
