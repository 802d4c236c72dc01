"""Rows of a register by Excel, through the one importer: a known external number updates its row, never doubles it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from audit import trail
from audit.trail import Entry
from common import bulk, clock
from common.dates import parse_date
from common.errors import Forbidden
from common.fields import FigureField
from common.figures import to_ascii
from common.sheets import Cell, figure_of, text_of
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
    messages_of,
)
from ledgers.closing import closed_years, refusal
from ledgers.keeping import Keeping, keeping_of, root_of
from ledgers.lists import Labels, labels_of
from ledgers.marking import mark_fed
from ledgers.models import Row
from ledgers.once import onces
from ledgers.permissions import keeps, may_write
from ledgers.registry import Ledger
from ledgers.services import told
from ledgers.values import plain

_LISTED = 10
_YES = {"是": True, "有": True, "yes": True, "true": True, "1": True, "√": True}
_NO = {"否": False, "无": False, "no": False, "false": False, "0": False, "": False}


def as_day(cell: Cell | None, context: Context) -> str:
    """A day: a date cell, 2022-09-05, 2022/9/5, 2022.9.5 or 2022年9月5日."""
    if cell is None or cell.value is None:
        return ""
    if cell.error:
        text_of(cell)
    if isinstance(cell.value, datetime | date):
        return parse_date(f"{cell.value:%Y-%m-%d}").isoformat()
    text = to_ascii(text_of(cell)).strip().replace(" ", "")
    if not text:
        return ""
    parts = text.replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-").split("-")
    if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts):
        text = f"{parts[0]}-{parts[1]:0>2}-{parts[2]:0>2}"
    return parse_date(text).isoformat()


def as_whole(cell: Cell | None, context: Context) -> str:
    """A whole number."""
    text = figure_of(cell)
    if "." in text and text.rstrip("0").endswith("."):
        text = text.rstrip("0")[:-1]
    if text and "." in text:
        raise ValidationError(_("应为整数。"), code="invalid")
    return text


def as_figure(cell: Cell | None, context: Context) -> str:
    return figure_of(cell)


@dataclass(slots=True)
class Planned:
    """The row that a line makes, and the one that it changes."""

    row: Row
    old: Row | None = None


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
        for outcome in outcomes:
            self._read(outcome, units.get(outcome.line.number), codes)
        self.ledger.relate([outcome.payload.row for outcome in outcomes if outcome.payload is not None])
        for outcome in outcomes:
            _check(outcome)
        _refuse_repeated(outcomes)
        self._compare(outcomes, user)
        self._refuse_doubled(outcomes)
        self._refuse_closed(outcomes)
        for outcome in outcomes:
            self._show(outcome, units.get(outcome.line.number), labels)
        return outcomes

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
        kept: dict[int, tuple[Unit, Keeping]] = {}
        foreign = []
        for number, unit in units.items():
            root = root_of(unit)
            if root.pk not in kept:
                kept[root.pk] = (root, keeping_of(self.ledger, root))
            if not may_write(access, self.ledger, unit, *kept[root.pk]):
                foreign.append(number)
        if not foreign:
            return
        if self.ledger.import_only and not any(keeps(access, keeping) for _root, keeping in kept.values()):
            raise Forbidden(_("这个台账由上级系统数据导入，只有主管单位可以维护。"))
        rows = "、".join(str(n) for n in foreign[:_LISTED]) + ("…" if len(foreign) > _LISTED else "")
        raise Forbidden(_("第 %(rows)s 行是其他单位的台账，您不能登记；整个文件没有读取。") % {"rows": rows})

    def _read(self, outcome: Outcome, unit: Unit | None, codes: Mapping[str, Mapping[str, str]]) -> None:
        """The row that a line says, as far as it alone tells."""
        if outcome.is_refused or unit is None:
            return
        row = self.ledger.model(unit=unit)
        for name in self.ledger.all_fields[1:]:
            self._put(outcome, row, name, outcome.line.get(name), codes)
        if outcome.is_refused:
            return
        try:
            row.clean_fields(exclude=["unit", "author", "created_at", "source_system", "imports", *self.ledger.lists])
        except ValidationError as error:
            _refuse(outcome, error)
            return
        outcome.payload = Planned(row)

    def _put(self, outcome: Outcome, row: Row, name: str, text: str, codes: Mapping[str, Mapping[str, str]]) -> None:
        field = self.ledger.field(name)
        if name in codes:
            code = codes[name].get(text, text if text in codes[name].values() else None)
            if text == "" and (field.has_default() or field.blank):
                return
            if code is None:
                choices = "、".join(list(codes[name])[:20])
                outcome.refuse(name, _("只能是：%(choices)s。") % {"choices": choices})
                return
            setattr(row, name, code)
        elif isinstance(field, models.BooleanField):
            told_so = (_YES | _NO).get(text.lower())
            if told_so is None:
                outcome.refuse(name, _("请写“是”或“否”。"))
            else:
                setattr(row, name, told_so)
        elif text == "":
            if not field.blank and not field.has_default():
                outcome.refuse(name, _("请填写。"))
        else:
            setattr(row, name, field.to_python(text))

    def _compare(self, outcomes: Sequence[Outcome], user: User) -> None:
        """Created, changed or unchanged against what stands: by external number, else by everything that it says."""
        planned = [outcome for outcome in outcomes if outcome.payload is not None]
        numbers = {o.payload.row.external_no for o in planned} - {""}
        by_number = {
            (row.source_system, row.external_no): row
            for row in self.ledger.model.objects.filter(external_no__in=numbers).select_related("unit__parent")
        }
        same = self._same([o.payload.row for o in planned if not o.payload.row.external_no])
        access = Access.of(user)
        for outcome in planned:
            row = outcome.payload.row
            old = by_number.get((row.source_system, row.external_no)) if row.external_no else None
            if old is None:
                is_known = not row.external_no and self._identity(row) in same
                outcome.result = UNCHANGED if is_known else CREATED
            elif old.is_void:
                outcome.refuse("external_no", _("这个编号的台账已作废。"))
            elif not self._may_write_old(access, old):
                outcome.refuse("external_no", _("这个编号已由其他单位登记。"))
            else:
                outcome.payload.old = old
                outcome.result = UNCHANGED if self._identity(row) == self._identity(old) else CHANGED

    def _may_write_old(self, access: Access, old: Row) -> bool:
        root = root_of(old.unit)
        return may_write(access, self.ledger, old.unit, root, keeping_of(self.ledger, root))

    def _identity(self, row: Row) -> tuple[Any, ...]:
        return tuple(getattr(row, self.ledger.field(name).attname) for name in self.ledger.all_fields)

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

    def _show(self, outcome: Outcome, unit: Unit | None, labels: Labels) -> None:
        planned = outcome.payload
        outcome.shown = {name: outcome.line.get(name)[:100] for name, _heading in self.shown}
        outcome.shown["unit"] = unit.name if unit else outcome.line.get("unit")[:100]
        if planned is not None:
            for name in outcome.shown:
                if name not in ("unit", *self.ledger.lists):
                    outcome.shown[name] = plain(getattr(planned.row, name))[:100]
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
        now, rows = clock.now(), {}
        new = [o.payload.row for o in outcomes if o.result == CREATED]
        changed = [o.payload for o in outcomes if o.result == CHANGED]
        for row in new:
            row.author, row.created_at, row.updated_at, row.imports = user, now, now, [source.record_id]
        bulk.insert(new)
        names = [*self.ledger.all_fields, *self._derived()]
        before = {each.old.pk: told(self.ledger, each.old) for each in changed if each.old is not None}
        touched: list[Row] = list(new)
        for each in changed:
            assert each.old is not None
            touched += [_copy(each.old), each.old]
            for name in names:
                setattr(each.old, name, getattr(each.row, name))
            each.old.version += 1
            each.old.updated_at, each.old.imports = now, [*each.old.imports, source.record_id]
        self.ledger.model.objects.bulk_update(
            [each.old for each in changed if each.old is not None],
            [*names, "version", "updated_at", "imports"],
            batch_size=200,
        )
        for row in (*new, *(each.old for each in changed if each.old is not None)):
            rows[str(row.pk)] = {"before": before.get(row.pk, {}), "after": told(self.ledger, row)}
        mark_fed(self.ledger, touched, f"{self.ledger.key} import")
        entry = Entry(source.action, source.record, source.record_id, source.before, {**source.after, "rows": rows})
        trail.record(Access.of(user).actor(Role.REPORTER, origin=origin), [entry])
        return {CREATED: len(new), CHANGED: len(changed), UNCHANGED: len(outcomes) - len(new) - len(changed)}

    def _derived(self) -> list[str]:
        """Columns that the model computed when the row was checked."""
        return list(getattr(self.ledger.model, "derived", ()))


def _copy(row: Row) -> Row:
    """The row as it was, for the marks."""
    return type(row)(**{f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields})


def _check(outcome: Outcome) -> None:
    """Let the row say what can't be."""
    if outcome.payload is None:
        return
    try:
        outcome.payload.row.clean()
    except ValidationError as error:
        _refuse(outcome, error)
        outcome.payload = None


def _refuse(outcome: Outcome, error: ValidationError) -> None:
    found = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    for name, faults in found.items():
        for message in messages_of(ValidationError(faults)):
            outcome.refuse(name if name != "__all__" else "", message)


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
