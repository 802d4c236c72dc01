"""Uploads of the tests stay in a folder of theirs."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings as SettingsWrapper

from goals.tests.pages.factories import Cast, make_cast


@pytest.fixture(autouse=True)
def var(settings: SettingsWrapper, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast(frequency="monthly")
