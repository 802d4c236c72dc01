"""The as-of day (时点) of a page: parsed from the address, kept on its links.

`as_of` goes by period and date of event, whenever something was approved; `known=then` (当时所知) leaves out what was
approved or recorded after that day; `compare` is another day, to show what moved between the two.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from common import clock
from goals.measures import Shared
from goals.models import Plan
from goals.progress import month_key, period_end
from goals.progress.store import end_of, parse_as_of

# What this module reads of an address, and what a change of the day begins anew.
OWN = ("as_of", "known", "compare", "page", "cursor")
THEN = "then"


@dataclass(frozen=True)
class Month:
    """A month in the selector; without an address it hasn't begun."""

    number: int
    address: str
    is_current: bool
    day: date | None = None


@dataclass(frozen=True)
class AsOf:
    """A day, and what the selector shows. `query` is empty for today; `kept` is what else the address asks for.

    `shared` is what the page's parts needn't ask again of the sources of its figures.
    """

    plan: Plan
    day: date
    today: date
    known_then: bool = False
    compare: date | None = None
    kept: Sequence[tuple[str, str]] = ()
    shared: Shared = field(default_factory=Shared, compare=False, repr=False)

    @property
    def query(self) -> str:
        """To hang on a link, so that the day stays chosen."""
        return self._query(self.day)

    @property
    def more(self) -> str:
        """The same, behind a query that a link has already."""
        return self.query.replace("?", "&", 1)

    @property
    def is_past(self) -> bool:
        """Could more have become known since?"""
        return self.day < self.today

    @property
    def until(self) -> datetime:
        """The first moment after the day."""
        return end_of(self.day)

    @property
    def months(self) -> Sequence[Month]:
        return [self._month(number) for number in range(1, 13)]

    @property
    def begun(self) -> Sequence[Month]:
        """The months that one may choose."""
        return [month for month in self.months if month.address]

    @property
    def number(self) -> int:
        """The month of the year's slider; the last one after the plan's year."""
        return self.day.month if self.day.year == self.plan.year else 12

    @property
    def earlier(self) -> str | None:
        """The month's end before."""
        end = self.day.replace(day=1) - timedelta(days=1)
        return self._address(end) if end >= self.plan.start else None

    @property
    def later(self) -> str | None:
        """The month's end after, or today where that has not come."""
        if self.day >= self.today:
            return None
        after = self.day + timedelta(days=1)
        return self._address(min(period_end(month_key(after)), self.today))

    @property
    def switch(self) -> str:
        """The same day, with or without what became known after it."""
        return self._address(self.day, known_then=not self.known_then)

    @property
    def alone(self) -> str:
        """The same day, compared with none."""
        return self._address(self.day, compare=False)

    @property
    def before(self) -> date:
        """What the day is best compared with: the month's end before, or the plan's first day."""
        return max(self.day.replace(day=1) - timedelta(days=1), self.plan.start)

    @property
    def span(self) -> tuple[date, date] | None:
        """The two days compared, the earlier first."""
        return None if self.compare is None else (min(self.compare, self.day), max(self.compare, self.day))

    def _month(self, number: int) -> Month:
        first = date(self.plan.year, number, 1)
        if first > self.today:
            return Month(number, "", False)
        end = min(period_end(month_key(first)), self.today)
        return Month(number, self._address(end), (self.day.year, self.day.month) == (self.plan.year, number), end)

    def _address(self, day: date, *, known_then: bool | None = None, compare: bool = True) -> str:
        return self._query(day, self.kept, known_then=known_then, compare=compare) or "?"

    def _query(
        self,
        day: date,
        kept: Sequence[tuple[str, str]] = (),
        *,
        known_then: bool | None = None,
        compare: bool = True,
    ) -> str:
        asked = list(kept)
        if day != self.today:
            asked.append(("as_of", day.isoformat()))
            if self.known_then if known_then is None else known_then:
                asked.append(("known", THEN))
        if compare and self.compare not in (None, day):
            asked.append(("compare", str(self.compare)))
        return f"?{urlencode(asked)}" if asked else ""


def as_of(request: HttpRequest, plan: Plan) -> AsOf:
    """The day that the address asks for; raises ValidationError by field, as the API does."""
    today = max(clock.today(), plan.start)
    day = _day(plan, today, request.GET, "as_of") or today
    known = request.GET.get("known") or ""
    if known not in ("", THEN):
        raise ValidationError({"known": ValidationError(_("只能是 then（当时所知）。"), code="invalid_choice")})
    compare = _day(plan, today, request.GET, "compare")
    return AsOf(
        plan=plan,
        day=day,
        today=today,
        known_then=known == THEN and day < today,
        compare=None if compare == day else compare,
        kept=tuple((name, str(value)) for name, value in request.GET.items() if name not in OWN and value),
    )


def _day(plan: Plan, today: date, asked: QueryDict, name: str) -> date | None:
    """A day of the plan so far; refused with the days that there are."""
    raw = asked.get(name)
    if not raw:
        return None
    try:
        return parse_as_of(plan, raw)
    except ValidationError as error:
        span = _("可选 %(first)s 至 %(last)s。") % {"first": plan.start.isoformat(), "last": today.isoformat()}
        said = f"{' '.join(error.messages)}{span}"
        raise ValidationError({name: ValidationError(said, code="invalid")}) from error
