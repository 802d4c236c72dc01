"""The closed lists of the section's registers, several entries to a line."""

from django.utils.translation import gettext_lazy as _

from ledgers.lists import ClosedList

# fmt: off
STAR = ClosedList("urban_rural.star", _("星"), {
    "party": _("党建星"), "wealth": _("富裕星"), "beauty": _("美丽星"), "harmony": _("和谐星"),
    "civility": _("文明星"),
})
VILLAGE_TITLE = ClosedList("urban_rural.village_title", _("村庄称号"), {
    "scenic_a": _("A级景区村"), "scenic_2a": _("2A级景区村"), "scenic_3a": _("3A级景区村"),
    "pioneer": _("乡村振兴先行村"),
})
SPOT_KIND = ClosedList("urban_rural.spot_kind", _("整治类型"), {
    "parking": _("乱停车"), "vending": _("乱摆卖"), "piling": _("乱堆放"), "building": _("乱搭建"),
    "sanitation": _("环境卫生"),
})
SPOT_SOURCE = ClosedList("urban_rural.spot_source", _("整治来源"), {
    "patrol": _("巡查"), "hotline": "12345", "four_platforms": _("四平台"), "superior": _("上级"),
})
HOUSE_USE = ClosedList("urban_rural.house_use", _("房屋用途"), {
    "own": _("自住"), "let": _("出租"), "business": _("经营性自建"), "public": _("公共"),
})
HOUSE_GRADE = ClosedList("urban_rural.house_grade", _("鉴定等级"), {
    "a": _("A级"), "b": _("B级"), "c": _("C级"), "d": _("D级"),
})
REMEDY = ClosedList("urban_rural.remedy", _("处置方式"), {
    "vacate": _("腾空"), "reinforce": _("加固"), "demolish": _("拆除"), "rebuild": _("重建"),
})
NETWORK_KIND = ClosedList("urban_rural.network_kind", _("管网与道路类型"), {
    "sewer": _("污水管网"), "road": _("农村公路"),
})
