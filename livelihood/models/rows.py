"""The rows of the section's registers."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock, display
from common.text import CleanText
from ledgers.checks import empty, fault, in_order, not_above, refused, required
from ledgers.fields import optional_day, stage_of, text
from ledgers.lists import ListField
from ledgers.models import Row
from ledgers.once import meta, once
from livelihood import lists

DEDUCTIONS = ("in_army", "in_prison", "insured_elsewhere", "abroad", "otherwise_deducted")
# A household in need is visited once a month, unless the row says another day.
VISIT_EVERY = timedelta(days=30)


def people(label: object, **options: object) -> "models.PositiveIntegerField[int, int]":
    return models.PositiveIntegerField(label, **options)  # type: ignore[arg-type]


class Insurance(Row):
    """医保: how many of a village's registered people are insured for a year. The newest row of a village and year
    stands for it, from the year's first day on where it was enrolled in the autumn before."""

    insured_year = models.PositiveSmallIntegerField(_("参保年度"))
    registered = people(_("户籍人口"))
    in_army = people(_("扣除：参军"), default=0)
    in_prison = people(_("扣除：服刑"), default=0)
    insured_elsewhere = people(_("扣除：异地参保"), default=0)
    abroad = people(_("扣除：出国"), default=0)
    otherwise_deducted = people(_("扣除：其他"), default=0)
    employees = people(_("职工医保"))
    residents = people(_("居民医保"))
    liable = people(_("应参保"), editable=False)
    insured = people(_("已参保"), editable=False)
    counts_from = models.DateField(editable=False)
    counts_until = models.DateField(editable=False)

    Meta = meta(
        _("医保参保"),
        indexes=[models.Index(fields=["unit", "insured_year", "day"], name="insurance_newest")],
    )

    def clean(self) -> None:
        super().clean()
        deducted = sum(getattr(self, name) or 0 for name in DEDUCTIONS)
        self.liable, self.insured = (self.registered or 0) - deducted, (self.employees or 0) + (self.residents or 0)
        if self.liable < 0:
            raise fault("registered", _("扣除人数不能多于户籍人口。"), "above_whole")
        if self.insured > self.liable:
            raise fault("residents", _("参保人数不能多于户籍人口减扣除。"), "above_whole")
        if self.day is None or self.insured_year is None:
            return
        if self.insured_year not in (self.day.year, self.day.year + 1):
            raise fault("insured_year", _("参保年度只能是日期所在的年份或下一年。"), "out_of_range")
        self.counts_from = max(self.day, date(self.insured_year, 1, 1))
        self.counts_until = date(self.insured_year + 1, 1, 1)

    @property
    def share(self) -> str:
        """参保率, as people read it."""
        return f"{display.figure(100 * Decimal(self.insured) / self.liable)}%" if self.liable else display.UNKNOWN


class Assistance(Row):
    """救助: a household's case, from its application on the books and off them; or 漏保, found by a check and not yet
    on the books."""

    class Stage(models.TextChoices):
        PENDING = "pending", _("受理中")
        ON_BOOKS = "on_books", _("在册")
        MISSED = "missed", _("漏保")
        REFUSED = "refused", _("不予确认")
        ENDED = "ended", _("已退出")

    head = text(_("户主"), 100)
    kind = ListField(lists.ASSISTANCE, _("救助类别"))
    households = people(_("户数"), default=1)
    persons = people(_("人数"))
    confirmed_on = optional_day(_("确认日"))
    refusal = text(_("不予确认原因"), 500, blank=True)
    missed_on = optional_day(_("漏保核查日"))
    ended_on = optional_day(_("退出日"))
    stage = stage_of(Stage)

    checks = (
        refused("persons", _("至少一人。"), "invalid", when=lambda row: row.persons == 0),
        not_above("households", "persons"),
        in_order("day", "confirmed_on", "ended_on"),
        in_order("missed_on", "confirmed_on", "ended_on"),
        empty(
            "refusal", said=_("已确认的不能再写不予确认原因。"), code="contradiction", when=lambda row: row.confirmed_on
        ),
        required("confirmed_on", said=_("未确认的没有退出日。"), when=lambda row: row.ended_on and not row.missed_on),
    )
    Meta = meta(_("社会救助"))

    def clean(self) -> None:
        super().clean()
        self.stage = self._stage()

    def _stage(self) -> str:
        if self.ended_on:
            return self.Stage.ENDED
        if self.confirmed_on:
            return self.Stage.ON_BOOKS
        if self.missed_on:
            return self.Stage.MISSED
        return self.Stage.REFUSED if self.refusal else self.Stage.PENDING


class Clinic(Row):
    """村卫生室, from its opening to its merger; standardised from a recognition until that lapses."""

    name = text(_("村卫生室"))
    recognised_on = optional_day(_("规范化认定日"))
    recognised_by = text(_("认定单位"), blank=True)
    lapsed_on = optional_day(_("失效日"))
    merged_on = optional_day(_("撤并日"))
    standard_until = models.DateField(null=True, editable=False)

    checks = (
        in_order("day", "recognised_on", "lapsed_on"),
        in_order("day", "recognised_on", "merged_on"),
        required("recognised_on", said=_("没有认定就没有失效日。"), when="lapsed_on"),
        required("recognised_by", said=_("认定须写明认定单位。"), when="recognised_on"),
    )
    Meta = meta(_("村卫生室"), once("unit", "name", said=_("这个村的这个卫生室已经登记过，请改那一条。")))

    def clean(self) -> None:
        super().clean()
        self.standard_until = min((day for day in (self.lapsed_on, self.merged_on) if day), default=None)

    @property
    def is_late(self) -> bool:
        """Has its recognition lapsed, without a new one?"""
        return not self.merged_on and self.lapsed_on is not None and self.lapsed_on <= clock.today()


class Visit(Row):
    """探访 of a household in need, and when it is due again. No photo, no place, no tally of workers."""

    household = text(_("户"), 100)
    kind = ListField(lists.HOUSEHOLD, _("探访对象"))
    way = ListField(lists.VISIT_WAY, _("探访方式"))
    finding = models.TextField(_("情况和需求"), blank=True, validators=[CleanText()])
    next_on = models.DateField(_("下次探访期限"), null=True, blank=True, help_text=_("不填为 30 日后。"))
    is_last = models.BooleanField(_("不再探访"), default=False, help_text=_("迁出、去世、入住机构等。"))

    checks = (in_order("day", "next_on"),)
    Meta = meta(_("探访"), indexes=[models.Index(fields=["unit", "household", "day"], name="visit_newest")])

    def put_right(self) -> None:
        if self.next_on is None and not self.is_last and self.day is not None:
            self.next_on = self.day + VISIT_EVERY

    def clean(self) -> None:
        super().clean()
        if self.is_last:
            self.next_on = None
