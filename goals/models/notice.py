"""What people are told, and that each round of telling happens once."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.records import Record
from goals.models.reading import Reading, State


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        """Notices are their reader's own."""
        return self.filter(user=user)

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def with_settled(self) -> Self:
        """Annotates `settled`: has a figure been handed in for the slot since (for a returned one, a newer one)?"""
        handed_in = Reading.objects.filter(
            indicator=OuterRef("about_indicator"),
            unit=OuterRef("about_unit"),
            period=OuterRef("about_period"),
            revision__gt=OuterRef("about_revision"),
            state__in=[State.SUBMITTED, State.APPROVED],
        )
        return self.alias(
            about_indicator=Cast(KT("data__indicator"), models.BigIntegerField()),
            about_unit=Cast(KT("data__unit"), models.BigIntegerField()),
            about_period=Cast(KT("data__period"), models.DateField()),
            about_revision=Coalesce(Cast(KT("data__revision"), models.IntegerField()), Value(0)),
        ).annotate(settled=Exists(handed_in))

    def pending(self) -> Self:
        """What its reader has neither seen nor done meanwhile."""
        return self.unread().with_settled().filter(settled=False)


class Notice(Record):
    """提醒: something that one person should know, told once. `key` says what it is about; `data` fills its words."""

    class Kind(models.TextChoices):
        DUE_SOON = "due_soon", _("即将到期")
        DUE_TODAY = "due_today", _("今日到期")
        OVERDUE = "overdue", _("逾期未报")
        RETURNED = "returned", _("被退回")
        REVIEW_OVERDUE = "review_overdue", _("逾期未报（告审核员）")
        POST_OVERDUE = "post_overdue", _("逾期未报（告分管领导）")
        MENTIONED = "mentioned", _("在批注中提到您")
        ORDER_NEWS = "order_news", _("督办")
        ORDER_SOON = "order_soon", _("督办将到期")
        ORDER_LATE = "order_late", _("督办逾期")
        ORDER_POST = "order_post", _("督办逾期（告分管领导）")
        FEEDBACK = "feedback", _("意见有答复")

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    key = models.CharField(max_length=300)
    data = models.JSONField(default=dict)
    link = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("已读时间"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("发信时间"), null=True, blank=True)

    untracked = True

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("提醒")
        verbose_name_plural = _("提醒")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["user", "read_at"], name="notice_by_reader")]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.key}"


class Slot(models.Model):
    """A round of a periodic task that was begun: whoever writes the row does it, a second beat finds it taken."""

    task = models.CharField(max_length=50)
    slot = models.CharField(max_length=50)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    untracked = True

    class Meta:
        verbose_name = _("周期任务")
        verbose_name_plural = _("周期任务")
        constraints = [models.UniqueConstraint(fields=["task", "slot"], name="slot_once")]

    def __str__(self) -> str:
        return f"{self.task} {self.slot}"
