"""The section's registers: how their rows are listed, found, edited and exchanged."""

from django.utils.translation import gettext_lazy as _

from economy import lists, models
from ledgers.registry import Ledger, Option, register

SECTION = "economy"
FIRM, FOUND_BY = ("credit_code", "firm"), ("firm", "credit_code", "external_no")


@register
class Enterprises(Ledger):
    section, code, name, model = SECTION, "enterprises", _("企业"), models.Enterprise
    title = "firm"
    day_label = _("登记日")
    fields = (*FIRM, "park", "sector", "business", "status")
    columns = ("credit_code", "park", "sector", "status")
    filters = ("sector", "status")
    search = (*FOUND_BY, "park")


@register
class LibraryStays(Ledger):
    section, code, name, model = SECTION, "library", _("在库企业"), models.LibraryStay
    title = "firm"
    day_label = _("入库年月")
    fields = (*FIRM, "category", "left_on", "reason")
    later = ("reason",)
    columns = ("credit_code", "category", "left_on")
    filters = ("category",)
    search = FOUND_BY


@register
class LandRatings(Ledger):
    section, code, name, model = SECTION, "ratings", _("亩均评价"), models.LandRating
    title = "firm"
    day_label = _("公布日")
    fields = (*FIRM, "year", "grade")
    columns = ("credit_code", "year", "grade")
    filters = ("grade",)
    search = FOUND_BY


@register
class Recognitions(Ledger):
    section, code, name, model = SECTION, "recognitions", _("企业认定"), models.Recognition
    title = "firm"
    day_label = _("认定日")
    fields = (*FIRM, "kind", "sector", "department", "document", "is_renewal", "valid_until", "revoked_on")
    columns = ("kind", "department", "document", "valid_until", "revoked_on")
    filters = ("kind", "sector", "is_renewal")
    search = (*FOUND_BY, "document")
    options = (Option("specialized", _("计入专精特新的认定"), lists.RECOGNITION, ("specialized",)),)


@register
class Clearances(Ledger):
    section, code, name, model = SECTION, "clearances", _("低小散污出清"), models.Clearance
    title = "firm"
    day_label = _("列入日")
    fields = ("firm", "credit_code", "place", "disposition", "accepted_on", "relapsed_on")
    columns = ("disposition", "accepted_on", "relapsed_on")
    filters = ("disposition",)
    search = (*FOUND_BY, "place")
    options = (Option("dispositions", _("计入出清的处置"), lists.DISPOSITION, ("closed", "moved_in", "relocated")),)


@register
class Projects(Ledger):
    section, code, name, model = SECTION, "projects", _("招商项目"), models.Project
    title = "what"
    day_label = _("在谈日")
    fields = ("what", "investor", "total", "paid_in", *list(models.Project.DAYS.values())[1:], "ended_on")
    later = ("paid_in",)
    columns = ("investor", "total", "paid_in", "get_stage_display", "settled_on")
    headings = {"get_stage_display": _("阶段")}
    stages = ("stage",)
    search = ("what", "investor", "external_no")
    options = (Option("stage", _("计入引进的阶段（到此阶段即计）"), lists.STAGE, ("settled",)),)


@register
class Reuses(Ledger):
    section, code, name, model = SECTION, "reuse", _("盘活"), models.Reuse
    title = "place"
    day_label = _("登记日")
    fields = ("place", "kind", "area", "owner", "way", "user", "in_use_on")
    columns = ("kind", "area", "way", "in_use_on")
    filters = ("kind", "way")
    search = ("place", "owner", "user", "external_no")
    options = (Option("kinds", _("计入盘活的对象"), lists.SPACE, ("idle_land", "idle_plant")),)


@register
class Grains(Ledger):
    section, code, name, model = SECTION, "grain", _("粮食产量"), models.Grain
    title = "season"
    day_label = _("收获日")
    fields = ("season", "mu", "per_mu", "basis")
    columns = ("mu", "per_mu", "tonnes", "basis")
    filters = ("season", "basis")
    search = ("external_no", "note")


@register
class GrainZones(Ledger):
    section, code, name, model = SECTION, "grain-zones", _("粮食生产功能区"), models.GrainZone
    title = "zone"
    day_label = _("管护起")
    fields = ("zone", "mu", "keeper", "cared_until")
    columns = ("mu", "keeper", "cared_until")
    search = ("zone", "keeper", "external_no")


@register
class FarmlandPatches(Ledger):
    section, code, name, model = SECTION, "farmland", _("耕地图斑"), models.FarmlandPatch
    title = "patch"
    day_label = _("发现日")
    fields = ("patch", "place", "source", "kind", "mu", "disposal", "closed_on")
    later = ("disposal",)
    columns = ("place", "kind", "mu", "disposal", "closed_on")
    filters = ("kind", "source", "disposal")
    search = ("patch", "place", "external_no")


@register
class Talents(Ledger):
    section, code, name, model = SECTION, "talents", _("人才"), models.Talent
    title = "person"
    day_label = _("引进日")
    fields = ("person", "kind", "level", "employment", "employer")
    columns = ("kind", "level", "employment", "employer")
    filters = ("kind", "level", "employment")
    search = ("employer", "external_no")
    masked = ("person",)


@register
class FirmRequests(Ledger):
    section, code, name, model = SECTION, "requests", _("企业诉求"), models.FirmRequest
    title = "what"
    day_label = _("受理日")
    fields = ("firm", "credit_code", "what", "kind", "officer", "due", "result", "answered_on")
    later = ("result",)
    columns = ("firm", "kind", "due", "get_stage_display", "answered_on")
    headings = {"get_stage_display": _("环节")}
    filters = ("kind", "result")
    stages = ("stage",)
    search = ("what", "firm", "officer", "external_no")
