"""What is measured year after year, by whom it is reported, and what feeds it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from common.fields import FigureField, InitialsField
from common.records import Record, code_validator
from common.text import CleanText


class Basis(models.TextChoices):
    AMOUNT = "amount", _("当期数")
    RUNNING_TOTAL = "running_total", _("累计数")
    LEVEL = "level", _("期末数")
    SHARE = "share", _("比率")
    RATE = "rate", _("增速")


class Frequency(models.TextChoices):
    MONTHLY = "monthly", _("每月")
    MONTHLY_FROM_FEB = "monthly_from_feb", _("每月（1–2月合并）")
    QUARTERLY = "quarterly", _("每季")
    HALF_YEARLY = "half_yearly", _("半年")
    YEARLY = "yearly", _("每年")


class Aggregation(models.TextChoices):
    SUM = "sum", _("合计")
    MEAN = "mean", _("平均")


# What turns the figures that were handed in into other ones when it changes.
MEANING = ("unit_of_measure", "basis", "frequency", "aggregation")


def counted_by(measure: str, source_years: Sequence[Any], year: int) -> str:
    """The measure of a year, out of the newest and all sources; empty, where it is reported by hand."""
    found = measure
    for first, each in reversed(source_years):
        found = each
        if first <= year:
            break
    return found


class Indicator(Record):
    """Something measured. It outlives the plan: last year's readings are this year's base."""

    code = models.CharField(_("代码"), max_length=100, unique=True, validators=[code_validator])
    name = models.CharField(_("名称"), max_length=200, validators=[CleanText(200)])
    initials = InitialsField()
    unit_of_measure = models.CharField(_("计量单位"), max_length=50, blank=True, validators=[CleanText(50)])
    basis = models.CharField(_("填报口径"), max_length=20, choices=Basis.choices)
    frequency = models.CharField(_("频率"), max_length=20, choices=Frequency.choices, default=Frequency.MONTHLY)
    aggregation = models.CharField(_("汇总方式"), max_length=10, choices=Aggregation.choices, default=Aggregation.SUM)
    whole = models.BooleanField(_("整数计"), default=False)
    minimum = FigureField(_("最小值"), null=True, blank=True)
    maximum = FigureField(_("最大值"), null=True, blank=True)
    deadline_day = models.PositiveSmallIntegerField(
        _("报送截止日"), default=10, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    deadline_lag = models.PositiveSmallIntegerField(_("截止滞后月数"), default=1, validators=[MaxValueValidator(3)])
    published = models.BooleanField(_("由统计部门发布"), default=False)
    # The newest source; `source_years` has them all, as [first year, measure], kept beside their records.
    measure = models.CharField(_("自动计数"), max_length=100, blank=True)
    source_years = models.JSONField(default=list, blank=True, editable=False)
    definition = models.TextField(_("定义"), blank=True, validators=[CleanText()])
    method = models.TextField(_("算法"), blank=True, validators=[CleanText()])
    data_source = models.TextField(_("数据来源"), blank=True, validators=[CleanText()])
    recognition = models.TextField(_("认定依据"), blank=True, validators=[CleanText()])
    counted_at = models.TextField(_("计数时点"), blank=True, validators=[CleanText()])
    review_office = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="reviewed_indicators", verbose_name=_("审核单位")
    )
    growth_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="growth_rates", verbose_name=_("总量指标")
    )
    comparable_prices = models.BooleanField(_("按可比价"), default=False)
    feeds = models.ManyToManyField(User, blank=True, related_name="fed_indicators", verbose_name=_("数据接口"))

    class Meta:
        verbose_name = _("指标")
        verbose_name_plural = _("指标")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum=None) | Q(maximum=None) | Q(maximum__gte=F("minimum")),
                name="indicator_minimum_below_maximum",
                violation_error_message=_("最大值不能小于最小值。"),
            ),
            models.CheckConstraint(
                condition=Q(basis=Basis.LEVEL) | Q(aggregation=Aggregation.SUM),
                name="indicator_mean_of_levels_only",
                violation_error_message=_("只有期末数可以取平均。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.minimum is not None and self.maximum is not None and self.maximum < self.minimum:
            raise ValidationError({"maximum": _("最大值不能小于最小值。")})
        if self.aggregation == Aggregation.MEAN and self.basis != Basis.LEVEL:
            raise ValidationError({"aggregation": _("只有期末数可以取平均。")})

    def measure_of(self, year: int) -> str:
        """The measure that counts the indicator in a year; empty, where it is reported by hand."""
        return counted_by(self.measure, self.source_years, year)

    @property
    def is_ever_counted(self) -> bool:
        return bool(self.measure) or any(measure for _first, measure in self.source_years)

    @property
    def is_share(self) -> bool:
        return self.basis == Basis.SHARE

    def has_figures(self) -> bool:
        """Was a figure of it ever handed in, and not sent back? Then what its figures mean stays."""
        return self.pk is not None and self.readings.exclude(state__in=("draft", "returned")).exists()

    def meaning_changed(self, old: "Indicator") -> list[str]:
        """The names, for people, of what gives its figures their meaning and differs."""
        return [
            str(self._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            for name in MEANING
            if getattr(self, name) != getattr(old, name)
        ]


class IndicatorSource(Record):
    """From which year an indicator is counted by which measure (empty: reported by hand), and why it changed."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="sources")
    from_year = models.PositiveSmallIntegerField(_("自年度"))
    measure = models.CharField(_("自动计数"), max_length=100, blank=True)
    reason = models.TextField(_("理由"), blank=True, validators=[CleanText()])

    class Meta:
        verbose_name = _("指标来源")
        verbose_name_plural = _("指标来源")
        constraints = [models.UniqueConstraint(fields=["indicator", "from_year"], name="indicator_source_once_a_year")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.from_year}"


class ReportingUnitQuerySet(models.QuerySet["ReportingUnit"]):
    def on(self, day: date) -> Self:
        return self.filter(first_day__lte=day, last_day__gte=day)


FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9999, 12, 31)


class ReportingUnit(models.Model):
    """A unit that reports an indicator, from which day to which; open ends are 1900-01-01 and 9999-12-31."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="reporting")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reports")
    first_day = models.DateField(default=FIRST_DAY)
    last_day = models.DateField(default=LAST_DAY)
    replaces = models.CharField(_("替代了什么"), max_length=500, blank=True, validators=[CleanText(500)])

    objects = ReportingUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("填报单位")
        verbose_name_plural = _("填报单位")
        constraints = [
            models.UniqueConstraint(fields=["indicator", "unit", "first_day"], name="reporting_unit_once"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="reporting_unit_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.unit}"
