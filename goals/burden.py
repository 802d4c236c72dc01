"""减负账: how many fields each unit is asked for a month, then and now, and what was added since the adoption."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from django.utils import timezone

from accounts.models import Unit
from goals.models import Indicator, Plan, ReportingUnit
from goals.progress.periods import MONTHS


def fields_a_month(indicator: Indicator) -> Fraction:
    """A value is one field, a share two; asked so many times a year, a twelfth of that a month. What a measure
    counts or a bureau publishes is asked of nobody."""
    if indicator.measure or indicator.published:
        return Fraction(0)
    return Fraction((2 if indicator.is_share else 1) * len(MONTHS[indicator.frequency]), 12)


@dataclass(frozen=True)
class Request:
    """A unit's duty to report an indicator that began after the plan's adoption."""

    span: ReportingUnit
    fields: Fraction
    has_ended: bool


@dataclass
class Load:
    """What one unit is asked for a month, before and after."""

    unit: Unit
    before: Fraction = Fraction(0)
    after: Fraction = Fraction(0)
    requests: list[Request] = field(default_factory=list)

    @property
    def change(self) -> Fraction:
        return self.after - self.before


@dataclass(frozen=True)
class Burden:
    """The meter of a plan: unit by unit and in all. `since` is the day that `before` tells of."""

    since: date
    loads: list[Load]

    @property
    def before(self) -> Fraction:
        return sum((load.before for load in self.loads), Fraction(0))

    @property
    def after(self) -> Fraction:
        return sum((load.after for load in self.loads), Fraction(0))

    @property
    def requests(self) -> list[Request]:
        found = [request for load in self.loads for request in load.requests]
        return sorted(found, key=lambda r: (r.span.first_day, r.span.indicator.code, r.span.unit.path))


def burden(plan: Plan, today: date) -> Burden:
    """The plan's meter on the day; a draft is measured from its year's first day. One query."""
    since = timezone.localdate(plan.adopted_at) if plan.adopted_at else plan.start
    spans = ReportingUnit.objects.filter(indicator__in=plan.targets.values("indicator"))
    loads: dict[int, Load] = {}
    for span in spans.select_related("indicator", "unit").order_by("unit__path", "first_day", "pk"):
        asked = fields_a_month(span.indicator)
        if not asked or span.last_day < min(since, today):
            continue
        load = loads.setdefault(span.unit_id, Load(span.unit))
        is_new = span.first_day > since or (span.first_day == since and bool(span.replaces))
        if is_new:
            load.requests.append(Request(span, asked, span.last_day < today))
        elif span.last_day >= since:
            load.before += asked
        if span.first_day <= today <= span.last_day:
            load.after += asked
    return Burden(since, list(loads.values()))


def needs_reason(indicator: Indicator, units: Iterable[Unit], today: date) -> bool:
    """Is one of the units newly asked for an indicator of an adopted plan? Then it is said what that replaces."""
    if not fields_a_month(indicator) or not indicator.pk:
        return False
    standing = set(indicator.reporting.on(today).values_list("unit_id", flat=True))
    if {unit.pk for unit in units} <= standing:
        return False
    return indicator.targets.filter(plan__state=Plan.State.ADOPTED).exists()
