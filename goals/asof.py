"""The as-of day (时点) of a page: parsed from the address, kept on its links."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest

from common import clock
from goals.models import Plan
from goals.progress import month_key, period_end
from goals.progress.store import parse_as_of


@dataclass(frozen=True)
class Month:
    """A month in the selector; without an address it hasn't begun."""

    number: int
    address: str
    is_current: bool


@dataclass(frozen=True)
class AsOf:
    """A day, and what the selector shows. `query` is empty for today."""

    plan: Plan
    day: date
    today: date

    @property
    def query(self) -> str:
        return "" if self.day == self.today else _address(self.day, self.today)

    @property
    def months(self) -> Sequence[Month]:
        return [
            Month(number, self._of_month(number) or "", self.day.year == self.plan.year and self.day.month == number)
            for number in range(1, 13)
        ]

    @property
    def earlier(self) -> str | None:
        """The month's end before."""
        end = self.day.replace(day=1) - timedelta(days=1)
        return _address(end, self.today) if end >= self.plan.start else None

    @property
    def later(self) -> str | None:
        """The month's end after, or today where that has not come."""
        if self.day >= self.today:
            return None
        after = self.day + timedelta(days=1)
        return _address(min(period_end(month_key(after)), self.today), self.today)

    def _of_month(self, number: int) -> str | None:
        first = date(self.plan.year, number, 1)
        if first > self.today:
            return None
        return _address(min(period_end(month_key(first)), self.today), self.today)


def _address(day: date, today: date) -> str:
    return "?" if day == today else f"?as_of={day.isoformat()}"


def as_of(request: HttpRequest, plan: Plan) -> AsOf:
    """The day that the address asks for; raises ValidationError as the API does."""
    today = max(clock.today(), plan.start)
    return AsOf(plan=plan, day=parse_as_of(plan, request.GET.get("as_of")), today=today)
