"""Fields that rows of several registers have."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models

from common.text import CleanText


def text(label: Any, longest: int = 200, *, blank: bool = False) -> "models.CharField[str, str]":
    """A line of text, clean."""
    return models.CharField(label, max_length=longest, blank=blank, validators=[CleanText(longest)])


def optional_day(label: Any) -> "models.DateField[Any, Any]":
    """A day that comes later, or never."""
    return models.DateField(label, null=True, blank=True)


def reached(row: Any, stages: Iterable[str], days: Iterable[str], as_of: date) -> str:
    """The last of the stages whose day, a field of the row, had come by then; the first one, if none had."""
    all_stages = list(stages)
    come = [getattr(row, name) for name in days]
    return next(
        (s for s, day in reversed(list(zip(all_stages, come, strict=True))) if day and day <= as_of), all_stages[0]
    )
