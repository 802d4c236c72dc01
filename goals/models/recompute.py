"""Runs over everything stored: which there were, how far each is, and the pieces that they are split into."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class RecomputeRun(models.Model):
    """全部重算: one pass over all that has progress. Its chunks are taken by any number of workers."""

    class Scope(models.TextChoices):
        ALL = "all", _("全部月份")
        TODAY = "today", _("仅今天")
        # All months, compared with what is stored; what differs is told and put right.
        VERIFY = "verify", _("全部月份并核对")

    class State(models.TextChoices):
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        CANCELLED = "cancelled", _("已取消")
        # Finished, but for chunks that failed three times.
        FAILED = "failed", _("有失败")

    scope = models.CharField(_("范围"), max_length=10, choices=Scope.choices, default=Scope.ALL)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.RUNNING)
    reason = models.CharField(_("缘由"), max_length=60, blank=True)
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    started_at = models.DateTimeField(_("开始时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    # How many subjects there are to compute, and how many chunks.
    total = models.PositiveIntegerField(_("总项数"), default=0)
    pieces = models.PositiveIntegerField(_("总分块数"), default=0)

    untracked = True

    class Meta:
        verbose_name = _("全部重算")
        verbose_name_plural = _("全部重算")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="running"), name="one_recompute_runs")
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING


class RecomputeChunk(models.Model):
    """A range of subjects of a run: done as a whole in one transaction, or not at all."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待处理")
        DONE = "done", _("已完成")
        PARKED = "parked", _("已搁置")

    run = models.ForeignKey(RecomputeRun, models.CASCADE, related_name="chunks")
    # What it is of (`goals.progress.books`), and the first and last id.
    book = models.CharField(max_length=20)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    subjects = models.PositiveIntegerField(default=0)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    begun_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    # Where something else was stored than what came out (a run that verifies).
    differences = models.PositiveIntegerField(_("差异"), default=0)
    seconds = models.FloatField(_("用时（秒）"), null=True, blank=True)
    error = models.TextField(_("错误"), blank=True)

    untracked = True

    class Meta:
        verbose_name = _("重算分块")
        verbose_name_plural = _("重算分块")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["run", "id"], name="chunk_waiting", condition=models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.book} {self.first}–{self.last} {self.state}"
