"""The section's registers: how their rows are listed, found, edited and exchanged."""

from django.utils.translation import gettext_lazy as _

from ledgers.models import Row
from ledgers.registry import Ledger, register
from livelihood.models import DEDUCTIONS, Assistance, Clinic, Insurance, Visit

SECTION = "livelihood"


@register
class InsuranceRows(Ledger):
    section, code, name, model = SECTION, "insurance", _("医保参保"), Insurance
    title = "insured_year"
    day_label = _("统计日")
    fields = ("insured_year", "registered", *DEDUCTIONS, "employees", "residents")
    columns = ("registered", "liable", "insured", "share")
    headings = {"share": _("参保率")}
    search = ("unit__name", "external_no")
    import_only = True
    confirmation = _("与医保分局核对一致")
    aliases = {"employees": ("职工",), "residents": ("居民",)}

    def title_of(self, row: Row) -> str:
        return f"{row.unit.name} · {super().title_of(row)}"


@register
class AssistanceCases(Ledger):
    section, code, name, model = SECTION, "assistance", _("社会救助"), Assistance
    title = "head"
    day_label = _("受理日")
    fields = ("head", "kind", "households", "persons", "confirmed_on", "refusal", "missed_on", "ended_on")
    columns = ("kind", "persons", "get_stage_display", "confirmed_on", "ended_on")
    headings = {"get_stage_display": _("环节")}
    filters = ("kind",)
    stages = ("stage",)
    search = ("external_no",)
    masked = ("head",)
    import_only = True
    confirmation = _("与区民政局核对一致")


@register
class Clinics(Ledger):
    section, code, name, model = SECTION, "clinics", _("村卫生室"), Clinic
    title = "name"
    day_label = _("设立日")
    fields = ("name", "recognised_on", "recognised_by", "lapsed_on", "merged_on")
    columns = ("recognised_on", "lapsed_on", "merged_on")
    search = ("name", "external_no")
    confirmation = _("与区卫健局核对一致")


@register
class Visits(Ledger):
    section, code, name, model = SECTION, "visits", _("探访"), Visit
    title = "household"
    day_label = _("探访日")
    fields = ("household", "kind", "way", "finding", "next_on", "is_last")
    columns = ("kind", "way", "next_on", "is_last")
    filters = ("kind", "way")
    search = ("external_no",)
    masked = ("household", "finding")
    takes_evidence = False
