"""Writing rows: permission first, then the checks, the row, the marks of what it feeds, and the audit event."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from audit import trail
from common import bulk, clock
from common.errors import Conflict, Forbidden, StaleVersion
from common.text import CleanText, require_visible
from ledgers import versions
from ledgers.closing import closed_years, refusal
from ledgers.keeping import Keeping, keeping_of, root_of
from ledgers.marking import mark_fed
from ledgers.models import Row
from ledgers.once import doubled, onces
from ledgers.permissions import may_write
from ledgers.registry import Ledger
from ledgers.telling import told
from ledgers.values import differing

R = TypeVar("R", bound=Row)
CLEAN = CleanText()


@transaction.atomic
def save_row(user: User, ledger: Ledger, row: R, *, version: int | None = None, origin: str = "") -> R:
    """Check and save a new or changed row. `version`: the one that the user saw; another is refused (StaleVersion)."""
    access = Access.of(user)
    require_writer(access, ledger, row.unit)
    old = _locked(ledger, row) if row.pk else None
    if old is not None:
        if old.unit_id != row.unit_id:
            require_writer(access, ledger, old.unit)
        _require_current(old, version)
    ledger.relate([row])
    check_row(ledger, row)
    _require_open(ledger, row, old)
    is_new, before = old is None, told(ledger, old) if old is not None else {}
    if old is None:
        row.author, row.created_at = user, clock.now()
    else:
        row.version, row.changed_at = old.version, old.changed_at
        row.author_id, row.created_at, row.imports = old.author_id, old.created_at, old.imports
        if differing(before, told(ledger, row)):
            row.changed_at = clock.now()
            versions.keep([old], row.changed_at)
    try:
        row.save()
    except IntegrityError as error:  # somebody entered the same between the check and now
        raise _taken() if row.external_no else Conflict(_("刚有人登记了同样的台账，请核对。")) from error
    mark_fed(ledger, [r for r in (old, row) if r is not None], f"{ledger.key} {'add' if is_new else 'change'}")
    tell(access, ledger, "add" if is_new else "change", row, before=before, origin=origin)
    return row


@transaction.atomic
def add_rows(user: User, ledger: Ledger, rows: Sequence[R], *, origin: str = "") -> Sequence[R]:
    """Check and add new rows of one register, all or none. What is wrong is keyed `rows.N.field`."""
    access, kept = Access.of(user), {row.unit.pk: row.unit for row in rows}
    for unit in kept.values():
        require_writer(access, ledger, unit)
    ledger.relate(rows)
    errors: dict[str, list[ValidationError]] = {}
    for number, row in enumerate(rows):
        try:
            check_row(ledger, row)
        except ValidationError as error:
            errors |= {f"rows.{number}.{name}": found for name, found in error.error_dict.items()}
    for number, held in ({} if errors else doubled(ledger.model, rows)).items():
        errors |= {f"rows.{number}.{name}": found for name, found in held.broken().error_dict.items()}
    if errors:
        raise ValidationError(errors)
    closed = closed_years(rows)
    for row in rows if closed else ():
        if found := refusal(ledger, row, None, closed):
            raise ValidationError(found)
    for row in rows:
        row.author, row.created_at, row.updated_at = user, clock.now(), clock.now()
    bulk.insert(rows)
    mark_fed(ledger, rows, f"{ledger.key} add")
    entries = [trail.Entry("add", ledger.key, str(row.pk), after=told(ledger, row)) for row in rows]
    trail.record(access.actor(Role.REPORTER, Role.DATA_FEED, origin=origin), entries)
    return rows


@transaction.atomic
def void_row(user: User, ledger: Ledger, row: Row, reason: str, *, version: int | None = None, origin: str = "") -> Row:
    """作废: the row stays readable with its reason, and counts no more."""
    access = Access.of(user)
    require_writer(access, ledger, row.unit)
    locked = _locked(ledger, row)
    _require_current(locked, version)
    _require_open(ledger, locked, None)
    try:
        CLEAN(reason)
        require_visible(reason)
    except ValidationError as error:
        raise ValidationError({"reason": error.error_list}) from error
    before = told(ledger, locked)
    locked.voided_at, locked.voided_by, locked.void_reason = clock.now(), user, reason
    locked.save(update_fields=["voided_at", "voided_by", "void_reason"])
    mark_fed(ledger, [locked], f"{ledger.key} void")
    tell(access, ledger, "void", locked, before=before, origin=origin, reason=reason)
    return locked


def require_writer(access: Access, ledger: Ledger, unit: Unit) -> Keeping:
    """Raises Forbidden unless the user may write rows of this unit."""
    root = root_of(unit)
    keeping = keeping_of(ledger, root)
    if not may_write(access, ledger, unit, root, keeping):
        if ledger.import_only:
            raise Forbidden(_("这个台账由上级系统数据导入，只有主管单位可以维护。"))
        raise Forbidden(_("您只能登记本单位的台账。"))
    return keeping


def check_row(ledger: Ledger, row: Row) -> None:
    """Raises ValidationError by field for whatever the row can't say."""
    row.full_clean(exclude=["author", "created_at", "unit"], validate_constraints=False)
    same = ledger.model.objects.filter(source_system=row.source_system, external_no=row.external_no)
    if row.external_no and same.exclude(pk=row.pk).exists():
        raise _taken()
    for held in onces(ledger.model):
        held.validate(ledger.model, row)


def _require_open(ledger: Ledger, row: Row, old: Row | None) -> None:
    """Raises ValidationError by field where a year that the row speaks of is closed. One query."""
    if found := refusal(ledger, row, old, closed_years([r for r in (old, row) if r is not None])):
        raise ValidationError(found)


def _taken() -> ValidationError:
    return ValidationError({"external_no": ValidationError(_("这个外部编号已经登记过。"), code="unique")})


def _locked(ledger: Ledger, row: Row) -> Any:
    """The row as it stands, locked; raises Conflict when it was voided."""
    found = ledger.model.objects.select_for_update(of=("self",)).select_related("unit__parent").filter(pk=row.pk)
    locked = found.first()
    if locked is None:
        raise Conflict(_("这条台账已不存在。"))
    if locked.is_void:
        raise Conflict(_("这条台账已作废，不能再改。"))
    return locked


def _require_current(row: Row, version: int | None) -> None:
    if version is not None and version != row.version:
        raise StaleVersion(_("这条记录已被他人修改。您填写的内容仍在下面，请核对后再保存。"))


def tell(
    access: Access, ledger: Ledger, action: str, row: Row, *, before: Mapping[str, Any], origin: str, reason: str = ""
) -> None:
    after = {"reason": reason} if reason else told(ledger, row)
    entry = trail.Entry(action, ledger.key, str(row.pk), dict(before), after)
    trail.record(access.actor(Role.REPORTER, Role.DATA_FEED, origin=origin), [entry])
