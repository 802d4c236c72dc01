"""How the section's registers count into its targets."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from ledgers.counting import Counts, Flow, amounts, figure, first_of_each, measure, units_of
from ledgers.models import RowQuerySet
from urban_rural.lists import STAR
from urban_rural.models import Star

STARS = tuple(STAR.entries)
VILLAGE = Unit.Kind.VILLAGE


@measure("urban_rural.new_five_star_villages", "urban_rural.stars", _("启动五星达标村"), basis="amount")
def new_five_star_villages(rows: RowQuerySet, counts: Counts) -> Iterable[Flow]:
    """Villages, each once: on the day on which the first of its stars was begun."""
    return amounts(first_of_each(_of_villages(rows), F("unit")))


@measure("urban_rural.five_star_coverage", "urban_rural.stars", _("五星达标覆盖率"), basis="share", confirmed=True)
def five_star_coverage(rows: RowQuerySet, counts: Counts) -> Iterable[Flow]:
    """Villages that hold all five stars, of all villages: from the day of the last star's recognition until one is
    taken off."""
    stars = _of_villages(rows)
    full, broken = _turns(stars, "recognised_on", full=True), _turns(stars, "withdrawn_on", full=False)

    def proving(through: date) -> Q:
        """Recognitions that made a village full, after which it lost no star."""
        since = Q(unit=OuterRef("unit"), withdrawn_on__gt=OuterRef("recognised_on"), withdrawn_on__lte=through)
        return Q(~Exists(broken.filter(since)), recognised_on__lte=through)

    return [
        Flow(full, F("recognised_on"), numerator=figure(Star, 1), proving=proving),
        Flow(broken, F("withdrawn_on"), numerator=figure(Star, -1)),
        units_of(VILLAGE),
    ]


def _of_villages(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    return rows.filter(unit__kind=VILLAGE, star__in=STARS)


def _turns(stars: "QuerySet[Any]", on: str, *, full: bool) -> "QuerySet[Any]":
    """The rows on whose day `on` their village became full, or ceased to be: one row a village and day."""
    dated = stars.filter(**{f"{on}__isnull": False}).alias(now=_held(stars, on, ""), before=_held(stars, on, "before"))
    whole = len(STARS)
    turned = dated.filter(now=whole, before__lt=whole) if full else dated.filter(now__lt=whole, before=whole)
    return first_of_each(turned, F("unit"), F(on), on=on)


def _held(stars: "QuerySet[Any]", on: str, when: str) -> Any:
    """How many different stars the row's village holds on the row's day `on`, or on the day `before`."""
    since, until = ("lt", "gte") if when else ("lte", "gt")
    standing = Q(**{f"recognised_on__{since}": OuterRef(on)})
    standing &= Q(withdrawn_on=None) | Q(**{f"withdrawn_on__{until}": OuterRef(on)})
    held = stars.filter(standing, unit=OuterRef("unit")).order_by().values("unit")
    return Coalesce(Subquery(held.annotate(n=Count("star", distinct=True)).values("n")), 0)
