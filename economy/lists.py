"""The closed lists of the section's registers, several entries to a line."""

from django.utils.translation import gettext_lazy as _

from ledgers.lists import ClosedList

# fmt: off
SECTOR = ClosedList("economy.sector", _("行业"), {
    "industry": _("工业"), "wholesale": _("批发业"), "retail": _("零售业"), "lodging": _("住宿业"),
    "catering": _("餐饮业"), "services": _("服务业"), "construction": _("建筑业"), "farming": _("农业"),
})
LIBRARY = ClosedList("economy.library", _("在库类别"), {
    "industry": _("规上工业"), "wholesale": _("限上批发"), "retail": _("限上零售"), "lodging": _("限上住宿"),
    "catering": _("限上餐饮"), "services": _("规上服务业"), "construction": _("资质建筑业"),
})
RATING = ClosedList("economy.rating", _("亩均评价"), {"a": "A", "b": "B", "c": "C", "d": "D"})
FIRM_STATE = ClosedList("economy.firm_state", _("企业状态"), {
    "operating": _("在营"), "stopped": _("停产"), "moved": _("搬迁"), "deregistered": _("注销"), "revoked": _("吊销"),
})
RECOGNITION = ClosedList("economy.recognition", _("认定类别"), {
    "innovative": _("创新型中小企业"), "specialized": _("省专精特新"), "little_giant": _("小巨人"),
    "high_tech": _("高企"), "small_to_regulated": _("小升规"), "below_to_above": _("下升上"),
})
DISPOSITION = ClosedList("economy.disposition", _("出清处置"), {
    "closed": _("关停淘汰"), "moved_in": _("整合入园"), "relocated": _("合理转移"), "upgraded": _("改造提升"),
})
STAGE = ClosedList("economy.project_stage", _("招商阶段"), {
    "talks": _("在谈"), "signed": _("签约"), "settled": _("落地"), "land": _("供地"), "started": _("开工"),
    "producing": _("投产"),
})
SPACE = ClosedList("economy.space", _("盘活对象"), {
    "idle_land": _("闲置土地"), "inefficient_land": _("低效用地"), "idle_plant": _("闲置厂房"),
})
REUSE = ClosedList("economy.reuse", _("盘活方式"), {
    "reserved": _("收储"), "let": _("出租"), "upgraded": _("技改"), "rebuilt": _("重建"), "project": _("引进项目"),
})
SEASON = ClosedList("economy.season", _("粮食季别"), {
    "spring": _("春粮"), "early_rice": _("早稻"), "single_rice": _("单季晚稻"), "late_rice": _("连作晚稻"),
    "dry": _("旱粮"),
})
GRAIN_BASIS = ClosedList("economy.grain_basis", _("产量依据"), {
    "statistics": _("统计核定"), "sampled": _("测产"), "reported": _("上报"),
})
PATCH_SOURCE = ClosedList("economy.patch_source", _("图斑来源"), {
    "satellite": _("卫片"), "patrol": _("巡查"), "report": _("举报"), "assigned": _("交办"),
})
PATCH_KIND = ClosedList("economy.patch_kind", _("图斑类型"), {"non_farm": _("非农化"), "non_grain": _("非粮化")})
PATCH_DISPOSAL = ClosedList("economy.patch_disposal", _("图斑处置"), {
    "reclaimed": _("复耕"), "replanted": _("复种"), "approved": _("补办"), "lawful": _("合法"),
})
TALENT = ClosedList("economy.talent", _("人才类别"), {
    "leading": _("领军"), "young": _("青年"), "engineer": _("卓越工程师"), "other": _("其他"),
})
TALENT_LEVEL = ClosedList("economy.talent_level", _("人才层级"), {
    "national": _("国家"), "provincial": _("省"), "city": _("市"), "district": _("区"),
})
EMPLOYMENT = ClosedList("economy.employment", _("用人方式"), {"full_time": _("全职"), "flexible": _("柔性")})
REQUEST = ClosedList("economy.request", _("诉求类别"), {
    "land": _("用地"), "labour": _("用工"), "finance": _("融资"), "energy": _("用能"), "approval": _("审批"),
    "subsidy": _("政策兑现"), "other": _("其他"),
})
REQUEST_RESULT = ClosedList("economy.request_result", _("诉求结果"), {
    "solved": _("解决"), "explained": _("解释"), "escalated": _("提请上级"), "declined": _("不予办理"),
})
