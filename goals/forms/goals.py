"""A row of the sheet on which next year's goals are entered."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.text import CleanText
from goals.forms.fields import FigureInput
from goals.models import Target
from goals.models.target import Rule
from goals.rollover import WITHOUT_GOAL, Goal


class GoalForm(forms.Form):
    """One target: its goal, its baseline where it starts from a level, or why it isn't carried on. Empty: not yet."""

    goal, baseline = FigureInput(required=False, label=_("目标值")), FigureInput(required=False, label=_("基数"))
    dropped = forms.CharField(
        required=False, max_length=500, label=_("不再列入的理由"), validators=[CleanText(500)], strip=True
    )

    def __init__(self, *args: Any, target: Target, **options: Any) -> None:
        super().__init__(*args, **({"prefix": f"t{target.pk}"} | options))
        self.target = target
        if target.rule in WITHOUT_GOAL:
            del self.fields["goal"]
        if target.baseline is None or target.rule not in (Rule.LEVEL, Rule.TOTAL):
            del self.fields["baseline"]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"
            field.widget.attrs["aria-label"] = f"{target.name} {field.label}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("dropped") and (cleaned.get("goal") is not None or cleaned.get("baseline") is not None):
            self.add_error("dropped", _("已填目标值的，不能同时不再列入。"))
        if cleaned.get("baseline") is not None and cleaned.get("goal") is None and "goal" not in self.errors:
            self.add_error("goal", _("请填写目标值。"))
        return cleaned

    def entered(self) -> Goal | None:
        """What was entered; None where the row is left for later."""
        said = self.cleaned_data
        if not said.get("dropped") and said.get("goal") is None:
            return None
        return Goal(self.target, said.get("goal"), said.get("baseline"), said.get("dropped", ""))
