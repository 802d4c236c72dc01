"""What is said of a work step by step: each form asks for one thing. The services judge it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.dates import parse_date
from common.forms import DayInput
from goals.forms.fields import FigureInput
from projects.inspecting import Found
from projects.models import Acceptance, Payment, UpkeepCheck
from projects.models.project import Blocker


def _text(label: Any, *, required: bool = True, rows: int = 3, **options: Any) -> forms.CharField:
    options.setdefault("max_length", 20_000)
    return forms.CharField(label=label, required=required, widget=forms.Textarea(attrs={"rows": rows}), **options)


class NoteForm(forms.Form):
    progress = _text(_("进展情况"))
    problem = _text(_("存在问题"), required=False)
    next_step = _text(_("下一步措施"), required=False)
    blocker = forms.ChoiceField(label=_("卡点"), choices=[("", _("没有卡点")), *Blocker.choices], required=False)


class PostponementForm(forms.Form):
    new_due = DayInput(label=_("申请延至"))
    reason = _text(_("理由"))


class DecisionForm(forms.Form):
    grant = forms.ChoiceField(
        label=_("决定"), choices=[("yes", _("同意")), ("no", _("不同意"))], widget=forms.RadioSelect
    )
    decision = _text(_("决定意见"), required=False)


class ReportForm(forms.Form):
    done_on = DayInput(label=_("完成日"))
    report = _text(_("完成情况"), required=False)


class ReturnForm(forms.Form):
    reason = _text(_("退回原因"))


class FindingsInput(forms.CharField):
    """Findings, a line each: 2022-10-20 铣刨料占用人行道."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), required=False, **options)

    def to_python(self, value: Any) -> list[Found]:  # type: ignore[override]
        found = []
        for number, line in enumerate(str(value or "").splitlines(), start=1):
            day, _blank, text = line.strip().partition(" ")
            if not day:
                continue
            try:
                deadline = parse_date(day)
                if not text.strip():
                    raise ValidationError(_("请写明问题。"))
            except ValidationError as error:
                said = _("第 %(n)s 行：%(why)s") % {"n": number, "why": " ".join(error.messages)}
                raise ValidationError(said, code="invalid") from error
            found.append(Found(text.strip(), deadline))
        return found


class InspectionForm(forms.Form):
    day = DayInput(label=_("日期"))
    inspector = forms.CharField(label=_("检查人"), max_length=200)
    summary = _text(_("检查情况"), required=False)
    findings = FindingsInput(label=_("问题"), help_text=_("每行一个，先写整改期限：2022-10-20 铣刨料占用人行道"))


class RectificationForm(forms.Form):
    day = DayInput(label=_("整改日"))
    text = _text(_("整改情况"))


class RecheckForm(forms.Form):
    passed = forms.ChoiceField(
        label=_("复查结论"), choices=[("yes", _("合格")), ("no", _("不合格"))], widget=forms.RadioSelect
    )
    text = _text(_("复查意见"), required=False)


class PaymentForm(forms.Form):
    kind = forms.ChoiceField(label=_("类别"), choices=Payment.Kind.choices)
    day = DayInput(label=_("日期"))
    amount = FigureInput(label=_("金额（万元）"))
    source = forms.CharField(label=_("资金来源或合同方"), max_length=200, required=False)
    number = forms.CharField(label=_("文号或合同号"), max_length=100, required=False)
    note = forms.CharField(label=_("说明"), max_length=500, required=False)


class AcceptanceForm(forms.Form):
    day = DayInput(label=_("验收日"))
    result = forms.ChoiceField(label=_("结论"), choices=Acceptance.Result.choices)
    body = forms.CharField(label=_("验收单位"), max_length=200)
    number = forms.CharField(label=_("文号"), max_length=100, required=False)
    opinion = _text(_("验收意见"), required=False)


class UpkeepForm(forms.Form):
    item = forms.CharField(label=_("管养内容"), max_length=200)
    maintainer = forms.CharField(label=_("管养单位"), max_length=200)
    frequency = forms.CharField(label=_("频次"), max_length=100, required=False)
    begins = DayInput(label=_("移交日"))
    every_months = forms.IntegerField(label=_("每几个月检查一次"), min_value=1, max_value=60, initial=6)
    cost = FigureInput(label=_("年经费（万元）"), required=False)
    warranty_until = DayInput(label=_("质保期满"), required=False)


class CheckForm(forms.Form):
    done_on = DayInput(label=_("检查日"))
    result = forms.ChoiceField(label=_("结论"), choices=UpkeepCheck.Result.choices)
    note = _text(_("检查情况"), required=False)


class CommentForm(forms.Form):
    text = _text(_("批注"), max_length=2_000, help_text=_("用 @姓名 提到同事，他会收到提醒。"))
