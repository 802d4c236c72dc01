"""The section's registers: how their rows are listed, found, edited and exchanged."""

from django.utils.translation import gettext_lazy as _

from culture_tourism.models import Farmhouse, Festival, Hall, Highlight, Residence, Worthy
from ledgers.registry import Ledger, register

SECTION = "culture_tourism"


@register
class Highlights(Ledger):
    section, code, name, model = SECTION, "highlights", _("六景八味"), Highlight
    title = "name"
    day_label = _("策划日")
    fields = ("brand", "number", "name", "host", "built_from", "launched_on")
    columns = ("brand", "number", "host", "get_stage_display", "launched_on")
    headings = {"get_stage_display": _("环节")}
    filters = ("brand",)
    stages = ("stage",)
    search = ("name", "host")


@register
class Festivals(Ledger):
    section, code, name, model = SECTION, "festivals", _("四季活动"), Festival
    title = "name"
    day_label = _("举办日")
    fields = ("season", "name", "place", "visitors")
    columns = ("season", "place", "visitors")
    filters = ("season",)
    search = ("name", "place")


@register
class Residences(Ledger):
    section, code, name, model = SECTION, "residences", _("名人故居"), Residence
    title = "name"
    day_label = _("建档日")
    fields = ("name", "person", "level", "approval", "repair_from", "repair_to", "accepted_on")
    columns = ("person", "level", "approval", "repair_from", "repair_to", "accepted_on")
    filters = ("level",)
    search = ("name", "person", "approval")


@register
class Halls(Ledger):
    section, code, name, model = SECTION, "halls", _("文化礼堂"), Hall
    title = "name"
    day_label = _("改造日")
    fields = ("name", "content")
    columns = ("content",)
    search = ("name", "content")


@register
class Farmhouses(Ledger):
    section, code, name, model = SECTION, "farmhouses", _("闲置农房"), Farmhouse
    title = "place"
    day_label = _("登记日")
    fields = ("place", "buildings", "area", "ownership", "purpose", "tenant", "signed_on")
    columns = ("buildings", "area", "ownership", "purpose", "tenant", "signed_on")
    filters = ("ownership",)
    search = ("place", "purpose", "tenant")


@register
class Worthies(Ledger):
    section, code, name, model = SECTION, "worthies", _("乡贤"), Worthy
    title = "what"
    day_label = _("联系日")
    fields = ("person", "contact", "what", "invested")
    columns = ("person", "contact", "invested")
    filters = ("contact",)
    search = ("what",)
    masked = ("person",)
