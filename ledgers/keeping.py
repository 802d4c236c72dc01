"""Which office keeps a register, what of it counts, and through which day it was confirmed."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Subquery

from accounts.models import Unit
from goals import measures
from goals.models import Target
from ledgers.models import Confirmation, Upkeep
from ledgers.registry import Ledger

ROOTS = (Unit.Kind.SUBDISTRICT, Unit.Kind.DISTRICT)
_NO_ROOT = -1


@dataclass(frozen=True)
class Keeping:
    """How a register of a subdistrict is kept."""

    office_id: int | None = None
    counts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    confirmed_through: date | None = None


def defaults(ledger: Ledger) -> dict[str, Sequence[str]]:
    return {option.code: option.default for option in ledger.options}


def _known(ledger: Ledger, set_here: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """What was set, of the options that there are; the defaults of the others."""
    counts = defaults(ledger)
    return counts | {code: entries for code, entries in set_here.items() if code in counts}


def keepings(
    ledger: Ledger, roots: Collection[str], known_until: datetime | None, *, confirmed: bool
) -> dict[str, Keeping]:
    """By the paths of plans' units. One query for what was set, where anything may be, and one for confirmations."""
    return keepings_of({ledger.key: (ledger, confirmed)}, roots, known_until)[ledger.key]


def keepings_of(
    ledgers: Mapping[str, tuple[Ledger, bool]], roots: Collection[str], known_until: datetime | None
) -> dict[str, dict[str, Keeping]]:
    """The same of several registers by their keys, in as many queries; each with whether its confirmation counts."""
    counts = {(key, root): defaults(ledger) for key, (ledger, _confirmed) in ledgers.items() for root in roots}
    if keys := [key for key, (ledger, _confirmed) in ledgers.items() if ledger.options]:
        rows = Upkeep.objects.filter(ledger__in=keys, root__path__in=list(roots)).order_by("pk")
        if known_until is not None:
            rows = rows.filter(set_at__lt=known_until)
        for key, path, set_here in rows.values_list("ledger", "root__path", "counts"):
            counts[key, path] = _known(ledgers[key][0], set_here)
    through: dict[tuple[str, str], date] = {}
    if keys := [key for key, (_ledger, confirmed) in ledgers.items() if confirmed]:
        found = Confirmation.objects.filter(ledger__in=keys, root__path__in=list(roots))
        if known_until is not None:
            found = found.filter(confirmed_at__lt=known_until)
        for key, path, day in found.order_by("pk").values_list("ledger", "root__path", "through"):
            through[key, path] = day
    return {
        key: {root: Keeping(None, counts[key, root], through.get((key, root))) for root in roots} for key in ledgers
    }


def keeping_of(ledger: Ledger, root: Unit) -> Keeping:
    """How the register of one subdistrict is kept; the office is the one that was named, else the lead office of the
    newest target that it feeds. One query."""
    sql, params = _keeping_statement(ledger.key, _codes_over(ledger))
    with connection.cursor() as cursor:
        cursor.execute(sql, [root.pk if param == _NO_ROOT else param for param in params])
        named, leads, set_here, confirmed = cursor.fetchone()
    counts = json.loads(set_here) if isinstance(set_here, str) else set_here
    through = date.fromisoformat(confirmed) if isinstance(confirmed, str) else confirmed
    return Keeping(named or leads, _known(ledger, counts or {}), through)


@cache
def _keeping_statement(key: str, codes: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    """The query for no root. Every page of a register asks it, and building its SQL takes longer than running it."""
    last = Confirmation.objects.filter(ledger=key, root=OuterRef("pk")).order_by("-pk").values("through")[:1]
    upkeep = Upkeep.objects.filter(ledger=key, root=OuterRef("pk")).order_by("-pk")
    leading = Target.objects.filter(
        plan__unit=OuterRef("pk"), indicator__measure__in=codes, lead_office__isnull=False
    ).order_by("-plan__year", "order", "pk")
    row = (
        Unit.objects.filter(pk=_NO_ROOT)
        .annotate(
            named=Subquery(upkeep.values("office")[:1]),
            leads=Subquery(leading.values("lead_office")[:1]),
            set_here=Subquery(upkeep.values("counts")[:1]),
            confirmed=Subquery(last),
        )
        .values_list("named", "leads", "set_here", "confirmed")
    )
    return row.query.sql_with_params()


def _codes_over(ledger: Ledger) -> tuple[str, ...]:
    return tuple(m.code for m in measures.all_measures() if getattr(m, "key", None) == ledger.key)


def root_of(unit: Unit) -> Unit:
    """The subdistrict (or district) that a unit belongs to. A query only where it is farther than the parent."""
    if unit.kind in ROOTS or unit.parent_id is None:
        return unit
    if unit.parent is not None and unit.parent.kind in ROOTS:
        return unit.parent
    above = Unit.objects.filter(code__in=unit.ancestor_codes(), kind__in=ROOTS).order_by("-path")
    return above.first() or unit
