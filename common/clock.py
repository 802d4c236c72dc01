"""The only source of today's date and of now."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import lru_cache

from django.conf import settings
from django.utils import timezone

_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def today() -> date:
    """Today in Asia/Shanghai, or the day that `TAOYAN_TODAY` fixes."""
    pretended = _pretended.get()
    if pretended is not None:
        return pretended.date()
    if settings.TAOYAN_TODAY:
        return _fixed(settings.TAOYAN_TODAY)
    return timezone.localdate()


@lru_cache
def _fixed(day: str) -> date:
    return date.fromisoformat(day)


def now() -> datetime:
    """The moment of an event: today's date (fixed or not) with the running time of day."""
    pretended = _pretended.get()
    if pretended is not None:
        return pretended
    moment = timezone.localtime()
    fixed = today()
    return moment if moment.date() == fixed else moment.replace(year=fixed.year, month=fixed.month, day=fixed.day)


@contextmanager
def pretending(day: date, hour: int = 9, minute: int = 30) -> Iterator[None]:
    """Within the block it is this moment: only for making a demonstration's past."""
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=timezone.get_default_timezone())
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)
