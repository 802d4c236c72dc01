"""How the section's registers count into its targets."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from culture_tourism.lists import SEASON
from ledgers.counting import Counts, Flow, amounts, first_of_each, measure
from ledgers.models import RowQuerySet


@measure("culture_tourism.six_scenes", "culture_tourism.highlights", _("推出六景"), basis="amount")
def six_scenes(rows: RowQuerySet, counts: Counts) -> Iterable[Flow]:
    """Scenes on the day on which they are launched, each number once."""
    return _launched(rows.filter(brand="scene"))


@measure("culture_tourism.eight_flavours", "culture_tourism.highlights", _("推出八味"), basis="amount")
def eight_flavours(rows: RowQuerySet, counts: Counts) -> Iterable[Flow]:
    """Flavours on the day on which they are launched, each number once."""
    return _launched(rows.filter(brand="flavour"))


def _launched(rows: "QuerySet[Any]") -> Iterable[Flow]:
    launched = rows.filter(launched_on__isnull=False)
    return amounts(first_of_each(launched, F("number"), on="launched_on"), on="launched_on")


@measure("culture_tourism.four_seasons", "culture_tourism.festivals", _("四季活动场次"), basis="amount")
def four_seasons(rows: RowQuerySet, counts: Counts) -> Iterable[Flow]:
    """Each season once a year, on the day of its first event."""
    return amounts(first_of_each(rows.filter(season__in=list(SEASON.entries)), F("season"), ExtractYear("day")))
