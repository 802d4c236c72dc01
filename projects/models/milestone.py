"""The steps of a work: when each is due, when it was done and who accepted that; and requests to move a date."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.fields import FigureField
from common.records import Record
from common.text import CleanText
from projects.models.project import Project


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))


class Milestone(Record):
    """节点. It counts as done on `done_on` once somebody who isn't the owner has accepted it.

    `is_default` is the one of a work that isn't scheduled: done, at its due date.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("待完成")
        REPORTED = "reported", _("已报完成")
        RETURNED = "returned", _("被退回")
        ACCEPTED = "accepted", _("已验收")

    project = models.ForeignKey(Project, models.CASCADE, related_name="milestones")
    name = models.CharField(_("名称"), max_length=200, validators=[CleanText(200)])
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    weight = FigureField(_("权重"), default=Decimal(1), validators=[MinValueValidator(0)])
    start = models.DateField(_("计划开始"), null=True, blank=True)
    due = models.DateField(_("完成时限"))
    first_due = models.DateField(_("最初时限"), editable=False)
    standard = models.CharField(_("完成标准"), max_length=500, blank=True, validators=[CleanText(500)])
    depends_on = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="followed_by", verbose_name=_("前置节点")
    )
    is_default = models.BooleanField(_("未排节点"), default=False, editable=False)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PLANNED)
    done_on = models.DateField(_("完成日"), null=True, blank=True)
    report = models.TextField(_("完成情况"), blank=True, validators=[CleanText()])
    reported_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reported_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(_("退回原因"), blank=True, validators=[CleanText()])

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("节点")
        verbose_name_plural = _("节点")
        ordering = ["project", "order", "due", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(start=None) | Q(start__lte=models.F("due")),
                name="milestone_starts_by_due",
                violation_error_message=_("计划开始不能晚于完成时限。"),
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=0),
                name="milestone_weight_not_negative",
                violation_error_message=_("权重不能为负。"),
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", done_on__isnull=False) | ~Q(state="accepted"),
                name="milestone_accepted_has_day",
                violation_error_message=_("已验收的节点应有完成日。"),
            ),
        ]
        indexes = [models.Index(fields=["due"], name="milestone_by_due")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_accepted(self) -> bool:
        return self.state == self.State.ACCEPTED

    @property
    def accepted_on(self) -> date | None:
        """The day on which it counts as done."""
        return self.done_on if self.is_accepted else None

    @property
    def was_moved(self) -> bool:
        return self.due != self.first_due

    def days_late(self, day: date) -> int:
        """How many days it was late, or is on the day; 0 in time. Being done doesn't take a delay away."""
        through = self.done_on if self.done_on is not None else day
        return max((through - self.due).days, 0)


class PostponementQuerySet(models.QuerySet["Postponement"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(state=Postponement.State.REQUESTED)


class Postponement(Record):
    """延期申请: to move a work's date, or one of its milestones'; asked before it expires, and decided by another."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("待批")
        GRANTED = "granted", _("同意")
        REFUSED = "refused", _("不同意")

    project = models.ForeignKey(Project, models.CASCADE, related_name="postponements")
    milestone = models.ForeignKey(
        Milestone, models.CASCADE, null=True, blank=True, related_name="postponements", verbose_name=_("节点")
    )
    old_due = models.DateField(_("原时限"))
    new_due = models.DateField(_("申请延至"))
    reason = models.TextField(_("理由"), validators=[CleanText()])
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    requested_on = models.DateField(_("申请日"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.REQUESTED)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_on = models.DateField(_("决定日"), null=True, blank=True)
    decision = models.TextField(_("决定意见"), blank=True, validators=[CleanText()])

    objects = PostponementQuerySet.as_manager()

    class Meta:
        verbose_name = _("延期申请")
        verbose_name_plural = _("延期申请")
        ordering = ["-requested_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(new_due__gt=models.F("old_due")),
                name="postponement_moves_on",
                violation_error_message=_("新时限应晚于原时限。"),
            ),
            models.CheckConstraint(
                condition=Q(requested_on__lte=models.F("old_due")),
                name="postponement_asked_in_time",
                violation_error_message=_("时限已过，不能再申请延期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone or self.project} {self.new_due}"
