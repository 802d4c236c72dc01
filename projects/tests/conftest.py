"""One cast for all tests of works, on 12 October 2022."""

import pytest
from pytest_django.fixtures import Settings as SettingsWrapper

from projects.tests.factories import TODAY, Cast, make_cast


@pytest.fixture(autouse=True)
def _today(settings: SettingsWrapper) -> None:
    settings.TAOYAN_TODAY = TODAY.isoformat()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
