"""What is said of a work in words: asked only for what lags; and the half-yearly word on routine ones."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.records import Record
from common.text import CleanText
from projects.models.project import Blocker, Project


class ProgressNote(Record):
    """进展情况, 存在问题, 下一步措施, and what blocks the work."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="notes")
    day = models.DateField(_("日期"))
    progress = models.TextField(_("进展情况"), validators=[CleanText()])
    problem = models.TextField(_("存在问题"), blank=True, validators=[CleanText()])
    next_step = models.TextField(_("下一步措施"), blank=True, validators=[CleanText()])
    blocker = models.CharField(_("卡点"), max_length=10, choices=Blocker.choices, blank=True)
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("进展说明")
        verbose_name_plural = _("进展说明")
        ordering = ["-day", "-pk"]

    def __str__(self) -> str:
        return f"{self.project} {self.day}"


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))


class Confirmation(Record):
    """半年确认: how a routine commitment stands at the end of a half-year. No colour, in no count."""

    class Word(models.TextChoices):
        GOING_ON = "going_on", _("正常推进")
        DONE = "done", _("已完成")
        STUCK = "stuck", _("有困难")
        NOT_BEGUN = "not_begun", _("未启动")

    project = models.ForeignKey(Project, models.CASCADE, related_name="confirmations")
    period = models.DateField(_("半年末"))
    word = models.CharField(_("情况"), max_length=10, choices=Word.choices)
    note = models.CharField(_("说明"), max_length=500, blank=True, validators=[CleanText(500)])
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_on = models.DateField(_("确认日"))

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = _("半年确认")
        verbose_name_plural = _("半年确认")
        ordering = ["period", "project"]
        constraints = [models.UniqueConstraint(fields=["project", "period"], name="confirmation_once_a_half")]

    def __str__(self) -> str:
        return f"{self.project} {self.period}"
