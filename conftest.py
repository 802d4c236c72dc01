"""What the whole suite shares."""

import gc
import json
from collections.abc import Iterator

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.db.transaction import atomic, set_rollback
from pytest_django import DjangoDbBlocker
from pytest_django.plugin import blocking_manager_key

from audit import triggers
from common import ringing

# The rows that migrations make, as text.
_made_by_migrations: list[str] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--nothing-skipped", action="store_true", help="a skipped test fails the run")


def pytest_collection_finish() -> None:
    """Thousands of tests stay to the end: the garbage collector need not go through them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def static_files_are_looked_for_when_asked() -> None:
    """WhiteNoise lists all collected files for every handler, and every test client has one."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With --nothing-skipped a run that skipped anything is a failed run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if session.config.getoption("--nothing-skipped") and skipped and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The audit trail refuses deletion, which emptying the tables between transactional tests needs."""
    with django_db_blocker.unblock():
        triggers.drop(connection)
        rows = json.loads(connection.creation.serialize_db_to_string())
        # Django makes those of its own again by itself.
        own = [row for row in rows if not row["model"].startswith(("contenttypes.", "auth."))]
        _made_by_migrations.append(json.dumps(own))
    yield


@pytest.fixture(autouse=True)
def nobody_was_silent() -> None:
    """What a test's dead broker didn't answer is no other test's affair."""
    ringing._silent_until.clear()


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """For what is dear to make: a module's fixture that asks for this makes it once, each test is rolled back to it.

    All tests of such a module use that fixture, so that none depends on which ran first.
    """
    with django_db_blocker.unblock(), atomic():
        yield
        set_rollback(True)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A transactional test empties every table behind it; what the migrations had put there comes back for the next,
    whichever that is. `serialized_rollback` would bring content types too, which Django has made again already."""
    yield
    marker = item.get_closest_marker("django_db")
    if nextitem is not None and marker is not None and marker.kwargs.get("transaction"):
        with item.config.stash[blocking_manager_key].unblock():
            connection.creation.deserialize_db_from_string(_made_by_migrations[-1])


# What a test takes depends on the machine; speed belongs in `make bench`.
hypothesis.settings.register_profile("portal", deadline=None)
hypothesis.settings.load_profile("portal")
