"""十大民生实事: candidates, the assembly's ballot in numbers, the committee's decision, and the survey at the end.

Who voted what is nowhere: the portal keeps counts alone.
"""

from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from accounts.permissions import Access
from common.fields import FigureField
from common.records import Record
from common.text import CleanText
from goals.models import Plan
from ledgers.fields import text
from projects.models import Project
from projects.models.project import Kind

USUAL = 10
# Of papers and people: far above any assembly, far below what a column holds.
MOST = 1_000_000


def _count(label: object, least: int = 0) -> "models.PositiveIntegerField[int, int]":
    limits = [MinValueValidator(least), MaxValueValidator(MOST)]
    return models.PositiveIntegerField(label, validators=limits)  # type: ignore[arg-type]


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(Access.of(user).visible_units("plan__unit"))

    def published(self) -> Self:
        """Those of the final list, in its order."""
        return self.filter(project__isnull=False).order_by("place", "number")


class Candidate(Record):
    """候选项目. What the ballot gave it, what the committee decided, and, once published, the work that it became."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="candidates")
    number = models.PositiveSmallIntegerField(_("序号"), validators=[MinValueValidator(1)])
    name = text(_("项目名称"))
    justification = models.TextField(_("立项理由"), validators=[CleanText()])
    cost = FigureField(_("估算投资（万元）"), validators=[MinValueValidator(0)])
    beneficiaries = text(_("受益对象"))
    people = models.PositiveIntegerField(_("受益人数"), null=True, blank=True, validators=[MaxValueValidator(MOST)])
    proposer = text(_("提出人"), 100)
    kind = models.CharField(_("类型"), max_length=20, choices=Kind.choices, default=Kind.CONSTRUCTION)
    lead_office = models.ForeignKey(Unit, models.PROTECT, related_name="candidates", verbose_name=_("拟牵头单位"))
    same_as = models.ForeignKey(
        Project,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="candidates",
        verbose_name=_("计划中的同一工作"),
    )
    votes = models.PositiveIntegerField(_("得票"), null=True, editable=False)
    is_chosen = models.BooleanField(_("确定"), null=True, editable=False)
    reason = models.TextField(_("与票荐结果不一致的理由"), blank=True, editable=False, validators=[CleanText()])
    place = models.PositiveSmallIntegerField(_("清单序号"), null=True, editable=False)
    project = models.OneToOneField(
        Project, models.PROTECT, null=True, editable=False, related_name="candidate", verbose_name=_("项目")
    )

    objects = CandidateQuerySet.as_manager()

    class Meta:
        verbose_name = _("民生实事候选项目")
        verbose_name_plural = _("民生实事候选项目")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="candidate_number_once",
                violation_error_message=_("这个序号已有候选项目。"),
            ),
            models.UniqueConstraint(
                fields=["plan", "name"], name="candidate_name_once", violation_error_message=_("已有同名的候选项目。")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Ballot(Record):
    """票荐: how many were entitled, came, got and handed in a paper; votes stand with the candidates."""

    plan = models.OneToOneField(Plan, models.CASCADE, related_name="ballot")
    held_on = models.DateField(_("大会日期"))
    rule_number = text(_("票荐办法文号"), 100)
    entitled = _count(_("应到人数"), least=1)
    present = _count(_("实到人数"))
    issued = _count(_("发出票"))
    returned = _count(_("收回票"))
    valid = _count(_("有效票"))
    spoiled = _count(_("废票"))
    limit = models.PositiveSmallIntegerField(_("每票限选"), default=USUAL, validators=[MinValueValidator(1)])
    seats = models.PositiveSmallIntegerField(_("拟确定项数"), default=USUAL, validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = _("民生实事票荐")
        verbose_name_plural = _("民生实事票荐")

    def __str__(self) -> str:
        return f"{self.plan} {self.held_on}"


class Decision(Record):
    """街道党工委研究确定; what it decided of each stands with the candidates. Published once."""

    plan = models.OneToOneField(Plan, models.CASCADE, related_name="livelihood_decision")
    decided_on = models.DateField(_("会议日期"))
    number = text(_("会议纪要文号"), 100)
    published_on = models.DateField(_("公布日"), null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        verbose_name = _("民生实事确定")
        verbose_name_plural = _("民生实事确定")

    def __str__(self) -> str:
        return f"{self.plan} {self.decided_on}"


class Survey(Record):
    """满意度测评 of one of the ten, in three grades."""

    candidate = models.OneToOneField(Candidate, models.CASCADE, related_name="survey")
    day = models.DateField(_("测评日"))
    issued = _count(_("发出票"))
    returned = _count(_("收回票"))
    valid = _count(_("有效票"), least=1)
    satisfied = _count(_("满意"))
    fairly = _count(_("基本满意"))
    dissatisfied = _count(_("不满意"))

    class Meta:
        verbose_name = _("民生实事满意度测评")
        verbose_name_plural = _("民生实事满意度测评")

    def __str__(self) -> str:
        return f"{self.candidate} {self.day}"

    @property
    def rate(self) -> Decimal:
        """满意率, in per cent: the first two grades of the valid votes."""
        return 100 * Decimal(self.satisfied + self.fairly) / self.valid
