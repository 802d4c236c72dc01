"""The rows of the section's registers."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from common.fields import FigureField
from ledgers.checks import in_order, not_above, not_negative, of_village, required_with
from ledgers.fields import optional_day, reached, text
from ledgers.lists import ListField
from ledgers.models import Row
from ledgers.once import once
from urban_rural import lists

UNSAFE = ("c", "d")
EMPTIED_FIRST = ("vacate", "demolish", "rebuild")


class Star(Row):
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
    stage = models.CharField(_("环节"), max_length=20, choices=Stage.choices, editable=False, db_index=True)

    # Computed by `clean` from the rest.
    derived = ("stage",)
    # The day of each stage, in their order.
    days = ("day", "self_assessed_on", "checked_on", "accepted_on", "recognised_on", "withdrawn_on")

    class Meta(Row.Meta):
        verbose_name = _("五星创建")
        verbose_name_plural = _("五星创建")
        constraints = [
            *Row.Meta.constraints,
            once("unit", "star", named="once", said=_("这个村的这颗星已在创建或已认定。"), withdrawn_on=None),
        ]

    def __str__(self) -> str:
        return str(lists.STAR.entries.get(self.star, self.star))

    def clean(self) -> None:
        super().clean()
        of_village(self)
        in_order(self, *self.days)
        if self.withdrawn_on:
            required_with(self, ["recognised_on"], _("认定过的星才能摘星。"))
        self.stage = self.stage_on(clock.today())

    def stage_on(self, as_of: date) -> str:
        """The last stage that was reached by the day."""
        return reached(self, self.Stage, self.days, as_of)


class VillageTitle(Row):
    """景区村 and 先行村: a title that a village works for, has, or had."""

    title = ListField(lists.VILLAGE_TITLE, _("称号"))
    recognised_on = optional_day(_("认定日"))
    withdrawn_on = optional_day(_("摘牌日"))

    class Meta(Row.Meta):
        verbose_name = _("景区村与先行村")
        verbose_name_plural = _("景区村与先行村")
        constraints = [
            *Row.Meta.constraints,
            once("unit", "title", named="once", said=_("这个村的这个称号已在创建或已认定。"), withdrawn_on=None),
        ]

    def __str__(self) -> str:
        return str(lists.VILLAGE_TITLE.entries.get(self.title, self.title))

    def clean(self) -> None:
        super().clean()
        of_village(self)
        in_order(self, "day", "recognised_on", "withdrawn_on")
        if self.withdrawn_on:
            required_with(self, ["recognised_on"], _("认定过的称号才能摘牌。"))


class Spot(Row):
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
    stage = models.CharField(_("环节"), max_length=20, choices=Stage.choices, editable=False, db_index=True)

    # Computed by `clean` from the rest.
    derived = ("stage",)

    class Meta(Row.Meta):
        verbose_name = _("整治点位")
        verbose_name_plural = _("整治点位")

    def __str__(self) -> str:
        return self.place

    def clean(self) -> None:
        super().clean()
        in_order(self, "day", "settled_on")
        if self.settled_on or self.recurrences:
            required_with(self, ["team"], _("已处置的点位须写明处置队伍。"))
        self.stage = self.Stage.SETTLED if self.settled_on else self.Stage.OPEN


class House(Row):
    """农村房屋: how safe it was found, and how the danger was ended. C and D are unsafe; D is to be left at once."""

    place = text(_("房屋坐落"))
    use = ListField(lists.HOUSE_USE, _("用途"))
    grade = ListField(lists.HOUSE_GRADE, _("鉴定"))
    remedy = ListField(lists.REMEDY, _("处置"), blank=True)
    vacated_on = optional_day(_("腾空日"))
    secured_on = optional_day(_("解危日"))

    class Meta(Row.Meta):
        verbose_name = _("农村房屋")
        verbose_name_plural = _("农村房屋")

    def __str__(self) -> str:
        return self.place

    def clean(self) -> None:
        super().clean()
        in_order(self, "day", "vacated_on", "secured_on")
        if self.grade in ("a", "b"):
            for name in ("remedy", "vacated_on", "secured_on"):
                if getattr(self, name):
                    raise ValidationError({name: ValidationError(_("A级、B级房屋无须解危。"), code="not_unsafe")})
        if self.vacated_on or self.secured_on:
            required_with(self, ["remedy"], _("腾空或解危须写明处置方式。"))
        if self.secured_on and self.remedy in EMPTIED_FIRST:
            required_with(self, ["vacated_on"], _("腾空、拆除、重建的须先写明腾空日。"))

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

    class Meta(Row.Meta):
        verbose_name = _("管网与道路")
        verbose_name_plural = _("管网与道路")

    def __str__(self) -> str:
        return self.place

    def clean(self) -> None:
        super().clean()
        not_negative(self, "planned", "done")
        if self.planned == 0:
            raise ValidationError({"planned": ValidationError(_("计划米数应大于零。"), code="invalid")})
        not_above(self, "done", "planned")

    @property
    def share(self) -> str:
        """How much of it is done."""
        return f"{100 * self.done / self.planned:.1f}%"
