"""What the pages of progress keep of their own: 意见建议 on a page, filters that somebody named, links to the wall,
bulletins and the office's templates of them."""

import hashlib
import secrets
import uuid
from datetime import date, timedelta
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from accounts.permissions import Access
from common.records import Record
from common.text import CleanText
from goals.models import Plan

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


class WallLink(models.Model):
    """A link that opens the wall of one plan and nothing else: shown once, kept as its SHA-256 digest."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="wall_links")
    name = models.CharField(_("名称"), max_length=100, validators=[CleanText(100)])
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("建立人"))
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)
    expires_at = models.DateTimeField(_("失效时间"))
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)

    untracked = True

    class Meta:
        verbose_name = _("大屏链接")
        verbose_name_plural = _("大屏链接")

    def __str__(self) -> str:
        return self.name

    @property
    def is_usable(self) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and self.expires_at > timezone.now()

    @staticmethod
    def digest_of(key: str) -> str:
        return hashlib.sha256(key.encode()).hexdigest()

    @classmethod
    def issue(cls, plan: Plan, user: User, *, name: str, days: int) -> tuple["WallLink", str]:
        """A new link and its key, which nobody can read again."""
        key = "wall_" + secrets.token_urlsafe(32)
        link = cls(plan=plan, name=name, made_by=user, digest=cls.digest_of(key))
        # Real time, whatever day the portal pretends: a screen must not stay open for years.
        link.expires_at = timezone.now() + timedelta(days=days)
        link.full_clean(exclude=["digest"])
        link.save()
        return link, key


class BulletinTemplate(models.Model):
    """The office's own form of the bulletin, a .docx checked on its way in. The newest of a unit that isn't withdrawn
    is in use; a bulletin knows which one it was made with."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="bulletin_templates")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("文件名"), max_length=200)
    size = models.PositiveIntegerField(_("大小"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("上传人"))
    uploaded_at = models.DateTimeField(_("上传时间"))
    withdrawn_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    untracked = True

    class Meta:
        verbose_name = _("通报模板")
        verbose_name_plural = _("通报模板")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    def visible_to(self, user: User) -> Self:
        """All who see the plan."""
        return self.filter(Access.of(user).visible_units("plan__unit"))


class Bulletin(Record):
    """通报 of a plan's month: the figures as they were gathered, and the files made of them.

    `as_of` is the day of its figures: the month's end, or the day of gathering in a month that still runs. `facts` are
    gathered once and never again, so that the files can be made again to the same bytes whatever is approved later.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("等待生成")
        MAKING = "making", _("正在生成")
        DONE = "done", _("已生成")
        FAILED = "failed", _("生成失败")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="bulletins")
    month = models.PositiveSmallIntegerField(_("月份"), validators=[MinValueValidator(1), MaxValueValidator(12)])
    edition = models.PositiveSmallIntegerField(_("版次"))
    as_of = models.DateField(_("时点"))
    issued_on = models.DateField(_("生成日"))
    template = models.ForeignKey(
        BulletinTemplate, models.PROTECT, null=True, blank=True, related_name="bulletins", verbose_name=_("模板")
    )
    facts = models.JSONField(default=dict, blank=True, editable=False)
    files = models.JSONField(default=dict, blank=True, editable=False)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.QUEUED)
    done = models.PositiveSmallIntegerField(_("已完成步骤"), default=0)
    problem = models.TextField(_("失败原因"), blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("生成人"))
    made_at = models.DateTimeField(_("生成时间"))

    untracked = True

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = _("通报")
        verbose_name_plural = _("通报")
        ordering = ["-plan__year", "-month", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "month", "edition"], name="bulletin_edition_once"),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.month}"

    @property
    def is_waiting(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.MAKING)

    @property
    def is_whole_month(self) -> bool:
        """Does it go to the month's last day?"""
        return (self.as_of + timedelta(days=1)).month != self.as_of.month

    @property
    def first_day(self) -> date:
        return date(self.plan.year, self.month, 1)


class Ranking(Record):
    """Whether a plan's overview lists units by the share of their items on pace. Without a row: offices alone."""

    plan = models.OneToOneField(Plan, models.CASCADE, related_name="ranking")
    offices = models.BooleanField(_("总览列出牵头单位达序情况"), default=True)
    villages = models.BooleanField(_("包括村（社区）"), default=False)

    class Meta:
        verbose_name = _("牵头单位达序设置")
        verbose_name_plural = _("牵头单位达序设置")

    def __str__(self) -> str:
        return str(self.plan)


def ranking_of(plan: Plan) -> Ranking:
    """The plan's, or what holds without one. No query where the plan came with it."""
    return getattr(plan, "ranking", None) or Ranking(plan=plan)
