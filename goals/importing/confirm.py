"""One confirmation writes all rows of a preview or none, after checking them again; the same file twice is once."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from audit import trail
from common import clock
from common.bulk import without_collector
from common.errors import Conflict, Forbidden
from common.text import CleanText
from goals.importing import files
from goals.importing.preview import described, lines_of, planned, refused_all, store
from goals.importing.registry import CHANGED, CREATED, Importer, Line, Outcome, importer_of
from goals.models import ImportJob

State = ImportJob.State


class _Stopped(Exception):
    """The rows don't go in as they stand: nothing is written, and the preview tells why."""

    def __init__(self, outcomes: Sequence[Outcome], why: str) -> None:
        super().__init__()
        self.outcomes, self.why = outcomes, why


def answer(job: ImportJob, words: Mapping[int, str]) -> ImportJob:
    """Put what people write, by row number, where the preview asks for it. Raises ValidationError for what is no
    text, having kept the rest: many rows are answered page by page."""
    if not words:
        return job
    faults = []
    with transaction.atomic():
        job = _locked(job)
        for row in job.rows if job.state == State.READY else []:
            asked, said = row.get("asks", ""), words.get(row["n"], "")
            if not asked or not said.strip():
                continue
            try:
                CleanText()(said)
            except ValidationError as error:
                faults += [_("第 %(n)s 行：%(why)s") % {"n": row["n"], "why": why} for why in error.messages]
                continue
            row["values"][asked], row["shown"][asked] = said, said[:100]
            del row["asks"]
            job.result["asked"] -= 1
        job.save(update_fields=["rows", "result"])
    if faults:
        raise ValidationError(faults)
    return job


def confirm(user: User, job: ImportJob, choice: str, *, origin: str = "") -> ImportJob:
    """Write the preview. Raises Conflict, with the reasons put into the preview, when it no longer holds."""
    importer = importer_of(job.kind)
    if choice not in dict(importer.choices):
        raise Conflict(_("请选择如何写入。"))
    try:
        with without_collector(), transaction.atomic():
            job = _write(user, job, importer, choice, origin)
    except _Stopped as stopped:
        job.refresh_from_db()
        store(job, described(importer, list(stopped.outcomes)))
        job.save()
        raise Conflict(stopped.why) from stopped
    files.drop(job)
    return job


def _write(user: User, job: ImportJob, importer: Importer, choice: str, origin: str) -> ImportJob:
    job = _locked(job)
    if job.state == State.CONFIRMED:
        return job
    if job.state != State.READY:
        raise Conflict(_("预览中有被拒绝的行，或还没有读完；没有写入任何一行。"))
    if not importer.may(user, job.context):
        raise Forbidden(_("您不能上传这类表格。"))
    lines = lines_of(job)
    outcomes = planned(importer, user, lines, job.context)
    if any(outcome.is_refused for outcome in outcomes):
        raise _Stopped(outcomes, _overtaken())
    if choice in importer.complete:
        _require_complete(outcomes)
    first = _first_of_its_kind(user, job, choice)
    if first is not None and not any(outcome.result in (CREATED, CHANGED) for outcome in outcomes):
        job.result = first.result
    else:
        job.result = job.result | _written(user, job, importer, lines, outcomes, choice, origin)
    job.state, job.confirmed_at = State.CONFIRMED, clock.now()
    job.save(update_fields=["state", "confirmed_at", "result"])
    return job


def _locked(job: ImportJob) -> ImportJob:
    return ImportJob.objects.select_for_update(of=("self",)).select_related("unit").get(pk=job.pk)


def _overtaken() -> str:
    return _("预览之后情况有变，有的行现在不能写入；没有写入任何一行。")


def _require_complete(outcomes: Sequence[Outcome]) -> None:
    owing = sum(1 for outcome in outcomes if outcome.asks)
    if owing:
        said = ngettext(
            "%(n)s 行有提醒，请写明原因再提交；没有写入任何一行。",
            "%(n)s 行有提醒，请写明原因再提交；没有写入任何一行。",
            owing,
        )
        raise _Stopped(outcomes, said % {"n": owing})


def _written(
    user: User,
    job: ImportJob,
    importer: Importer,
    lines: Sequence[Line],
    outcomes: Sequence[Outcome],
    choice: str,
    origin: str,
) -> dict[str, Any]:
    told = {"kind": job.kind, "name": job.name, "sha256": job.sha256, "choice": choice}
    source = trail.Entry("import", "import_job", str(job.pk), after=told)
    try:
        written = importer.write(user, outcomes, job.context, choice=choice, origin=origin, source=source)
    except Conflict as error:
        raise _Stopped(refused_all(lines, error), _overtaken()) from error
    return {"written": written, "choice": choice}


def _first_of_its_kind(user: User, job: ImportJob, choice: str) -> ImportJob | None:
    """The same person's confirmation of the same file for the same purpose."""
    same = ImportJob.objects.filter(user=user, kind=job.kind, sha256=job.sha256, state=State.CONFIRMED)
    for earlier in same.defer("rows").order_by("confirmed_at"):
        if (earlier.context, earlier.unit_id, earlier.result.get("choice")) == (job.context, job.unit_id, choice):
            return earlier
    return None
