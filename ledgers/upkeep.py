"""What is decided about a register as a whole: its office, what counts, its lists, and that it is complete."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from audit import trail
from common import clock
from common.errors import Conflict, Forbidden
from common.text import CleanText, require_visible
from ledgers.counting import measures_over
from ledgers.keeping import defaults, keeping_of
from ledgers.lists import ClosedList, ListEntry
from ledgers.marking import mark_targets
from ledgers.models import Confirmation, Upkeep
from ledgers.permissions import may_confirm, may_set
from ledgers.registry import Ledger, all_ledgers

_CLEAN = CleanText(100)


@transaction.atomic
def confirm(user: User, ledger: Ledger, root: Unit, through: date, *, origin: str = "") -> Confirmation:
    """核对一致: the register of this subdistrict is complete through the day; what it feeds counts so far."""
    access = Access.of(user)
    keeping = keeping_of(ledger, root)
    if not ledger.confirmation:
        raise Conflict(_("这个台账不需要核对。"))
    if not may_confirm(access, keeping):
        raise Forbidden(_("只有主管单位可以确认台账核对一致。"))
    if through > clock.today():
        raise ValidationError({"through": ValidationError(_("核对日期不能晚于今天。"), code="future")})
    made = Confirmation.objects.create(
        ledger=ledger.key, root=root, through=through, confirmed_by=user, confirmed_at=clock.now()
    )
    before = keeping.confirmed_through
    years = {through.year} | ({before.year} if before else set())
    span = range(min(years), max(years) + 1)
    mark_targets(measures_over(ledger), span, Q(plan__unit=root), f"{ledger.key} confirm")
    entry = trail.Entry(
        "confirm",
        ledger.key,
        root.code,
        {"through": before.isoformat() if before else None},
        {"through": through.isoformat()},
    )
    trail.record(access.actor(Role.REPORTER, Role.REVIEWER, origin=origin), [entry])
    return made


@transaction.atomic
def set_up(
    user: User,
    ledger: Ledger,
    root: Unit,
    *,
    office: Unit | None,
    counts: Mapping[str, Sequence[str]],
    origin: str = "",
) -> Upkeep:
    """Name the office that keeps the register and what of it counts. Raises ValidationError by option."""
    access = Access.of(user)
    if not may_set(access, root):
        raise Forbidden(_("只有计划管理员可以设置台账。"))
    if office is not None and not office.path.startswith(root.path):
        raise ValidationError({"office": _("主管单位应属于本街道。")})
    last = Upkeep.objects.filter(ledger=ledger.key, root=root).order_by("pk").last()
    before = {"office": last.office_id, "counts": dict(last.counts)} if last else {}
    unknown = set(counts) - set(defaults(ledger))
    if unknown:
        raise ValidationError({sorted(unknown)[0]: _("没有这个设置。")})
    for code, entries in counts.items():
        if not entries:
            raise ValidationError({code: _("至少选择一项。")})
    upkeep = Upkeep.objects.create(
        ledger=ledger.key,
        root=root,
        office=office,
        counts={code: sorted(entries) for code, entries in counts.items()},
        set_by=user,
        set_at=clock.now(),
    )
    mark_targets(measures_over(ledger), range(2000, 2100), Q(plan__unit=root), f"{ledger.key} settings")
    after = {"office": upkeep.office_id, "counts": upkeep.counts}
    trail.record(
        access.actor(Role.PLANNER, origin=origin), [trail.Entry("set_up", ledger.key, root.code, before, after)]
    )
    return upkeep


@transaction.atomic
def add_entry(user: User, closed: ClosedList, name: str, *, origin: str = "") -> ListEntry:
    """Extend a list. Its code is made from the next number; rows keep it, whatever the entry is called later."""
    access = _require_planner(user)
    name = name.strip()
    try:
        require_visible(name)
        _CLEAN(name)
    except ValidationError as error:
        raise ValidationError({"name": error.error_list}) from error
    known = list(ListEntry.objects.select_for_update().filter(list=closed.code))
    names = {str(each) for each in closed.entries.values()} | {each.name for each in known if not each.is_retired}
    if name in names:
        raise ValidationError({"name": _("清单里已有这一项。")})
    numbers = [int(found[1]) for each in known if (found := re.fullmatch(r"added_([0-9]+)", each.code))]
    entry = ListEntry.objects.create(list=closed.code, code=f"added_{max(numbers, default=0) + 1}", name=name)
    _tell_list(access, "add", closed, {}, {"code": entry.code, "name": name}, origin)
    return entry


@transaction.atomic
def retire_entry(user: User, closed: ClosedList, code: str, *, retired: bool = True, origin: str = "") -> None:
    """Offer an entry no more (or again). Rows that hold it keep it."""
    access = _require_planner(user)
    entry = ListEntry.objects.select_for_update().filter(list=closed.code, code=code).first()
    if entry is None and code not in closed.entries:
        raise Conflict(_("清单里没有这一项。"))
    if retired and any(code in option.default for option in _options(closed)):
        raise Conflict(_("有台账按这一项计数，不能停用。"))
    entry = entry or ListEntry(list=closed.code, code=code)
    entry.is_retired = retired
    entry.save()
    _tell_list(access, "retire" if retired else "restore", closed, {}, {"code": code}, origin)


def _options(closed: ClosedList) -> Iterable[Any]:
    return [option for ledger in all_ledgers() for option in ledger.options if option.closed is closed]


def _require_planner(user: User) -> Access:
    access = Access.of(user)
    if not access.has(Role.PLANNER):
        raise Forbidden(_("只有计划管理员可以增补清单。"))
    return access


def _tell_list(
    access: Access, action: str, closed: ClosedList, before: dict[str, str], after: dict[str, str], origin: str
) -> None:
    entry = trail.Entry(action, "closed_list", closed.code, dict(before), dict(after))
    trail.record(access.actor(Role.PLANNER, origin=origin), [entry])
