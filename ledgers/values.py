"""A row's values as people read them: on pages, in Excel, in previews."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from common import display
from ledgers.lists import Labels
from ledgers.models import Row
from ledgers.registry import Ledger

MASK = "**"


def masked(name: str) -> str:
    """A person's or household's name for those whom it doesn't concern: 王**."""
    return f"{name[:1]}{MASK}" if name else ""


def said(ledger: Ledger, row: Row, name: str, labels: Labels, *, whole_names: bool = True) -> str:
    """One value in words; empty where there is none."""
    value = getattr(row, name)
    if name in ledger.stages:
        return str(getattr(row, f"get_{name}_display")())
    if name in ledger.masked and not whole_names:
        return masked(str(value))
    closed = ledger.lists.get(name)
    if closed is not None:
        return labels[closed.code].get(value, str(value))
    return plain(value)


def plain(value: Any) -> str:
    """A value of any field in words."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return display.figure(value, 4)
    return str(value)


def is_number(ledger: Ledger, name: str) -> bool:
    """Is the column one of figures, set to the right?"""
    if name in ledger.headings or name in ledger.lists:
        return False
    return ledger.field(name).get_internal_type() in _NUMBERS


_NUMBERS = {"IntegerField", "PositiveIntegerField", "PositiveSmallIntegerField", "BigIntegerField", "DecimalField"}


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The fields that an audit event says were changed."""
    return [name for name, value in after.items() if before.get(name) != value]
