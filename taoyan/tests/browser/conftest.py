"""The demonstration, served by a gunicorn of the tests' own on a database of its own."""

import itertools
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from goals.demonstration import PASSWORD
from taoyan.tests.browser.driver import DESK, Visitor, chromium, free_port, open_browser

ROOT = Path(__file__).resolve().parents[3]
MANAGE = (sys.executable, "manage.py")
_numbers = itertools.count()
GUNICORN = (sys.executable, "-m", "gunicorn", "-c", "scripts/gunicorn.conf.py")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if chromium() is None:
        pytest.skip("needs Chromium")
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="package")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a portal with the demonstration."""
    if chromium() is None:
        pytest.skip("needs Chromium")
    with demonstration(tmp_path_factory.mktemp("portal")) as address:
        yield address


@pytest.fixture
def own_portal(tmp_path: Path) -> Iterator[str]:
    """The same of a test's own, which may change what other tests count on."""
    if chromium() is None:
        pytest.skip("needs Chromium")
    with demonstration(tmp_path) as address:
        yield address


@contextmanager
def demonstration(folder: Path, *scripts: str) -> Iterator[str]:
    """The demonstration, loaded into a database of its own, changed by these scripts, and served."""
    port = free_port()
    with own_database(folder) as url:
        env = os.environ | {"DEMO": "1", "DEBUG": "1", "TAOYAN_TODAY": "2022-10-12", "DATABASE_URL": url}
        env |= {"DJANGO_SETTINGS_MODULE": "taoyan.settings", "REDIS_URL": "", "EVIDENCE_ROOT": str(folder / "evidence")}
        for command in (["migrate"], ["load_demo"], *(["shell", "-c", script] for script in scripts)):
            subprocess.run(
                [sys.executable, "manage.py", *command, "-v", "0"],
                cwd=ROOT,
                env=env,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        server = subprocess.Popen(
            [*GUNICORN, "-b", f"127.0.0.1:{port}", "taoyan.wsgi"],
            cwd=ROOT,
            env=env,
            stderr=subprocess.DEVNULL,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(address)
            yield address
        finally:
            server.terminate()
            server.wait()


class own_database:
    """A database for the portal alone: a file, or one beside the tests' on PostgreSQL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"taoyan_browser_{os.getpid()}_{next(_numbers)}"
        self.at = settings.DATABASES["default"]

    def __enter__(self) -> str:
        if self.at["ENGINE"].endswith("sqlite3"):
            return f"sqlite:///{self.folder / 'portal.sqlite3'}"
        self._tell(f"CREATE DATABASE {self.name}")
        login = f"{self.at['USER']}:{self.at['PASSWORD']}@{self.at['HOST']}:{self.at['PORT'] or 5432}"
        return f"postgres://{login}/{self.name}"

    def __exit__(self, *error: object) -> None:
        if not self.at["ENGINE"].endswith("sqlite3"):
            self._tell(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def _tell(self, statement: str) -> None:
        import psycopg2

        at = self.at
        connection = psycopg2.connect(
            host=at["HOST"], port=at["PORT"] or 5432, user=at["USER"], password=at["PASSWORD"], dbname="postgres"
        )
        connection.autocommit = True
        connection.cursor().execute(statement)
        connection.close()


def wait_for(address: str, seconds: int = 60) -> None:
    for _try in range(seconds * 5):
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(address)


@pytest.fixture
def visit(browser: Browser, portal: str) -> Iterator[object]:
    """`visit("leader")` is that user, logged in; their windows are closed afterwards."""
    visitors: list[Visitor] = []

    def arrive(username: str, size: dict[str, int] = DESK, *, scripts: bool = True) -> Visitor:
        visitor = Visitor(browser, portal, size=size, scripts=scripts).log_in(username, PASSWORD)
        visitors.append(visitor)
        return visitor

    yield arrive
    for visitor in visitors:
        visitor.page.context.close()
