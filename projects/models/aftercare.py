"""验收 and 建后管养: who accepted a work, who keeps it up, and the checks that are due."""

from datetime import date
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.fields import FigureField
from common.records import Record
from common.text import CleanText
from projects.models.project import Project


class Acceptance(Record):
    """验收 of a whole work, by somebody who isn't its owner. One that failed is followed by another."""

    class Result(models.TextChoices):
        PASSED = "passed", _("合格")
        FAILED = "failed", _("不合格")

    project = models.ForeignKey(Project, models.CASCADE, related_name="acceptances")
    day = models.DateField(_("验收日"))
    result = models.CharField(_("结论"), max_length=10, choices=Result.choices)
    body = models.CharField(_("验收单位"), max_length=200, validators=[CleanText(200)])
    number = models.CharField(_("文号"), max_length=100, blank=True, validators=[CleanText(100)])
    opinion = models.TextField(_("验收意见"), blank=True, validators=[CleanText()])
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("验收")
        verbose_name_plural = _("验收")
        ordering = ["day", "pk"]

    def __str__(self) -> str:
        return f"{self.project} {self.day}"


class UpkeepQuerySet(models.QuerySet["Upkeep"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))


class Upkeep(Record):
    """管养: who maintains what, how often it is checked, for how much a year, and until when the warranty runs."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="upkeeps")
    item = models.CharField(_("管养内容"), max_length=200, validators=[CleanText(200)])
    maintainer = models.CharField(_("管养单位"), max_length=200, validators=[CleanText(200)])
    frequency = models.CharField(_("频次"), max_length=100, blank=True, validators=[CleanText(100)])
    begins = models.DateField(_("移交日"))
    every_months = models.PositiveSmallIntegerField(
        _("每几个月检查一次"), default=6, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    cost = FigureField(_("年经费（万元）"), null=True, blank=True, validators=[MinValueValidator(0)])
    warranty_until = models.DateField(_("质保期满"), null=True, blank=True)

    objects = UpkeepQuerySet.as_manager()

    class Meta:
        verbose_name = _("建后管养")
        verbose_name_plural = _("建后管养")
        ordering = ["project", "begins", "pk"]

    def __str__(self) -> str:
        return f"{self.project} {self.item}"


class UpkeepCheck(Record):
    """管养检查: due; then done, with what was found, and the next one is due."""

    class Result(models.TextChoices):
        GOOD = "good", _("良好")
        REPAIR = "repair", _("需维修")

    upkeep = models.ForeignKey(Upkeep, models.CASCADE, related_name="checks")
    due = models.DateField(_("应检查日"))
    done_on = models.DateField(_("检查日"), null=True, blank=True)
    result = models.CharField(_("结论"), max_length=10, choices=Result.choices, blank=True)
    note = models.TextField(_("检查情况"), blank=True, validators=[CleanText()])
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("管养检查")
        verbose_name_plural = _("管养检查")
        ordering = ["due", "pk"]
        constraints = [models.UniqueConstraint(fields=["upkeep", "due"], name="upkeep_check_once_a_day")]

    def __str__(self) -> str:
        return f"{self.upkeep} {self.due}"

    def is_overdue(self, day: date) -> bool:
        return self.done_on is None and day > self.due
