"""Which office keeps a register, what of it counts, and through which day it was confirmed."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import DateField, F, JSONField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast

from accounts.models import Unit
from goals import measures
from goals.measures import Shared
from goals.models import Target
from ledgers.models import Confirmation, Upkeep
from ledgers.registry import Ledger, all_ledgers

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
    """By the paths of plans' units. One query, where anything may be set or has to be confirmed."""
    return keepings_of({ledger.key: (ledger, confirmed)}, roots, known_until)[ledger.key]


def keepings_of(
    ledgers: Mapping[str, tuple[Ledger, bool]],
    roots: Collection[str],
    known_until: datetime | None,
    shared: Shared | None = None,
) -> dict[str, dict[str, Keeping]]:
    """The same of several registers by their keys; each with whether its confirmation counts. One query, or none
    where the page has asked already."""
    counts = {(key, root): defaults(ledger) for key, (ledger, _confirmed) in ledgers.items() for root in roots}
    through: dict[tuple[str, str], date] = {}
    for _pk, key, path, moment, set_here, day in _said(ledgers, roots, shared):
        if key not in ledgers or (known_until is not None and moment >= known_until):
            continue
        ledger, confirmed = ledgers[key]
        if day is None:
            counts[key, path] = _known(ledger, set_here or {})
        elif confirmed:
            through[key, path] = day
    return {
        key: {root: Keeping(None, counts[key, root], through.get((key, root))) for root in roots} for key in ledgers
    }


Said = tuple[int, str, str, datetime, Mapping[str, Sequence[str]] | None, date | None]
_SAID = ("pk", "ledger", "root__path", "moment", "set_here", "until")


def _said(ledgers: Mapping[str, tuple[Ledger, bool]], roots: Collection[str], shared: Shared | None) -> Sequence[Said]:
    """What was set and what was confirmed, in order; of all registers, where others of the page may ask too."""
    wanted = [key for key, (ledger, _confirmed) in ledgers.items() if ledger.options]
    confirmed = [key for key, (_ledger, confirmed) in ledgers.items() if confirmed]
    if not wanted and not confirmed:
        return ()
    if shared is None:
        return _ask(wanted, confirmed, roots)
    everything = list(all_ledgers())
    wanted = [ledger.key for ledger in everything if ledger.options]
    confirmed = [ledger.key for ledger in everything if ledger.confirmation]
    key = ("ledgers.keeping", *sorted(roots))
    return shared.once(key, lambda: _ask(wanted, confirmed, roots))  # type: ignore[no-any-return]


def _ask(wanted: Sequence[str], confirmed: Sequence[str], roots: Collection[str]) -> Sequence[Said]:
    parts: list[QuerySet[Any]] = []
    if wanted:
        rows: QuerySet[Any] = Upkeep.objects.filter(ledger__in=wanted, root__path__in=list(roots)).order_by()
        nothing = Cast(Value(None), DateField())
        parts.append(rows.annotate(moment=F("set_at"), set_here=F("counts"), until=nothing).values_list(*_SAID))
    if confirmed:
        rows = Confirmation.objects.filter(ledger__in=confirmed, root__path__in=list(roots)).order_by()
        nothing = Cast(Value(None), JSONField())
        parts.append(rows.annotate(moment=F("confirmed_at"), set_here=nothing, until=F("through")).values_list(*_SAID))
    found = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return sorted(found, key=lambda row: row[0])


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
