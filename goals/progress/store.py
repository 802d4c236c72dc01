"""How is this target doing? The one answer, for pages, API, exports and reminders."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import clock
from common.dates import parse_date
from goals.measures import Shared
from goals.models.plan import Plan
from goals.models.progress import TODAY_SLOT
from goals.progress.books import TARGETS, Book, Outcomes
from goals.progress.gather import row_values
from goals.progress.periods import month_key, period_end
from goals.progress.recompute import recompute, slots


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


def progress_of(
    subjects: Iterable[Any], as_of: date, *, known_then: bool = False, book: Book = TARGETS
) -> dict[int, Any]:
    """Progress by target id for the day (or by the id of what the book is of); the subjects come as its `find` gives
    them.

    A month's end and today are read as stored (one query), renewing what is old or missing; any other day, and
    the view as known then, is computed for the whole set at once.
    """
    asked = list(subjects)
    if not asked:
        return {}
    if known_then:
        return _computed(asked, as_of, end_of(as_of), book)
    slot = stored_slot(as_of)
    if slot is None:
        return _computed(asked, as_of, None, book)
    found = _stored(asked, slot, as_of, book)
    missing = [s for s in asked if s.pk not in found]
    if missing and all(as_of.year == s.plan.year or slot == TODAY_SLOT for s in missing):
        recompute([s.pk for s in missing], book)
        found |= _stored(missing, slot, as_of, book)
        missing = [s for s in asked if s.pk not in found]
    return found | (_computed(missing, as_of, None, book) if missing else {})


def series_of(subject: Any, *, first: date | None = None, last: date | None = None, book: Book = TARGETS) -> list[Any]:
    """The stored months of a target's year, oldest first, within these days. One query once computed."""
    rows = _series(subject)
    if not rows and subject.plan.start <= clock.today():
        recompute([subject.pk], book)
        rows = _series(subject)
    return [r for r in rows if (first is None or r.as_of >= first) and (last is None or r.as_of <= last)]


def year_of(subject: Any, as_of: date, *, known_then: bool = False, book: Book = TARGETS) -> tuple[Any, list[Any]]:
    """The target's progress on the day and its stored months through it. One query for today and month's ends.

    As known then, all of them are computed from what was known on the day.
    """
    if known_then:
        points = known_points(subject.plan.year, as_of)
        found = computed_at([subject], points, book=book)
        return found[points[0]][subject.pk], [found[point][subject.pk] for point in points[1:]]
    rows = list(subject.progress_rows.order_by("slot"))
    months = [row for row in rows if row.slot != TODAY_SLOT and row.as_of <= as_of]
    slot = stored_slot(as_of)
    stored = next((row for row in rows if row.slot == slot and row.as_of == as_of), None)
    return stored or progress_of([subject], as_of, book=book)[subject.pk], months


class Point(NamedTuple):
    """A day, without what became known at or after a moment; or as the portal knows it now."""

    day: date
    until: datetime | None = None


def computed_at(
    subjects: Iterable[Any], points: Iterable[Point], *, book: Book = TARGETS, shared: Shared | None = None
) -> dict[Point, dict[int, Any]]:
    """Progress at several points, by id, computed from what is gathered once for all of them."""
    asked, wanted = list(subjects), list(dict.fromkeys(points))
    found: dict[Point, dict[int, Any]] = {point: {} for point in wanted}
    by_closing: dict[datetime | None, list[Any]] = {}
    for subject in asked if wanted else ():
        by_closing.setdefault(subject.plan.closed_at, []).append(subject)
    for closed, group in by_closing.items():
        # Of a closed plan nothing that came after its closing.
        cutoffs = {p.until: min((c for c in (closed, p.until) if c is not None), default=None) for p in wanted}
        distinct = list(dict.fromkeys(cutoffs.values()))
        gathered = dict(zip(distinct, book.gather(group, distinct, shared), strict=True))
        for point in wanted:
            outcomes = gathered[cutoffs[point.until]]
            for subject in group:
                found[point][subject.pk] = _row(book, subject, _number(point.day), point.day, outcomes)
    return found


def _number(day: date) -> int:
    """Under which number a computed row would be stored."""
    return day.month if day == period_end(month_key(day)) else TODAY_SLOT


def known_points(year: int, as_of: date) -> list[Point]:
    """The day, and each month's end through it, from what was known on the day."""
    until = end_of(as_of)
    ends = [day for slot, day in slots(year, as_of) if slot != TODAY_SLOT]
    return [Point(as_of, until), *(Point(day, until) for day in ends)]


def months_of(subjects: Iterable[Any], as_of: date, *, book: Book = TARGETS) -> dict[int, list[Any]]:
    """The stored months through the day by target id, oldest first. One query."""
    found: dict[int, list[Any]] = {}
    wanted = {f"{book.code}__in": [s.pk for s in subjects]}
    rows = book.rows._default_manager.filter(**wanted, slot__gt=TODAY_SLOT, as_of__lte=as_of)
    for row in rows.order_by("slot"):
        found.setdefault(getattr(row, book.key), []).append(row)
    return found


def _series(subject: Any) -> list[Any]:
    return list(subject.progress_rows.exclude(slot=TODAY_SLOT).order_by("slot"))


def stored_slot(as_of: date) -> int | None:
    """Under which number the day's progress is stored; None where it isn't."""
    if as_of == clock.today():
        return TODAY_SLOT
    return as_of.month if as_of == period_end(month_key(as_of)) else None


def _stored(subjects: Sequence[Any], slot: int, as_of: date, book: Book) -> dict[int, Any]:
    wanted = {f"{book.code}__in": [s.pk for s in subjects]}
    rows = book.rows._default_manager.filter(**wanted, slot=slot, as_of=as_of)
    return {getattr(row, book.key): row for row in rows}


def end_of(as_of: date) -> datetime:
    """The first moment after the day, in the portal's zone."""
    return timezone.make_aware(datetime.combine(as_of + timedelta(days=1), time.min))


def _computed(subjects: Sequence[Any], as_of: date, known_until: datetime | None, book: Book) -> dict[int, Any]:
    point = Point(as_of, known_until)
    return computed_at(subjects, [point], book=book)[point]


def _row(book: Book, subject: Any, slot: int, as_of: date, gathered: Outcomes) -> Any:
    values = row_values(slot, as_of, gathered.outcome(subject, as_of), timezone.now())
    return book.rows(**{book.key: subject.pk}, **values)
