"""What only this section's page shows: insurance by village, and the households whose visit is overdue."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, Sum, When, Window
from django.db.models.functions import Coalesce
from django.urls import reverse

from goals.models.progress import Status
from goals.panels import Panel, panel
from ledgers.models import RowQuerySet
from ledgers.tally import shown
from ledgers.values import masked
from livelihood.measures import standing_insurance
from livelihood.models import DEDUCTIONS, Insurance, Visit
from livelihood.ten.board import listed_items, summary_of

SHOWN_LATE = 12


@panel("livelihood")
def ten(section: Any, as_of: date) -> Panel | None:
    """十大民生实事, as on their board. Four queries at most."""
    items = listed_items(section.plan, as_of)
    if not items:
        return None
    context = {"items": items, "summary": summary_of(items), "words": dict(Status.choices)}
    return Panel("livelihood/_ten.html", context)


@panel("livelihood")
def insurance(section: Any, as_of: date) -> Panel | None:
    """参保: each village's newest row for the year of the day. One query."""
    standing = standing_insurance(Insurance.objects.of_plan(section.plan))
    found = standing.filter(counts_from__lte=as_of, stands_until__gt=as_of).select_related("unit")
    villages = [_village(row) for row in found.order_by("unit__path")]
    if not villages:
        return None
    total = _share({name: sum(v[name] for v in villages) for name in ("registered", "deducted", "liable", "insured")})
    context = {"villages": villages, "total": total, "year": as_of.year}
    return shown("livelihood/_insurance.html", context)


def _village(row: Insurance) -> dict[str, Any]:
    """What the table says of a village."""
    numbers = {"registered": row.registered, "liable": row.liable, "insured": row.insured}
    deducted = sum(getattr(row, name) for name in DEDUCTIONS)
    address = reverse("ledger-row", args=["livelihood", "insurance", row.pk])
    return _share(numbers | {"deducted": deducted}) | {"name": row.unit.name, "address": address, "day": row.day}


def _share(numbers: dict[str, int]) -> dict[str, Any]:
    liable, insured = numbers["liable"], numbers["insured"]
    share = 100 * Decimal(insured) / liable if liable else None
    return {**numbers, "share": share, "lacking": liable - insured}


def overdue_visits(visits: RowQuerySet, as_of: date) -> RowQuerySet:
    """The newest visit of each household that is due again before the day; households that aren't visited any more
    left out."""
    seen = visits.filter(day__lte=as_of)
    newer = seen.filter(unit=OuterRef("unit"), household=OuterRef("household")).filter(
        Q(day__gt=OuterRef("day")) | Q(day=OuterRef("day"), pk__gt=OuterRef("pk"))
    )
    late: RowQuerySet = seen.filter(~Exists(newer), is_last=False, next_on__lt=as_of)
    return late.order_by("next_on", "pk")


@panel("livelihood")
def visits(section: Any, as_of: date) -> Panel | None:
    """逾期未访, by household; never by who visits. One query: of those that are late, and of one of the month's visits,
    which tells how many there were where none is late."""
    rows = Visit.objects.of_plan(section.plan)
    month = rows.filter(day__range=(as_of.replace(day=1), as_of)).order_by()
    made_then = Coalesce(Subquery(month.values("version_of").annotate(n=Count("pk")).values("n")), 0)
    late = Case(When(pk__in=overdue_visits(rows, as_of).order_by().values("pk"), then=1), default=0)
    found = rows.annotate(overdue=late).filter(Q(overdue=1) | Q(pk=Subquery(month.order_by("pk").values("pk")[:1])))
    found = found.annotate(made=made_then, how_many=Window(Sum("overdue"))).select_related("unit")
    listed = list(found.order_by("-overdue", "next_on", "pk")[:SHOWN_LATE])
    if not listed:
        return None
    context = {
        "made": listed[0].made,
        "count": listed[0].how_many,
        "late": list(_told([row for row in listed if row.overdue], as_of)),
    }
    return shown("livelihood/_visits.html", context)


def _told(rows: Iterable[Visit], as_of: date) -> Iterable[dict[str, Any]]:
    """Households by the first character of their name: whom it concerns finds the rest on the row's page."""
    for row in rows:
        address = reverse("ledger-row", args=["livelihood", "visits", row.pk])
        days = (as_of - (row.next_on or as_of)) // timedelta(days=1)
        yield {"name": masked(row.household), "unit": row.unit.name, "day": row.day, "days": days, "address": address}
