"""Forms of 抽查核验."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from goals.models import Plan, Section
from goals.spot_checks import MOST
from goals.timetable import asked_units


class DrawForm(forms.Form):
    """How many figures, and of which part of the plan. The bounds of the size are the service's."""

    size = forms.IntegerField(
        label=_("抽查数"), initial=10, widget=forms.NumberInput(attrs={"min": 1, "max": MOST, "inputmode": "numeric"})
    )
    section = forms.ModelChoiceField(Section.objects.none(), required=False, label=_("板块"), empty_label=_("全部"))
    unit = forms.ModelChoiceField(Unit.objects.none(), required=False, label=_("填报单位"), empty_label=_("全部"))

    def __init__(self, *args: Any, plan: Plan, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["section"].queryset = plan.sections.all()  # type: ignore[attr-defined]
        self.fields["unit"].queryset = asked_units(plan)  # type: ignore[attr-defined]
