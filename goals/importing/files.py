"""Where uploaded tables wait: under a random name, until they are confirmed, thrown away or a week old."""

from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils import timezone

from goals.models import ImportJob

KEPT = timedelta(days=7)
_CHUNK = 64 * 1024


def folder() -> Path:
    return Path(settings.VAR_DIR) / "imports"


def path_of(job: ImportJob) -> Path:
    """The job's id is random; what the file was called plays no part."""
    return folder() / f"{job.pk}.xlsx"


def keep(job: ImportJob, source: BinaryIO) -> None:
    folder().mkdir(parents=True, exist_ok=True)
    source.seek(0)
    with path_of(job).open("wb") as target:
        while chunk := source.read(_CHUNK):
            target.write(chunk)


def drop(job: ImportJob) -> None:
    path_of(job).unlink(missing_ok=True)


def clear_old() -> int:
    """Forget what was left lying for a week: unconfirmed jobs with their files, and confirmed ones' rows."""
    limit = timezone.now() - KEPT
    old = ImportJob.objects.filter(updated_at__lt=limit)
    old.filter(state=ImportJob.State.CONFIRMED).exclude(rows=[]).update(rows=[])
    count, _by_model = old.exclude(state=ImportJob.State.CONFIRMED).delete()
    if folder().is_dir():
        for path in folder().glob("*.xlsx"):
            if path.stat().st_mtime < limit.timestamp():
                path.unlink(missing_ok=True)
    return count
