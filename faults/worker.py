"""The Celery application of the run's workers: the portal's, but slow between computing and storing, so that two
workers do meet over a target. With FAULTS_UNLOCKED=1 nothing is locked: the negative control."""

import os
import random
import time
from collections.abc import Sequence
from typing import Any

import django

from taoyan.celery import app

__all__ = ["app"]

django.setup()

from goals.progress import recompute  # noqa: E402

_computed_rows = recompute.computed_rows
LONGEST = float(os.environ.get("FAULTS_PAUSE", "0"))


def _slowly(*asked: Any, **more: Any) -> Any:
    found = _computed_rows(*asked, **more)
    time.sleep(random.uniform(0, LONGEST))
    return found


def _unlocked(ids: Sequence[int], book: Any) -> None:
    """In place of the marks' locks."""


if LONGEST:
    recompute.computed_rows = _slowly
if os.environ.get("FAULTS_UNLOCKED") == "1":
    recompute._hold = _unlocked
