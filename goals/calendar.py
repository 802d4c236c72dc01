"""Working days: by the week, but for the days that the holiday table names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import chinese_calendar

from goals.models import CalendarDay, Indicator
from goals.progress import deadline

DAY = timedelta(days=1)
SATURDAY = 5
# Longer than any holiday: a deadline is never moved further than this.
LOOK_AHEAD = timedelta(days=40)


@dataclass(frozen=True)
class WorkingDays:
    """Which days of a span are worked; `exceptions` are the holiday table's, other days go by the week."""

    exceptions: Mapping[date, bool] = field(default_factory=dict)

    @classmethod
    def between(cls, first: date, last: date) -> "WorkingDays":
        """The days from first to last and somewhat beyond, in one query."""
        found = CalendarDay.objects.filter(day__range=(first, last + LOOK_AHEAD))
        return cls(dict(found.values_list("day", "is_working")))

    def is_working(self, day: date) -> bool:
        return self.exceptions.get(day, day.weekday() < SATURDAY)

    def on_or_after(self, day: date) -> date:
        """The day itself if it is worked, else the next that is."""
        while not self.is_working(day):
            day += DAY
        return day

    def after(self, day: date, count: int) -> date:
        """The count-th working day after the day (before it, where count is negative)."""
        step = DAY if count > 0 else -DAY
        for _each in range(abs(count)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def deadline(self, indicator: Indicator, period: date) -> date:
        """Until when people are asked for a period: the rule's deadline, moved to a working day."""
        return self.on_or_after(deadline(period, indicator.deadline_day, indicator.deadline_lag))


def known_exceptions(year: int) -> list[tuple[date, bool, str]]:
    """What the State Council's calendar says of a year: day, worked or not, name. Empty for a year it doesn't know."""
    found = []
    for day, holiday in {**chinese_calendar.holidays, **chinese_calendar.workdays}.items():
        is_working = day in chinese_calendar.workdays
        if day.year == year and is_working != (day.weekday() < SATURDAY):
            found.append((day, is_working, chinese_calendar.Holiday(holiday).chinese))
    return sorted(found)
