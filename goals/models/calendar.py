"""When people are asked: working days, the windows that a closing shuts, and those that a planner reopens."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from common.records import Record
from common.text import CleanText
from goals.models.plan import Plan
from goals.models.reading import MONTH_END


class CalendarDay(Record):
    """A day that isn't what its weekday says: a holiday from Monday to Friday, or a weekend worked in return."""

    day = models.DateField(_("日期"), unique=True)
    is_working = models.BooleanField(_("上班"), default=False)
    name = models.CharField(_("名称"), max_length=100, validators=[CleanText(100)])

    class Meta:
        verbose_name = _("节假日")
        verbose_name_plural = _("节假日")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class ClosingQuerySet(models.QuerySet["Closing"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(plan__in=Plan.objects.visible_to(user))


class Closing(Record):
    """月结: the readings of a plan's indicators are locked for all periods through this month's end."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="closings")
    period = models.DateField(_("月结至"))
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    closed_at = models.DateTimeField(_("月结时间"))

    objects = ClosingQuerySet.as_manager()

    class Meta:
        verbose_name = _("月结")
        verbose_name_plural = _("月结")
        ordering = ["plan", "period"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "period"], name="closing_once", violation_error_message=_("这个月已经月结。")
            ),
            models.CheckConstraint(
                condition=MONTH_END, name="closing_month_end", violation_error_message=_("期应为月末日。")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.period}"


class ReopeningQuerySet(models.QuerySet["Reopening"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(plan__in=Plan.objects.visible_to(user))


class Reopening(Record):
    """A closed period, opened again for one unit, with a reason, until a day (which is still in time)."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="reopenings")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reopenings", verbose_name=_("单位"))
    period = models.DateField(_("期"))
    until = models.DateField(_("开放至"))
    reason = models.TextField(_("理由"), validators=[CleanText()])
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    opened_at = models.DateTimeField(_("开放时间"))

    objects = ReopeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("补报开放")
        verbose_name_plural = _("补报开放")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=MONTH_END, name="reopening_month_end", violation_error_message=_("期应为月末日。")
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.period}"
