"""The rows of the section's registers."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import FigureField
from ledgers.checks import empty, in_order, not_above, not_negative, of_village, refused, required
from ledgers.fields import optional_day, stage_of, text
from ledgers.lists import ListField
from ledgers.models import Row, Staged
from ledgers.once import meta, once
from urban_rural import lists

SAFE, UNSAFE = ("a", "b"), ("c", "d")
EMPTIED_FIRST = ("vacate", "demolish", "rebuild")


class Star(Staged):
    """五星创建: one star of a village on its way, from its beginning (the row's day) to recognition; or taken off."""

    class Stage(models.TextChoices):
        BEGUN = "begun", _("启动")
        SELF_ASSESSED = "self_assessed", _("自评")
        CHECKED = "checked", _("初验")
        ACCEPTED = "accepted", _("区验收")
        RECOGNISED = "recognised", _("认定")
        WITHDRAWN = "withdrawn", _("摘星")

    star = ListField(lists.STAR, _("星"))
    self_assessed_on = optional_day(_("自评日"))
    checked_on = optional_day(_("初验日"))
    accepted_on = optional_day(_("区验收日"))
    recognised_on = optional_day(_("认定日"))
    withdrawn_on = optional_day(_("摘星日"))
    stage = stage_of(Stage)

    # The day of each stage, in their order.
    days = ("day", "self_assessed_on", "checked_on", "accepted_on", "recognised_on", "withdrawn_on")
    checks = (
        of_village,
        in_order(*days),
        required("recognised_on", said=_("认定过的星才能摘星。"), when="withdrawn_on"),
    )
    Meta = meta(_("五星创建"), once("unit", "star", said=_("这个村的这颗星已在创建或已认定。"), withdrawn_on=None))


class VillageTitle(Row):
    """景区村 and 先行村: a title that a village works for, has, or had."""

    title = ListField(lists.VILLAGE_TITLE, _("称号"))
    recognised_on = optional_day(_("认定日"))
    withdrawn_on = optional_day(_("摘牌日"))

    checks = (
        of_village,
        in_order("day", "recognised_on", "withdrawn_on"),
        required("recognised_on", said=_("认定过的称号才能摘牌。"), when="withdrawn_on"),
    )
    Meta = meta(
        _("景区村与先行村"), once("unit", "title", said=_("这个村的这个称号已在创建或已认定。"), withdrawn_on=None)
    )


class Spot(Staged):
    """整治点位: a place where the street's order suffers, and how often it did again after it was settled."""

    class Stage(models.TextChoices):
        OPEN = "open", _("整治中")
        SETTLED = "settled", _("已办结")

    place = text(_("路段"))
    kind = ListField(lists.SPOT_KIND, _("类型"))
    source = ListField(lists.SPOT_SOURCE, _("来源"))
    team = text(_("处置队伍"), 100, blank=True)
    settled_on = optional_day(_("办结日"))
    recurrences = models.PositiveSmallIntegerField(_("复发次数"), default=0)
    stage = stage_of(Stage)

    days = ("day", "settled_on")
    checks = (
        in_order(*days),
        required("team", said=_("已处置的点位须写明处置队伍。"), when=lambda row: row.settled_on or row.recurrences),
    )
    Meta = meta(_("整治点位"))


class House(Row):
    """农村房屋: how safe it was found, and how the danger was ended. C and D are unsafe; D is to be left at once."""

    place = text(_("房屋坐落"))
    use = ListField(lists.HOUSE_USE, _("用途"))
    grade = ListField(lists.HOUSE_GRADE, _("鉴定"))
    remedy = ListField(lists.REMEDY, _("处置"), blank=True)
    vacated_on = optional_day(_("腾空日"))
    secured_on = optional_day(_("解危日"))

    checks = (
        in_order("day", "vacated_on", "secured_on"),
        empty(
            *("remedy", "vacated_on", "secured_on"),
            said=_("A级、B级房屋无须解危。"),
            code="not_unsafe",
            when=lambda row: row.grade in SAFE,
        ),
        required("remedy", said=_("腾空或解危须写明处置方式。"), when=lambda row: row.vacated_on or row.secured_on),
        required(
            "vacated_on",
            said=_("腾空、拆除、重建的须先写明腾空日。"),
            when=lambda row: row.secured_on and row.remedy in EMPTIED_FIRST,
        ),
    )
    Meta = meta(_("农村房屋"))

    @property
    def is_late(self) -> bool:
        """Do people still live in a house of grade D?"""
        return self.grade == "d" and self.vacated_on is None and self.secured_on is None


class Stretch(Row):
    """管网与道路: how many metres of a stretch were planned, and how many are done as of the day."""

    place = text(_("路段"))
    kind = ListField(lists.NETWORK_KIND, _("类型"))
    planned = FigureField(_("计划米数"))
    done = FigureField(_("完成米数"), default=Decimal(0))

    checks = (
        not_negative("planned", "done"),
        refused("planned", _("计划米数应大于零。"), "invalid", when=lambda row: row.planned == 0),
        not_above("done", "planned"),
    )
    Meta = meta(_("管网与道路"))

    @property
    def share(self) -> str:
        """How much of it is done."""
        return f"{100 * self.done / self.planned:.1f}%"
