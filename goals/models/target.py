"""What a plan promises of an indicator, and how its terms were adjusted."""

from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, Unit, User
from accounts.permissions import Access
from common.fields import FigureField, InitialsField
from common.records import Record, code_validator
from common.text import CleanText
from goals.models.indicator import Basis, Indicator
from goals.models.plan import Plan, Programme, Theme


class Rule(models.TextChoices):
    TOTAL = "total", _("总量")
    GROWTH = "growth", _("增速")
    LEVEL = "level", _("水平")
    SHARE = "share", _("比率")
    DECLINE = "decline", _("下降")
    MILESTONES = "milestones", _("节点")


class Comparator(models.TextChoices):
    AT_LEAST = "at_least", _("不低于")
    AT_MOST = "at_most", _("不超过")
    BELOW_LAST_YEAR = "below_last_year", _("低于上年")


class Pace(models.TextChoices):
    LINEAR = "linear", _("匀速")
    FLAT = "flat", _("全年持平")
    PLANNED = "planned", _("按计划")


# Which rules an indicator's basis can serve: the table of progress-rules.md.
RULES_BY_BASIS: dict[str, tuple[str, ...]] = {
    Basis.AMOUNT: (Rule.TOTAL, Rule.GROWTH, Rule.DECLINE, Rule.MILESTONES),
    Basis.RUNNING_TOTAL: (Rule.TOTAL, Rule.GROWTH, Rule.DECLINE),
    Basis.LEVEL: (Rule.LEVEL, Rule.GROWTH),
    Basis.SHARE: (Rule.SHARE,),
    Basis.RATE: (Rule.GROWTH,),
}


def _rule_fits_basis() -> Q:
    condition = Q(pk__in=[])
    for index, (basis, rules) in enumerate(RULES_BY_BASIS.items()):
        part = Q(basis=basis, rule__in=list(rules))
        condition = part if index == 0 else condition | part
    return condition


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(Access.of(user).visible_units("plan__unit"))

    def led_by(self, office: Unit) -> Self:
        return self.filter(lead_office=office)


class Target(Record):
    """A promise. Goal, baseline, planned, due, weight and band are the first terms; adjustments replace them."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="targets")
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="targets", verbose_name=_("主题"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="targets", verbose_name=_("指标"))
    basis = models.CharField(max_length=20, choices=Basis.choices, editable=False)
    code = models.CharField(_("代码"), max_length=100, validators=[code_validator])
    name = models.CharField(_("名称"), max_length=200, validators=[CleanText(200)])
    initials = InitialsField()
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    rule = models.CharField(_("规则"), max_length=20, choices=Rule.choices)
    comparator = models.CharField(_("比较方式"), max_length=20, choices=Comparator.choices, default=Comparator.AT_LEAST)
    printed_comparator = models.CharField(_("原文比较方式"), max_length=20, blank=True)
    goal = FigureField(_("目标值"), null=True, blank=True)
    baseline = FigureField(_("基数"), null=True, blank=True)
    pace = models.CharField(_("进度安排"), max_length=10, choices=Pace.choices, blank=True)
    planned = models.JSONField(_("逐月计划"), default=dict, blank=True)
    due = models.DateField(_("完成时限"))
    weight = FigureField(_("权重"), default=Decimal(1), validators=[MinValueValidator(0)])
    band = FigureField(_("预警区间"), null=True, blank=True, validators=[MinValueValidator(0)])
    in_doubt = models.BooleanField(_("口径待核"), default=False)
    evidence_required = models.BooleanField(_("须附佐证"), default=False)
    lead_office = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="led_targets", verbose_name=_("牵头单位")
    )
    cooperating_offices = models.ManyToManyField(
        Unit, blank=True, related_name="cooperating_targets", verbose_name=_("配合单位")
    )
    responsible_post = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="targets", verbose_name=_("分管领导")
    )
    programmes = models.ManyToManyField(
        Programme, through="TargetProgramme", related_name="targets", blank=True, verbose_name=_("专项行动")
    )
    quote = models.TextField(_("原文"), blank=True, validators=[CleanText()])
    paragraph = models.PositiveSmallIntegerField(_("段落"), null=True, blank=True)
    literal = models.CharField(_("原文数字"), max_length=100, blank=True, validators=[CleanText(100)])
    modality = models.CharField(_("语气"), max_length=50, blank=True, validators=[CleanText(50)])
    note = models.TextField(_("备注"), blank=True, validators=[CleanText()])

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("目标")
        verbose_name_plural = _("目标")
        ordering = ["order", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"], name="target_code_once", violation_error_message=_("计划中已有此目标代码。")
            ),
            models.CheckConstraint(
                condition=_rule_fits_basis(),
                name="target_rule_fits_basis",
                violation_error_message=_("该规则不适用于这一填报口径。"),
            ),
            models.CheckConstraint(
                condition=Q(comparator=Comparator.BELOW_LAST_YEAR, rule=Rule.DECLINE, goal=None)
                | (~Q(comparator=Comparator.BELOW_LAST_YEAR) & ~Q(rule=Rule.DECLINE) & Q(goal__isnull=False)),
                name="target_goal_unless_below_last_year",
                violation_error_message=_("“低于上年”不设目标值，其他目标必须有目标值；下降规则只用“低于上年”。"),
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=0),
                name="target_weight_not_negative",
                violation_error_message=_("权重不能为负。"),
            ),
            models.CheckConstraint(
                condition=Q(band=None) | Q(band__gte=0),
                name="target_band_not_negative",
                violation_error_message=_("预警区间不能为负。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.basis = self.indicator.basis
        super().save(*args, **kwargs)


TERMS = ("goal", "baseline", "planned", "due", "weight", "band")
# What an adopted plan's target keeps: what it measures and how it is judged, in all months.
FIXED = ("indicator_id", "rule", "comparator", "pace")


class Adjustment(Record):
    """目标调整: the terms of an adopted plan's target from a first day in force; a version of its own."""

    class Category(models.TextChoices):
        SUPERIOR = "superior", _("上级任务调整")
        POLICY = "policy", _("政策变化")
        FORCE_MAJEURE = "force_majeure", _("不可抗力")
        DEFINITION = "definition", _("口径变化")

    target = models.ForeignKey(Target, models.CASCADE, related_name="adjustments")
    category = models.CharField(_("类别"), max_length=20, choices=Category.choices)
    applicant = models.CharField(_("申请单位"), max_length=200, validators=[CleanText(200)])
    meeting = models.CharField(_("决定会议"), max_length=200, validators=[CleanText(200)])
    document_number = models.CharField(_("文号"), max_length=100, validators=[CleanText(100)])
    in_force_from = models.DateField(_("生效日"))
    goal = FigureField(_("目标值"), null=True, blank=True)
    baseline = FigureField(_("基数"), null=True, blank=True)
    planned = models.JSONField(_("逐月计划"), default=dict, blank=True)
    due = models.DateField(_("完成时限"))
    weight = FigureField(_("权重"))
    band = FigureField(_("预警区间"), null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(_("录入时间"))

    class Meta:
        verbose_name = _("目标调整")
        verbose_name_plural = _("目标调整")
        ordering = ["in_force_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(in_force_from__lte=models.F("due")),
                name="adjustment_in_force_by_due",
                violation_error_message=_("生效日不能晚于完成时限。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.in_force_from}"


class Allocation(Record):
    """任务分解: a unit's part of a target's goal."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="allocations")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="allocations")
    goal = FigureField(_("分解目标"))

    class Meta:
        verbose_name = _("任务分解")
        verbose_name_plural = _("任务分解")
        constraints = [
            models.UniqueConstraint(
                fields=["target", "unit"], name="allocation_once", violation_error_message=_("该单位已有分解任务。")
            )
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.unit}"


class Discontinued(Record):
    """A target of the year before that a plan doesn't carry on, and why."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="discontinued")
    target = models.ForeignKey(Target, models.CASCADE, related_name="discontinued_by")
    reason = models.CharField(_("理由"), max_length=500, validators=[CleanText(500)])

    untracked = True

    class Meta:
        verbose_name = _("不再列入的指标")
        verbose_name_plural = _("不再列入的指标")
        constraints = [models.UniqueConstraint(fields=["plan", "target"], name="discontinued_once")]

    def __str__(self) -> str:
        return f"{self.plan}: {self.target}"


class TargetProgramme(models.Model):
    """A target's membership of a programme: suggested by the plan's file, or confirmed by a planner."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="memberships")
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="memberships")
    suggested = models.BooleanField(_("建议"), default=False)

    class Meta:
        verbose_name = _("专项挂接")
        verbose_name_plural = _("专项挂接")
        constraints = [models.UniqueConstraint(fields=["target", "programme"], name="target_programme_once")]

    def __str__(self) -> str:
        return f"{self.target} {self.programme}"


def require_within(plan: Plan, due: date) -> None:
    """The due date lies within the plan; raises ValidationError naming `due`."""
    if not plan.start <= due <= plan.end:
        raise ValidationError({"due": _("完成时限应在计划年度之内。")})
