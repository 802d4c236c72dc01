"""The rows of the section's registers."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.fields import FigureField
from ecology import lists
from ecology.water import PARAMETERS, WaterClass, classes, meets, worst
from ledgers.checks import not_above, not_negative, refused, required, together, within
from ledgers.fields import text
from ledgers.lists import ListField
from ledgers.models import Row
from ledgers.once import meta

# What a figure can physically be; beyond it somebody mistyped.
RANGES = {
    "ph": (0, 14),
    "oxygen": (0, 30),
    "saturation": (0, 300),
    "permanganate": (0, 500),
    "ammonia": (0, 500),
    "phosphorus": (0, 100),
}


class Station(Row):
    """断面/站: where water is sampled, and the class that its function asks. `external_no` is its code."""

    name = text(_("断面名称"))
    water = ListField(lists.WATER, _("水体类型"))
    function = ListField(lists.FUNCTION, _("功能目标"))

    checks = (required("external_no", said=_("请写明断面编号（外部编号）。"), when=lambda row: True),)
    Meta = meta(_("水质断面"))


class Sample(Row):
    """采样: five parameters of a station's water, and the class that follows. `relate` told it its station."""

    station = text(_("断面编号"), 100)
    ph = FigureField(_("pH"))
    oxygen = FigureField(_("溶解氧（mg/L）"))
    saturation = FigureField(_("溶解氧饱和度（%）"), null=True, blank=True)
    permanganate = FigureField(_("高锰酸盐指数（mg/L）"))
    ammonia = FigureField(_("氨氮（mg/L）"))
    phosphorus = FigureField(_("总磷（mg/L）"))
    station_name = models.CharField(_("断面"), max_length=200, editable=False)
    function = ListField(lists.FUNCTION, _("功能目标"), editable=False)
    grade = models.CharField(_("水质类别"), max_length=1, choices=WaterClass.choices, editable=False, db_index=True)

    known: Station | None = None

    checks = (
        refused("station", _("本街道没有这个编号的断面。"), "unknown", when=lambda row: row.known is None),
        *(within(name, least=least, most=most) for name, (least, most) in RANGES.items()),
    )
    Meta = meta(_("水质采样"), indexes=[models.Index(fields=["station", "day"], name="sample_of_station")])

    def clean(self) -> None:
        super().clean()
        measured = {name: value for name in RANGES if (value := getattr(self, name)) is not None}
        if self.known is not None and measured.keys() >= set(PARAMETERS):
            self.station_name, self.function = self.known.name, self.known.function
            self.grade = worst(classes(measured, self.known.water))

    @property
    def is_late(self) -> bool:
        """Is it worse than its function asks?"""
        return not meets(self.grade, self.function)

    @property
    def verdict(self) -> str:
        return gettext("超标") if self.is_late else gettext("达标")


class Air(Row):
    """空气: a station's figures for a day or month, and the rank among the district's towns."""

    site = text(_("监测点"))
    aqi = FigureField(_("AQI"))
    pm25 = FigureField(_("PM2.5（μg/m³）"))
    good_days = FigureField(_("优良天数比例（%）"), null=True, blank=True)
    rank = models.PositiveSmallIntegerField(_("镇街排名"), null=True, blank=True)
    ranked = models.PositiveSmallIntegerField(_("参排镇街数"), null=True, blank=True)

    checks = (
        within("aqi", least=0, most=500),
        within("pm25", least=0, most=1000),
        within("good_days", least=0, most=100),
        together("rank", "ranked", said=_("排名须写明名次和参排镇街数。")),
        within("rank", least=1, most=lambda row: row.ranked),
    )
    Meta = meta(_("空气质量"))

    @property
    def place(self) -> str:
        """名次 n/m."""
        return f"{self.rank}/{self.ranked}" if self.rank else ""


class Fire(Row):
    """火点: straw that was found burning, and how long it took to put it out."""

    place = text(_("地点"))
    source = ListField(lists.FIRE_SOURCE, _("火点来源"))
    minutes = models.PositiveIntegerField(_("处置时长（分钟）"), null=True, blank=True)

    Meta = meta(_("秸秆焚烧火点"))

    @property
    def is_late(self) -> bool:
        """Does it still burn, as far as the register knows?"""
        return self.minutes is None


class WasteCheck(Row):
    """垃圾分类检查 of a village: how many take part, how well they sort, the score."""

    place = text(_("检查范围"))
    taking_part = FigureField(_("参与率（%）"))
    accuracy = FigureField(_("准确率（%）"))
    score = FigureField(_("得分"))

    checks = (within("taking_part", "accuracy", "score", least=0, most=100),)
    Meta = meta(_("垃圾分类检查"))


class Clause(Row):
    """湿地验收清单: a clause of the national acceptance, what it is worth, and where it stands. Evidence of the
    wetland's project; it feeds no target."""

    number = text(_("条款"), 40)
    what = text(_("内容"), 500)
    points = FigureField(_("分值"))
    is_veto = models.BooleanField(_("否决项"), default=False)
    self_score = FigureField(_("自评分"), null=True, blank=True)
    state = ListField(lists.CLAUSE_STATE, _("验收状态"), default="not_started")
    proof = text(_("佐证"), 500, blank=True)

    checks = (
        not_negative("points", "self_score"),
        not_above("self_score", "points"),
        required("self_score", said=_("达标的须写明自评分。"), when=lambda row: row.state == "met"),
        refused("state", _("否决项得零分不能达标。"), "veto", when=lambda row: row.is_veto_failed),
    )
    Meta = meta(_("湿地验收条款"), verbose_name_plural=_("湿地验收清单"))

    @property
    def is_veto_failed(self) -> bool:
        """Is it called met, though it can't be without a point, and has none?"""
        return self.state == "met" and self.is_veto and self.self_score == Decimal(0) < self.points
