"""What a register holds once: no two valid rows of a unit say the same."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ledgers.models import Row
from ledgers.registry import Ledger


def doubled(ledger: Ledger, rows: Sequence[Row], replaced: Collection[int] = ()) -> list[int]:
    """The places of rows that say what another valid row of their unit says, or another of these. One query.

    `replaced` are the stored rows instead of which these will stand.
    """
    if not ledger.once or not rows:
        return []
    names = ["unit_id", *(ledger.field(name).attname for name in ledger.once)]
    keys = [_key(ledger, row, names) for row in rows]
    stored = ledger.model.objects.valid().filter(unit__in={row.unit_id for row in rows})
    if ledger.once_until:
        stored = stored.filter(**{ledger.once_until: None})
    own = {row.pk for row in rows} | set(replaced)
    held = {tuple(key) for pk, *key in stored.order_by().values_list("pk", *names) if pk not in own}
    times = Counter(keys)
    return [place for place, key in enumerate(keys) if key is not None and (key in held or times[key] > 1)]


def _key(ledger: Ledger, row: Row, names: Sequence[str]) -> tuple[Any, ...] | None:
    if ledger.once_until and getattr(row, ledger.once_until) is not None:
        return None
    return tuple(getattr(row, name) for name in names)


def double_of(ledger: Ledger) -> ValidationError:
    """The refusal, by the first of the fields that tell rows apart; by the unit where it alone does."""
    said = ValidationError(_("这个单位已有这样一条有效的台账，请改那一条。"), code="doubled")
    return ValidationError({ledger.once[0]: said})
