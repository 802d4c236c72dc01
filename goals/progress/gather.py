"""From records to the arithmetic and back: what a set of targets needs, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from common.fields import to_scale
from goals import measures
from goals.measures import Wanted
from goals.models.indicator import ReportingUnit
from goals.models.plan import Plan
from goals.models.progress import StoredProgress
from goals.models.target import Adjustment, Target
from goals.progress import (
    Bands,
    Counted,
    Month,
    Outcome,
    Reported,
    Terms,
    Works,
    bases,
    compute,
    month_key,
    terms_json,
)
from goals.progress.exact import truncated_text

Figures = Reported | Counted | Works

# Sums are taken of whole units and of ten-thousandths apart: SQLite's integer sum would overflow on few large figures.
_SUMS = """
SELECT r.indicator_id, r.period, COUNT(*),
       SUM(r.value / 10000), SUM(r.value %% 10000),
       SUM(CASE WHEN r.denominator <> 0 THEN r.numerator / 10000 END),
       SUM(CASE WHEN r.denominator <> 0 THEN r.numerator %% 10000 END),
       SUM(r.denominator / 10000), SUM(r.denominator %% 10000)
FROM goals_reading r
JOIN goals_reportingunit u ON u.indicator_id = r.indicator_id AND u.unit_id = r.unit_id
     AND r.period BETWEEN u.first_day AND u.last_day
WHERE r.indicator_id IN ({ids}) AND r.period BETWEEN %s AND %s AND {known}
GROUP BY r.indicator_id, r.period
"""
_NOW = "r.state = 'approved'"
_THEN = "r.approved_at < %s AND (r.superseded_at IS NULL OR r.superseded_at >= %s)"


@dataclass
class Gathered:
    """Adjustments and figures of a set of targets; `outcome` asks the arithmetic for a day."""

    adjustments: Mapping[int, Sequence[Adjustment]]
    figures: Mapping[Wanted, Figures]
    roots: Mapping[int, str] = field(default_factory=dict)
    spans: Mapping[int, Sequence[tuple[date, date]]] = field(default_factory=dict)
    _terms: dict[tuple[int, int], Terms] = field(default_factory=dict)

    def outcome(self, target: Target, as_of: date) -> Outcome:
        version = self._version(target, as_of)
        key = (target.pk, version.pk if version else 0)
        terms = self._terms.get(key)
        if terms is None:
            terms = self._terms[key] = terms_of(target, version)
        return compute(terms, self.figures[wanted_of(target, self.roots)], as_of)

    def units_expected(self, indicator_id: int, period: date) -> int:
        """How many reporting units an indicator has on the period's last day."""
        return sum(1 for first, last in self.spans.get(indicator_id, ()) if first <= period <= last)

    def _version(self, target: Target, as_of: date) -> Adjustment | None:
        return version_in_force(self.adjustments.get(target.pk, ()), as_of)


def version_in_force(adjustments: Iterable[Adjustment], as_of: date) -> Adjustment | None:
    """The last adjustment in force on the day (they come ordered); None: the first terms."""
    found = None
    for adjustment in adjustments:
        if adjustment.in_force_from <= as_of:
            found = adjustment
    return found


def terms_of(target: Target, version: Adjustment | None = None) -> Terms:
    """A target's terms in the arithmetic's form, those of the adjustment where one is given."""
    source = version or target
    indicator = target.indicator
    planned = sorted((date.fromisoformat(day), to_scale(Decimal(value))) for day, value in source.planned.items())
    return Terms(
        year=target.plan.year,
        due=source.due,
        rule=target.rule,
        comparator=target.comparator,
        goal=to_scale(source.goal),
        baseline=to_scale(source.baseline),
        pace=target.pace or None,
        planned=tuple((day, value) for day, value in planned if value is not None),
        band=to_scale(source.band),
        bands=Bands.from_json(target.plan.profile.bands),
        in_doubt=target.in_doubt,
        basis=indicator.basis,
        frequency=indicator.frequency,
        aggregation=indicator.aggregation,
        whole=indicator.whole,
        deadline_day=indicator.deadline_day,
        deadline_lag=indicator.deadline_lag,
        weight=to_scale(source.weight) or 0,
    )


def gather(targets: Sequence[Target], *, known_until: datetime | None = None) -> Gathered:
    """What the targets need (they come with `plan__profile` and `indicator`).

    `known_until` leaves out what was approved at or after that moment. Three queries, and those of the measures.
    """
    figures: dict[Wanted, Figures] = {}
    gathered = Gathered(_adjustments(targets, known_until), figures, roots=_roots(targets))
    typed, counted = _sorted_by_source(targets, gathered.roots)
    figures.update(measures.figures_of(counted, known_until))
    if typed:
        gathered.spans = _expected(sorted({each.indicator_id for each in typed}), targets)
        months = _months(typed, gathered, known_until)
        for each in typed:
            figures[each] = Reported(months=months.get(each.indicator_id, {}))
    bases.join(targets, gathered.roots, figures, known_until)
    return gathered


def wanted_of(target: Target, roots: Mapping[int, str]) -> Wanted:
    """What a target asks of its source: what is typed is the indicator's alone, what is counted the plan's unit's."""
    counted = target.indicator.measure_of(target.plan.year)
    return Wanted(target.indicator_id, roots[target.plan_id] if counted else "", target.plan.year)


def _sorted_by_source(
    targets: Sequence[Target], roots: Mapping[int, str]
) -> tuple[set[Wanted], dict[str, set[Wanted]]]:
    """What is typed, and by measure what is counted."""
    typed: set[Wanted] = set()
    counted: dict[str, set[Wanted]] = defaultdict(set)
    for target in targets:
        code = target.indicator.measure_of(target.plan.year)
        (counted[code] if code else typed).add(wanted_of(target, roots))
        if bases.has_typed_base(target):
            typed.add(Wanted(target.indicator_id, "", target.plan.year))
    return typed, counted


def _roots(targets: Sequence[Target]) -> dict[int, str]:
    """By plan id the path of its unit, of plans with something counted. One query, where any isn't known already."""
    plans = {t.plan_id: t.plan for t in targets if t.indicator.is_ever_counted}
    known = {pk: plan.unit.path for pk, plan in plans.items() if "unit" in plan._state.fields_cache}
    if ids := plans.keys() - known.keys():
        known |= Plan.objects.filter(pk__in=ids).values_list("pk", "unit__path")
    return known


def _adjustments(targets: Sequence[Target], known_until: datetime | None) -> dict[int, list[Adjustment]]:
    """By target id, in order; without those decided at or after the moment. No query where they were prefetched."""
    if all("adjustments" in getattr(t, "_prefetched_objects_cache", ()) for t in targets):
        return {t.pk: [a for a in t.adjustments.all() if _is_known(a, known_until)] for t in targets}
    found: dict[int, list[Adjustment]] = defaultdict(list)
    for adjustment in Adjustment.objects.filter(target__in=[t.pk for t in targets]).order_by("in_force_from", "pk"):
        if _is_known(adjustment, known_until):
            found[adjustment.target_id].append(adjustment)
    return found


def _is_known(adjustment: Adjustment, until: datetime | None) -> bool:
    return until is None or adjustment.decided_at < until


def _months(typed: set[Wanted], gathered: Gathered, known_until: datetime | None) -> dict[int, dict[int, Month]]:
    """By indicator and month key the approved sums, for each plan's year and the one before."""
    ids = sorted({each.indicator_id for each in typed})
    years = [each.year for each in typed]
    params: list[Any] = [date(min(years) - 1, 1, 1), date(max(years), 12, 31)]
    if known_until is not None:
        moment = connection.ops.adapt_datetimefield_value(known_until)
        params += [moment, moment]
    sql = _SUMS.format(ids=",".join(map(str, ids)), known=_THEN if known_until else _NOW)
    months: dict[int, dict[int, Month]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        for indicator_id, day, reported, *sums in cursor.fetchall():
            period = day if isinstance(day, date) else date.fromisoformat(day)
            value, numerator, denominator = (_joined(sums[i], sums[i + 1]) for i in (0, 2, 4))
            units = gathered.units_expected(indicator_id, period)
            months[indicator_id][month_key(period)] = Month(value, numerator, denominator, reported, units)
    return months


def _joined(wholes: object, rest: object) -> int:
    return int(wholes or 0) * 10_000 + int(rest or 0)  # type: ignore[call-overload]


def _expected(indicator_ids: Sequence[int], targets: Sequence[Target]) -> dict[int, list[tuple[date, date]]]:
    """When which indicator has a reporting unit. No query where they were prefetched (`indicator__reporting`)."""
    spans: dict[int, list[tuple[date, date]]] = defaultdict(list)
    indicators = {t.indicator_id: t.indicator for t in targets}
    asked = [indicators[pk] for pk in indicator_ids]
    if all("reporting" in getattr(i, "_prefetched_objects_cache", ()) for i in asked):
        rows = [(i.pk, each.first_day, each.last_day) for i in asked for each in i.reporting.all()]
    else:
        found = ReportingUnit.objects.filter(indicator__in=indicator_ids)
        rows = list(found.values_list("indicator_id", "first_day", "last_day"))
    for indicator_id, first, last in rows:
        spans[indicator_id].append((first, last))
    return spans


FIGURES = (
    *("actual", "expected", "attainment", "gap", "deviation"),
    *("forecast", "catch_up", "completion", "expected_completion"),
)
PLAIN = ("data_period", "met", "status", "stale", "units_reported", "units_expected")
COLUMNS = ("slot", "as_of", *FIGURES, *PLAIN, "reason", "terms", "computed_at")


def stored_row(slot: int, as_of: date, outcome: Outcome, computed_at: str) -> list[Any]:
    """An outcome in its stored form, by `COLUMNS`, ready for JSON: computed figures truncated to 6 places."""
    row: list[Any] = [slot, as_of.isoformat()]
    for name in FIGURES:
        ratio = getattr(outcome, name)
        row.append(None if ratio is None else truncated_text(ratio))
    day = outcome.data_period
    row += (None if day is None else day.isoformat(), outcome.met, outcome.status, outcome.stale)
    row += (outcome.units_reported, outcome.units_expected, outcome.reason or "", terms_json(outcome), computed_at)
    return row


def row_values(slot: int, as_of: date, outcome: Outcome, computed_at: datetime) -> dict[str, Any]:
    """An outcome by column, as the row that would be stored has it."""
    values = dict(zip(COLUMNS, stored_row(slot, as_of, outcome, ""), strict=True))
    for name in FIGURES:
        values[name] = None if values[name] is None else Decimal(values[name])
    return values | {"as_of": as_of, "data_period": outcome.data_period, "computed_at": computed_at}


def as_stored(row: StoredProgress) -> list[Any]:
    """A stored row in the form of `stored_row`, for comparing."""
    values = {name: getattr(row, name) for name in COLUMNS}
    for name in FIGURES:
        values[name] = None if values[name] is None else f"{values[name]:.6f}"
    for name in ("as_of", "data_period"):
        values[name] = None if values[name] is None else values[name].isoformat()
    return list(values.values())
