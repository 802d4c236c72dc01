"""The section's registers: how their rows are listed, found, edited and exchanged. Several words to a line."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ecology.models import Air, Clause, Fire, Sample, Station, WasteCheck
from ecology.water import PARAMETERS
from ledgers.keeping import root_of
from ledgers.models import Row
from ledgers.registry import Ledger, register


class Samples(Ledger):
    def relate(self, rows: Sequence[Row]) -> None:
        """Each sample's station: that of its code in its own subdistrict. A register holds a few dozen stations."""
        roots = {row.unit_id: root_of(row.unit).path for row in rows}
        condition = Q(pk__in=[])
        for root in set(roots.values()):
            condition |= Q(unit__path__startswith=root)
        stations = list(Station.objects.valid().filter(condition).select_related("unit").order_by("pk"))
        for row in rows:
            assert isinstance(row, Sample)
            own = (s for s in stations if s.external_no == row.station and s.unit.path.startswith(roots[row.unit_id]))
            row.known = next(own, None)


# fmt: off
register(
    Ledger(Station, "stations", _("设立日"), ("external_no", "water", "function"), import_only=True),
    Samples(Sample, "samples", _("采样日"), ("station_name", "grade", "verdict", *PARAMETERS),
            headings={"grade": _("类别（按5项评价）"), "verdict": _("功能目标")}, import_only=True),
    Ledger(Air, "air", columns=("aqi", "pm25", "good_days", "place"), headings={"place": _("镇街排名")},
           import_only=True),
    Ledger(Fire, "fires", _("发现日"), ("source", "minutes"), confirmation=_("与区生态环境分局核对一致")),
    Ledger(WasteCheck, "waste-sorting", _("检查日"), ("taking_part", "accuracy", "score")),
    Ledger(Clause, "wetland-acceptance", _("更新日"), ("what", "points", "self_score", "is_veto", "state")),
)
