"""督查: what was found on the spot, by when it has to be put right, and who looked again."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.records import Record
from common.text import CleanText
from projects.models.project import Project


class InspectionQuerySet(models.QuerySet["Inspection"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))


class Inspection(Record):
    """An inspection of a work; one without findings found nothing wrong."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="inspections")
    day = models.DateField(_("日期"))
    inspector = models.CharField(_("检查人"), max_length=200, validators=[CleanText(200)])
    summary = models.TextField(_("检查情况"), blank=True, validators=[CleanText()])
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("督查")
        verbose_name_plural = _("督查")
        ordering = ["-day", "-pk"]

    def __str__(self) -> str:
        return f"{self.project} {self.day}"


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(inspection__in=Inspection.objects.visible_to(user))


class Finding(Record):
    """问题: found, put right by the deadline, and looked at again by another."""

    class State(models.TextChoices):
        OPEN = "open", _("整改中")
        RECTIFIED = "rectified", _("已整改")
        CLOSED = "closed", _("已复查")

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="findings")
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    text = models.TextField(_("问题"), validators=[CleanText()])
    deadline = models.DateField(_("整改期限"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    rectified_on = models.DateField(_("整改日"), null=True, blank=True)
    rectification = models.TextField(_("整改情况"), blank=True, validators=[CleanText()])
    rectified_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    rechecked_on = models.DateField(_("复查日"), null=True, blank=True)
    recheck = models.TextField(_("复查意见"), blank=True, validators=[CleanText()])
    rechecked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("督查问题")
        verbose_name_plural = _("督查问题")
        ordering = ["inspection", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open") | Q(rectified_on__isnull=False),
                name="finding_rectified_has_day",
                violation_error_message=_("已整改的问题应有整改日。"),
            )
        ]

    def __str__(self) -> str:
        return self.text[:50]

    def is_overdue(self, day: date) -> bool:
        return self.state == self.State.OPEN and day > self.deadline
