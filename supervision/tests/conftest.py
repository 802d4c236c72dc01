"""One cast for all tests of orders, on 12 October 2022, a Wednesday."""

import pytest
from pytest_django.fixtures import Settings as SettingsWrapper

from supervision.tests.factories import TODAY, Cast, make_cast


@pytest.fixture(autouse=True)
def _today(settings: SettingsWrapper) -> None:
    settings.TAOYAN_TODAY = TODAY.isoformat()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
