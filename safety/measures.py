"""How the section's registers count into its targets."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from ledgers.counting import Counts, Flow, amounts, measure
from ledgers.models import RowQuerySet


@measure("safety.accidents", "safety.accidents", _("事故起数"), basis="amount", confirmed=True)
def accidents(rows: RowQuerySet, counts: Counts) -> Iterable[Flow]:
    """Accidents that are taken into the statistics, on their day."""
    return amounts(rows.filter(in_statistics="yes"))


@measure("safety.fatalities", "safety.accidents", _("事故死亡人数"), basis="amount", confirmed=True)
def fatalities(rows: RowQuerySet, counts: Counts) -> Iterable[Flow]:
    """Deaths of these accidents, on the accident's day, whenever they were added."""
    return amounts(rows.filter(in_statistics="yes", deaths__gt=0), value="deaths")
