"""The closed lists of the section's registers, several entries to a line."""

from django.utils.translation import gettext_lazy as _

from ledgers.lists import ClosedList

# fmt: off
ASSISTANCE = ClosedList("livelihood.assistance", _("救助类别"), {
    "minimum_living": _("低保"), "low_margin": _("低边"), "destitute": _("特困"), "expenditure": _("支出型"),
    "temporary": _("临时"),
})
HOUSEHOLD = ClosedList("livelihood.household", _("探访对象"), {
    "alone": _("独居"), "empty_nest": _("空巢"), "left_behind": _("留守"), "disabled": _("失能"),
    "severely_handicapped": _("重残"), "bereaved": _("计生特殊家庭"),
})
VISIT_WAY = ClosedList("livelihood.visit_way", _("探访方式"), {"in_person": _("上门"), "telephone": _("电话")})
