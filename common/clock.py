"""The only source of today's date and of now."""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def today() -> date:
    """Today in Asia/Shanghai, or the day that `TAOYAN_TODAY` fixes."""
    if settings.TAOYAN_TODAY:
        return date.fromisoformat(settings.TAOYAN_TODAY)
    return timezone.localdate()


def now() -> datetime:
    """The moment of an event: today's date (fixed or not) with the running time of day."""
    moment = timezone.localtime()
    fixed = today()
    return moment if moment.date() == fixed else moment.replace(year=fixed.year, month=fixed.month, day=fixed.day)
