"""The form of 目标调整."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from goals.forms.fields import DayInput, FigureInput, PlannedInput
from goals.models import Adjustment, Target
from goals.models.target import TERMS


class AdjustmentForm(forms.Form):
    """Who decided, from when, and the new terms, which begin as those in force."""

    category = forms.ChoiceField(choices=Adjustment.Category.choices, label=_("类别"))
    applicant = forms.CharField(max_length=200, label=_("申请单位"))
    meeting = forms.CharField(max_length=200, label=_("决定会议"))
    document_number = forms.CharField(max_length=100, label=_("文号"))
    in_force_from = DayInput(label=_("生效日"))
    goal = FigureInput(required=False, label=_("目标值"))
    baseline = FigureInput(required=False, label=_("基数"))
    planned = PlannedInput(required=False, label=_("逐月计划"), help_text=_("每行一个：2022-03-31 10"))
    due = DayInput(label=_("完成时限"))
    weight = FigureInput(label=_("权重"))
    band = FigureInput(required=False, label=_("预警区间（个百分点）"))

    def __init__(self, *args: Any, terms: Target | Adjustment, **options: Any) -> None:
        options["initial"] = {name: getattr(terms, name) for name in TERMS}
        super().__init__(*args, **options)

    @property
    def hidden(self) -> list[str]:
        """Every field as it was sent, for the confirmation."""
        return [field.as_hidden() for field in self]
