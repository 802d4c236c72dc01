"""佐证 of rows: whoever may write a row may attach files to it, while its year is open,
unless the register takes none."""

from accounts.models import Role, User
from accounts.permissions import Access
from goals import evidence
from ledgers.closing import closed_years, is_shut
from ledgers.keeping import keeping_of, root_of
from ledgers.models import Row
from ledgers.permissions import may_write
from ledgers.registry import ledger_of_model


def _may_attach(user: User, row: Row) -> bool:
    ledger, root = ledger_of_model(type(row)), root_of(row.unit)
    if not ledger.takes_evidence:
        return False
    return may_write(Access.of(user), ledger, row.unit, root, keeping_of(ledger, root))


def _is_open(row: Row) -> bool:
    return not row.is_void and not is_shut(row, closed_years([row]))


def _touch(user: User, row: Row) -> None:
    """The row is newer for who edits it meanwhile."""
    row.save(update_fields=[])


def keep_evidence(model: type[Row]) -> None:
    """Let a register's rows keep evidence."""
    evidence.register(
        evidence.Holder(model=model, may_attach=_may_attach, is_open=_is_open, touch=_touch, roles=(Role.REPORTER,))
    )
