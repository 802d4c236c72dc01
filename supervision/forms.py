"""What is said of an order step by step: each form asks for one thing. The services judge it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, Unit
from common.forms import DayInput
from goals.models import Plan
from supervision.models import Grade
from supervision.rules import MOST_DAYS


def _text(label: Any, *, required: bool = True, rows: int = 3, **options: Any) -> forms.CharField:
    options.setdefault("max_length", 20_000)
    return forms.CharField(label=label, required=required, widget=forms.Textarea(attrs={"rows": rows}), **options)


class OrderForm(forms.Form):
    """An order's terms, with the item's own where nothing else is chosen."""

    grade = forms.ChoiceField(label=_("等级"), choices=Grade.choices, initial=Grade.ORDER)
    lead_office = forms.ModelChoiceField(label=_("主办单位"), queryset=Unit.objects.none())
    responsible_post = forms.ModelChoiceField(label=_("分管领导"), queryset=Post.objects.none())
    working_days = forms.IntegerField(
        label=_("期限（工作日）"), required=False, help_text=_("自签发日起算，避开节假日；或另写日期。")
    )
    deadline = DayInput(label=_("或办结期限"), required=False, help_text=_("遇节假日顺延到工作日。"))
    requirement = _text(_("办理要求"), rows=4)

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = Unit.objects.under(plan.unit).exclude(pk=plan.unit_id).order_by("path")
        self.fields["lead_office"].queryset = offices  # type: ignore[attr-defined]
        posts = Post.objects.filter(unit__path__startswith=plan.unit.path).order_by("code")
        self.fields["responsible_post"].queryset = posts  # type: ignore[attr-defined]
        self.fields["working_days"].widget.attrs |= {"min": 1, "max": MOST_DAYS}


class FeedbackForm(forms.Form):
    done = _text(_("做了什么"))
    problem = _text(_("存在问题"), required=False)
    next_step = _text(_("下一步"))


class ApplyForm(forms.Form):
    result = _text(_("办理结果"), rows=4)


class ExtendForm(forms.Form):
    new_deadline = DayInput(label=_("申请延至"), help_text=_("遇节假日顺延到工作日。"))
    reason = _text(_("理由"))


class DecideForm(forms.Form):
    grant = forms.ChoiceField(
        label=_("决定"), choices=[("yes", _("同意")), ("no", _("不同意"))], widget=forms.RadioSelect
    )
    decision = _text(_("决定意见"), required=False)


class OpinionForm(forms.Form):
    opinion = _text(_("意见"), required=False)


class ReasonForm(forms.Form):
    reason = _text(_("理由"))
