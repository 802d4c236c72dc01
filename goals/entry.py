"""Entering readings: the checks of each row, and writing all of them or none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from audit import trail
from common import bulk, clock
from common.dates import FIRST_YEAR, LAST_YEAR
from common.errors import Conflict, Forbidden
from common.records import touch
from common.text import CleanText
from goals import evidence
from goals.checks import warnings_of
from goals.models import Indicator, Reading, ReportingUnit
from goals.models.reading import OPEN, State
from goals.permissions import may_report
from goals.progress import period_containing, periods_of_year
from goals.progress.recompute import mark_indicators
from goals.webhooks import outbox
from goals.windows import require_open

_CLEAN = CleanText()
ENTERABLE = {State.DRAFT, State.SUBMITTED, State.APPROVED}
Slot = tuple[int, int, date]


@dataclass
class Row:
    """One reading as it was entered."""

    indicator: Indicator
    unit: Unit
    period: date
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    rank: int | None = None
    rank_of: int | None = None
    note: str = ""
    state: str = State.DRAFT
    warnings: list[dict[str, Any]] = field(default_factory=list)
    # The version of the slot's draft that whoever enters this has seen (0: none); None where nobody looked.
    seen: int | None = None

    @cached_property
    def slot(self) -> Slot:
        return (self.indicator.pk, self.unit.pk, self.period)

    def figures(self) -> tuple[object, ...]:
        return (self.value, self.numerator, self.denominator, self.rank, self.rank_of)


@dataclass
class Posted:
    """What became of the rows; in order the ids of their readings, and what the checks warn of."""

    created: int = 0
    updated: int = 0
    revised: int = 0
    unchanged: int = 0
    ids: list[int] = field(default_factory=list)
    warnings: list[list[dict[str, Any]]] = field(default_factory=list)


def check_rows(user: User, rows: Sequence[Row]) -> Sequence[Row]:
    """Raise Forbidden or ValidationError (keyed `row.field`) unless the user may enter all of these."""
    access = Access.of(user)
    fed = _fed_by(user, rows) if access.has(Role.DATA_FEED) else set()
    spans = _spans(rows)
    errors: dict[str, list[ValidationError]] = {}
    seen: set[Slot] = set()
    _require_rights(access, rows, fed)
    for index, row in enumerate(rows):
        for name, message, code in _faults(row, spans):
            errors.setdefault(f"{index}.{name}", []).append(ValidationError(message, code=code))
        if row.slot in seen:
            duplicate = ValidationError(_("同一指标、单位、期重复出现。"), code="duplicate")
            errors.setdefault(f"{index}.period", []).append(duplicate)
        seen.add(row.slot)
    if errors:
        raise ValidationError(errors)
    for row, warnings in zip(rows, warnings_of(rows), strict=True):
        row.warnings = warnings
    return rows


def _fed_by(user: User, rows: Sequence[Row]) -> set[int]:
    ids = {row.indicator.pk for row in rows}
    return set(user.fed_indicators.filter(pk__in=ids).values_list("pk", flat=True))


def _require_rights(access: Access, rows: Sequence[Row], fed: set[int]) -> None:
    """The same question is asked once, however many rows ask it."""
    asked = {row.slot[:2]: (row.indicator, row.unit) for row in rows}
    for indicator, unit in asked.values():
        feeds = (access.user.pk,) if indicator.pk in fed else ()
        if not may_report(access, indicator, unit, feeds=feeds):
            raise Forbidden(_("您不是该单位的填报员。"))
    if any(row.state == State.APPROVED and row.slot[0] not in fed for row in rows):
        raise Forbidden(_("只有数据接口可以直接写入已通过的数据。"))


def _spans(rows: Sequence[Row]) -> dict[tuple[int, int], list[tuple[date, date]]]:
    spans: dict[tuple[int, int], list[tuple[date, date]]] = {}
    found = ReportingUnit.objects.filter(indicator__in={row.slot[0] for row in rows})
    for indicator, unit, first, last in found.values_list("indicator_id", "unit_id", "first_day", "last_day"):
        spans.setdefault((indicator, unit), []).append((first, last))
    return spans


Fault = tuple[str, Any, str]


def _faults(row: Row, spans: dict[tuple[int, int], list[tuple[date, date]]]) -> Iterable[Fault]:
    yield from _period_faults(row)
    if row.indicator.measure_of(row.period.year):
        yield "indicator", _("该指标自动计数，不需要填报。"), "counted"
    elif not any(a <= row.period <= b for a, b in spans.get(row.slot[:2], [])):
        yield "unit", _("该单位这一期不填报此指标。"), "not_a_reporting_unit"
    yield from _share_faults(row) if row.indicator.is_share else _value_faults(row)
    if row.state not in ENTERABLE:
        yield "state", _("只能填报草稿、提交或（数据接口）已通过的数据。"), "invalid_choice"
    for name in ("rank", "rank_of"):
        number = getattr(row, name)
        if number is not None and not 1 <= number <= 32_767:
            yield name, _("位次应为 1 至 32767 的整数。"), "invalid"
    if row.rank is not None and row.rank_of is not None and row.rank > row.rank_of:
        yield "rank", _("位次不能大于参评数。"), "invalid"
    try:
        _CLEAN(row.note)
    except ValidationError as error:
        yield "note", error.message, error.code or "invalid"


def _period_faults(row: Row) -> Iterable[Fault]:
    if not FIRST_YEAR <= row.period.year <= LAST_YEAR:
        yield "period", _("年份应在 2000 至 2099 之间。"), "out_of_range"
        return
    right = period_containing(row.period, row.indicator.frequency)
    if right != row.period:
        yield "period", _("期应写作最后一天 %(day)s。") % {"day": right.isoformat()}, "not_a_period_end"
        return
    if clock.today() <= _day_before(row.period, row.indicator.frequency):
        yield "period", _("这一期还没有开始。"), "not_begun"


@lru_cache(maxsize=4_096)
def _day_before(period: date, frequency: str) -> date:
    """The last day before the period."""
    before = [end for end in periods_of_year(frequency, period.year) if end < period]
    return before[-1] if before else date(period.year - 1, 12, 31)


def _share_faults(row: Row) -> Iterable[Fault]:
    if row.value is not None:
        yield "value", _("比率指标填分子和分母，不填数值。"), "not_for_share"
    for name in ("numerator", "denominator"):
        if getattr(row, name) is None:
            yield name, _("请填写分子和分母。"), "required"
    if row.numerator is None or row.denominator is None:
        return
    if row.denominator < 0:
        yield "denominator", _("分母不能为负。"), "min_value"
    elif row.denominator:
        yield from _bounds("numerator", 100 * row.numerator, row.denominator, row.indicator)


def _value_faults(row: Row) -> Iterable[Fault]:
    for name in ("numerator", "denominator"):
        if getattr(row, name) is not None:
            yield name, _("只有比率指标填分子和分母。"), "only_for_share"
    if row.value is None:
        yield "value", _("请填写数字，没有数据不等于零。"), "required"
    else:
        yield from _bounds("value", row.value, Decimal(1), row.indicator)


def _bounds(name: str, above: Decimal, below: Decimal, indicator: Indicator) -> Iterable[Fault]:
    """The figure above ÷ below against the indicator's own limits, without dividing."""
    if indicator.minimum is not None and above < indicator.minimum * below:
        yield name, _("小于该指标的最小值 %(limit)s。") % {"limit": f"{indicator.minimum:f}"}, "min_value"
    if indicator.maximum is not None and above > indicator.maximum * below:
        yield name, _("大于该指标的最大值 %(limit)s。") % {"limit": f"{indicator.maximum:f}"}, "max_value"


@dataclass
class _Slots:
    """What stands already in the slots that are written to."""

    approved: dict[Slot, Reading] = field(default_factory=dict)
    open: dict[Slot, Reading] = field(default_factory=dict)
    returned: dict[Slot, Reading] = field(default_factory=dict)
    revision: dict[Slot, int] = field(default_factory=dict)

    @classmethod
    def read(cls, rows: Sequence[Row]) -> "_Slots":
        slots, wanted = cls(), {row.slot for row in rows}
        found = Reading.objects.select_for_update(of=("self",)).filter(
            indicator__in={s[0] for s in wanted}, unit__in={s[1] for s in wanted}, period__in={s[2] for s in wanted}
        )
        for reading in found.select_related("indicator", "unit").order_by("pk"):
            slot = (reading.indicator_id, reading.unit_id, reading.period)
            slots.revision[slot] = max(reading.revision, slots.revision.get(slot, 0))
            if reading.revision == slots.revision[slot]:
                slots.returned.pop(slot, None)
            if reading.state == State.APPROVED:
                slots.approved[slot] = reading
            elif reading.state in OPEN:
                slots.open[slot] = reading
            elif reading.state == State.RETURNED and reading.revision == slots.revision[slot]:
                slots.returned[slot] = reading
        return slots


@dataclass
class _Work:
    """The writes that a set of rows comes to, all at one moment."""

    now: datetime = field(default_factory=clock.now)
    new: list[Reading] = field(default_factory=list)
    moved: list[tuple[Reading, dict[str, Any]]] = field(default_factory=list)
    superseded: list[Reading] = field(default_factory=list)
    # What was returned last, and the new reading in its place, which takes over its evidence.
    resumed: list[tuple[Reading, Reading]] = field(default_factory=list)
    results: list[Reading] = field(default_factory=list)
    mould: bulk.Mould[Reading] | None = None

    def another(self, user: User, row: Row) -> Reading:
        """A new reading of the row's slot."""
        if self.mould is None:
            self.mould = bulk.Mould(Reading, entered_by_id=user.pk, entered_at=self.now, updated_at=self.now)
        reading = self.mould.cast(indicator=row.indicator, unit=row.unit)
        reading.period, reading.is_share = row.period, row.indicator.is_share
        return reading


def write_rows(user: User, rows: Sequence[Row], *, origin: str, source: trail.Entry | None = None) -> Posted:
    """Write checked rows in the caller's transaction; raises Conflict where a slot is under review or locked.

    The audit trail tells of each reading, or, of rows that come from one `source`, of all of them in its entry.
    """
    slots, posted, work = _Slots.read(rows), Posted(), _Work()
    _require_seen(rows, slots)
    for row in rows:
        _place(user, row, slots, posted, work)
    changed = [*work.new, *(reading for reading, _before in work.moved)]
    require_open((r.indicator_id, r.unit_id, r.period) for r in changed)
    _require_evidence(work)
    for old in work.superseded:
        old.state, old.superseded_at = State.SUPERSEDED, work.now
    _update(work.superseded, ["state", "superseded_at"])
    _update([reading for reading, _before in work.moved], _ENTERED)
    try:
        bulk.insert(work.new)
    except IntegrityError as error:
        raise Conflict(_("同一指标、单位、期刚刚有人填报，请刷新后再试。")) from error
    approved = [r for r in changed if r.state == State.APPROVED]
    if approved:
        years = {r.period.year + shift for r in approved for shift in (0, 1)}
        mark_indicators({r.indicator_id for r in approved}, years, "feed")
        outbox.tell_approved(approved)
    with evidence.carried(work.resumed) as carried:
        _tell(user, work, carried, origin, source)
    posted.ids = [reading.pk for reading in work.results]
    posted.warnings = [row.warnings for row in rows]
    return posted


def _require_seen(rows: Sequence[Row], slots: _Slots) -> None:
    """Nothing is written over what the writer hasn't seen; raises ValidationError, code `stale`, keyed by row."""
    errors = {}
    for index, row in enumerate(rows):
        held = slots.open.get(row.slot)
        if row.seen is None or row.seen == (held.version if held else 0):
            continue
        if held is not None and (held.state == State.SUBMITTED or held.figures() == row.figures()):
            continue  # what is under review is refused below; the same figures overwrite nothing
        errors[f"{index}.value"] = ValidationError(_("这一项刚刚在别处改过，请核对后再存。"), code="stale")
    if errors:
        raise ValidationError(errors)  # type: ignore[arg-type]


def _require_evidence(work: _Work) -> None:
    """Whose target demands evidence is submitted as a draft that has it, or in place of a returned one that has it.

    Two queries; keyed `row.evidence`.
    """
    written = {id(reading) for reading in [*work.new, *(reading for reading, _before in work.moved)]}
    holding = {id(new): old for old, new in work.resumed}
    handed_in = [
        (index, holding.get(id(reading), reading))
        for index, reading in enumerate(work.results)
        if reading.state == State.SUBMITTED and id(reading) in written
    ]
    lacking = {id(reading) for reading in evidence.lacking(reading for _index, reading in handed_in)}
    if lacking:
        fault = ValidationError(_("须附佐证：请先存为草稿，上传佐证后再提交。"), code="evidence_required")
        raise ValidationError({f"{index}.evidence": fault for index, reading in handed_in if id(reading) in lacking})


_ENTERED = [
    *("value", "numerator", "denominator", "rank", "rank_of", "note", "warnings", "state", "hands"),
    *("reported_by", "reported_at", "approved_at", "supersedes"),
]


def _update(readings: Sequence[Reading], fields: list[str]) -> None:
    for reading in readings:
        touch(reading)
    Reading.objects.bulk_update(readings, [*fields, "version", "updated_at"], batch_size=1_000)


def _place(user: User, row: Row, slots: _Slots, posted: Posted, work: _Work) -> None:
    """Decide what a row does to its slot."""
    held, standing = slots.open.get(row.slot), slots.approved.get(row.slot)
    if held is not None and held.state == State.SUBMITTED:
        if held.figures() != row.figures() or row.state != State.SUBMITTED:
            raise Conflict(_("%(slot)s 的数据正在审核，不能再报。") % {"slot": f"{row.indicator} {row.period}"})
        posted.unchanged += 1
        work.results.append(held)
        return
    if standing is not None and standing.figures() == row.figures() and held is None:
        posted.unchanged += 1
        work.results.append(standing)
        return
    if held is not None:
        if (held.figures(), held.note, held.state) == (row.figures(), row.note, row.state):
            posted.unchanged += 1
        else:
            posted.updated += 1
            work.moved.append((held, _snapshot(held)))
            _fill(held, row, user, standing, work)
        work.results.append(held)
        return
    reading = work.another(user, row)
    reading.revision = slots.revision.get(row.slot, 0) + 1
    _fill(reading, row, user, standing, work)
    work.new.append(reading)
    if row.slot in slots.returned:
        work.resumed.append((slots.returned[row.slot], reading))
    work.results.append(reading)
    if standing is not None:
        posted.revised += 1
    else:
        posted.created += 1


def _fill(reading: Reading, row: Row, user: User, standing: Reading | None, work: _Work) -> None:
    reading.value, reading.numerator, reading.denominator = row.value, row.numerator, row.denominator
    reading.rank, reading.rank_of, reading.note = row.rank, row.rank_of, row.note
    reading.warnings, reading.state = row.warnings, row.state
    if user.pk not in reading.hands:
        reading.hands = [*reading.hands, user.pk]
    if row.state != State.DRAFT:
        reading.reported_by_id, reading.reported_at = user.pk, work.now
    if row.state == State.APPROVED:
        reading.approved_at = work.now
        if standing is not None:
            reading.supersedes = standing
            work.superseded.append(standing)


def _snapshot(reading: Reading) -> dict[str, Any]:
    values = {n: getattr(reading, n) for n in ("value", "numerator", "denominator", "rank", "rank_of")}
    plain = {n: None if v is None else str(v) for n, v in values.items()}
    return plain | {
        "indicator": reading.indicator.code,
        "unit": reading.unit.code,
        "period": reading.period.isoformat(),
        "state": str(reading.state),
        "note": reading.note,
    }


def _said(values: dict[str, Any]) -> dict[str, Any]:
    """Without what says nothing: an event of thousands of readings is long enough."""
    return {name: value for name, value in values.items() if value not in (None, "")}


def _tell(user: User, work: _Work, carried: Sequence[trail.Entry], origin: str, source: trail.Entry | None) -> None:
    actor = Access.of(user).actor(Role.DATA_FEED, Role.REPORTER, origin=origin)
    if source is not None:
        changed = [*work.new, *(r for r, _before in work.moved)]
        before = {str(r.pk): _said(values) for r, values in work.moved}
        after = {**source.after, "readings": {str(r.pk): _said(_snapshot(r)) for r in changed}}
        entry = trail.Entry(source.action, source.record, source.record_id, before, after)
        trail.record(actor, [entry, *carried] if changed else carried)
        return
    actions = {State.DRAFT: "save_draft", State.SUBMITTED: "submit", State.APPROVED: "feed_approved"}
    entries = [trail.Entry("supersede", "reading", str(r.pk), after=_snapshot(r)) for r in work.superseded]
    for reading, before in [*((r, {}) for r in work.new), *work.moved]:
        action = actions[State(reading.state)]
        entries.append(trail.Entry(action, "reading", str(reading.pk), before, _snapshot(reading)))
    trail.record(actor, [*entries, *carried])
