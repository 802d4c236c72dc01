"""Rows of a register by Excel, through the one importer: a known external number updates its row, never doubles it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from audit import trail
from audit.trail import Entry
from common import bulk, clock
from common.errors import Conflict, Forbidden
from common.fields import FigureField
from goals.importing.registry import (
    CHANGED,
    CREATED,
    UNCHANGED,
    Column,
    Context,
    Importer,
    Line,
    Outcome,
    as_name,
    as_text,
)
from ledgers import versions
from ledgers.closing import closed_years, refusal
from ledgers.keeping import Keeping, keeping_of, root_of
from ledgers.lists import Labels, labels_of
from ledgers.marking import mark_fed
from ledgers.models import Row
from ledgers.once import onces
from ledgers.permissions import keeps, may_write
from ledgers.reading import Planned, RowReader, as_day, as_figure, as_whole, refuse
from ledgers.registry import Ledger
from ledgers.telling import changed_attributes, told_changes, told_new
from ledgers.values import plain

_LISTED = 10


class LedgerRows(Importer):
    """One register's rows."""

    choices = (("write", gettext_lazy("确认写入")),)

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.kind = f"ledger:{ledger.key}"
        self.title = ledger.name
        self.columns = tuple(self._column(name) for name in ledger.all_fields)
        required = [
            name for name in ledger.fields if not ledger.field(name).blank and not ledger.field(name).has_default()
        ]
        self.needs = (("unit",), ("day",), *((name,) for name in required))
        self.filled = (*ledger.fields, "external_no", "note")
        shown = [("unit", gettext_lazy("单位")), ("day", ledger.day_label)]
        shown += [(name, self._heading(name)) for name in dict.fromkeys((ledger.title, *ledger.fields[:5]))]
        self.shown = (*shown, ("external_no", gettext_lazy("外部编号")))
        self.plainly_shown = [name for name, _said in self.shown if name != "unit" and name not in ledger.lists]

    def _heading(self, name: str) -> Any:
        if name == "day":
            return self.ledger.day_label
        return getattr(self.ledger.field(name), "verbose_name", name)

    def _column(self, name: str) -> Column:
        field, parse = self.ledger.field(name), as_text
        if name == "unit" or name in self.ledger.lists or isinstance(field, models.BooleanField):
            parse = as_name
        elif isinstance(field, models.DateField):
            parse = as_day
        elif isinstance(field, FigureField):
            parse = as_figure
        elif isinstance(field, models.IntegerField):
            parse = as_whole
        default = "unit" if name == "unit" else ""
        return Column(name, self._heading(name), (name, *self.ledger.aliases.get(name, ())), parse, default)

    def may(self, user: User, context: Context) -> bool:
        return Access.of(user).has(Role.REPORTER)

    def home(self, context: Context) -> str:
        return self.ledger.address

    def plan(self, user: User, lines: Sequence[Line], context: Context) -> list[Outcome]:
        """Ten queries at most for any number of rows, and one for each thing held once or asked of another register."""
        outcomes = [Outcome(line) for line in lines]
        units = self._units(user, outcomes)
        labels = labels_of(self.ledger.lists.values(), retired=False)
        codes = {name: {said: code for code, said in labels[c.code].items()} for name, c in self.ledger.lists.items()}
        reader = RowReader(self.ledger, codes, lines)
        for outcome in outcomes:
            reader.read(outcome, units.get(outcome.line.number))
        self.ledger.relate([outcome.payload.row for outcome in outcomes if outcome.payload is not None])
        for outcome in outcomes:
            _check(outcome)
        _refuse_repeated(outcomes)
        self._compare(outcomes, user)
        self._refuse_doubled(outcomes)
        self._refuse_closed(outcomes)
        return outcomes

    def describe(self, outcomes: Sequence[Outcome]) -> None:
        labels = labels_of(self.ledger.lists.values(), retired=False)
        for outcome in outcomes:
            self._show(outcome, labels)

    def _units(self, user: User, outcomes: Sequence[Outcome]) -> dict[int, Unit]:
        """The unit of each line by its number. One line that the user may not write denies the whole file."""
        access = Access.of(user)
        known: dict[str, list[Unit]] = {}
        for unit in Unit.objects.filter(access.visible_units()).select_related("parent"):
            for key in {unit.code, unit.name}:
                known.setdefault(key, []).append(unit)
        found: dict[int, Unit] = {}
        for outcome in outcomes:
            given = outcome.line.get("unit")
            named = known.get(given, [])
            if len(named) == 1:
                found[outcome.line.number] = named[0]
            elif not given:
                outcome.refuse("unit", _("请写明单位。"))
            else:
                said = _("不止一个单位叫“%(unit)s”，请写单位代码。") if named else _("没有单位“%(unit)s”。")
                outcome.refuse("unit", said % {"unit": given[:50]})
        self._require_writer(access, found)
        return found

    def _require_writer(self, access: Access, units: Mapping[int, Unit]) -> None:
        writable, kept = self._writable(access, units.values())
        foreign = [number for number, unit in units.items() if unit.pk not in writable]
        if not foreign:
            return
        if self.ledger.import_only and not any(keeps(access, keeping) for keeping in kept.values()):
            raise Forbidden(_("这个台账由上级系统数据导入，只有主管单位可以维护。"))
        rows = "、".join(str(n) for n in foreign[:_LISTED]) + ("…" if len(foreign) > _LISTED else "")
        raise Forbidden(_("第 %(rows)s 行是其他单位的台账，您不能登记；整个文件没有读取。") % {"rows": rows})

    def _compare(self, outcomes: Sequence[Outcome], user: User) -> None:
        """Created, changed or unchanged against what stands: by external number, else by everything that it says."""
        planned = [outcome for outcome in outcomes if outcome.payload is not None]
        numbers = {o.payload.row.external_no for o in planned} - {""}
        systems = {o.payload.row.source_system for o in planned}
        # Named so that the index of the numbers, which knows no row without one, is of use.
        found = self.ledger.model.objects.filter(source_system__in=systems, external_no__in=numbers)
        standing = bulk.load(found.exclude(external_no="")) if numbers else []
        units = Unit.objects.select_related("parent").in_bulk({row.unit_id for row in standing}) if standing else {}
        for row in standing:
            row._state.fields_cache["unit"] = units[row.unit_id]
        by_number = {(row.source_system, row.external_no): row for row in standing}
        same = self._same([o.payload.row for o in planned if not o.payload.row.external_no])
        writable, _kept = self._writable(Access.of(user), (row.unit for row in by_number.values()))
        for outcome in planned:
            row = outcome.payload.row
            old = by_number.get((row.source_system, row.external_no)) if row.external_no else None
            if old is None:
                is_known = not row.external_no and self._identity(row) in same
                outcome.result = UNCHANGED if is_known else CREATED
            elif old.is_void:
                outcome.refuse("external_no", _("这个编号的台账已作废。"))
            elif old.unit_id not in writable:
                outcome.refuse("external_no", _("这个编号已由其他单位登记。"))
            else:
                outcome.payload.old = old
                outcome.result = UNCHANGED if self._identity(row) == self._identity(old) else CHANGED

    def _writable(self, access: Access, units: Iterable[Unit]) -> tuple[set[int], dict[int, Keeping]]:
        """The units for which the user writes, and how their subdistricts keep the register. A query each of these."""
        several = {unit.pk: unit for unit in units}
        roots = {pk: root_of(unit) for pk, unit in several.items()}
        kept = {pk: keeping_of(self.ledger, root) for pk, root in {root.pk: root for root in roots.values()}.items()}
        writes = {
            pk for pk, unit in several.items() if may_write(access, self.ledger, unit, roots[pk], kept[roots[pk].pk])
        }
        return writes, kept

    @cached_property
    def _identity(self) -> Callable[[Row], tuple[Any, ...]]:
        """What takes of a row everything that people said."""
        values_of = itemgetter(*(self.ledger.field(name).attname for name in self.ledger.all_fields))
        return lambda row: values_of(vars(row))

    def _same(self, rows: Sequence[Row]) -> set[tuple[Any, ...]]:
        """Valid rows without a number, of these units and days, by all they say."""
        if not rows:
            return set()
        days = {row.day for row in rows}
        found = self.ledger.model.objects.valid().filter(
            external_no="", unit__in={row.unit_id for row in rows}, day__range=(min(days), max(days))
        )
        return {self._identity(row) for row in found}

    def _refuse_doubled(self, outcomes: Sequence[Outcome]) -> None:
        """Lines that say what another line or a row of the register says already, and that it holds once."""
        for held in onces(self.ledger.model):
            found: dict[tuple[Any, ...], list[Outcome]] = {}
            for outcome in outcomes:
                if outcome.result in (CREATED, CHANGED) and held.concerns(outcome.payload.row):
                    found.setdefault(held.key(outcome.payload.row), []).append(outcome)
            rows = [same[0].payload.row for same in found.values()]
            standing = {held.key(row): row.pk for row in held.standing(rows)} if rows else {}
            for key, same in found.items():
                own = {o.payload.old.pk for o in same if o.payload.old is not None}
                if len(same) > 1 or (key in standing and standing[key] not in own):
                    for outcome in same:
                        outcome.refuse(held.named, str(held.get_violation_error_message()))

    def _refuse_closed(self, outcomes: Sequence[Outcome]) -> None:
        planned = [o for o in outcomes if o.payload is not None and not o.is_refused and o.result != UNCHANGED]
        closed = closed_years(r for o in planned for r in (o.payload.row, o.payload.old) if r is not None)
        for outcome in planned if closed else ():
            for name, error in refusal(self.ledger, outcome.payload.row, outcome.payload.old, closed).items():
                outcome.refuse(name, error.messages[0])

    def _show(self, outcome: Outcome, labels: Labels) -> None:
        planned = outcome.payload
        unit = planned.row.unit if planned is not None else None
        outcome.shown = {name: outcome.line.get(name)[:100] for name, _heading in self.shown}
        outcome.shown["unit"] = unit.name if unit else outcome.line.get("unit")[:100]
        if planned is not None:
            for name in self.plainly_shown:
                value = getattr(planned.row, name)
                outcome.shown[name] = (value if value.__class__ is str else plain(value))[:100]
            if planned.old is not None and outcome.result == CHANGED:
                outcome.remarks += self._changes(planned, labels)

    def _changes(self, planned: Planned, labels: Labels) -> list[str]:
        """What an update would change, field by field."""
        said = []
        for name in self.ledger.fields:
            before, after = getattr(planned.old, name), getattr(planned.row, name)
            if before != after:
                closed = self.ledger.lists.get(name)
                words = [labels[closed.code].get(v, v) if closed else plain(v) or "—" for v in (before, after)]
                said.append(f"{self._heading(name)}：{words[0]} → {words[1]}")
        return said

    def write(
        self, user: User, outcomes: Sequence[Outcome], context: Context, *, choice: str, origin: str, source: Entry
    ) -> dict[str, int]:
        now = clock.now()
        new = [o.payload.row for o in outcomes if o.result == CREATED]
        changed = [(o.payload.old, o.payload.row) for o in outcomes if o.result == CHANGED]
        for row in new:
            row.author_id, row.created_at, row.updated_at, row.imports = user.pk, now, now, [source.record_id]
        for old, row in changed:
            row.id, row.author_id, row.created_at = old.id, old.author_id, old.created_at
            row.version, row.updated_at, row.imports = old.version + 1, now, [*old.imports, source.record_id]
            row.changed_at = now
        try:
            with transaction.atomic():
                bulk.insert(new)
        except IntegrityError as error:  # somebody entered one of the numbers since the preview
            raise Conflict(_("有的编号刚刚由他人登记，请重新上传。")) from error
        versions.keep([old for old, _row in changed], now)
        attributes = changed_attributes(changed)
        if bulk.update([row for _old, row in changed], attributes) < len(changed):
            raise Conflict(_("有的台账刚刚被他人修改，请重新上传。"))
        touched = [*new, *(row for pair in changed for row in pair)]
        mark_fed(self.ledger, touched, f"{self.ledger.key} import")
        told = {"new": told_new(new), "rows": told_changes(changed, attributes)}
        entry = Entry(source.action, source.record, source.record_id, source.before, source.after | told)
        trail.record(Access.of(user).actor(Role.REPORTER, origin=origin), [entry])
        return {CREATED: len(new), CHANGED: len(changed), UNCHANGED: len(outcomes) - len(new) - len(changed)}


def _check(outcome: Outcome) -> None:
    """Let the row say what can't be."""
    if outcome.payload is None:
        return
    try:
        outcome.payload.row.clean()
    except ValidationError as error:
        refuse(outcome, error)
        outcome.payload = None


def _refuse_repeated(outcomes: Iterable[Outcome]) -> None:
    """Two lines with one external number: both are refused, each naming the other."""
    by_number: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.payload is not None and outcome.payload.row.external_no:
            row = outcome.payload.row
            by_number.setdefault((row.source_system, row.external_no), []).append(outcome)
    for same in by_number.values():
        if len(same) > 1:
            rows = "、".join(str(outcome.line.number) for outcome in same[:_LISTED])
            for outcome in same:
                outcome.refuse("external_no", _("第 %(rows)s 行的编号相同，重复了。") % {"rows": rows})
                outcome.payload = None
