"""Fields of forms that go through the portal's own parsers."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.dates import parse_date
from common.figures import parse_figure
from common.forms import DayInput as DayInput
from goals.planning import planned_values


class FigureInput(forms.CharField):
    """A figure, as `common.figures` parses it; empty is None."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(strip=False, **options)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if value in self.empty_values:
            return None
        return parse_figure(value)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text


class PlannedInput(forms.CharField):
    """Planned values, a line each: 2022-03-31 10."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), **options)

    def to_python(self, value: Any) -> dict[str, str]:  # type: ignore[override]
        if isinstance(value, dict):
            return value  # a disabled field's own
        found: dict[str, Any] = {}
        for number, line in enumerate(str(value or "").splitlines(), start=1):
            day, _sep, figure = line.strip().partition(" ")
            if not day:
                continue
            try:
                parse_date(day)
                if day in found:
                    raise ValidationError(_("这一天重复出现。"))
                found |= planned_values({day: figure})
            except ValidationError as error:
                said = _("第 %(n)s 行：%(why)s") % {"n": number, "why": " ".join(error.messages)}
                raise ValidationError(said, code="invalid") from error
        return found

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{d} {v}" for d, v in sorted(value.items())) if isinstance(value, dict) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != self.prepare_value(data)
