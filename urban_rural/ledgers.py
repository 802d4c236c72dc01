"""The section's registers: how their rows are listed, found, edited and exchanged."""

from django.utils.translation import gettext_lazy as _

from ledgers.models import Row
from ledgers.registry import Ledger, register
from urban_rural.models import House, Spot, Star, Stretch, VillageTitle

SECTION = "urban_rural"


class OfVillages(Ledger):
    """A register in which the village and one of a list tell what a row is about."""

    section = SECTION
    search = ("unit__name", "note")

    def title_of(self, row: Row) -> str:
        return f"{row.unit.name} · {super().title_of(row)}"


@register
class Stars(OfVillages):
    code, name, model = "stars", _("五星创建"), Star
    title = "star"
    day_label = _("启动日")
    fields = ("star", "self_assessed_on", "checked_on", "accepted_on", "recognised_on", "withdrawn_on")
    columns = ("get_stage_display", "accepted_on", "recognised_on", "withdrawn_on")
    headings = {"get_stage_display": _("环节")}
    filters = ("star",)
    stages = ("stage",)
    confirmation = _("与区农业农村局核对一致")


@register
class VillageTitles(OfVillages):
    code, name, model = "village-titles", _("景区村与先行村"), VillageTitle
    title = "title"
    day_label = _("创建日")
    fields = ("title", "recognised_on", "withdrawn_on")
    columns = ("recognised_on", "withdrawn_on")
    filters = ("title",)


@register
class Spots(Ledger):
    section, code, name, model = SECTION, "spots", _("整治点位"), Spot
    title = "place"
    day_label = _("发现日")
    fields = ("place", "kind", "source", "team", "settled_on", "recurrences")
    columns = ("kind", "source", "team", "get_stage_display", "recurrences")
    headings = {"get_stage_display": _("环节")}
    filters = ("kind", "source")
    stages = ("stage",)
    search = ("place", "team", "external_no")


@register
class Houses(Ledger):
    section, code, name, model = SECTION, "houses", _("农村房屋"), House
    title = "place"
    day_label = _("鉴定日")
    fields = ("place", "use", "grade", "remedy", "vacated_on", "secured_on")
    columns = ("use", "grade", "remedy", "vacated_on", "secured_on")
    filters = ("use", "grade", "remedy")
    search = ("place", "external_no")


@register
class Stretches(Ledger):
    section, code, name, model = SECTION, "stretches", _("管网与道路"), Stretch
    title = "place"
    day_label = _("进度日期")
    fields = ("place", "kind", "planned", "done")
    columns = ("kind", "planned", "done", "share")
    headings = {"share": _("完成率")}
    filters = ("kind",)
    search = ("place", "external_no")
