"""Who may do what with registers: one rule set for pages, API and imports."""

from accounts.models import Role, Unit
from accounts.permissions import Access
from goals.permissions import may_plan
from ledgers.keeping import Keeping
from ledgers.models import Row
from ledgers.registry import Ledger


def keeps(access: Access, keeping: Keeping, *roles: str) -> bool:
    """Does the user work (as reporter, unless another role is named) for the office that keeps the register?"""
    if keeping.office_id is None:
        return False
    return any(access.everywhere(r) or keeping.office_id in access.unit_ids(r) for r in roles or (Role.REPORTER,))


def may_write(access: Access, ledger: Ledger, unit: Unit, root: Unit, keeping: Keeping) -> bool:
    """Reporters write their own unit's rows, and for the office that keeps the register those of the subdistrict.

    What another system keeps comes through that office alone.
    """
    if keeps(access, keeping) and unit.path.startswith(root.path):
        return True
    return not ledger.import_only and access.holds(Role.REPORTER, unit)


def may_confirm(access: Access, keeping: Keeping) -> bool:
    """Reporters and reviewers of the office that keeps the register say that it is complete."""
    return keeps(access, keeping, Role.REPORTER, Role.REVIEWER)


def may_set(access: Access, root: Unit) -> bool:
    """Planners name the office and what counts, and extend the lists."""
    return may_plan(access, root)


def sees_names(access: Access, row: Row, keeping: Keeping) -> bool:
    """Are the names of a masked register shown whole? To the row's own unit, and to the office that keeps it."""
    own = any(grant.unit_id == row.unit_id for grant in access.grants)
    works_there = any(grant.unit_id is not None and grant.unit_id == keeping.office_id for grant in access.grants)
    return own or works_there
