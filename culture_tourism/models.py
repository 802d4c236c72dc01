"""The rows of the section's registers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import FigureField
from culture_tourism import lists
from ledgers.checks import empty, fault, in_order, not_negative, of_village, refused, required, within
from ledgers.fields import optional_day, stage_of, text
from ledgers.lists import ListField
from ledgers.models import Row, Staged
from ledgers.once import meta, once

# How many a brand has: 陶堰六景, 陶堰八味.
NUMBERS = {"scene": 6, "flavour": 8}
# By either calendar: from the solar term that begins a season through the last month that weather calls so.
SEASON_MONTHS = {"spring": (2, 3, 4, 5), "summer": (5, 6, 7, 8), "autumn": (8, 9, 10, 11), "winter": (11, 12, 1, 2)}
# Monuments, which may be repaired by an approved scheme alone.
PROTECTED = ("national", "provincial", "city", "district", "spot")


class Highlight(Staged):
    """六景 and 八味: one of the six or eight, from its idea (the row's day) until visitors can have it."""

    class Stage(models.TextChoices):
        PLANNED = "planned", _("策划")
        BUILDING = "building", _("建设")
        LAUNCHED = "launched", _("推出")

    brand = ListField(lists.BRAND, _("品牌"))
    number = models.PositiveSmallIntegerField(_("序号"))
    name = text(_("名称"), 100)
    host = text(_("主体"), blank=True)
    built_from = optional_day(_("建设日"))
    launched_on = optional_day(_("推出日"))
    stage = stage_of(Stage)

    # The day of each stage, in their order.
    days = ("day", "built_from", "launched_on")
    named_by = "name"
    checks = (
        within("number", least=1, most=lambda row: NUMBERS.get(row.brand, row.number)),
        in_order(*days),
        required("host", said=_("推出的须写明主体。"), when="launched_on"),
    )
    Meta = meta(_("六景八味"), once("unit", "number", "brand", said=_("这个单位的这个序号已经登记过。")))


class Festival(Row):
    """四季活动: a festival of the farming year. Each season counts once a year."""

    season = ListField(lists.SEASON, _("季"))
    name = text(_("活动"), 100)
    place = text(_("地点"), blank=True)
    visitors = models.PositiveIntegerField(_("人次"), null=True, blank=True)
    named_by = "name"
    Meta = meta(_("四季活动"))

    def clean(self) -> None:
        super().clean()
        months = SEASON_MONTHS.get(self.season)
        if self.day and months and self.day.month not in months:
            raise fault("season", _("活动日期不在这一季。"), "out_of_season")


class Residence(Row):
    """名人故居: whose it was, how it is protected, and its repair. A monument is repaired by an approved scheme."""

    name = text(_("故居"), 100)
    person = text(_("名人"), 100)
    level = ListField(lists.HERITAGE_LEVEL, _("文保级别"))
    approval = text(_("方案批复文号"), 100, blank=True)
    repair_from = optional_day(_("修缮起"))
    repair_to = optional_day(_("修缮止"))
    accepted_on = optional_day(_("验收日"))

    deadline = ("repair_to", "accepted_on")
    checks = (
        in_order("repair_from", "repair_to", "accepted_on"),
        required(
            "approval", said=_("文物修缮须先有方案批复文号。"), when=lambda row: row.repair_from and row.is_protected
        ),
        required("repair_from", said=_("修缮止须有修缮起。"), when="repair_to"),
        required("repair_from", "repair_to", said=_("验收须写明修缮起止。"), when="accepted_on"),
    )
    Meta = meta(_("名人故居"))

    @property
    def is_protected(self) -> bool:
        return self.level in PROTECTED


class Hall(Row):
    """文化礼堂: a village's hall, and what was renewed in it."""

    name = text(_("文化礼堂"), 100)
    content = text(_("改造内容"), 500, blank=True)

    checks = (of_village,)
    Meta = meta(_("文化礼堂"))


class Farmhouse(Row):
    """闲置农房: buildings that stood empty, and who signed to use them for what."""

    place = text(_("农房坐落"))
    buildings = models.PositiveIntegerField(_("幢数"), default=1)
    area = FigureField(_("面积（平方米）"))
    ownership = ListField(lists.OWNERSHIP, _("权属"))
    purpose = text(_("用途"), blank=True)
    tenant = text(_("主体"), blank=True)
    signed_on = optional_day(_("签约日"))

    checks = (
        not_negative("area"),
        refused("buildings", _("应大于零。"), "invalid", when=lambda row: row.buildings == 0),
        refused("area", _("应大于零。"), "invalid", when=lambda row: row.area == 0),
        in_order("day", "signed_on"),
        required("purpose", "tenant", said=_("签约须写明用途和主体。"), when="signed_on"),
    )
    Meta = meta(_("闲置农房"))


class Worthy(Row):
    """乡贤: the roster of those who left and care, what was done with them, and what they brought back."""

    person = text(_("乡贤"), 100)
    contact = ListField(lists.CONTACT, _("联系"))
    what = text(_("事项"), 500)
    invested = FigureField(_("回归投资（万元）"), null=True, blank=True)

    named_by = "what"
    checks = (
        not_negative("invested"),
        empty(
            "invested", said=_("只有回归项目才写投资。"), code="not_project", when=lambda row: row.contact != "project"
        ),
    )
    Meta = meta(_("乡贤"))
