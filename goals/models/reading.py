"""One reported figure of an indicator, for one reporting unit and one period."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from accounts.permissions import Access
from common.fields import FigureField
from common.records import Record
from common.text import CleanText
from goals.models.indicator import Indicator

_LEAP_YEARS = list(range(2000, 2100, 4))
MONTH_END = (
    Q(period__month__in=[1, 3, 5, 7, 8, 10, 12], period__day=31)
    | Q(period__month__in=[4, 6, 9, 11], period__day=30)
    | Q(period__month=2, period__day=29)
    | (Q(period__month=2, period__day=28) & ~Q(period__year__in=_LEAP_YEARS))
)


class State(models.TextChoices):
    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待审核")
    RETURNED = "returned", _("已退回")
    APPROVED = "approved", _("已通过")
    SUPERSEDED = "superseded", _("已被更正")


OPEN = (State.DRAFT, State.SUBMITTED)


class ReadingQuerySet(models.QuerySet["Reading"]):
    def visible_to(self, user: User) -> Self:
        """The readings of the user's subdistrict, and for a data feed those of the indicators that name it."""
        access = Access.of(user)
        return self.filter(access.visible_units("unit"))

    def approved(self) -> Self:
        return self.filter(state=State.APPROVED)

    def open(self) -> Self:
        return self.filter(state__in=OPEN)


class Reading(Record):
    """A figure on its way: draft → submitted → approved or returned → superseded by a correction."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="readings", verbose_name=_("指标"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="readings", verbose_name=_("填报单位"))
    period = models.DateField(_("期"))
    is_share = models.BooleanField(editable=False)
    value = FigureField(_("数值"), null=True, blank=True)
    numerator = FigureField(_("分子"), null=True, blank=True)
    denominator = FigureField(_("分母"), null=True, blank=True)
    rank = models.PositiveSmallIntegerField(_("位次"), null=True, blank=True)
    rank_of = models.PositiveSmallIntegerField(_("参评数"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    note = models.TextField(_("说明"), blank=True, validators=[CleanText()])
    warnings = models.JSONField(_("提醒"), default=list, blank=True)
    revision = models.PositiveIntegerField(_("版次"), default=1)
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    entered_at = models.DateTimeField(_("录入时间"))
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    reported_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    reviewed_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    approved_at = models.DateTimeField(_("通过时间"), null=True, blank=True)
    superseded_at = models.DateTimeField(_("被更正时间"), null=True, blank=True)
    hands = models.JSONField(default=list, editable=False)
    reason = models.TextField(_("退回理由"), blank=True, validators=[CleanText()])

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("填报数据")
        verbose_name_plural = _("填报数据")
        ordering = ["-period", "indicator", "unit", "-revision"]
        indexes = [
            models.Index(fields=["indicator", "period", "state"], name="reading_by_indicator"),
            # The order in which the API lists them, page after page.
            models.Index(fields=["-period", "id"], name="reading_by_period"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "unit", "period"],
                condition=Q(state=State.APPROVED),
                name="reading_one_approved",
                violation_error_message=_("该指标、单位、期已有审核通过的数据。"),
            ),
            models.UniqueConstraint(
                fields=["indicator", "unit", "period"],
                condition=Q(state__in=list(OPEN)),
                name="reading_one_open",
                violation_error_message=_("该指标、单位、期已有在办的数据。"),
            ),
            models.UniqueConstraint(fields=["indicator", "unit", "period", "revision"], name="reading_revision_once"),
            models.CheckConstraint(
                condition=Q(is_share=True, value=None, numerator__isnull=False, denominator__isnull=False)
                | Q(is_share=False, value__isnull=False, numerator=None, denominator=None),
                name="reading_figures_fit_basis",
                violation_error_message=_("比率须填分子和分母，其他指标须填数值。"),
            ),
            models.CheckConstraint(
                condition=MONTH_END, name="reading_period_month_end", violation_error_message=_("期应为月末日。")
            ),
            models.CheckConstraint(
                condition=Q(rank=None) | Q(rank_of=None) | Q(rank__lte=F("rank_of")),
                name="reading_rank_within",
                violation_error_message=_("位次不能大于参评数。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.unit_id} {self.period}"

    @property
    def slot(self) -> tuple[int, int, date]:
        """Indicator, unit and period: what it is a figure of."""
        return (self.indicator_id, self.unit_id, self.period)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def had_a_hand(self, user: User) -> bool:
        """Did this user enter, change or submit it? `hands` lists all who did, by id."""
        return user.pk in self.hands or user.pk in (self.entered_by_id, self.reported_by_id)

    def figures(self) -> tuple[object, object, object, int | None, int | None]:
        """What makes two readings of a slot the same."""
        return (self.value, self.numerator, self.denominator, self.rank, self.rank_of)
