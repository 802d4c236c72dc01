"""后补 of many targets at once: whose figures rest on what was approved, entered or decided after the day."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import F, QuerySet

from goals import measures
from goals.measures import Row, Shared, Span, Wanted, as_later
from goals.models.plan import Plan
from goals.models.reading import Reading, State
from goals.models.target import Adjustment, Rule, Target
from goals.progress.bases import has_typed_base

# Beside the measures' own codes, which have a dot or a letter first.
_TYPED, _ADJUSTED = "1", "2"


def later_among(
    plan: Plan, targets: Sequence[Target], day: date, since: datetime, shared: Shared | None = None
) -> set[int]:
    """The ids of those of a plan's targets. One query, and one for the registers' settings where anything of what is
    counted may be set; nothing is computed a second time."""
    shared = shared or Shared()
    shared.wait(later_queries(plan, targets, day, since, shared))
    return later_told(plan, targets, shared.later())


def later_queries(
    plan: Plan, targets: Sequence[Target], day: date, since: datetime, shared: Shared
) -> Sequence[QuerySet[Any]]:
    """What has to be asked for that, as one, and together with a day's figures where these are computed.

    The settings are taken as they stand, and what was changed there and back is nothing.
    """
    span = Span(day, since, plan.closed_at)
    if plan.closed_at is not None and plan.closed_at <= since:
        return ()
    codes = {t.pk: t.indicator.measure_of(plan.year) for t in targets}
    return [*_typed(plan, targets, span), *_counted(plan, targets, codes, span, shared)]


def later_told(plan: Plan, targets: Sequence[Target], rows: Sequence[Row]) -> set[int]:
    """The ids, from what was answered."""
    codes = {t.pk: t.indicator.measure_of(plan.year) for t in targets}
    sums: dict[tuple[str, int, date], Counter[int]] = defaultdict(Counter)
    for code, _then, key, _path, on, _done, *amounts in rows:
        sums[code, int(key), on].update({place: int(amount or 0) for place, amount in enumerate(amounts)})
    now: set[tuple[str, int]] = set()
    before: set[tuple[str, int]] = set()
    for (code, number, on), totals in sums.items():
        if any(totals.values()):
            (now if on >= plan.start else before).add((code, number))
    return {t.pk for t in targets if _keys(t, codes[t.pk]) & (now | before if _looks_back(t) else now)}


def _keys(target: Target, code: str) -> set[tuple[str, int]]:
    return {(_TYPED, target.indicator_id), (_ADJUSTED, target.pk), (code, 0), (code, target.indicator_id)}


def _looks_back(target: Target) -> bool:
    """Does its figure rest on what was before the year: last year's, or a stock?"""
    return target.rule in (Rule.GROWTH, Rule.DECLINE) or target.indicator.basis in ("level", "share")


def _typed(plan: Plan, targets: Sequence[Target], span: Span) -> Iterator[QuerySet[Any]]:
    """Readings of the year and the one before it, and adjustments."""
    typed = [t for t in targets if not t.indicator.measure_of(plan.year) or has_typed_base(t)]
    readings = Reading.objects.filter(
        span.covers("approved_at"),
        indicator__in={t.indicator_id for t in typed},
        state=State.APPROVED,
        period__range=(date(plan.year - 1, 1, 1), span.day),
    )
    yield as_later(readings, _TYPED, key=F("indicator_id"), on=F("period"))
    adjusted = Adjustment.objects.filter(
        span.covers("decided_at"), target__in=[t.pk for t in targets], in_force_from__lte=span.day
    )
    yield as_later(adjusted, _ADJUSTED, key=F("target_id"), on=F("in_force_from"))


def _counted(
    plan: Plan, targets: Sequence[Target], codes: dict[int, str], span: Span, shared: Shared | None
) -> Iterator[QuerySet[Any]]:
    asked: dict[str, set[Wanted]] = defaultdict(set)
    for target in targets:
        if codes[target.pk]:
            asked[codes[target.pk]].add(Wanted(target.indicator_id, plan.unit.path, plan.year))
    yield from measures.later_of(asked, span, shared)
