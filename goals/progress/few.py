"""The figures of as few indicators as a page shows: of several moments, with who reports them, in one query."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import connection

from goals.measures import Wanted
from goals.progress import Month, month_key
from goals.progress.sums import FROM, Span, as_date, joined, known_at, units_on

# For more, units and figures apart: whoever recomputes everything has no use for few queries.
FEW = 500
_UNITS = -1
# A unit's span comes as a row too, under a moment that there isn't.
_SPANS = f"""
SELECT {_UNITS}, indicator_id, first_day, last_day, 0, 0, 0, 0, 0, 0, 0
FROM goals_reportingunit WHERE indicator_id {{ids}}
"""
_SUMS = f"""
UNION ALL SELECT {{then}}, r.indicator_id, r.period, r.period, COUNT(*),
       SUM(r.value / 10000), SUM(r.value %% 10000),
       SUM(CASE WHEN r.denominator <> 0 THEN r.numerator / 10000 END),
       SUM(CASE WHEN r.denominator <> 0 THEN r.numerator %% 10000 END),
       SUM(r.denominator / 10000), SUM(r.denominator %% 10000)
{FROM}
"""


def reported(
    typed: Iterable[Wanted], cutoffs: Sequence[datetime | None]
) -> tuple[dict[int, list[Span]], list[dict[int, dict[int, Month]]]]:
    """By indicator from when until when each of its units reports; and by moment the approved sums, by indicator and
    month key, for each plan's year and the one before."""
    wanted = list(typed)
    ids, years = sorted({each.indicator_id for each in wanted}), [each.year for each in wanted]
    listed = f"IN ({','.join(map(str, ids))})"
    sql, params = _SPANS.format(ids=listed), []
    for then, cutoff in enumerate(cutoffs):
        known, moments = known_at(cutoff)
        sql += _SUMS.format(then=then, ids=listed, known=known)
        params += [date(min(years) - 1, 1, 1), date(max(years), 12, 31), *moments]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    spans: dict[int, list[Span]] = defaultdict(list)
    for row in rows:
        if row[0] == _UNITS:
            spans[row[1]].append((as_date(row[2]), as_date(row[3])))
    months: list[dict[int, dict[int, Month]]] = [defaultdict(dict) for _cutoff in cutoffs]
    for then, indicator_id, day, _last, count, whole, rest, above, above_rest, below, below_rest in rows:
        if then != _UNITS:
            period = as_date(day)
            months[then][indicator_id][month_key(period)] = Month(
                0 if whole is None else joined(whole, rest),
                0 if above is None else joined(above, above_rest),
                0 if below is None else joined(below, below_rest),
                count,
                units_on(spans.get(indicator_id, ()), period),
            )
    return spans, months
