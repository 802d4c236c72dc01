"""Forms of the planner's pages. Figures and dates go through the portal's own parsers."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, Unit
from common.dates import parse_date
from common.figures import parse_figure
from common.forms import DayInput
from goals.models import Indicator, Plan, Target
from goals.models.target import TERMS
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


class TargetForm(forms.ModelForm):  # type: ignore[type-arg]
    """A target's terms and who answers for it. After adoption its terms change by adjustment alone."""

    goal, baseline = FigureInput(required=False, label=_("目标值")), FigureInput(required=False, label=_("基数"))
    weight, band = FigureInput(label=_("权重")), FigureInput(required=False, label=_("预警区间（个百分点）"))
    due = DayInput(label=_("完成时限"))
    planned = PlannedInput(required=False, label=_("逐月计划"), help_text=_("每行一个：2022-03-31 10"))

    class Meta:
        model = Target
        fields = (
            *("theme", "name", "rule", "comparator", "goal", "baseline", "pace", "planned", "due", "weight", "band"),
            *("in_doubt", "evidence_required", "lead_office", "cooperating_offices", "responsible_post", "programmes"),
            "note",
        )
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plan = self.instance.plan
        units = Unit.objects.filter(path__startswith=plan.unit.path)
        for name in ("lead_office", "cooperating_offices"):
            self.fields[name].queryset = units  # type: ignore[attr-defined]
        self.fields["responsible_post"].queryset = Post.objects.filter(unit__in=units)  # type: ignore[attr-defined]
        for name in ("theme", "programmes"):
            self.fields[name].queryset = self.fields[name].queryset.filter(plan=plan)  # type: ignore[attr-defined]
        if plan.state == Plan.State.ADOPTED:
            for name in TERMS:
                self.fields[name].disabled = True

    def _post_clean(self) -> None:
        # The instance is checked by the service, by the rules of `planning`.
        self._validate_unique = False
        for name, value in self.cleaned_data.items():
            if name not in ("cooperating_offices", "programmes"):
                setattr(self.instance, name, value)


class IndicatorForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is measured, how it is reported, and its definition card (口径)."""

    minimum, maximum = FigureInput(required=False, label=_("最小值")), FigureInput(required=False, label=_("最大值"))
    reporting_units = forms.ModelMultipleChoiceField(Unit.objects.none(), required=False, label=_("填报单位"))

    class Meta:
        model = Indicator
        fields = (
            *("name", "unit_of_measure", "basis", "frequency", "aggregation", "whole", "minimum", "maximum"),
            *("deadline_day", "deadline_lag", "published", "reporting_units", "review_office"),
            *("definition", "method", "data_source", "recognition", "counted_at"),
        )
        widgets = {
            name: forms.Textarea(attrs={"rows": 2})
            for name in ("definition", "method", "data_source", "recognition", "counted_at")
        }

    def __init__(self, *args: Any, visible: Q, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        units = Unit.objects.filter(visible)
        self.fields["reporting_units"].queryset = units  # type: ignore[attr-defined]
        self.fields["review_office"].queryset = units  # type: ignore[attr-defined]
        self.fields["reporting_units"].initial = [r.unit_id for r in self.instance.reporting.on(today)]
        if self.instance.measure:
            del self.fields["reporting_units"]

    def _post_clean(self) -> None:
        self._validate_unique = False
        for name, value in self.cleaned_data.items():
            if name != "reporting_units":
                setattr(self.instance, name, value)
