"""我的填报: what one's units owe, entered in one table; and the correction of what was approved."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from common import clock
from common.dates import parse_date
from common.errors import Conflict
from common.pages import allowed, origin, tell_refusal
from common.templatetags.portal import moment
from goals import reporting
from goals.asks import asked_of
from goals.entry import Row, check_rows
from goals.impact import impacts, slot_of
from goals.models import Indicator, Reading
from goals.models.reading import State
from goals.permissions import may_report, visible_or_404
from goals.sheet import Line, correcting, months, place, require_reasons, standing, with_evidence
from goals.spot_checks import requests_for

# Six fields a row must stay below Django's limit of a form; more is due than anybody fills in at once.
MOST_ROWS = 150
RECENT = 20


def reports(user: User) -> bool:
    return Access.of(user).has(Role.REPORTER)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(reports)
def report(request: HttpRequest) -> HttpResponse:
    """The sheet: all that is due, drafts filled in already."""
    assert isinstance(request.user, User)
    owed = reporting.due_for(request.user, clock.today())
    lines = with_evidence([standing(due) for due in owed[:MOST_ROWS]])
    status = 200
    if request.method == "POST":
        lines, entered = _entered(request, lines)
        if "preview" in request.POST and entered:
            return _preview(request, entered)
        state = State.SUBMITTED if "submit" in request.POST else State.DRAFT
        if entered and not any(line.errors for line in entered) and _store(request, entered, state):
            return redirect("report")
        if not entered:
            messages.error(request, _("还没有填写任何数字；没有数据不等于零。"))
        status = 400
    context = {
        "page": "report",
        "lines": lines,
        "owed": len(owed),
        "left": max(0, len(owed) - MOST_ROWS),
        "overdue": sum(1 for due in owed if due.overdue),
        "filled": sum(1 for line in lines if line.is_filled),
        "faults": sum(1 for line in lines if line.errors),
        "units": sorted({line.unit.name for line in lines}),
        "months": months(max((due.period.year for due in owed), default=clock.today().year), owed, clock.today()),
        "recent": _recent(request.user),
        "asked": requests_for(request.user),
        "others": asked_of(request.user, clock.today()),
        "open": request.GET.get("open", "")[:300],
        "tally": {
            "warned": sum(1 for line in lines if line.warnings),
            "returned": sum(1 for line in lines if line.is_returned and not line.is_filled),
            "empty": sum(1 for line in lines if not line.is_filled),
        },
    }
    return render(request, "goals/report.html", context, status=status)


def _recent(user: User) -> list[Reading]:
    """What the user's units handed in lately, and how it stands."""
    access = Access.of(user)
    found = Reading.objects.visible_to(user).exclude(state__in=[State.DRAFT, State.SUPERSEDED])
    if not access.everywhere(Role.REPORTER):
        found = found.filter(unit__in=access.unit_ids(Role.REPORTER))
    return list(found.select_related("indicator", "unit", "reviewed_by").order_by("-reported_at", "-pk")[:RECENT])


def _entered(request: HttpRequest, lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """All lines with what was typed into them, and those to be stored. What was typed is never lost."""
    by_key = {line.key: line for line in lines}
    picked = set(request.POST.getlist("pick")) if "picks" in request.POST and "submit" in request.POST else None
    entered = []
    for key in dict.fromkeys(request.POST.getlist("row")[:MOST_ROWS]):
        line = by_key.get(key) or unlisted(request, key)
        if line is None:
            raise Http404
        if key not in by_key:
            lines.append(line)
        line.note = request.POST.get(f"note|{key}", "")
        line.seen = _version(request.POST.get(f"seen|{key}"))
        line.picked = picked is None or key in picked
        line.cells = {name: request.POST.get(f"{name}|{key}", "") for name in line.names}
        if request.POST.get("unchanged") == key:
            line.stand_still()
        if line.is_filled and line.picked:
            line.read(line.cells)
            entered.append(line)
    return lines, entered


def _preview(request: HttpRequest, lines: list[Line]) -> HttpResponse:
    """预览汇总: what would be handed in, what it would make of its targets, and what keeps the rest back."""
    assert isinstance(request.user, User)
    checked = [line for line in lines if not line.errors]
    try:
        check_rows(request.user, [Row(**line.entered(State.SUBMITTED)) for line in checked])
    except ValidationError as error:
        place(error, checked)
    checked = [line for line in checked if not line.errors]
    require_reasons(checked)
    figures = [Row(**line.entered(State.SUBMITTED)) for line in checked]
    found = impacts(figures, clock.today())
    for line, figure in zip(checked, figures, strict=True):
        line.impact = found.get(slot_of(figure))
    ready = [line for line in lines if not line.errors]
    held = [line for line in lines if line.errors]
    context = {"page": "report", "lines": lines, "ready": ready, "held": held}
    return render(request, "goals/preview.html", context)


def _version(raw: str | None) -> int | None:
    return int(raw) if raw and raw.isascii() and raw.isdigit() and len(raw) < 10 else None


def unlisted(request: HttpRequest, key: str) -> Line | None:
    """A row that was due when the page was loaded, and isn't any more: kept, and said to be so by the service."""
    code, _sep, rest = key.partition("|")
    unit_code, _sep, day = rest.partition("|")
    indicator = Indicator.objects.filter(code=code[:100]).first()
    units = Unit.objects.filter(Access.of(request.user).visible_units())
    unit = units.filter(code=unit_code[:100]).first()
    if indicator is None or unit is None:
        return None
    try:
        return Line.of(indicator, unit, parse_date(day))
    except ValidationError:
        return None


def _store(request: HttpRequest, lines: Sequence[Line], state: str) -> bool:
    """All of them or none; what is wrong is put beside its row."""
    assert isinstance(request.user, User)
    if state == State.SUBMITTED:
        require_reasons(lines)
        if any(line.errors for line in lines):
            return False
    try:
        reporting.post_readings(request.user, [line.entered(state) for line in lines], origin=origin(request))
    except ValidationError as error:
        place(error, lines)
        return False
    except Conflict as error:
        tell_refusal(request, error)
        return False
    count = len(lines)
    if state == State.DRAFT:
        said = ngettext("已存为草稿 %(n)s 项。", "已存为草稿 %(n)s 项。", count)
    else:
        said = ngettext("已提交 %(n)s 项，等待审核。", "已提交 %(n)s 项，等待审核。", count)
    messages.success(request, said % {"n": count})
    return True


def _is_same(reading: Reading, line: Line) -> bool:
    entered = line.entered(State.SUBMITTED)
    return all(entered[name] == getattr(reading, name) for name in line.names)


@require_POST
@allowed(reports)
def cell(request: HttpRequest) -> JsonResponse:
    """A row that saves itself: 200 with version, warnings and outlook; 400 with errors by field; 409 with what stands.

    An emptied row throws its draft away.
    """
    assert isinstance(request.user, User)
    key = request.POST.get("row", "")
    line = unlisted(request, key)
    if line is None:
        raise Http404
    line.note, line.seen = request.POST.get("note", ""), _version(request.POST.get("seen"))
    line.cells = {name: request.POST.get(name, "") for name in line.names}
    try:
        if not line.is_filled:
            return _thrown_away(request, line)
        line.read(line.cells)
        if line.errors:
            return JsonResponse({"errors": line.errors}, status=400)
        posted = reporting.post_readings(request.user, [line.entered(State.DRAFT)], origin=origin(request))
    except ValidationError as error:
        return _refused(request.user, line, error)
    except Conflict as error:
        return JsonResponse({"errors": {"value": [str(error.message)]}}, status=400)
    saved = Reading.objects.select_related("indicator", "unit").get(pk=posted.ids[0])
    answer = {"version": saved.version, "id": saved.pk, "saved": moment(clock.now()), "warnings": posted.warnings[0]}
    evidence = reverse("evidence", args=[saved.pk])
    return JsonResponse(answer | {"outlook": _outlook([saved]).get(key), "evidence": evidence})


def _thrown_away(request: HttpRequest, line: Line) -> JsonResponse:
    assert isinstance(request.user, User)
    held = Reading.objects.filter(
        indicator=line.indicator, unit=line.unit, period=line.period, state=State.DRAFT
    ).first()
    if held is not None:
        if line.seen is not None and held.version != line.seen:
            return _stale(held)
        reporting.delete_draft(request.user, held.pk)
    return JsonResponse({"version": 0, "saved": moment(clock.now()), "warnings": [], "outlook": None})


def _refused(user: User, line: Line, error: ValidationError) -> JsonResponse:
    stale = any(e.code == "stale" for errors in error.error_dict.values() for e in errors)
    held = Reading.objects.open().filter(indicator=line.indicator, unit=line.unit, period=line.period).first()
    if stale and held is not None:
        return _stale(held)
    if stale:
        return JsonResponse(
            {"stale": {"version": 0, "cells": {}, "note": "", "said": _("草稿已在别处删去。")}}, status=409
        )
    place(error, [line])
    return JsonResponse({"errors": line.errors}, status=400)


def _stale(held: Reading) -> JsonResponse:
    """What stands, and who put it there: the later one is told, nothing is overwritten in silence."""
    who = User.objects.filter(pk__in=held.hands[-1:]).first()
    line = correcting(held)
    said = _("%(who)s 于 %(when)s 改为 %(figure)s") % {
        "who": who or "—",
        "when": moment(held.updated_at),
        "figure": " / ".join(line.cells.values()),
    }
    return JsonResponse(
        {"stale": {"version": held.version, "cells": line.cells, "note": held.note, "said": said}}, status=409
    )


def _outlook(rows: Sequence[Any]) -> dict[str, dict[str, str]]:
    """预判: what each figure would make of its target, by key of the row."""
    found = {}
    for (indicator, unit, period), impact in impacts(rows, clock.today()).items():
        figure = next(r for r in rows if (r.indicator.pk, r.unit.pk, r.period) == (indicator, unit, period))
        key = Line.of(figure.indicator, figure.unit, period).key
        found[key] = {"status": impact.after.status, "word": impact.word}
    return found


@require_safe
@allowed(reports)
def outlook(request: HttpRequest) -> JsonResponse:
    """预判 of all drafts on the sheet, fetched once it is shown."""
    assert isinstance(request.user, User)
    drafts = [
        Row(due.indicator, due.unit, due.period, due.reading.value, due.reading.numerator, due.reading.denominator)
        for due in reporting.due_for(request.user, clock.today())[:MOST_ROWS]
        if due.reading is not None and due.reading.state == State.DRAFT
    ]
    return JsonResponse({"outlook": _outlook(drafts)})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(reports)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """更正: other figures for an approved slot are a new revision, which review lets supersede the old one."""
    assert isinstance(request.user, User)
    reading = visible_or_404(Reading.objects.select_related("indicator", "unit"), request.user, pk=pk)
    if not may_report(Access.of(request.user), reading.indicator, reading.unit):
        raise PermissionDenied
    line = correcting(reading)
    status = 200
    if request.method == "POST":
        line.note = request.POST.get("note", "")
        line.read({name: request.POST.get(name, "") for name in line.names})
        if not line.note.strip():
            line.errors["note"] = [_("请写明更正原因。")]
        elif not line.errors and _is_same(reading, line):
            line.errors[line.names[0]] = [_("与已通过的数字相同，没有更正；数字无误的，请告知计划管理员。")]
        if not line.errors and _store(request, [line], State.SUBMITTED):
            return redirect("report")
        status = 400
    return render(request, "goals/correct.html", {"page": "report", "reading": reading, "line": line}, status=status)
