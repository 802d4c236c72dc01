"""The section's registers: how their rows are listed, found, edited and exchanged. Several words to a line."""

from django.utils.translation import gettext_lazy as _

from ledgers.registry import Ledger, register
from safety.models import Accident, Dispute, Equipment, Hazard, SharedPlant

# fmt: off
register(
    Ledger(Hazard, "hazards", _("发现日"), ("subject", "area", "grade", "stage", "limit", "closed_on"),
           headings={"limit": _("期限")}, filters=("area", "grade", "source", "on_the_spot"),
           search=("what", "subject", "external_no")),
    Ledger(Accident, "accidents", _("事故日"), ("kind", "grade", "deaths", "severe", "in_statistics"),
           confirmation=_("与区应急局核对一致")),
    Ledger(Equipment, "equipment", _("登记日"), ("kind", "user", "next_inspection"), import_only=True),
    Ledger(SharedPlant, "shared-plants", _("检查日"), ("owner", "tenants", "problems", "settled")),
    Ledger(Dispute, "disputes", _("来访日"), ("petitioner", "kind", "leader", "limit", "result"),
           headings={"limit": _("期限")}, masked=("petitioner",), import_only=True),
)
