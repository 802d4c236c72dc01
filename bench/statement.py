"""What a recompute is measured against: one statement, written by hand, that sums the same readings and writes as many
rows with as many columns. It knows no band, no pace but the straight line and no exactness beyond the column's."""

from collections.abc import Mapping
from datetime import date
from typing import Any

# Sums are in ten-thousandths; the year so far ends in September, as the last complete month on 12 October.
STATEMENT = """
WITH sums AS (
    SELECT t.id, t.rule, t.comparator, t.basis, t.goal, t.weight,
        MAX(r.period) FILTER (WHERE r.period >= %(start)s) AS data_period,
        SUM(r.value) FILTER (WHERE r.period >= %(start)s) AS ytd,
        SUM(r.value) FILTER (WHERE r.period BETWEEN %(before)s AND %(same)s) AS base,
        SUM(r.value) FILTER (WHERE r.period < %(start)s) AS last_total,
        MAX(r.value) FILTER (WHERE r.period = %(end)s) AS newest,
        SUM(r.numerator) FILTER (WHERE r.period = %(end)s) AS numerator,
        SUM(r.denominator) FILTER (WHERE r.period = %(end)s) AS denominator,
        COUNT(*) FILTER (WHERE r.period = %(end)s) AS reported
    FROM goals_target t
    JOIN goals_reading r ON r.indicator_id = t.indicator_id
    JOIN goals_reportingunit u ON u.indicator_id = r.indicator_id AND u.unit_id = r.unit_id
        AND r.period BETWEEN u.first_day AND u.last_day
    WHERE r.state = 'approved' AND r.period BETWEEN %(before)s AND %(last)s {which}
    GROUP BY t.id
), stood AS (
    SELECT *, CASE
        WHEN rule = 'share' THEN 100.0 * numerator / nullif(denominator, 0)
        WHEN rule IN ('growth', 'decline') AND basis <> 'rate' THEN 100.0 * (ytd::numeric / nullif(base, 0) - 1)
        WHEN rule = 'total' AND basis = 'amount' THEN ytd / 10000.0
        ELSE newest / 10000.0 END AS actual,
        CASE WHEN rule = 'total' THEN goal / 10000.0 * 9 / 12 ELSE goal / 10000.0 END AS expected
    FROM sums
)
INSERT INTO goals_progress (
    target_id, slot, as_of, data_period, actual, expected, attainment, gap, deviation, forecast, catch_up, completion,
    expected_completion, met, status, stale, units_reported, units_expected, reason, terms, computed_at
)
SELECT id, 0, %(today)s, data_period, actual, expected, actual * 1000000 / nullif(goal, 0), actual - expected,
    (actual - expected) * 1000000 / nullif(goal, 0), actual * 12 / 9, (goal / 10000.0 - actual) / 3,
    least(100, actual * 1000000 / nullif(goal, 0)), 75, actual >= goal / 10000.0,
    CASE WHEN actual >= expected THEN 'on_track' WHEN actual >= expected * 0.9 THEN 'at_risk' ELSE 'behind' END,
    false, reported, 1, '',
    jsonb_build_object('rule', rule, 'comparator', comparator, 'basis', basis, 'goal', (goal / 10000.0)::text,
        'weight', (weight / 10000.0)::text, 'pace', 'linear', 'ytd', (ytd / 10000.0)::text,
        'last_ytd', (base / 10000.0)::text, 'last_total', (last_total / 10000.0)::text,
        'numerator', (numerator / 10000.0)::text, 'denominator', (denominator / 10000.0)::text, 'elapsed', '0.75',
        'periods_left', 3, 'band', '10', 'units_reported', reported, 'units_expected', 1, 'partial_period', NULL,
        'partial_reported', NULL, 'partial_expected', NULL, 'counted', false),
    now()
FROM stood
ON CONFLICT (target_id, slot) DO UPDATE SET
    as_of = excluded.as_of, data_period = excluded.data_period, actual = excluded.actual, expected = excluded.expected,
    attainment = excluded.attainment, gap = excluded.gap, deviation = excluded.deviation, forecast = excluded.forecast,
    catch_up = excluded.catch_up, completion = excluded.completion,
    expected_completion = excluded.expected_completion, met = excluded.met, status = excluded.status,
    stale = excluded.stale, units_reported = excluded.units_reported, units_expected = excluded.units_expected,
    reason = excluded.reason, terms = excluded.terms, computed_at = excluded.computed_at
"""
DAYS = {
    **{"before": date(2021, 1, 1), "same": date(2021, 9, 30), "start": date(2022, 1, 1)},
    **{"end": date(2022, 9, 30), "last": date(2022, 12, 31), "today": date(2022, 10, 12)},
}


def all_current() -> None:
    _execute(STATEMENT.format(which=""), {})


def of_plan(pk: int) -> None:
    _execute(STATEMENT.format(which="AND t.plan_id = %(plan)s"), {"plan": pk})


def _execute(sql: str, more: Mapping[str, Any]) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        # With the same settings as the recompute has.
        cursor.execute("SET LOCAL work_mem = '32MB'; SET LOCAL jit = off")
        cursor.execute(sql, {**DAYS, **more})
        assert cursor.rowcount > 0
