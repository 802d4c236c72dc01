"""How is this target doing? The one answer, for pages, API, exports and reminders."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import clock
from common.dates import parse_date
from goals.models.plan import Plan
from goals.models.progress import TODAY_SLOT, Progress
from goals.models.target import Target
from goals.progress.gather import gather, progress_row
from goals.progress.periods import month_key, period_end
from goals.progress.recompute import recompute


def parse_as_of(plan: Plan, raw: str | None) -> date:
    """The day for which progress is asked; today (not before the plan's start) where none is given.

    Raises ValidationError for `as_of` when it is before the plan's start, after today or not a date.
    """
    today = max(clock.today(), plan.start)
    if raw is None or raw == "":
        return today
    try:
        day = parse_date(raw)
    except ValidationError as error:
        raise ValidationError({"as_of": error.error_list}) from error
    if day < plan.start:
        raise ValidationError({"as_of": ValidationError(_("时点早于计划开始。"), code="too_early")})
    if day > today:
        raise ValidationError({"as_of": ValidationError(_("时点晚于今天。"), code="too_late")})
    return day


def progress_of(targets: Iterable[Target], as_of: date, *, known_then: bool = False) -> dict[int, Progress]:
    """Progress by target id for the day; the targets come with `plan__profile` and `indicator`.

    A month's end and today are read as stored (one query), renewing what is old or missing; any other day, and
    the view as known then, is computed for the whole set at once.
    """
    asked = list(targets)
    if not asked:
        return {}
    if known_then:
        return _computed(asked, as_of, _end_of(as_of))
    slot = _stored_slot(as_of)
    if slot is None:
        return _computed(asked, as_of, None)
    found = _stored(asked, slot, as_of)
    missing = [t for t in asked if t.pk not in found]
    if missing and all(as_of.year == t.plan.year or slot == TODAY_SLOT for t in missing):
        recompute([t.pk for t in missing])
        found |= _stored(missing, slot, as_of)
        missing = [t for t in asked if t.pk not in found]
    return found | (_computed(missing, as_of, None) if missing else {})


def series_of(target: Target, *, first: date | None = None, last: date | None = None) -> list[Progress]:
    """The stored months of a target's year, oldest first, within these days. One query once computed."""
    rows = _series(target)
    if not rows and target.plan.start <= clock.today():
        recompute([target.pk])
        rows = _series(target)
    return [r for r in rows if (first is None or r.as_of >= first) and (last is None or r.as_of <= last)]


def year_of(target: Target, as_of: date) -> tuple[Progress, list[Progress]]:
    """The target's progress on the day and its stored months through it. One query for today and month's ends."""
    rows = list(target.progress_rows.order_by("slot"))
    months = [row for row in rows if row.slot != TODAY_SLOT and row.as_of <= as_of]
    slot = _stored_slot(as_of)
    found = next((row for row in rows if row.slot == slot and row.as_of == as_of), None)
    return found or progress_of([target], as_of)[target.pk], months


def months_of(targets: Iterable[Target], as_of: date) -> dict[int, list[Progress]]:
    """The stored months through the day by target id, oldest first. One query."""
    found: dict[int, list[Progress]] = {}
    rows = Progress.objects.filter(target__in=[t.pk for t in targets], slot__gt=TODAY_SLOT, as_of__lte=as_of)
    for row in rows.order_by("slot"):
        found.setdefault(row.target_id, []).append(row)
    return found


def _series(target: Target) -> list[Progress]:
    return list(target.progress_rows.exclude(slot=TODAY_SLOT).order_by("slot"))


def _stored_slot(as_of: date) -> int | None:
    if as_of == clock.today():
        return TODAY_SLOT
    return as_of.month if as_of == period_end(month_key(as_of)) else None


def _stored(targets: Sequence[Target], slot: int, as_of: date) -> dict[int, Progress]:
    rows = Progress.objects.filter(target__in=[t.pk for t in targets], slot=slot, as_of=as_of)
    return {row.target_id: row for row in rows}


def _end_of(as_of: date) -> datetime:
    """The first moment after the day, in the portal's zone."""
    return timezone.make_aware(datetime.combine(as_of + timedelta(days=1), time.min))


def _computed(targets: Sequence[Target], as_of: date, known_until: datetime | None) -> dict[int, Progress]:
    now = timezone.now()
    rows: dict[int, Progress] = {}
    by_cutoff: dict[datetime | None, list[Target]] = {}
    for target in targets:
        closed = target.plan.closed_at
        cutoff = min(c for c in (closed, known_until) if c) if closed or known_until else None
        by_cutoff.setdefault(cutoff, []).append(target)
    for cutoff, group in by_cutoff.items():
        gathered = gather(group, known_until=cutoff)
        for target in group:
            rows[target.pk] = progress_row(target.pk, TODAY_SLOT, as_of, gathered.outcome(target, as_of), now)
    return rows
