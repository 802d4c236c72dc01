"""The planner's forms: a work, and a single milestone of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, Unit
from common.forms import DayInput
from goals.forms.fields import FigureInput
from goals.models import Plan, Programme, Target, Theme
from projects.models import Milestone, Project


class ProjectForm(forms.ModelForm):  # type: ignore[type-arg]
    """What it is, who sees to it, by when."""

    start, due = DayInput(label=_("开始")), DayInput(label=_("完成时限"))
    weight = FigureInput(label=_("权重"))

    class Meta:
        model = Project
        fields = [
            *("code", "name", "theme", "kind", "tier", "open_ended", "start", "due", "weight", "lead_office"),
            *(
                "cooperating_offices",
                "responsible_post",
                "programmes",
                "target",
                "same_as",
                "places",
                "standard",
                "note",
            ),
        ]

    def __init__(self, *args: Any, plan: Plan, **options: Any) -> None:
        super().__init__(*args, **options)
        below = {"path__startswith": plan.unit.path}
        units = Unit.objects.filter(**below).order_by("path")
        self.fields["theme"].queryset = Theme.objects.filter(plan=plan).order_by("section__order", "order")  # type: ignore[attr-defined]
        self.fields["lead_office"].queryset = units  # type: ignore[attr-defined]
        self.fields["cooperating_offices"].queryset = units  # type: ignore[attr-defined]
        self.fields["responsible_post"].queryset = Post.objects.filter(unit__path__startswith=plan.unit.path)  # type: ignore[attr-defined]
        self.fields["programmes"].queryset = Programme.objects.filter(plan=plan)  # type: ignore[attr-defined]
        self.fields["target"].queryset = Target.objects.filter(plan=plan, rule="milestones")  # type: ignore[attr-defined]
        others = Project.objects.filter(plan=plan, same_as=None).exclude(pk=self.instance.pk)
        self.fields["same_as"].queryset = others.order_by("order")  # type: ignore[attr-defined]
        self.fields["lead_office"].required = True

    def _post_clean(self) -> None:
        """The service checks the whole record; here only what was typed becomes its fields."""
        plain = [name for name in self.cleaned_data if name not in ("cooperating_offices", "programmes")]
        for name in plain:
            setattr(self.instance, name, self.cleaned_data[name])


class MilestoneForm(forms.ModelForm):  # type: ignore[type-arg]
    """One milestone: dates, weight, what comes before it."""

    start, due = DayInput(label=_("计划开始"), required=False), DayInput(label=_("完成时限"))
    weight = FigureInput(label=_("权重"))

    class Meta:
        model = Milestone
        fields = ["name", "order", "weight", "start", "due", "standard", "depends_on"]

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        others = project.milestones.exclude(pk=self.instance.pk).filter(is_default=False)
        self.fields["depends_on"].queryset = others  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        for name in self.cleaned_data:
            if name != "depends_on":
                setattr(self.instance, name, self.cleaned_data[name])
