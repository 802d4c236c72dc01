"""The day on which the tests of the section stand."""

from typing import Any

import pytest

from ledgers.tests.factories import TODAY


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.TAOYAN_TODAY = TODAY.isoformat()
