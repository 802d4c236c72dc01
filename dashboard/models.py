"""What the pages of progress keep of their own: 意见建议 on a page, and filters that somebody named."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from accounts.permissions import Access
from common.records import Record
from common.text import CleanText

LONGEST_ADDRESS = 1_000


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def visible_to(self, user: User) -> Self:
        """One's own; planners see all of their subdistrict's."""
        planned = Feedback.objects.planned_by(user).values("pk")
        return self.filter(Q(author=user) | Q(pk__in=planned))

    def planned_by(self, user: User) -> Self:
        """What this user answers, as a planner."""
        return self.filter(Access.of(user).planned_units("unit"))


class Feedback(Record):
    """意见建议: what somebody finds wrong with a page. `page` is its address with the day it showed (`as_of`)."""

    class State(models.TextChoices):
        OPEN = "open", _("待答复")
        DONE = "done", _("已处理")
        DECLINED = "declined", _("不采纳")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    page = models.CharField(_("页面"), max_length=LONGEST_ADDRESS, blank=True)
    as_of = models.DateField(_("时点"))
    text = models.TextField(_("意见"), validators=[CleanText(2_000)])
    author = models.ForeignKey(User, models.PROTECT, related_name="feedback")
    written_at = models.DateTimeField(_("时间"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.TextField(_("答复"), blank=True, validators=[CleanText(2_000)])
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    untracked = True

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("意见建议")
        verbose_name_plural = _("意见建议")
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", answered_by=None, answered_at=None)
                | Q(state__in=["done", "declined"], answered_by__isnull=False, answered_at__isnull=False),
                name="feedback_answered_by_somebody",
            )
        ]
        indexes = [models.Index(fields=["unit", "state"], name="feedback_by_state")]

    def __str__(self) -> str:
        return self.text[:50]

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def visible_to(self, user: User) -> Self:
        """Everybody's own."""
        return self.filter(owner=user)


class SavedFilter(Record):
    """A list as somebody filtered it, under a name: the list's path and what was asked of it."""

    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_filters")
    name = models.CharField(_("名称"), max_length=50, validators=[CleanText(50)])
    path = models.CharField(max_length=LONGEST_ADDRESS)
    query = models.CharField(max_length=LONGEST_ADDRESS, blank=True)

    untracked = True

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("常用筛选")
        verbose_name_plural = _("常用筛选")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="saved_filter_named_once",
                violation_error_message=_("您已有同名的常用筛选。"),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path
