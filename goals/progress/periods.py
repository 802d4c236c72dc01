"""Periods, named by their last day, and their reporting deadlines."""

from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import NamedTuple

MONTHS: dict[str, tuple[int, ...]] = {
    "monthly": tuple(range(1, 13)),
    "monthly_from_feb": tuple(range(2, 13)),
    "quarterly": (3, 6, 9, 12),
    "half_yearly": (6, 12),
    "yearly": (12,),
}


def month_key(day: date) -> int:
    """A month's number, counted through the years: year × 12 + month (December belongs to its own year)."""
    return day.year * 12 + day.month


@lru_cache(maxsize=4_096)
def period_end(key: int) -> date:
    """The last day of the month with this key."""
    year, month = divmod(key - 1, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


@lru_cache(maxsize=4_096)
def periods_of_year(frequency: str, year: int) -> tuple[date, ...]:
    """The last days of a year's periods, in order."""
    return tuple(period_end(year * 12 + month) for month in MONTHS[frequency])


@lru_cache(maxsize=4_096)
def period_containing(day: date, frequency: str) -> date:
    """The last day of the period in which the day lies (January belongs to February with `monthly_from_feb`)."""
    return next(end for end in periods_of_year(frequency, day.year) if end >= day)


def is_period_end(day: date, frequency: str) -> bool:
    return day in periods_of_year(frequency, day.year)


@lru_cache(maxsize=8_192)
def deadline(period: date, deadline_day: int, deadline_lag: int) -> date:
    """The last day in time for a period: so many months after its last month, a day the month lacks is its last."""
    last = period_end(month_key(period) + deadline_lag)
    return last.replace(day=min(deadline_day, last.day))


@lru_cache(maxsize=4_096)
def due_period(frequency: str, year: int, due: date) -> date | None:
    """The last period that ends by the end of the due date's month, or None."""
    ends = [end for end in periods_of_year(frequency, year) if (end.year, end.month) <= (due.year, due.month)]
    return ends[-1] if ends else None


def same_day_last_year(day: date) -> date:
    """29 February: the 28th."""
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


class Calendar(NamedTuple):
    """The periods of a target's year through its due period, by their last days and month keys."""

    due: date
    ends: tuple[date, ...]
    keys: tuple[int, ...]


@lru_cache(maxsize=4_096)
def calendar(frequency: str, year: int, due: date) -> Calendar | None:
    """None where no period ends by the due date."""
    last = due_period(frequency, year, due)
    if last is None:
        return None
    ends = tuple(end for end in periods_of_year(frequency, year) if end <= last)
    return Calendar(last, ends, tuple(map(month_key, ends)))


@lru_cache(maxsize=4_096)
def last_due(frequency: str, year: int, due: date, deadline_day: int, deadline_lag: int, as_of: date) -> date | None:
    """The last period through the due one whose deadline has passed."""
    found = calendar(frequency, year, due)
    ends = found.ends if found is not None else ()
    return max((end for end in ends if deadline(end, deadline_day, deadline_lag) < as_of), default=None)
