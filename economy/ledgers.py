"""The section's registers: how their rows are listed, found, edited and exchanged. Several words to a line."""

from django.utils.translation import gettext_lazy as _

from economy import lists, models
from ledgers.registry import Ledger, Option, register

SPECIALIZED = Option("specialized", _("计入专精特新的认定"), lists.RECOGNITION, ("specialized",))
CLEARED = Option("dispositions", _("计入出清的处置"), lists.DISPOSITION, ("closed", "moved_in", "relocated"))
SETTLED = Option("stage", _("计入引进的阶段（到此阶段即计）"), lists.STAGE, ("settled",))
REUSED = Option("kinds", _("计入盘活的对象"), lists.SPACE, ("idle_land", "idle_plant"))

# fmt: off
register(
    Ledger(models.Enterprise, "enterprises", _("登记日"), ("credit_code", "park", "sector", "status")),
    Ledger(models.LibraryStay, "library", _("入库年月"), ("credit_code", "category", "left_on"),
           name=_("在库企业"), later=("reason",)),
    Ledger(models.LandRating, "ratings", _("公布日"), ("credit_code", "year", "grade")),
    Ledger(models.Recognition, "recognitions", _("认定日"),
           ("kind", "department", "document", "valid_until", "revoked_on"),
           name=_("企业认定"), options=(SPECIALIZED,)),
    Ledger(models.Clearance, "clearances", _("列入日"), ("disposition", "accepted_on", "relapsed_on"),
           options=(CLEARED,)),
    Ledger(models.Project, "projects", _("在谈日"), ("investor", "total", "paid_in", "stage", "settled_on"),
           later=("paid_in",), options=(SETTLED,)),
    Ledger(models.Reuse, "reuse", _("登记日"), ("kind", "area", "way", "in_use_on"), options=(REUSED,)),
    Ledger(models.Grain, "grain", _("收获日"), ("mu", "per_mu", "tonnes", "basis"), name=_("粮食产量")),
    Ledger(models.GrainZone, "grain-zones", _("管护起"), ("mu", "keeper", "cared_until")),
    Ledger(models.FarmlandPatch, "farmland", _("发现日"), ("place", "kind", "mu", "disposal", "closed_on"),
           later=("disposal",)),
    Ledger(models.Talent, "talents", _("引进日"), ("kind", "level", "employment", "employer"), masked=("person",)),
    Ledger(models.FirmRequest, "requests", _("受理日"), ("firm", "kind", "due", "stage", "answered_on"),
           later=("result",)),
)
