"""What a row's page says, field by field."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ledgers.lists import Labels
from ledgers.models import Row
from ledgers.registry import Ledger
from ledgers.values import is_number, said


@dataclass(frozen=True)
class Fact:
    heading: str
    text: str
    is_number: bool


def facts(ledger: Ledger, row: Row, labels: Labels, *, whole_names: bool) -> list[Fact]:
    """Every field, and the computed columns of the list; empty ones are told as —."""
    found = [Fact(_("单位"), row.unit.name, False), Fact(ledger.heading("day"), row.day.isoformat(), False)]
    for name in (*ledger.fields, *ledger.computed, "source_system", "external_no", "note"):
        text = said(ledger, row, name, labels, whole_names=whole_names)
        found.append(Fact(ledger.heading(name), text or "—", is_number(ledger, name)))
    return found
