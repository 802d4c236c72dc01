"""How many rows each register holds: for the page of all of them, and for a section's page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, Count, DateField, F, IntegerField, Max, Value
from django.db.models.functions import Cast

from accounts.models import Unit
from ledgers.models import Confirmation
from ledgers.registry import Ledger, all_ledgers


@dataclass(frozen=True)
class Card:
    """A register, how many valid rows it holds through a day, and through which day it was confirmed."""

    ledger: Ledger
    count: int
    confirmed_through: date | None


def cards(ledgers: Iterable[Ledger], root: Unit, through: date) -> list[Card]:
    """One query for any number of registers."""
    wanted = list(ledgers)
    if not wanted:
        return []
    parts = [
        ledger.model.objects.valid()
        .filter(unit__path__startswith=root.path, day__lte=through)
        .order_by()
        .annotate(ledger_key=Value(ledger.key, CharField()))
        .values_list("ledger_key")
        .annotate(n=Count("pk"), until=Cast(Value(None), DateField()))
        for ledger in wanted
    ]
    keys = [ledger.key for ledger in wanted if ledger.confirmation]
    last = (
        Confirmation.objects.filter(ledger__in=keys, root=root).order_by().values("ledger").annotate(newest=Max("pk"))
    )
    said = Confirmation.objects.filter(pk__in=last.values("newest")).order_by()
    if keys:
        named = said.annotate(ledger_key=F("ledger"), n=Value(0, IntegerField()), until=F("through"))
        parts.append(named.values_list("ledger_key", "n", "until"))
    counts: dict[str, int] = {}
    confirmed: dict[str, date] = {}
    for key, count, until in parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]:
        if until is None:
            counts[key] = count
        else:
            confirmed[key] = until
    return [Card(ledger, counts.get(ledger.key, 0), confirmed.get(ledger.key)) for ledger in wanted]


def cards_of(root: Unit, through: date) -> list[tuple[str, Sequence[Card]]]:
    """The registers by section, in the order of the sections' apps."""
    by_section: dict[str, list[Card]] = {}
    for card in cards(all_ledgers(), root, through):
        by_section.setdefault(card.ledger.section, []).append(card)
    return list(by_section.items())
