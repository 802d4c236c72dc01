"""A work that a plan promises: what is to be there in the end, who sees to it, and what stands in its way."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, Unit, User
from accounts.permissions import Access
from common.fields import FigureField, InitialsField
from common.records import Record, code_validator
from common.text import CleanText
from goals.models import Plan, Programme, Target, Theme


class Kind(models.TextChoices):
    CONSTRUCTION = "construction", _("工程建设")
    PROGRAMME = "programme", _("持续推进")
    CAMPAIGN = "campaign", _("专项整治")
    EVENT = "event", _("活动")
    INSTITUTION = "institution", _("机构机制")
    REGULATION = "regulation", _("规划制度")


class Tier(models.TextChoices):
    HEADLINE = "headline", _("重点")
    ROUTINE = "routine", _("常规")


class Blocker(models.TextChoices):
    SELF = "self", _("自身推进")
    DISTRICT = "district", _("需区级协调")
    SUPERIOR = "superior", _("等待上级验收")
    FUNDS = "funds", _("资金")
    LAND = "land", _("征迁")


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(Access.of(user).visible_units("plan__unit"))

    def counted(self) -> Self:
        """Those with a colour: routine ones are confirmed on a sheet, and a work promised again counts once."""
        return self.filter(tier=Tier.HEADLINE, same_as=None)


class Project(Record):
    """A work. `due` is the date in force, `first_due` the one first promised; `quote` stands in the plan's document."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="projects")
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="projects", verbose_name=_("主题"))
    code = models.CharField(_("代码"), max_length=100, validators=[code_validator])
    name = models.CharField(_("名称"), max_length=200, validators=[CleanText(200)])
    initials = InitialsField()
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    kind = models.CharField(_("类型"), max_length=20, choices=Kind.choices)
    tier = models.CharField(_("层级"), max_length=10, choices=Tier.choices, default=Tier.HEADLINE)
    open_ended = models.BooleanField(_("逐步、持续推进"), default=False)
    quote = models.TextField(_("原文"), blank=True, validators=[CleanText()])
    paragraph = models.PositiveSmallIntegerField(_("段落"), null=True, blank=True)
    places = models.CharField(_("地点与对象"), max_length=500, blank=True, validators=[CleanText(500)])
    lead_office = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="led_projects", verbose_name=_("牵头单位")
    )
    cooperating_offices = models.ManyToManyField(
        Unit, blank=True, related_name="cooperating_projects", verbose_name=_("配合单位")
    )
    responsible_post = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("分管领导")
    )
    programmes = models.ManyToManyField(
        Programme, through="ProjectProgramme", related_name="projects", blank=True, verbose_name=_("专项行动")
    )
    start = models.DateField(_("开始"))
    due = models.DateField(_("完成时限"))
    first_due = models.DateField(_("最初时限"), editable=False)
    standard = models.TextField(_("完成标准"), blank=True, validators=[CleanText()])
    weight = FigureField(_("权重"), default=Decimal(1), validators=[MinValueValidator(0)])
    same_as = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="promised_again", verbose_name=_("与此为同一工作")
    )
    target = models.ForeignKey(
        Target, models.SET_NULL, null=True, blank=True, related_name="projects", verbose_name=_("计入目标")
    )
    blocker = models.CharField(_("卡点"), max_length=10, choices=Blocker.choices, blank=True)
    blocker_note = models.TextField(_("卡点说明"), blank=True, validators=[CleanText()])
    blocked_since = models.DateField(_("卡点始于"), null=True, blank=True, editable=False)
    note = models.TextField(_("备注"), blank=True, validators=[CleanText()])

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("项目")
        verbose_name_plural = _("项目")
        ordering = ["order", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"], name="project_code_once", violation_error_message=_("计划中已有此项目代码。")
            ),
            models.CheckConstraint(
                condition=Q(start__lte=models.F("due")),
                name="project_starts_by_due",
                violation_error_message=_("开始日不能晚于完成时限。"),
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=0),
                name="project_weight_not_negative",
                violation_error_message=_("权重不能为负。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_counted(self) -> bool:
        """Has it a colour of its own?"""
        return self.tier == Tier.HEADLINE and self.same_as_id is None

    @property
    def is_from_document(self) -> bool:
        return bool(self.quote)

    @property
    def was_moved(self) -> bool:
        return self.due != self.first_due

    def days_blocked(self, day: date) -> int | None:
        return None if self.blocked_since is None else (day - self.blocked_since).days


class ProjectProgramme(models.Model):
    """A work's membership of a programme: suggested by the plan's file, or confirmed by a planner."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="memberships")
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="project_memberships")
    suggested = models.BooleanField(_("建议"), default=False)

    class Meta:
        verbose_name = _("项目专项挂接")
        verbose_name_plural = _("项目专项挂接")
        constraints = [models.UniqueConstraint(fields=["project", "programme"], name="project_programme_once")]

    def __str__(self) -> str:
        return f"{self.project} {self.programme}"
