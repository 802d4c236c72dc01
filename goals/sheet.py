"""我的填报 as a sheet: a row for each figure that is due, what stands in its cells, and what is wrong with them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Unit
from common.display import figure
from common.figures import parse_figure
from goals import evidence
from goals.checks import lacks_reason, warnings_of
from goals.checks.beside import size_of
from goals.due import Due
from goals.entry import Row
from goals.impact import Impact
from goals.models import Indicator, Reading
from goals.models.indicator import Basis
from goals.models.reading import State

FIGURES = ("value", "numerator", "denominator")
# A stock or a share often stands still; what a month brought seldom does.
STANDING = frozenset({Basis.LEVEL, Basis.SHARE})


@dataclass
class Line:
    """A row of the sheet. `seen` is the version of the draft that its page showed, 0 where there was none."""

    key: str
    indicator: Indicator
    unit: Unit
    period: date
    cells: dict[str, str] = field(default_factory=dict)
    was: dict[str, str] = field(default_factory=dict)
    note: str = ""
    seen: int | None = None
    picked: bool = True
    errors: dict[str, list[str]] = field(default_factory=dict)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    due: Due | None = None
    files: int = 0
    impact: Impact | None = None

    @classmethod
    def of(cls, indicator: Indicator, unit: Unit, period: date) -> "Line":
        return cls(f"{indicator.code}|{unit.code}|{period.isoformat()}", indicator, unit, period)

    @property
    def names(self) -> Sequence[str]:
        return FIGURES[1:] if self.indicator.is_share else FIGURES[:1]

    @property
    def is_filled(self) -> bool:
        return any(self.cells.values())

    @property
    def is_draft(self) -> bool:
        return self.due is not None and self.due.reading is not None and self.due.reading.state == State.DRAFT

    @property
    def is_returned(self) -> bool:
        return self.due is not None and self.due.reading is not None and self.due.reading.state == State.RETURNED

    @property
    def lacks_reason(self) -> bool:
        return lacks_reason(self.warnings, self.note)

    @property
    def faults(self) -> list[str]:
        return [message for found in self.errors.values() for message in found]

    @property
    def hints(self) -> list[str]:
        return [warning["detail"] for warning in self.warnings]

    @property
    def previous_cells(self) -> dict[str, str]:
        """What stood here the period before, where it may stand still: for 无变化."""
        before = self.due.previous if self.due else None
        if before is None or self.indicator.basis not in STANDING:
            return {}
        return {name: plain(getattr(before, name)) for name in self.names}

    @property
    def change(self) -> Decimal | None:
        """Against the period before; a share's in points. Only where nothing is wrong."""
        before = self.due.previous if self.due else None
        if before is None or self.errors:
            return None
        typed = {name: parse_figure(self.cells[name]) for name in self.names}
        now = size_of(*(typed.get(name) for name in FIGURES))
        then = size_of(before.value, before.numerator, before.denominator)
        return None if now is None or then is None else now - then

    def stand_still(self) -> None:
        """The figures of the period before, confirmed."""
        self.cells = dict(self.previous_cells) or self.cells
        self.note = self.note or _("与上期相同，已核对。")

    def read(self, cells: Mapping[str, str]) -> None:
        """Take what was typed and say what is no figure."""
        self.cells = {name: cells.get(name, "") for name in self.names}
        for name in self.names:
            try:
                parse_figure(self.cells[name])
            except ValidationError as error:
                self.errors[name] = error.messages

    def entered(self, state: str) -> dict[str, Any]:
        """The row for `reporting.post_readings`; only where nothing is wrong."""
        figures = {name: parse_figure(self.cells[name]) for name in self.names}
        plain_row = {"indicator": self.indicator, "unit": self.unit, "period": self.period, "note": self.note}
        return {**plain_row, **figures, "state": state, "seen": self.seen}


def standing(due: Due) -> Line:
    """A due figure's row as its draft stands. What was returned is typed anew: it must not go back by accident."""
    line = Line.of(due.indicator, due.unit, due.period)
    line.due, line.seen = due, 0
    if due.reading is None:
        return line
    figures = {name: plain(getattr(due.reading, name)) for name in line.names}
    if due.reading.state == State.DRAFT:
        line.cells, line.note, line.seen = figures, due.reading.note, due.reading.version
        line.warnings = due.reading.warnings
        line.picked = not line.lacks_reason
    else:
        line.was = figures
    return line


def with_evidence(lines: list[Line]) -> list[Line]:
    """Count the files of each draft. One query."""
    drafts = {line.due.reading.pk: line for line in lines if line.is_draft and line.due and line.due.reading}
    attached = evidence.of([line.due.reading for line in drafts.values() if line.due and line.due.reading])
    for pk, files in attached.items():
        drafts[pk].files = len(files)
    return lines


def correcting(reading: Reading) -> Line:
    """The row of an approved figure that is corrected."""
    line = Line.of(reading.indicator, reading.unit, reading.period)
    line.cells = {name: plain(getattr(reading, name)) for name in line.names}
    return line


def require_reasons(lines: Sequence[Line]) -> None:
    """What a check warns of is handed in with a reason: puts an error beside the note that lacks one."""
    for line, warnings in zip(
        lines, warnings_of([Row(**line.entered(State.SUBMITTED)) for line in lines]), strict=True
    ):
        line.warnings = warnings
        if lacks_reason(warnings, line.note):
            line.errors["note"] = [_("有提醒，请在说明中写明原因。")]


def place(error: ValidationError, lines: Sequence[Line]) -> None:
    """Put what the service found, keyed by row and field, beside its rows."""
    for path, said in error.message_dict.items():
        number, _sep, name = path.partition(".")
        lines[int(number)].errors.setdefault(name, []).extend(said)


@dataclass(frozen=True)
class MonthMark:
    """A month of the strip above the sheet: ok, late, now or to come."""

    month: date
    state: str
    owed: int


def months(year: int, owed: Iterable[Due], today: date) -> list[MonthMark]:
    """How each month of the year stands with this reporter."""
    counts: dict[date, int] = {}
    late: set[date] = set()
    for due in owed:
        counts[due.period] = counts.get(due.period, 0) + 1
        if due.overdue:
            late.add(due.period)
    found = []
    for number in range(1, 13):
        first_after = date(year + number // 12, number % 12 + 1, 1)
        end = date.fromordinal(first_after.toordinal() - 1)
        if end >= today:
            state = "fut"
        elif end in late:
            state = "late"
        else:
            state = "now" if end in counts else "ok"
        found.append(MonthMark(end, state, counts.get(end, 0)))
    return found


def plain(value: Decimal | None) -> str:
    """A figure as it is typed."""
    text = "" if value is None else f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(value: Decimal | None) -> str:
    return figure(value, 4)
