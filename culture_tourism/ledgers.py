"""The section's registers: how their rows are listed, found, edited and exchanged. Several words to a line."""

from django.utils.translation import gettext_lazy as _

from culture_tourism.models import Farmhouse, Festival, Hall, Highlight, Residence, Worthy
from ledgers.registry import Ledger, register

# fmt: off
register(
    Ledger(Highlight, "highlights", _("策划日"), ("brand", "number", "host", "stage", "launched_on")),
    Ledger(Festival, "festivals", _("举办日"), ("season", "place", "visitors")),
    Ledger(Residence, "residences", _("建档日"),
           ("person", "level", "approval", "repair_from", "repair_to", "accepted_on")),
    Ledger(Hall, "halls", _("改造日"), ("content",)),
    Ledger(Farmhouse, "farmhouses", _("登记日"),
           ("buildings", "area", "ownership", "purpose", "tenant", "signed_on")),
    Ledger(Worthy, "worthies", _("联系日"), ("person", "contact", "invested"), masked=("person",)),
)
