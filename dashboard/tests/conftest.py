"""The demonstration, loaded once for a module that asks for it."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import override_settings

DAY = "2022-10-12"


@pytest.fixture(scope="module")
def loaded(stage: None) -> Iterator[None]:
    """The real plan with its registers, works, sample people and figures, on the day of the demonstration."""
    with override_settings(DEMO=True, TAOYAN_TODAY=DAY):
        call_command("load_demo", stdout=StringIO())
        yield
