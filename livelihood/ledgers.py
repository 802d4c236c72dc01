"""The section's registers: how their rows are listed, found, edited and exchanged. Several words to a line."""

from django.utils.translation import gettext_lazy as _

from ledgers.registry import Ledger, register
from livelihood.models import Assistance, Clinic, Insurance, Visit

# fmt: off
register(
    Ledger(Insurance, "insurance", _("统计日"), ("registered", "liable", "insured", "share"), by_unit=True,
           headings={"share": _("参保率")}, import_only=True, confirmation=_("与医保分局核对一致"),
           aliases={"employees": ("职工",), "residents": ("居民",)}),
    # Why a household was refused is nobody's to search.
    Ledger(Assistance, "assistance", _("受理日"), ("kind", "persons", "stage", "confirmed_on", "ended_on"),
           search=("external_no",), masked=("head",), import_only=True, confirmation=_("与区民政局核对一致")),
    Ledger(Clinic, "clinics", _("设立日"), ("recognised_on", "lapsed_on", "merged_on"),
           confirmation=_("与区卫健局核对一致")),
    Ledger(Visit, "visits", _("探访日"), ("kind", "way", "next_on", "is_last"),
           masked=("household", "finding"), takes_evidence=False),
)
