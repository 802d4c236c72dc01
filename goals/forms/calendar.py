"""Forms of the reporting calendar and the holiday table."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from common.templatetags.portal import month
from goals.forms.fields import DayInput
from goals.models import CalendarDay


class ReopenForm(forms.Form):
    """A closed month, opened again for one unit."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("单位"))
    period = forms.TypedChoiceField(coerce=date.fromisoformat, label=_("月份"))
    until = DayInput(label=_("开放至（当日仍可填报）"))
    reason = forms.CharField(required=False, label=_("理由"), widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, units: "QuerySet[Unit]", months: Sequence[date], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        newest_first = sorted(months, reverse=True)
        self.fields["period"].choices = [(e.isoformat(), month(e)) for e in newest_first]  # type: ignore[attr-defined]


class HolidayForm(forms.ModelForm):  # type: ignore[type-arg]
    """A day that isn't what its weekday says. The instance is checked by the service."""

    day = DayInput(label=_("日期"))
    is_working = forms.TypedChoiceField(
        label=_("安排"), choices=[("0", _("放假")), ("1", _("上班（调休）"))], coerce=lambda raw: raw == "1"
    )

    class Meta:
        model = CalendarDay
        fields = ("day", "is_working", "name")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.initial["is_working"] = "1" if self.instance.is_working else "0"

    def _post_clean(self) -> None:
        for name, value in self.cleaned_data.items():
            setattr(self.instance, name, value)
