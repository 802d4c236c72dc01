"""The section's registers: how their rows are listed, found, edited and exchanged."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ecology.models import Air, Clause, Fire, Sample, Station, WasteCheck
from ledgers.keeping import root_of
from ledgers.models import Row
from ledgers.registry import Ledger, register

SECTION = "ecology"


@register
class Stations(Ledger):
    section, code, name, model = SECTION, "stations", _("水质断面"), Station
    title = "name"
    day_label = _("设立日")
    fields = ("name", "water", "function")
    columns = ("external_no", "water", "function")
    filters = ("water", "function")
    search = ("name", "external_no")
    import_only = True


@register
class Samples(Ledger):
    section, code, name, model = SECTION, "samples", _("水质采样"), Sample
    title = "station"
    day_label = _("采样日")
    fields = ("station", "ph", "oxygen", "saturation", "permanganate", "ammonia", "phosphorus")
    columns = ("station_name", "get_grade_display", "verdict", "ph", "oxygen", "permanganate", "ammonia", "phosphorus")
    headings = {"get_grade_display": _("类别（按5项评价）"), "verdict": _("功能目标")}
    stages = ("grade",)
    search = ("station", "station_name", "external_no")
    import_only = True

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


@register
class AirFigures(Ledger):
    section, code, name, model = SECTION, "air", _("空气质量"), Air
    title = "site"
    fields = ("site", "aqi", "pm25", "good_days", "rank", "ranked")
    columns = ("aqi", "pm25", "good_days", "place")
    headings = {"place": _("镇街排名")}
    search = ("site", "external_no")
    import_only = True


@register
class Fires(Ledger):
    section, code, name, model = SECTION, "fires", _("秸秆焚烧火点"), Fire
    title = "place"
    day_label = _("发现日")
    fields = ("place", "source", "minutes")
    columns = ("source", "minutes")
    filters = ("source",)
    search = ("place", "external_no")


@register
class WasteChecks(Ledger):
    section, code, name, model = SECTION, "waste-sorting", _("垃圾分类检查"), WasteCheck
    title = "place"
    day_label = _("检查日")
    fields = ("place", "taking_part", "accuracy", "score")
    columns = ("taking_part", "accuracy", "score")
    search = ("place", "external_no")


@register
class AcceptanceList(Ledger):
    section, code, name, model = SECTION, "wetland-acceptance", _("湿地验收清单"), Clause
    title = "number"
    day_label = _("更新日")
    fields = ("number", "what", "points", "is_veto", "self_score", "state", "proof")
    columns = ("what", "points", "self_score", "is_veto", "state")
    filters = ("state", "is_veto")
    search = ("number", "what", "external_no")
