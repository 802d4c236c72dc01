"""What was restored, looked at as the portal would: chain, evidence, progress; then made fit to be used."""

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import F, Q

from audit import trail
from common import clock
from goals.models import Evidence
from goals.models.progress import TODAY_SLOT
from goals.progress import recompute as progress
from goals.progress.books import books
from operations.backup.archive import Manifest
from operations.backup.evidence import name_of

MOST_TOLD = 20


def problems(manifest: Manifest, *, recompute: bool) -> Iterator[str]:
    """What is wrong with the portal that this process sees."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            yield from (
                f"数据库损坏 / the database is damaged: {row[0]}" for row in cursor.fetchall() if row[0] != "ok"
            )
    broken = trail.first_broken_link()
    if broken is not None:
        yield f"审计链在第 {broken} 条断开 / the audit chain is broken at event {broken}"
    yield from _evidence(set(manifest.missing))
    if not recompute:
        # As of the day of the backup: what the days since then changed is the sweep's.
        with clock.pretending(date.fromisoformat(manifest.today)):
            yield from _differences()


def _evidence(missing: set[str]) -> Iterator[str]:
    """Each row's file is there and is what the row says, but for those that were missing when the backup was made."""
    root = Path(settings.EVIDENCE_ROOT)
    for key, sha256 in Evidence.objects.order_by("pk").values_list("key", "sha256").iterator():
        name = name_of(key.hex)
        path = root / name
        if not path.is_file():
            if name not in missing:
                yield f"缺少佐证 {name} / evidence {name} is missing"
            continue
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                yield f"佐证 {name} 已变 / evidence {name} differs from its digest"


def _differences() -> Iterator[str]:
    """Progress that isn't what a computation gives, but for what was waiting to be computed."""
    waiting = set()
    for book in books():
        marks = book.marks._default_manager.filter(dirty_gen__gt=F("computed_gen"))
        old = book.rows._default_manager.filter(slot=TODAY_SLOT).filter(~Q(as_of=clock.today()))
        for ids in (marks.values_list("pk", flat=True), old.values_list(book.key, flat=True)):
            waiting |= {f"{book.code} {pk}" for pk in ids}
    for difference in progress.check():
        if " ".join(difference.split()[:2]) not in waiting:
            yield f"进度不符 / progress differs: {difference}"


@transaction.atomic
def settle(manifest: Manifest, digest: str, *, recompute: bool) -> None:
    """Nobody is logged in by what the backup remembers; the trail tells of the restore; the sweep does the rest."""
    Session.objects.all().delete()
    if recompute:
        for book in books():
            ids = book.subject._default_manager.order_by("pk").values_list("pk", flat=True)
            progress.mark(ids, "restored", book)
    after = {"sha256": digest, "made_at": manifest.made_at, "code": manifest.code, "events": manifest.audit_sequence}
    trail.record(trail.Actor(), [trail.Entry("restore", "backup", digest[:16], after=after)])
