"""One cast for all tests of works, on 12 October 2022."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings as SettingsWrapper

from projects.tests.factories import TODAY, Cast, make_cast
from projects.tests.pages import browser


@pytest.fixture(autouse=True)
def _today(settings: SettingsWrapper) -> None:
    settings.TAOYAN_TODAY = TODAY.isoformat()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def planner(cast: Cast) -> Client:
    return browser(cast.planner)


@pytest.fixture
def reporter(cast: Cast) -> Client:
    return browser(cast.reporter)


@pytest.fixture
def leader(cast: Cast) -> Client:
    return browser(cast.leader)
