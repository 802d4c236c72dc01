"""One target recomputed as everybody would write it first: records in, the same arithmetic, a record out."""

from datetime import date

from common import clock


def recompute_one(pk: int) -> None:
    """Today's row of one target."""
    from django.utils import timezone

    from goals.models import Adjustment, Progress, Reading, ReportingUnit, Target
    from goals.progress import Month, Reported, compute, month_key
    from goals.progress.gather import row_values, terms_of, version_in_force

    today = clock.today()
    target = Target.objects.select_related("plan__profile", "indicator").get(pk=pk)
    version = version_in_force(Adjustment.objects.filter(target=target).order_by("in_force_from", "pk"), today)
    units = list(ReportingUnit.objects.filter(indicator=target.indicator))
    years = (date(target.plan.year - 1, 1, 1), date(target.plan.year, 12, 31))
    months: dict[int, Month] = {}
    for reading in Reading.objects.approved().filter(indicator=target.indicator, period__range=years):
        expected = sum(1 for unit in units if unit.first_day <= reading.period <= unit.last_day)
        key = month_key(reading.period)
        old = months.get(key, Month(0, 0, 0, 0, expected))
        figures = [int(f * 10_000) if f is not None else 0 for f in (reading.value, reading.numerator)]
        below = int(reading.denominator * 10_000) if reading.denominator is not None else 0
        months[key] = Month(old[0] + figures[0], old[1] + figures[1], old[2] + below, old[3] + 1, expected)
    outcome = compute(terms_of(target, version), Reported(months), today)
    values = row_values(0, today, outcome, timezone.now())
    Progress.objects.update_or_create(target=target, slot=values.pop("slot"), defaults=values)
