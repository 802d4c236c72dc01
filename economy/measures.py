"""How the section's registers count into its targets."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from economy.models import BELOW_TO_ABOVE, SMALL_TO_REGULATED, Project
from ledgers.counting import Counts, Flow, amounts, measure, stock
from ledgers.models import RowQuerySet

TEN_MILLION = 1_000
# What the rows say in one of the indicator's unit: five tonnes are 万斤.
TONNES_IN_10_000_JIN = 5
WAN = 10_000


def _new(kinds: Iterable[str], rows: RowQuerySet) -> Iterable[Flow]:
    """Firms that got a title for the first time. One revoked in the same year was none."""
    return amounts(rows.filter(kind__in=list(kinds), is_renewal=False), until="revoked_on", same_year=True)


@measure("economy.new_specialized_firms", "economy.recognitions", _("新增专精特新企业"), basis="amount")
def new_specialized_firms(rows: RowQuerySet, counts: Counts) -> Iterable[Flow]:
    return _new(counts["specialized"], rows)


@measure("economy.small_to_regulated_firms", "economy.recognitions", _("新增“小升规”企业"), basis="amount")
def small_to_regulated_firms(rows: RowQuerySet, counts: Counts) -> Iterable[Flow]:
    return _new([SMALL_TO_REGULATED], rows)


@measure("economy.below_to_above_firms", "economy.recognitions", _("新增“下升上”企业"), basis="amount")
def below_to_above_firms(rows: RowQuerySet, counts: Counts) -> Iterable[Flow]:
    return _new([BELOW_TO_ABOVE], rows)


@measure("economy.low_small_scattered_cleared", "economy.clearances", _("出清“低小散污”企业"), basis="amount")
def low_small_scattered_cleared(rows: RowQuerySet, counts: Counts) -> Iterable[Flow]:
    """Firms whose clearance was accepted, less those found at work again: on that day, whatever year they count in."""
    cleared = rows.filter(disposition__in=list(counts["dispositions"]), accepted_on__isnull=False)
    return amounts(cleared, on="accepted_on", until="relapsed_on")


@measure("economy.projects_over_10m", "economy.projects", _("引进千万元以上项目"), basis="amount")
def projects_over_10m(rows: RowQuerySet, counts: Counts) -> Iterable[Flow]:
    """Projects of ten million yuan or more that reached the stage which counts, or one after it. One given up in the
    same year was none."""
    reached = Project.reached(counts["stage"], last=Project.Stage.PRODUCING)
    found = rows.filter(total__gte=TEN_MILLION).annotate(reached_on=reached).filter(reached_on__isnull=False)
    return amounts(found, on="reached_on", until="ended_on", same_year=True)


@measure("economy.idle_space_revitalised", "economy.reuse", _("盘活闲置土地和厂房面积"), basis="amount")
def idle_space_revitalised(rows: RowQuerySet, counts: Counts) -> Iterable[Flow]:
    """Square metres on the day of their use."""
    return amounts(rows.filter(kind__in=list(counts["kinds"])), on="in_use_on", value="area")


@measure("economy.grain_zone_area", "economy.grain-zones", _("粮食生产功能区管护面积"), basis="level", per=WAN)
def grain_zone_area(rows: RowQuerySet, counts: Counts) -> Iterable[Flow]:
    """The area under care on the day, in 万亩."""
    return stock(rows, until="ended_on", value="mu")


@measure("economy.grain_output", "economy.grain", _("粮食产量"), basis="amount", per=TONNES_IN_10_000_JIN)
def grain_output(rows: RowQuerySet, counts: Counts) -> Iterable[Flow]:
    """Tonnes on the day of harvest, in 万斤."""
    return amounts(rows, value="tonnes")
