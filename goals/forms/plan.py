"""Forms of targets and indicators."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, Unit, User
from goals.burden import needs_reason
from goals.feeds import feed_accounts
from goals.forms.fields import DayInput, FigureInput, PlannedInput
from goals.models import Indicator, Plan, Target
from goals.models.indicator import MEANING
from goals.models.target import FIXED, TERMS


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
            for name in (*TERMS, *FIXED):
                if name in self.fields:
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
    replaces = forms.CharField(
        required=False,
        max_length=500,
        label=_("替代了什么"),
        help_text=_("计划印发后新增填报单位时须填：这项新要求替代了哪张表、哪项报送。"),
    )

    class Meta:
        model = Indicator
        fields = (
            *("name", "unit_of_measure", "basis", "frequency", "aggregation", "whole", "minimum", "maximum"),
            *("deadline_day", "deadline_lag", "published", "reporting_units", "replaces", "review_office"),
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
        if self.instance.pk:
            self.fields["reporting_units"].initial = [r.unit_id for r in self.instance.reporting.on(today)]
        self.today = today
        if self.instance.has_figures():
            for name in MEANING:
                self.fields[name].disabled = True
                self.fields[name].help_text = _("已有报送的数据，不能改变。")
        if self.instance.measure:
            del self.fields["reporting_units"], self.fields["replaces"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        units = cleaned.get("reporting_units") or []
        if not cleaned.get("replaces", "x").strip() and needs_reason(self.instance, units, self.today):
            self.add_error("replaces", _("新增填报单位须写明替代了什么。"))
        return cleaned

    def _post_clean(self) -> None:
        self._validate_unique = False
        for name, value in self.cleaned_data.items():
            if name not in ("reporting_units", "replaces"):
                setattr(self.instance, name, value)


class NewIndicatorForm(IndicatorForm):
    """A new indicator with its code, which stays; its first reporting units replace nothing."""

    class Meta(IndicatorForm.Meta):
        fields = ("code", *IndicatorForm.Meta.fields)  # type: ignore[assignment]

    def __init__(self, *args: Any, base: Indicator | None, today: date, **options: Any) -> None:
        if base is not None:
            taken = [name for name in IndicatorForm.Meta.fields if name not in ("reporting_units", "replaces")]
            begun = {name: getattr(base, name) for name in taken}
            units = [r.unit_id for r in base.reporting.on(today)]
            options["initial"] = begun | {"review_office": base.review_office_id, "reporting_units": units}
        super().__init__(*args, instance=Indicator(), today=today, **options)
        del self.fields["replaces"]


class FeedsForm(forms.Form):
    """Which machine accounts feed an indicator."""

    feeds = forms.ModelMultipleChoiceField(
        User.objects.none(), required=False, label=_("数据接口"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, indicator: Indicator, **options: Any) -> None:
        options["initial"] = {"feeds": list(indicator.feeds.all())}
        super().__init__(*args, **options)
        self.fields["feeds"].queryset = feed_accounts().order_by("username")  # type: ignore[attr-defined]
