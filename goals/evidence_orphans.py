"""Files of evidence that no row knows: a crash between writing a file and storing its row leaves one behind."""

import logging
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from goals.models import Evidence

logger = logging.getLogger(__name__)
# Far longer than an upload takes: a younger file's row may be on its way.
SPARED = timedelta(days=1)
BATCH = 500
# As many as a few crashes leave, whatever else there is.
A_FEW = 20
_KEY = re.compile(r"[0-9a-f]{32}")


def clear() -> int:
    """Remove what has lain for a day without a row; how many files. What isn't named as evidence is stays.

    Where more lies without a row than with one, the folder is rather another database's: then all of it stays.
    """
    known, lost = 0, []  # type: tuple[int, list[Path]]
    old = _old(timezone.now() - SPARED)
    while some := {UUID(path.name): path for path in islice(old, BATCH)}:
        rows = set(Evidence.objects.filter(key__in=list(some)).values_list("key", flat=True))
        known += len(rows)
        lost += [path for key, path in some.items() if key not in rows]
    if len(lost) > max(A_FEW, known):
        logger.error("%d files of evidence lack a row, %d have one: is this their database? All stay", len(lost), known)
        return 0
    for path in lost:
        path.unlink(missing_ok=True)
    if lost:
        logger.warning("%d files of evidence had no row and were removed", len(lost))
    return len(lost)


def _old(limit: datetime) -> Iterator[Path]:
    """The files that lie where evidence of their name lies, last written before the limit."""
    for path in sorted(Path(settings.EVIDENCE_ROOT).glob("??/??/*")):
        key = path.name
        lies_right = _KEY.fullmatch(key) and path.parts[-3:-1] == (key[:2], key[2:4])
        if lies_right and path.is_file() and not path.is_symlink() and path.stat().st_mtime < limit.timestamp():
            yield path
