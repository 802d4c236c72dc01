"""The form of a warning profile's next edition, and the choice of a draft's profile."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from goals.forms.fields import FigureInput
from goals.models import WarningProfile
from goals.models.target import Rule
from goals.profiles import BandRow, rows_of
from goals.progress.terms import BANDED_RULES

PLACES = {
    "risk_from": _("进度偏慢自"),
    "risk_to": _("进度偏慢至"),
    "behind_from": _("落后自"),
    "share_of_goal": _("或目标值的百分之"),
}


class ProfileForm(forms.Form):
    """Bands by rule, as the document has them. Fields are named `rule.place`; what doesn't fit the service says."""

    source = forms.CharField(label=_("出处（文件名、文号）"), widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, base: WarningProfile, **options: Any) -> None:
        super().__init__(*args, **options)
        for rule, row in rows_of(base).items():
            for place, word in PLACES.items():
                label = f"{Rule(rule).label} {word}"
                field = FigureInput(required=False, label=label, initial=getattr(row, place))
                field.widget.attrs["aria-label"] = label
                self.fields[f"{rule}.{place}"] = field

    def rows(self) -> dict[str, BandRow]:
        return {
            rule: BandRow(**{place: self.cleaned_data.get(f"{rule}.{place}") for place in PLACES})
            for rule in BANDED_RULES
        }

    @property
    def table(self) -> list[tuple[str, list[forms.BoundField]]]:
        """For each rule its name and its fields in order."""
        return [(str(Rule(rule).label), [self[f"{rule}.{place}"] for place in PLACES]) for rule in BANDED_RULES]


class ChooseProfileForm(forms.Form):
    """Which edition a draft is judged by."""

    profile = forms.ModelChoiceField(
        WarningProfile.objects.order_by("code", "-edition"), empty_label=None, label=_("预警方案")
    )
