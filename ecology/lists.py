"""The closed lists of the section's registers, several entries to a line."""

from django.utils.translation import gettext_lazy as _

from ecology.water import WaterClass
from ledgers.lists import ClosedList

# fmt: off
WATER = ClosedList("ecology.water", _("水体类型"), {"river": _("河流"), "lake": _("湖库")})
# A body of water has one of the standard's five as its function; worse than V is nobody's.
FUNCTION = ClosedList(
    "ecology.function", _("功能目标"), {each.value: each.label for each in WaterClass if each != WaterClass.WORSE}
)
FIRE_SOURCE = ClosedList("ecology.fire_source", _("火点来源"), {
    "satellite": _("卫星遥感"), "lookout": _("高空瞭望"), "patrol": _("巡查"), "report": _("群众举报"),
    "four_platforms": _("四平台"),
})
CLAUSE_STATE = ClosedList("ecology.clause_state", _("验收状态"), {
    "not_started": _("未启动"), "under_way": _("推进"), "met": _("达标"), "needs_superior": _("需上级协调"),
})
