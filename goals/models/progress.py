"""Where every target stands, derived and never edited, and the marks of what is due for recompute."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from goals.models.target import Target

TODAY_SLOT = 0


class Status(models.TextChoices):
    ACHIEVED = "achieved", _("已完成")
    ON_TRACK = "on_track", _("序时正常")
    AT_RISK = "at_risk", _("进度偏慢")
    BEHIND = "behind", _("落后")
    MISSED = "missed", _("未完成")
    NO_DATA = "no_data", _("无数据")


def computed(label: Any) -> "models.DecimalField[Any, Any]":
    """A computed figure: 6 places, truncated, so that rounding it to fewer places again stays right."""
    return models.DecimalField(label, max_digits=40, decimal_places=6, null=True)


class StoredProgress(models.Model):
    """Progress of something at a month's end (slot 1 to 12) or today (slot 0). `as_of` is the day it is for."""

    slot = models.PositiveSmallIntegerField()
    as_of = models.DateField(_("时点"))
    data_period = models.DateField(_("数据截至"), null=True)
    actual = computed(_("实际"))
    expected = computed(_("序时应到"))
    attainment = computed(_("完成率"))
    gap = computed(_("差距"))
    deviation = computed(_("偏差"))
    met = models.BooleanField(null=True)
    status = models.CharField(_("状态"), max_length=10, choices=Status.choices)
    reason = models.CharField(_("原因"), max_length=20, blank=True)
    stale = models.BooleanField(_("应报未报"), default=False)
    forecast = computed(_("预计"))
    catch_up = computed(_("追赶所需"))
    units_reported = models.PositiveIntegerField(null=True)
    units_expected = models.PositiveIntegerField(null=True)
    completion = computed(_("计入综合完成率"))
    expected_completion = computed(_("计入序时完成率"))
    terms = models.JSONField(default=dict)
    computed_at = models.DateTimeField()

    class Meta:
        abstract = True


class Progress(StoredProgress):
    """A target's progress."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="progress_rows")

    class Meta:
        verbose_name = _("进度")
        verbose_name_plural = _("进度")
        constraints = [models.UniqueConstraint(fields=["target", "slot"], name="progress_once_a_slot")]
        indexes = [models.Index(fields=["slot", "status"], name="progress_by_status")]

    def __str__(self) -> str:
        return f"{self.target_id} {self.as_of} {self.status}"


class StoredMark(models.Model):
    """Something due for recompute while `dirty_gen > computed_gen`: a change during a recompute is never missed."""

    dirty_gen = models.BigIntegerField(default=1)
    computed_gen = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=60, blank=True)
    marked_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    parked = models.BooleanField(default=False)

    untracked = True

    class Meta:
        abstract = True


class Mark(StoredMark):
    """A target due for recompute."""

    target = models.OneToOneField(Target, models.CASCADE, primary_key=True, related_name="mark")

    class Meta:
        verbose_name = _("待重算")
        verbose_name_plural = _("待重算")
        indexes = [
            models.Index(fields=["target"], name="mark_due", condition=models.Q(dirty_gen__gt=models.F("computed_gen")))
        ]

    def __str__(self) -> str:
        return f"{self.target_id} {self.dirty_gen}/{self.computed_gen}"


class Sweep(models.Model):
    """When the sweep last ran: one row, read by `readyz`."""

    ran_at = models.DateTimeField()

    untracked = True

    class Meta:
        verbose_name = _("清扫")
        verbose_name_plural = _("清扫")

    def __str__(self) -> str:
        return str(self.ran_at)
