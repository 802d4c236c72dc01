"""How the section's registers count into targets. The plan of 2022 forbids straw fires (严禁秸秆焚烧) without a number;
an indicator that takes this measure has one."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from ledgers.counting import Counts, Flow, amounts, measure
from ledgers.models import RowQuerySet


@measure("ecology.straw_fires", "ecology.fires", _("秸秆焚烧火点数"), basis="amount", confirmed=True)
def straw_fires(rows: RowQuerySet, counts: Counts) -> Iterable[Flow]:
    """Fires on the day on which they were found. None entered is no zero until the office says so."""
    return amounts(rows)
