"""The approved figures of a set of indicators, summed in the database by one query."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from itertools import repeat
from typing import Any

import psycopg2.extensions
from django.db import connection

from goals.measures import Wanted
from goals.progress import Month, month_key

Span = tuple[date, date]
FROM = """
FROM goals_reading r
JOIN goals_reportingunit u ON u.indicator_id = r.indicator_id AND u.unit_id = r.unit_id
     AND r.period BETWEEN u.first_day AND u.last_day
WHERE r.indicator_id {ids} AND u.indicator_id {ids} AND r.period BETWEEN %s AND %s AND {known}
GROUP BY r.indicator_id, r.period
"""
# SQLite: sums are taken of whole units and of ten-thousandths apart, for its integer sum would overflow on few figures.
_BY_MONTH = f"""
SELECT r.indicator_id, r.period, COUNT(*),
       SUM(r.value / 10000), SUM(r.value %% 10000),
       SUM(CASE WHEN r.denominator <> 0 THEN r.numerator / 10000 END),
       SUM(CASE WHEN r.denominator <> 0 THEN r.numerator %% 10000 END),
       SUM(r.denominator / 10000), SUM(r.denominator %% 10000)
{FROM}
"""
# PostgreSQL: the months of an indicator in lists, those with numerator and denominator apart; days count from 2000.
_BY_INDICATOR = f"""
SELECT indicator_id, array_agg(day), array_agg(reported), array_agg(value),
       CASE WHEN is_share THEN array_agg(numerator) END, CASE WHEN is_share THEN array_agg(denominator) END
FROM (
    SELECT r.indicator_id, r.period - DATE '2000-01-01' AS day, COUNT(*) AS reported,
           COALESCE(SUM(r.value), 0) AS value, COUNT(r.denominator) > 0 AS is_share,
           COALESCE(SUM(CASE WHEN r.denominator <> 0 THEN r.numerator END), 0) AS numerator,
           COALESCE(SUM(r.denominator), 0) AS denominator
    {FROM}
) months
GROUP BY indicator_id, is_share
"""
_NOW = "r.state = 'approved'"
_THEN = "r.approved_at < %s AND (r.superseded_at IS NULL OR r.superseded_at >= %s)"
_START = date(2000, 1, 1)
_NUMERICS = 1231


def months_of(
    typed: Iterable[Wanted], spans: Mapping[int, Sequence[Span]], known_until: datetime | None
) -> dict[int, dict[int, Month]]:
    """By indicator and month key the approved sums, for each plan's year and the one before."""
    wanted = list(typed)
    ids, years = sorted({each.indicator_id for each in wanted}), [each.year for each in wanted]
    known, moments = known_at(known_until)
    params: list[Any] = [date(min(years) - 1, 1, 1), date(max(years), 12, 31), *moments]
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute(_BY_MONTH.format(ids=f"IN ({','.join(map(str, ids))})", known=known), params)
            return _by_month(cursor.fetchall(), spans)
        # Sums of bigints are numerics: they come as whole numbers of any size.
        psycopg2.extensions.register_type(_whole_numbers(), cursor.cursor)
        # Said of the units too, lest all units of the portal are gone through to find those of these.
        cursor.execute(_BY_INDICATOR.format(ids="= ANY (%s)", known=known), [ids, ids, *params])
        return _by_indicator(cursor.fetchall(), spans)


def known_at(known_until: datetime | None) -> tuple[str, list[Any]]:
    """The condition on readings, with its parameters: approved, or approved before the moment and not yet replaced."""
    if known_until is None:
        return _NOW, []
    moment = connection.ops.adapt_datetimefield_value(known_until)
    return _THEN, [moment, moment]


@cache
def _whole_numbers() -> Any:
    return psycopg2.extensions.new_array_type((_NUMERICS,), "WHOLES", psycopg2.extensions.LONGINTEGER)  # type: ignore[attr-defined]


def _by_indicator(rows: Iterable[Any], spans: Mapping[int, Sequence[Span]]) -> dict[int, dict[int, Month]]:
    months: dict[int, dict[int, Month]] = {}
    for indicator_id, days, reported, values, numerators, denominators in rows:
        own = spans.get(indicator_id, ())
        expected: Any = _everywhere(own)
        if expected is None:
            expected = [units_on(own, _day(day)) for day in days]
        sums = zip(values, numerators or repeat(0), denominators or repeat(0), reported, expected)  # noqa: B905
        found = dict(zip(map(_key, days), map(Month._make, sums)))  # noqa: B905
        # Months with and without a denominator come apart; an indicator has but one kind of them, as a rule.
        months[indicator_id] = months[indicator_id] | found if indicator_id in months else found
    return months


def _by_month(rows: Iterable[Any], spans: Mapping[int, Sequence[Span]]) -> dict[int, dict[int, Month]]:
    months: dict[int, dict[int, Month]] = defaultdict(dict)
    for indicator_id, day, reported, *sums in rows:
        period = day if isinstance(day, date) else date.fromisoformat(day)
        value, numerator, denominator = (joined(sums[i], sums[i + 1]) for i in (0, 2, 4))
        units = units_on(spans.get(indicator_id, ()), period)
        months[indicator_id][month_key(period)] = Month(value, numerator, denominator, reported, units)
    return months


@lru_cache(maxsize=4_096)
def _day(number: int) -> date:
    return _START + timedelta(days=number)


@lru_cache(maxsize=4_096)
def _key(number: int) -> int:
    return month_key(_day(number))


def joined(wholes: object, rest: object) -> int:
    return int(wholes or 0) * 10_000 + int(rest or 0)  # type: ignore[call-overload]


def units_on(spans: Iterable[Span], period: date) -> int:
    """How many reporting units there are on the period's last day."""
    return len([None for first, last in spans if first <= period <= last])


def _everywhere(spans: Sequence[Span]) -> Iterable[int] | None:
    """The same number for all periods, where every unit reports for good."""
    if all(span is _ALWAYS for span in spans):
        return repeat(len(spans))
    return None


_ALWAYS: Span = (date(1900, 1, 1), date(9999, 12, 31))


def spans_of(indicator_ids: Sequence[int]) -> dict[int, list[Span]]:
    """By indicator from when until when each of its units reports. One query."""
    spans: dict[int, list[Span]] = defaultdict(list)
    with connection.cursor() as cursor:
        ids: Any = list(indicator_ids)
        listed = "= ANY (%s)" if connection.vendor == "postgresql" else f"IN ({','.join(map(str, ids))})"
        cursor.execute(
            "SELECT indicator_id, CASE WHEN first_day > '1900-01-01' OR last_day < '9999-12-31' THEN first_day END, "
            "CASE WHEN first_day > '1900-01-01' OR last_day < '9999-12-31' THEN last_day END "
            f"FROM goals_reportingunit WHERE indicator_id {listed}",
            [ids] if connection.vendor == "postgresql" else [],
        )
        for indicator_id, first, last in cursor.fetchall():
            spans[indicator_id].append(_ALWAYS if first is None else (as_date(first), as_date(last)))
    return spans


def as_date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
