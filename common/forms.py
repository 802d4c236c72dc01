"""Form fields that pages of several apps share."""

from datetime import date
from typing import Any

from django import forms

from common.dates import parse_date


class DayInput(forms.CharField):
    """A day, YYYY-MM-DD."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)

    def to_python(self, value: Any) -> date | None:  # type: ignore[override]
        if isinstance(value, date):
            return value  # a disabled field's own
        return None if value in self.empty_values else parse_date(value)
