"""From an uploaded file to a preview: what each row would create, change, leave or be refused for, and why."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, BinaryIO

from celery import current_app
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from common import clock
from common.bulk import without_collector
from common.commits import after_commit
from common.errors import Conflict, Forbidden, Refusal
from common.sheets import Book, Cell, SheetRow, open_book, rows_after
from common.text import CleanText
from goals.importing import columns, files
from goals.importing.registry import REFUSED, RESULTS, Importer, Line, Outcome, importer_of, messages_of
from goals.models import ImportJob

State = ImportJob.State
# More rows than this are read by a worker, with a progress bar.
AT_ONCE = 500
# A worker that hasn't been heard of for so long is taken for dead.
SILENCE = timedelta(seconds=60)
LISTED = 20
_LONGEST_NAME = 200


def upload(
    user: User, importer: Importer, source: BinaryIO, name: str, *, unit: Unit | None, context: Mapping[str, Any]
) -> ImportJob:
    """Take a file in and read it, here or by a worker. Raises ValidationError for one that isn't safe to read, and
    Forbidden for one with rows that the user may not touch; then nothing is kept."""
    if not importer.may(user, context):
        raise Forbidden(_("您不能上传这类表格。"))
    with without_collector(), open_book(source) as book:
        job = _new_job(user, importer, source, name, unit, context, book.total)
        if not _is_for_worker(job):
            try:
                read_book(job, book)
            except Forbidden:
                discard(job)
                raise
            return job
    after_commit(_ask_worker, job)
    return job


def _new_job(
    user: User,
    importer: Importer,
    source: BinaryIO,
    name: str,
    unit: Unit | None,
    context: Mapping[str, Any],
    total: int,
) -> ImportJob:
    source.seek(0)
    digest = hashlib.sha256(source.read()).hexdigest()
    job = ImportJob.objects.create(
        kind=importer.kind,
        user=user,
        unit=unit,
        context=dict(context),
        name=_safe_name(name),
        sha256=digest,
        total=total,
        created_at=clock.now(),
    )
    files.keep(job, source)
    return job


def _safe_name(name: str) -> str:
    """What the file was called, for people to read alone."""
    base = name.replace("\\", "/").rpartition("/")[2][-_LONGEST_NAME:] or "upload.xlsx"
    try:
        CleanText(_LONGEST_NAME)(base)
    except ValidationError:
        base = "".join(c for c in base if c.isprintable())
    return base or "upload.xlsx"


def start(job: ImportJob) -> None:
    """Read small files at once, large ones by a worker; without a broker all are read here."""
    if _is_for_worker(job):
        after_commit(_ask_worker, job)
    else:
        read(job)


def _is_for_worker(job: ImportJob) -> bool:
    return job.total > AT_ONCE and bool(settings.REDIS_URL)


def _ask_worker(job: ImportJob) -> None:
    try:
        current_app.send_task("goals.tasks.read_import", args=[str(job.pk)], retry=False)
    except Exception:
        read(job)


def discard(job: ImportJob) -> None:
    """Throw a preview away with its file; what was written stays, and so does the record of it."""
    if job.state == State.CONFIRMED:
        raise Conflict(_("已经写入，不能撤销；请用更正。"))
    files.drop(job)
    job.delete()


def read_again(job_id: str) -> None:
    """A worker's part: claim the job and read it. Twice does no more than once; a dead worker's job is taken over."""
    now = timezone.now()
    waits = Q(state=State.QUEUED) | Q(state=State.READING, updated_at__lt=now - SILENCE)
    claimed = ImportJob.objects.filter(waits, pk=job_id).update(state=State.READING, done=0, updated_at=now)
    if not claimed:
        return
    job = ImportJob.objects.select_related("user", "unit").get(pk=job_id)
    try:
        read(job, partial(_note, job))
    except Refusal:
        files.drop(job)


def is_stuck(job: ImportJob) -> bool:
    return job.state in (State.QUEUED, State.READING) and job.updated_at < timezone.now() - SILENCE


def _note(job: ImportJob, done: int) -> None:
    ImportJob.objects.filter(pk=job.pk).update(done=min(done, job.total), updated_at=timezone.now())


def read(job: ImportJob, progress: Callable[[int], None] | None = None) -> None:
    """Read the job's file and store its preview. Raises Forbidden, having stored why and no row."""
    try:
        with files.path_of(job).open("rb") as source, open_book(source) as book:
            read_book(job, book, progress)
        return
    except FileNotFoundError:
        said = [_("上传的文件已不在，请重新上传。")]
    except ValidationError as error:
        said = messages_of(error)
    job.rows, job.result, job.problems, job.state = [], {}, said, State.FAILED
    job.save()


def read_book(job: ImportJob, book: Book, progress: Callable[[int], None] | None = None) -> None:
    """Read an opened workbook and store its preview. Raises Forbidden, having stored why and no row."""
    importer = importer_of(job.kind)
    job.rows, job.problems, job.result = [], [], {}
    job.done = job.total
    try:
        with without_collector():
            lines = _lines(job, importer, book, progress)
            if lines is not None:
                store(job, described(importer, planned(importer, job.user, lines, job.context)))
    except ValidationError as error:
        job.state, job.problems = State.FAILED, messages_of(error)
    except Forbidden as error:
        job.state, job.problems = State.FAILED, [str(error.message)]
        job.save()
        raise
    job.save()


def planned(importer: Importer, user: User, lines: Sequence[Line], context: Mapping[str, Any]) -> list[Outcome]:
    """The plan; a conflict that names no row refuses them all."""
    try:
        return importer.plan(user, lines, context)
    except Conflict as error:
        return refused_all(lines, error)


def described(importer: Importer, outcomes: list[Outcome]) -> list[Outcome]:
    """The plan with what is shown of it."""
    importer.describe(outcomes)
    return outcomes


def refused_all(lines: Sequence[Line], error: Conflict) -> list[Outcome]:
    outcomes = [Outcome(line) for line in lines]
    for outcome in outcomes:
        outcome.refuse("", error.message)
    return outcomes


def _lines(job: ImportJob, importer: Importer, book: Book, progress: Callable[[int], None] | None) -> list[Line] | None:
    """The file's rows as its columns say; None, and the state that says so, when the columns aren't known yet."""
    codes = book.codes()
    tied = {code for entries in codes.values() for code in entries}
    rows = list(book.rows(progress))
    matching = columns.match(importer, job.unit, rows, tied)
    remarks = _remarks(book)
    lacking = importer.lacking([*matching.found, *tied])
    job.columns = {
        "headings": [matching.headings[index] for index in sorted(matching.headings)],
        "found": {code: matching.headings[index] for code, index in matching.found.items()},
        "row": matching.row,
        "tied": sorted(tied),
    }
    job.result = {"remarks": remarks}
    if lacking:
        names = ["/".join(str(column.heading) for column in group) for group in lacking]
        job.problems = [
            _("没有找到列：%(columns)s。请在下面对应一次，以后同样的表格不用再对应。") % {"columns": "、".join(names)}
        ]
        job.state = State.MATCHING
        return None
    data = rows_after(rows, matching.row)
    lines = [parsed(importer, row, matching.found, codes.get(row.number, {}), job.context) for row in data]
    kept = [line for line in lines if not _is_blank(importer, line)]
    if len(kept) < len(lines):
        remarks.append(_("有 %(n)s 行没有填写，已略过。") % {"n": len(lines) - len(kept)})
    if not kept:
        raise ValidationError(_("没有一行填写了内容；没有数据不等于零。"), code="empty")
    return kept


def _is_blank(importer: Importer, line: Line) -> bool:
    return not line.errors and not any(line.get(code) for code in importer.filled)


def parsed(
    importer: Importer, row: SheetRow, found: Mapping[str, int], tied: Mapping[str, str], context: Mapping[str, Any]
) -> Line:
    """One row by its columns; what can't be read is said beside its column, all of it at once."""
    line = Line(row.number)
    for column in importer.columns:
        index = found.get(column.code)
        cell = None if index is None else row.at(index)
        if column.code in tied:
            cell = Cell(tied[column.code])
            line.tied.append(column.code)
        elif index is None:
            line.values[column.code] = str(context.get(column.default) or "")
            continue
        try:
            line.values[column.code] = column.parse(cell, context)
        except ValidationError as error:
            line.errors[column.code] = messages_of(error)
            line.values[column.code] = "" if cell is None or cell.value is None else str(cell.value)[:LISTED]
        if cell is not None and cell.percent:
            line.percent.append(column.code)
    return line


def _remarks(book: Book) -> list[str]:
    """What of the workbook wasn't read: people must know, for they may have counted on it."""
    said = []
    if book.hidden_rows:
        shown = "、".join(str(row) for row in book.hidden_rows[:LISTED])
        more = "…" if len(book.hidden_rows) > LISTED else ""
        said.append(_("隐藏的行没有导入：第 %(rows)s 行。") % {"rows": shown + more})
    if book.hidden_sheets:
        names = "、".join(book.hidden_sheets[:LISTED])
        said.append(_("隐藏的工作表没有导入：%(sheets)s。") % {"sheets": names})
    if book.other_sheets:
        names = "、".join(book.other_sheets[:LISTED])
        said.append(_("只读取第一张工作表“%(sheet)s”，没有读取：%(sheets)s。") % {"sheet": book.title, "sheets": names})
    return said


def store(job: ImportJob, outcomes: Sequence[Outcome]) -> None:
    """Put a plan into the job (which the caller saves)."""
    counts = Counter(outcome.result for outcome in outcomes)
    job.rows = [as_row(outcome) for outcome in outcomes]
    asked = sum(1 for outcome in outcomes if outcome.asks and not outcome.is_refused)
    job.result = {**job.result, "counts": {result: counts[result] for result in RESULTS}, "asked": asked}
    job.state = State.REFUSED if counts[REFUSED] else State.READY


def as_row(outcome: Outcome) -> dict[str, Any]:
    """A row of the preview as the job keeps it; short names, for there are thousands."""
    line = outcome.line
    row: dict[str, Any] = {"n": line.number, "is": outcome.result, "values": line.values, "shown": outcome.shown}
    optional = {"errors": outcome.errors, "remarks": outcome.remarks, "percent": line.percent, "tied": line.tied}
    optional["asks"] = [] if outcome.is_refused else outcome.asks
    return row | {name: value for name, value in optional.items() if value}


def lines_of(job: ImportJob) -> list[Line]:
    """The lines again that a preview was made of; none of them had an error."""
    return [Line(row["n"], row["values"], percent=row.get("percent", []), tied=row.get("tied", [])) for row in job.rows]
