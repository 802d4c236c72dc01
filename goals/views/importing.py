"""Excel in and out: templates, uploads, the preview with its one confirmation."""

from collections.abc import Mapping
from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from common import clock
from common.errors import Forbidden, Refusal
from common.htmx import page_or_fragment
from common.pages import allowed, origin, tell_refusal
from goals.importing import columns, preview, templates
from goals.importing.confirm import answer as answer_rows
from goals.importing.confirm import confirm as write_all
from goals.importing.registry import CHANGED, CREATED, REFUSED, UNCHANGED, Importer, importer_of
from goals.models import ImportJob, Plan
from goals.permissions import may_plan, visible_or_404
from goals.views.planner.base import plans
from goals.views.report import reports

State = ImportJob.State
ROWS_A_PAGE = 100
RECENT = 5
# The filter of the rows that owe a word.
ASKED = "asked"


def imports(user: User) -> bool:
    return bool(user.is_authenticated)


def _own_units(user: User) -> list[Unit]:
    """The units that the user reports for."""
    access = Access.of(user)
    found = Unit.objects.filter(access.visible_units())
    if not access.everywhere(Role.REPORTER):
        found = found.filter(pk__in=access.unit_ids(Role.REPORTER))
    return list(found)


def _workbook(content: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(True, name)
    return HttpResponse(content, content_type=_XLSX, headers={"Content-Disposition": disposition})


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(reports)
def excel(request: HttpRequest) -> HttpResponse:
    """Excel 填报: the template of a unit for a period, and the way back."""
    assert isinstance(request.user, User)
    units = _own_units(request.user)
    periods = templates.periods_to_fill(clock.today())
    asked = request.POST if request.method == "POST" else request.GET
    unit = _chosen_unit(units, asked.get("unit", ""))
    period = _chosen_period(asked.get("period", ""))
    context = {"page": "report", "units": units, "unit": unit, "periods": periods, "period": period or periods[0]}
    if request.method == "POST":
        purpose = {"unit": unit.code if unit else "", "period": period.isoformat() if period else ""}
        return _take(request, importer_of("readings"), unit, purpose, "goals/excel.html", context)
    if "template" in request.GET:
        if unit is None or period is None:
            raise ValidationError(_("请选择单位和期。"))
        name = f"{_('填报表')}-{unit.name}-{period:%Y-%m}.xlsx"
        return _workbook(templates.readings_template(request.user, unit, period), name)
    return render(request, "goals/excel.html", context | {"recent": _recent(request.user, "readings")})


def _chosen_unit(units: list[Unit], code: str) -> Unit | None:
    """The unit asked for, if it is one's own; without asking, one's only one."""
    if not code:
        return units[0] if len(units) == 1 else None
    found = next((unit for unit in units if unit.code == code), None)
    if found is None:
        raise PermissionDenied
    return found


def _chosen_period(raw: str) -> Any:
    return templates.parse_period(raw) if raw else None


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(plans)
def assignments(request: HttpRequest, slug: str) -> HttpResponse:
    """任务分解表, out and in."""
    assert isinstance(request.user, User)
    plan = visible_or_404(Plan.objects.select_related("unit"), request.user, slug=slug)
    if not may_plan(Access.of(request.user), plan.unit):
        raise PermissionDenied
    context = {"page": "planner", "plan": plan}
    if request.method == "POST":
        importer = importer_of("assignments")
        return _take(request, importer, plan.unit, {"plan": plan.slug}, "goals/assignments.html", context)
    if "template" in request.GET:
        name = f"{_('任务分解表')}-{plan.slug}.xlsx"
        return _workbook(templates.assignments_template(request.user, plan), name)
    return render(request, "goals/assignments.html", context | {"recent": _recent(request.user, "assignments")})


def _recent(user: User, kind: str) -> list[ImportJob]:
    return list(ImportJob.objects.visible_to(user).filter(kind=kind).defer("rows")[:RECENT])


def _take(
    request: HttpRequest,
    importer: Importer,
    unit: Unit | None,
    purpose: Mapping[str, Any],
    template: str,
    context: Mapping[str, Any],
) -> HttpResponse:
    """An upload: to its preview, or the same page again with what is wrong with the file."""
    assert isinstance(request.user, User)
    status = 400
    try:
        file = request.FILES.get("file")
        if not isinstance(file, UploadedFile) or file.file is None:
            raise ValidationError(_("请选择要上传的 Excel 文件。"))
        job = preview.upload(
            request.user, importer, cast(BinaryIO, file.file), file.name or "", unit=unit, context=purpose
        )
        return redirect("import", job.pk)
    except ValidationError as error:
        said = error.messages
    except Forbidden as error:
        said, status = [str(error.message)], 403
    recent = _recent(request.user, importer.kind)
    return render(request, template, {**context, "faults": said, "recent": recent}, status=status)


def _job(request: HttpRequest, pk: Any) -> ImportJob:
    assert isinstance(request.user, User)
    return visible_or_404(ImportJob.objects.select_related("unit", "user"), request.user, pk=pk)


@require_safe
@allowed(imports)
def show(request: HttpRequest, pk: Any) -> HttpResponse:
    """A preview: how far it was read, which column is which, and what each row would do."""
    job = _job(request, pk)
    importer = importer_of(job.kind)
    waits = job.state in (State.QUEUED, State.READING)
    only = request.GET.get("only", "")
    context: dict[str, Any] = {
        "page": "report" if job.kind == "readings" else "planner",
        "job": job,
        "importer": importer,
    }
    context |= {"waits": waits, "stuck": preview.is_stuck(job), "home": importer.home(job.context), "only": only}
    if job.state == State.MATCHING or "match" in request.GET:
        context["matching"] = _matching(importer, job)
    elif not waits:
        context |= _table(request, importer, job, only)
    template = page_or_fragment(request, "goals/import.html", "goals/_import_progress.html")
    answer = render(request, template, context)
    if template.endswith("_import_progress.html") and not waits:
        answer["HX-Refresh"] = "true"
    return answer


def _matching(importer: Importer, job: ImportJob) -> list[dict[str, Any]]:
    """A select for each column: the headings, and the one that was found."""
    headings, found = job.columns.get("headings", []), job.columns.get("found", {})
    needed = {code for group in importer.needs for code in group}
    return [
        {"column": each, "chosen": found.get(each.code, ""), "headings": headings, "needed": each.code in needed}
        for each in importer.columns
    ]


def _table(request: HttpRequest, importer: Importer, job: ImportJob, only: str) -> dict[str, Any]:
    words = {CREATED: _("新增"), CHANGED: _("更改"), UNCHANGED: _("不变"), REFUSED: _("拒绝")}
    counts = job.result.get("counts", {})
    rows = [row for row in job.rows if not only or row["is"] == only or (only == ASKED and "asks" in row)]
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    headings = {code: str(heading) for code, heading in importer.shown} | {
        column.code: str(column.heading) for column in importer.columns
    }
    return {
        "rows": page,
        "lines": [_line(row, importer, headings, words) for row in page.object_list],
        "columns": importer.shown,
        "counts": [(result, word, counts.get(result, 0)) for result, word in words.items()],
        "refused": counts.get(REFUSED, 0),
        "asked": job.result.get("asked", 0),
        "total": sum(counts.values()),
    }


def _line(row: dict[str, Any], importer: Importer, headings: Mapping[str, str], words: Mapping[str, str]) -> Any:
    said = [
        {"column": headings.get(code, ""), "message": message}
        for code, found in row.get("errors", {}).items()
        for message in found
    ]
    cells = [(str(heading), row["shown"].get(code, "")) for code, heading in importer.shown]
    return {
        "number": row["n"],
        "result": row["is"],
        "word": words[row["is"]],
        "cells": cells,
        "said": said,
        "remarks": row.get("remarks", []),
        "asks": headings[row["asks"]] if "asks" in row else "",
    }


@require_POST
@allowed(imports)
def match(request: HttpRequest, pk: Any) -> HttpResponse:
    """Which column is which, said once and remembered for the unit; then the file is read again."""
    job = _job(request, pk)
    importer = importer_of(job.kind)
    headings = job.columns.get("headings", [])
    chosen = {column.code: request.POST.get(column.code, "") for column in importer.columns}
    chosen = {code: heading for code, heading in chosen.items() if heading in headings}
    try:
        if job.state == State.CONFIRMED:
            raise ValidationError(_("已经写入，不能再改。"))
        if len(set(chosen.values())) < len(chosen):
            raise ValidationError(_("同一列不能对应两次。"))
        tied = job.columns.get("tied", [])
        lacking = importer.lacking([*chosen, *tied])
        if lacking:
            names = "、".join("/".join(str(column.heading) for column in group) for group in lacking)
            raise ValidationError(_("还须对应：%(columns)s。") % {"columns": names})
        columns.remember(importer, job.unit, headings, chosen)
        preview.start(job)
    except (ValidationError, Refusal) as error:
        tell_refusal(request, error)
    return redirect("import", job.pk)


@require_POST
@allowed(imports)
def read_again(request: HttpRequest, pk: Any) -> HttpResponse:
    """A preview whose worker was lost is read once more."""
    job = _job(request, pk)
    if preview.is_stuck(job):
        try:
            preview.start(job)
        except Refusal as error:
            tell_refusal(request, error)
    return redirect("import", job.pk)


@require_POST
@allowed(imports)
def confirm(request: HttpRequest, pk: Any) -> HttpResponse:
    """One confirmation: all rows, or none. What was written where a row asks for it is kept all the same."""
    assert isinstance(request.user, User)
    job = _job(request, pk)
    try:
        job = answer_rows(job, _words(request))
        job = write_all(request.user, job, request.POST.get("choice", ""), origin=origin(request))
    except (ValidationError, Refusal) as error:
        if isinstance(error, Forbidden):
            raise
        tell_refusal(request, error)
        return _back_to(request, job)
    written = job.result["written"]
    said = _("已写入：新增 %(created)s 行，更改 %(changed)s 行，不变 %(unchanged)s 行。")
    messages.success(request, said % written)
    return redirect("import", job.pk)


def _words(request: HttpRequest) -> dict[int, str]:
    """By row number what was written beside it."""
    given = ((name.partition("|")[2], request.POST[name]) for name in request.POST if name.startswith("word|"))
    return {int(number): said for number, said in given if number.isascii() and number.isdigit() and len(number) < 8}


def _back_to(request: HttpRequest, job: ImportJob) -> HttpResponse:
    """The preview again; where rows still owe a word, those."""
    job.refresh_from_db()
    address = reverse("import", args=[job.pk])
    return redirect(f"{address}?only={ASKED}" if job.state == State.READY and job.result.get("asked") else address)


@require_POST
@allowed(imports)
def discard(request: HttpRequest, pk: Any) -> HttpResponse:
    """Throw the preview away, and the file with it."""
    job = _job(request, pk)
    home = importer_of(job.kind).home(job.context)
    try:
        preview.discard(job)
        messages.success(request, _("已放弃，上传的文件已删除。"))
    except Refusal as error:
        tell_refusal(request, error)
        return redirect("import", job.pk)
    return redirect(home)
