"""The rows of the section's registers."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.fields import FigureField
from culture_tourism import lists
from ledgers.checks import in_order, not_negative, of_village, required_with, within
from ledgers.fields import optional_day, reached, text
from ledgers.lists import ListField
from ledgers.models import Row
from ledgers.once import once

# How many a brand has: 陶堰六景, 陶堰八味.
NUMBERS = {"scene": 6, "flavour": 8}
# By either calendar: from the solar term that begins a season through the last month that weather calls so.
SEASON_MONTHS = {"spring": (2, 3, 4, 5), "summer": (5, 6, 7, 8), "autumn": (8, 9, 10, 11), "winter": (11, 12, 1, 2)}
# Monuments, which may be repaired by an approved scheme alone.
PROTECTED = ("national", "provincial", "city", "district", "spot")


class Highlight(Row):
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
    stage = models.CharField(_("环节"), max_length=20, choices=Stage.choices, editable=False, db_index=True)

    # Computed by `clean` from the rest.
    derived = ("stage",)
    # The day of each stage, in their order.
    days = ("day", "built_from", "launched_on")

    class Meta(Row.Meta):
        verbose_name = _("六景八味")
        verbose_name_plural = _("六景八味")
        constraints = [
            *Row.Meta.constraints,
            once("unit", "number", "brand", named="once", said=_("这个单位的这个序号已经登记过。")),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.brand in NUMBERS:
            within(self, "number", 1, NUMBERS[self.brand])
        in_order(self, *self.days)
        if self.launched_on:
            required_with(self, ["host"], _("推出的须写明主体。"))
        self.stage = self.stage_on(clock.today())

    def stage_on(self, as_of: date) -> str:
        """The last stage that was reached by the day."""
        return reached(self, self.Stage, self.days, as_of)


class Festival(Row):
    """四季活动: a festival of the farming year. Each season counts once a year."""

    season = ListField(lists.SEASON, _("季"))
    name = text(_("活动"), 100)
    place = text(_("地点"), blank=True)
    visitors = models.PositiveIntegerField(_("人次"), null=True, blank=True)

    class Meta(Row.Meta):
        verbose_name = _("四季活动")
        verbose_name_plural = _("四季活动")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        months = SEASON_MONTHS.get(self.season)
        if self.day and months and self.day.month not in months:
            raise ValidationError({"season": ValidationError(_("活动日期不在这一季。"), code="out_of_season")})


class Residence(Row):
    """名人故居: whose it was, how it is protected, and its repair. A monument is repaired by an approved scheme."""

    name = text(_("故居"), 100)
    person = text(_("名人"), 100)
    level = ListField(lists.HERITAGE_LEVEL, _("文保级别"))
    approval = text(_("方案批复文号"), 100, blank=True)
    repair_from = optional_day(_("修缮起"))
    repair_to = optional_day(_("修缮止"))
    accepted_on = optional_day(_("验收日"))

    class Meta(Row.Meta):
        verbose_name = _("名人故居")
        verbose_name_plural = _("名人故居")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        in_order(self, "repair_from", "repair_to", "accepted_on", future=("repair_to",))
        if self.repair_from and self.level in PROTECTED:
            required_with(self, ["approval"], _("文物修缮须先有方案批复文号。"))
        if self.repair_to:
            required_with(self, ["repair_from"], _("修缮止须有修缮起。"))
        if self.accepted_on:
            required_with(self, ["repair_from", "repair_to"], _("验收须写明修缮起止。"))

    @property
    def is_late(self) -> bool:
        """Is its repair past its end without acceptance?"""
        return self.repair_to is not None and self.accepted_on is None and self.repair_to < clock.today()


class Hall(Row):
    """文化礼堂: a village's hall, and what was renewed in it."""

    name = text(_("文化礼堂"), 100)
    content = text(_("改造内容"), 500, blank=True)

    class Meta(Row.Meta):
        verbose_name = _("文化礼堂")
        verbose_name_plural = _("文化礼堂")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        of_village(self)


class Farmhouse(Row):
    """闲置农房: buildings that stood empty, and who signed to use them for what."""

    place = text(_("农房坐落"))
    buildings = models.PositiveIntegerField(_("幢数"), default=1)
    area = FigureField(_("面积（平方米）"))
    ownership = ListField(lists.OWNERSHIP, _("权属"))
    purpose = text(_("用途"), blank=True)
    tenant = text(_("主体"), blank=True)
    signed_on = optional_day(_("签约日"))

    class Meta(Row.Meta):
        verbose_name = _("闲置农房")
        verbose_name_plural = _("闲置农房")

    def __str__(self) -> str:
        return self.place

    def clean(self) -> None:
        super().clean()
        not_negative(self, "area")
        for name in ("buildings", "area"):
            if getattr(self, name) == 0:
                raise ValidationError({name: ValidationError(_("应大于零。"), code="invalid")})
        in_order(self, "day", "signed_on")
        if self.signed_on:
            required_with(self, ["purpose", "tenant"], _("签约须写明用途和主体。"))


class Worthy(Row):
    """乡贤: the roster of those who left and care, what was done with them, and what they brought back."""

    person = text(_("乡贤"), 100)
    contact = ListField(lists.CONTACT, _("联系"))
    what = text(_("事项"), 500)
    invested = FigureField(_("回归投资（万元）"), null=True, blank=True)

    class Meta(Row.Meta):
        verbose_name = _("乡贤")
        verbose_name_plural = _("乡贤")

    def __str__(self) -> str:
        return self.what

    def clean(self) -> None:
        super().clean()
        not_negative(self, "invested")
        if self.invested is not None and self.contact != "project":
            raise ValidationError({"invested": ValidationError(_("只有回归项目才写投资。"), code="not_project")})
