"""The closed lists of the section's registers, several entries to a line."""

from django.utils.translation import gettext_lazy as _

from ledgers.lists import ClosedList

# fmt: off
BRAND = ClosedList("culture_tourism.brand", _("品牌"), {"scene": _("六景"), "flavour": _("八味")})
SEASON = ClosedList("culture_tourism.season", _("季"), {
    "spring": _("春赏花"), "summer": _("夏泛舟"), "autumn": _("秋丰收"), "winter": _("冬捕鱼"),
})
HERITAGE_LEVEL = ClosedList("culture_tourism.heritage_level", _("文保级别"), {
    "national": _("国保"), "provincial": _("省保"), "city": _("市保"), "district": _("区保"), "spot": _("文保点"),
    "historic": _("历史建筑"), "none": _("未定级"),
})
OWNERSHIP = ClosedList("culture_tourism.ownership", _("农房权属"), {"public": _("公房"), "private": _("私房")})
CONTACT = ClosedList("culture_tourism.contact", _("乡贤联系"), {
    "roster": _("名册"), "activity": _("活动"), "project": _("回归项目"),
})
