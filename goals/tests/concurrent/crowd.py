"""Many at once, each on a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

ON_POSTGRESQL = pytest.mark.skipif(
    settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"),
    reason="SQLite has one writer at a time and, in tests, one connection: there is nothing to race",
)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all of these at the same time; what came of each, in order."""

    def alone(act: Callable[[], Any]) -> Any:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=120) for future in [pool.submit(alone, act) for act in acts]]


def statuses(answers: list[Any]) -> list[int]:
    return sorted(answer.status_code for answer in answers)
