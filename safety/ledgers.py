"""The section's registers: how their rows are listed, found, edited and exchanged."""

from django.utils.translation import gettext_lazy as _

from ledgers.registry import Ledger, register
from safety.models import Accident, Dispute, Equipment, Hazard, SharedPlant

SECTION = "safety"


@register
class Hazards(Ledger):
    section, code, name, model = SECTION, "hazards", _("隐患"), Hazard
    title = "what"
    day_label = _("发现日")
    fields = (
        *("what", "subject", "source", "area", "grade", "on_the_spot", "due"),
        *("clause", "recognised_by", "responsible", "remedy", "funds", "contingency"),
        *("extended_to", "extension_approved_by", "rectified_on", "rectified_by"),
        *("recheck", "rechecked_on", "rechecked_by", "transferred_on", "closed_on"),
    )
    columns = ("subject", "area", "grade", "get_stage_display", "limit", "closed_on")
    headings = {"get_stage_display": _("环节"), "limit": _("期限")}
    filters = ("area", "grade", "source", "on_the_spot")
    stages = ("stage",)
    search = ("what", "subject", "external_no")


@register
class Accidents(Ledger):
    section, code, name, model = SECTION, "accidents", _("事故"), Accident
    title = "what"
    day_label = _("事故日")
    fields = (
        *("what", "place", "kind", "grade", "deaths", "severe", "slight", "casualties_on"),
        *("loss", "in_statistics", "recognised_by"),
    )
    columns = ("kind", "grade", "deaths", "severe", "in_statistics")
    filters = ("kind", "grade", "in_statistics")
    search = ("what", "place", "external_no")
    confirmation = _("与区应急局核对一致")


@register
class SpecialEquipment(Ledger):
    section, code, name, model = SECTION, "equipment", _("特种设备"), Equipment
    title = "certificate"
    day_label = _("登记日")
    fields = ("kind", "certificate", "user", "place", "next_inspection")
    columns = ("kind", "user", "next_inspection")
    filters = ("kind",)
    search = ("certificate", "user", "place")
    import_only = True


@register
class SharedPlants(Ledger):
    section, code, name, model = SECTION, "shared-plants", _("一厂多租"), SharedPlant
    title = "plant"
    day_label = _("检查日")
    fields = ("plant", "owner", "tenants", "tenant_names", "problems", "settled", "finding")
    columns = ("owner", "tenants", "problems", "settled")
    search = ("plant", "owner", "tenant_names")


@register
class Disputes(Ledger):
    section, code, name, model = SECTION, "disputes", _("信访与纠纷"), Dispute
    title = "what"
    day_label = _("来访日")
    fields = ("what", "petitioner", "kind", "leader", "accepted_on", "extended_days", "settled_on", "result")
    columns = ("petitioner", "kind", "leader", "limit", "result")
    headings = {"limit": _("期限")}
    filters = ("kind", "result")
    search = ("what", "external_no")
    masked = ("petitioner",)
    import_only = True
