"""A changed row marks just the targets that it feeds, for its own years and as base of the next."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from goals.models import Target
from goals.progress.recompute import mark
from ledgers.closing import years_of
from ledgers.counting import LedgerMeasure, measures_over
from ledgers.models import Row
from ledgers.registry import Ledger


def mark_fed(ledger: Ledger, rows: Iterable[Row], reason: str) -> None:
    """Mark what these rows (old and new versions of changed ones) count into, in the caller's transaction.

    One query to find the targets and one to mark them.
    """
    fed = measures_over(ledger)
    several = list(rows)
    if not fed or not several:
        return
    years = years_of(several)
    roots = {above for path in {row.unit.path for row in several} for above in _above(path)}
    mark_targets(fed, years, Q(plan__unit__path__in=roots), reason)


def mark_targets(fed: Sequence[LedgerMeasure], years: Iterable[int], scope: Q, reason: str) -> None:
    """Mark the targets of these measures in scope: amounts of the years and of those after them, stocks from the
    first year on."""
    touched = set(years)
    if not touched:
        return
    stocks = [m.code for m in fed if m.is_stock]
    amounts = [m.code for m in fed if not m.is_stock]
    of_amounts = _counted_by(amounts) & Q(plan__year__in={y + n for y in touched for n in (0, 1)})
    of_stocks = _counted_by(stocks) & Q(plan__year__gte=min(touched))
    found = Target.objects.filter(of_amounts | of_stocks).filter(scope).order_by().distinct()
    mark(found.values_list("pk", flat=True), reason)


def _counted_by(codes: Sequence[str]) -> Q:
    """Targets whose indicator is, or was in some year, counted by one of these."""
    if not codes:
        return Q(pk__in=[])
    return Q(indicator__measure__in=codes) | Q(indicator__sources__measure__in=codes)


def _above(path: str) -> Iterable[str]:
    """The paths of a unit and of all above it."""
    codes = path.strip("/").split("/")
    return ["/" + "".join(f"{code}/" for code in codes[: n + 1]) for n in range(len(codes))]
