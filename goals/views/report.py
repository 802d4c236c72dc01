"""我的填报: what one's units owe, entered in one table; and the correction of what was approved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from common import clock
from common.dates import parse_date
from common.errors import Conflict
from common.figures import parse_figure
from common.pages import allowed, origin, tell_refusal
from goals import reporting
from goals.due import Due
from goals.models import Indicator, Reading
from goals.models.reading import State
from goals.permissions import may_report, visible_or_404

FIGURES = ("value", "numerator", "denominator")
# Four fields a row must stay below Django's limit of a form; more is due than anybody fills in at once.
MOST_ROWS = 200
RECENT = 20


def reports(user: User) -> bool:
    return Access.of(user).has(Role.REPORTER)


@dataclass
class Line:
    """A row of the sheet: what stands in its cells, and what is wrong with them."""

    key: str
    indicator: Indicator
    unit: Unit
    period: date
    cells: dict[str, str] = field(default_factory=dict)
    was: dict[str, str] = field(default_factory=dict)
    note: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)
    due: Due | None = None

    @property
    def is_filled(self) -> bool:
        return any(self.cells.values())

    @property
    def names(self) -> Sequence[str]:
        return FIGURES[1:] if self.indicator.is_share else FIGURES[:1]

    @property
    def faults(self) -> list[str]:
        return [message for found in self.errors.values() for message in found]


def key_of(indicator: Indicator, unit: Unit, period: date) -> str:
    return f"{indicator.code}|{unit.code}|{period.isoformat()}"


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(reports)
def report(request: HttpRequest) -> HttpResponse:
    """The sheet: all that is due, drafts and returned figures filled in already."""
    assert isinstance(request.user, User)
    owed = reporting.due_for(request.user, clock.today())
    lines = [_standing(due) for due in owed[:MOST_ROWS]]
    status = 200
    if request.method == "POST":
        lines, entered = _entered(request, lines)
        if entered and not any(line.errors for line in entered) and _store(request, entered):
            return redirect("report")
        if not entered:
            messages.error(request, _("还没有填写任何数字；没有数据不等于零。"))
        status = 400
    return render(request, "goals/report.html", _sheet(request, lines, len(owed)), status=status)


def _standing(due: Due) -> Line:
    line = Line(key_of(due.indicator, due.unit, due.period), due.indicator, due.unit, due.period, due=due)
    if due.reading is not None:
        figures = {name: _plain(getattr(due.reading, name)) for name in line.names}
        if due.reading.state == State.DRAFT:
            line.cells, line.note = figures, due.reading.note
        else:
            # What was returned is typed anew: it must not go back by accident.
            line.was = figures
    return line


def _plain(value: Any) -> str:
    text = "" if value is None else f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _sheet(request: HttpRequest, lines: Sequence[Line], owed: int) -> dict[str, Any]:
    assert isinstance(request.user, User)
    overdue = sum(1 for line in lines if line.due and line.due.overdue)
    return {
        "page": "report",
        "lines": lines,
        "owed": owed,
        "left": max(0, owed - MOST_ROWS),
        "overdue": overdue,
        "faults": sum(1 for line in lines if line.errors),
        "units": sorted({line.unit.name for line in lines}),
        "recent": _recent(request.user),
    }


def _recent(user: User) -> list[Reading]:
    """What the user's units handed in lately, and how it stands."""
    access = Access.of(user)
    found = Reading.objects.visible_to(user).exclude(state__in=[State.DRAFT, State.SUPERSEDED])
    if not access.everywhere(Role.REPORTER):
        found = found.filter(unit__in=access.unit_ids(Role.REPORTER))
    return list(found.select_related("indicator", "unit", "reviewed_by").order_by("-reported_at", "-pk")[:RECENT])


def _entered(request: HttpRequest, lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """All lines with what was typed into them, and those that were filled. What was typed is never lost."""
    by_key = {line.key: line for line in lines}
    keys = request.POST.getlist("row")[:MOST_ROWS]
    entered = []
    for key in dict.fromkeys(keys):
        line = by_key.get(key) or _unlisted(request, key)
        if line is None:
            raise Http404
        if key not in by_key:
            lines.append(line)
        line.cells = {name: request.POST.get(f"{name}|{key}", "") for name in line.names}
        line.note = request.POST.get(f"note|{key}", "")
        if line.is_filled:
            entered.append(line)
    for line in entered:
        _check(line)
    return lines, entered


def _unlisted(request: HttpRequest, key: str) -> Line | None:
    """A row that was due when the page was loaded, and isn't any more: kept, and said to be so by the service."""
    code, _sep, rest = key.partition("|")
    unit_code, _sep, day = rest.partition("|")
    indicator = Indicator.objects.filter(code=code[:100]).first()
    units = Unit.objects.filter(Access.of(request.user).visible_units())
    unit = units.filter(code=unit_code[:100]).first()
    if indicator is None or unit is None:
        return None
    try:
        return Line(key, indicator, unit, parse_date(day))
    except ValidationError:
        return None


def _check(line: Line) -> None:
    for name in line.names:
        try:
            parse_figure(line.cells[name])
        except ValidationError as error:
            line.errors[name] = error.messages


def _store(request: HttpRequest, lines: Sequence[Line]) -> bool:
    """All of them or none; what is wrong is put beside its row."""
    assert isinstance(request.user, User)
    state = State.DRAFT if "draft" in request.POST else State.SUBMITTED
    rows = [
        {"indicator": line.indicator, "unit": line.unit, "period": line.period, "note": line.note, "state": state}
        | {name: parse_figure(line.cells[name]) for name in line.names}
        for line in lines
    ]
    try:
        reporting.post_readings(request.user, rows, origin=origin(request))
    except ValidationError as error:
        _place(error, lines)
        return False
    except Conflict as error:
        tell_refusal(request, error)
        return False
    count = len(rows)
    if state == State.DRAFT:
        said = ngettext("已存为草稿 %(n)s 项。", "已存为草稿 %(n)s 项。", count)
    else:
        said = ngettext("已提交 %(n)s 项，等待审核。", "已提交 %(n)s 项，等待审核。", count)
    messages.success(request, said % {"n": count})
    return True


def _place(error: ValidationError, lines: Sequence[Line]) -> None:
    found: Mapping[str, list[str]] = error.message_dict
    for path, said in found.items():
        number, _sep, name = path.partition(".")
        lines[int(number)].errors.setdefault(name, []).extend(said)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(reports)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """更正: other figures for an approved slot are a new revision, which review lets supersede the old one."""
    assert isinstance(request.user, User)
    reading = visible_or_404(Reading.objects.select_related("indicator", "unit"), request.user, pk=pk)
    if not may_report(Access.of(request.user), reading.indicator, reading.unit):
        raise PermissionDenied
    line = Line(
        key_of(reading.indicator, reading.unit, reading.period), reading.indicator, reading.unit, reading.period
    )
    line.cells = {name: _plain(getattr(reading, name)) for name in line.names}
    status = 200
    if request.method == "POST":
        line.cells = {name: request.POST.get(name, "") for name in line.names}
        line.note = request.POST.get("note", "")
        _check(line)
        if not line.errors and _store(request, [line]):
            return redirect("report")
        status = 400
    return render(request, "goals/correct.html", {"page": "report", "reading": reading, "line": line}, status=status)
