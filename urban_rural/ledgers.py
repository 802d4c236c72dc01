"""The section's registers: how their rows are listed, found, edited and exchanged. Several words to a line."""

from django.utils.translation import gettext_lazy as _

from ledgers.registry import Ledger, register
from urban_rural.models import House, Spot, Star, Stretch, VillageTitle

# fmt: off
register(
    Ledger(Star, "stars", _("启动日"), ("stage", "accepted_on", "recognised_on", "withdrawn_on"),
           by_unit=True, confirmation=_("与区农业农村局核对一致")),
    Ledger(VillageTitle, "village-titles", _("创建日"), ("recognised_on", "withdrawn_on"), by_unit=True),
    Ledger(Spot, "spots", _("发现日"), ("kind", "source", "team", "stage", "recurrences")),
    Ledger(House, "houses", _("鉴定日"), ("use", "grade", "remedy", "vacated_on", "secured_on")),
    Ledger(Stretch, "stretches", _("进度日期"), ("kind", "planned", "done", "share"), headings={"share": _("完成率")}),
)
