"""The closed lists of the section's registers, several entries to a line."""

from django.utils.translation import gettext_lazy as _

from ledgers.lists import ClosedList

# fmt: off
HAZARD_SOURCE = ClosedList("safety.hazard_source", _("隐患来源"), {
    "enterprise": _("企业自查"), "subdistrict": _("街道检查"), "expert": _("专家"), "superior": _("上级"),
    "report": _("举报"), "four_platforms": _("四平台"),
})
FIELD = ClosedList("safety.field", _("隐患领域"), {
    "industry": _("工贸"), "chemicals": _("危化"), "construction": _("建设"), "traffic": _("交通"),
    "town": _("城镇管理"), "fire": _("消防"), "equipment": _("特种设备"), "shared_plant": _("一厂多租"),
    "food_drugs": _("食药"), "nature": _("自然灾害"),
})
GRADE = ClosedList("safety.grade", _("隐患等级"), {"general": _("一般"), "major": _("重大")})
RECHECK = ClosedList("safety.recheck", _("复查结果"), {"passed": _("合格"), "failed": _("不合格")})
ACCIDENT_KIND = ClosedList("safety.accident_kind", _("事故类别"), {
    "industry": _("工矿商贸"), "construction": _("建筑"), "road": _("道路运输"), "water": _("水上"),
    "fire": _("生产经营性火灾"), "equipment": _("特种设备"), "farm_fishery": _("农渔业"),
})
ACCIDENT_GRADE = ClosedList("safety.accident_grade", _("事故等级"), {
    "general": _("一般"), "larger": _("较大"), "major": _("重大"), "gravest": _("特别重大"),
})
IN_STATISTICS = ClosedList("safety.in_statistics", _("纳入统计"), {
    "yes": _("是"), "no": _("否"), "pending": _("待认定"),
})
EQUIPMENT_KIND = ClosedList("safety.equipment_kind", _("设备类别"), {
    "boiler": _("锅炉"), "vessel": _("压力容器"), "pipeline": _("压力管道"), "lift": _("电梯"), "crane": _("起重"),
    "vehicle": _("场车"), "ropeway": _("索道"), "amusement": _("游乐"),
})
DISPUTE_KIND = ClosedList("safety.dispute_kind", _("信访类别"), {
    "first": _("初次"), "repeated": _("重复"), "bypassing": _("越级"), "old": _("积案"),
})
DISPUTE_RESULT = ClosedList("safety.dispute_result", _("办理结果"), {
    "resolved": _("化解"), "concluded": _("终结"), "litigation": _("导入诉讼"), "withdrawn": _("撤回"),
})
