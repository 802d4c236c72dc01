"""Production doesn't start on unsafe settings."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from celery import current_app
from django.core.exceptions import ImproperlyConfigured

from taoyan.queues import ROUTES

UNSET = {"DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "STATEMENT_SECONDS", "HTTPS", "BEHIND_PROXY"}
ROOT = Path(__file__).resolve().parents[2]
SAFE = {"SECRET_KEY": "pb7-Qz2_mVt9Lx4cRw8Yd1Ks6Hn3Fj5Ga0Eu", "ALLOWED_HOSTS": "portal.example"}


def environment(**settings: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in UNSET}
    return kept | {"DJANGO_SETTINGS_MODULE": "taoyan.settings"} | settings


def start(**settings: str) -> int:
    """The exit code of a process that starts the portal."""
    command = [sys.executable, "-c", "import django; django.setup()"]
    return subprocess.run(command, cwd=ROOT, env=environment(**settings), capture_output=True, check=False).returncode


def read(**settings: str) -> dict[str, Any]:
    """The settings as a process in this environment reads them, or ImproperlyConfigured."""
    with mock.patch.dict(os.environ, environment(**settings), clear=True):
        return runpy.run_path(str(ROOT / "taoyan" / "settings.py"))


def test_safe_settings_start() -> None:
    assert start(**SAFE) == 0


def test_what_the_settings_refuse_doesnt_start() -> None:
    assert start(**SAFE | {"SECRET_KEY": ""}) != 0


@pytest.mark.parametrize(
    "unsafe",
    [
        {"SECRET_KEY": ""},
        {"SECRET_KEY": "short"},
        {"SECRET_KEY": "change-me-" + SAFE["SECRET_KEY"]},
        {"SECRET_KEY": "django-insecure-" + SAFE["SECRET_KEY"]},
        {"SECRET_KEY": "debug-only-" + "x" * 50},
        {"SECRET_KEY": "abcabc" * 10},
        {"ALLOWED_HOSTS": ""},
        {"ALLOWED_HOSTS": "*"},
        {"ALLOWED_HOSTS": "portal.example, *"},
    ],
)
def test_qo_06_unsafe_settings_are_refused(unsafe: dict[str, str]) -> None:
    (name,) = unsafe

    with pytest.raises(ImproperlyConfigured, match=name):
        read(**(SAFE | unsafe))


@pytest.mark.parametrize("reached", [{"ALLOWED_HOSTS": "portal.example"}, {"HTTPS": "1"}, {"BEHIND_PROXY": "10.0.0.1"}])
def test_qo_07_debug_is_refused_where_others_reach_the_portal(reached: dict[str, str]) -> None:
    with pytest.raises(ImproperlyConfigured, match="DEBUG"):
        read(DEBUG="1", **reached)

    assert read(DEBUG="1")["DEBUG"] is True


def test_what_waits_for_nobody_has_a_queue_of_its_own() -> None:
    found = read(**SAFE)
    queues = {queue.name: (queue.exchange.name, queue.routing_key) for queue in found["CELERY_TASK_QUEUES"]}

    assert queues == {name: (name, name) for name in ("doorbell", "recompute", "documents", "mail")}
    assert found["CELERY_TASK_ROUTES"]["goals.tasks.recompute_targets"] == {"queue": "doorbell"}
    assert {route["queue"] for route in found["CELERY_TASK_ROUTES"].values()} <= set(queues)


def test_every_routed_task_is_a_task() -> None:
    current_app.loader.import_default_modules()

    assert [name for name in ROUTES if "*" not in name and name not in current_app.tasks] == []


@pytest.mark.parametrize(("seconds", "limit"), [("", "600000"), ("30", "30000")])
def test_postgresql_stops_what_takes_too_long(seconds: str, limit: str) -> None:
    found = read(**SAFE, DATABASE_URL="postgres://u:p@h/d", STATEMENT_SECONDS=seconds)["DATABASES"]["default"]

    assert f"statement_timeout={limit}" in found["OPTIONS"]["options"]
    assert (found["CONN_MAX_AGE"], found["CONN_HEALTH_CHECKS"]) == (60, True)


def test_a_command_has_no_limit_and_a_pooler_gets_no_option() -> None:
    found = read(**SAFE, DATABASE_URL="postgres://u:p@h/d", STATEMENT_SECONDS="0")["DATABASES"]["default"]

    assert "options" not in found["OPTIONS"]
    with pytest.raises(ImproperlyConfigured, match="STATEMENT_SECONDS"):
        read(**SAFE, DATABASE_URL="postgres://u:p@h/d", STATEMENT_SECONDS="-1")


def test_an_empty_variable_counts_as_absent() -> None:
    names = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "PORTAL_URL")
    found = read(**SAFE, **dict.fromkeys((*names, "TAOYAN_TODAY"), ""))

    assert found["DATABASES"]["default"]["ENGINE"].endswith("sqlite3")
    assert [found[name] for name in names[1:]] == ["", "", ""]


@pytest.mark.parametrize("wrong", [{"EMAIL_URL": "pigeon://loft"}, {"PORTAL_URL": "javascript:alert(1)"}])
def test_addresses_that_are_none_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ImproperlyConfigured):
        read(**SAFE, **wrong)


def test_email_url_names_the_mail_server() -> None:
    found = read(**SAFE, EMAIL_URL="smtp://u:p@h:25")

    assert found["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert [found["EMAIL_" + name] for name in ("HOST", "PORT", "HOST_USER", "TIMEOUT")] == ["h", 25, "u", 10]


@pytest.mark.parametrize("folder", ["static", "static/vendor/evidence", "var/static/evidence", "var/../static/x"])
def test_evidence_is_not_kept_where_static_files_are_served(folder: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EVIDENCE_ROOT"):
        read(**SAFE, EVIDENCE_ROOT=str(ROOT / folder))


def test_evidence_may_be_kept_elsewhere(tmp_path: Path) -> None:
    assert read(**SAFE, EVIDENCE_ROOT=str(tmp_path))["EVIDENCE_ROOT"] == tmp_path


def test_a_command_says_which_setting_it_lacks_and_nothing_else() -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--check"]
    found = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)

    assert found.returncode == 1
    assert found.stderr == "manage.py: SECRET_KEY must be set to at least 32 characters when DEBUG is off.\n"


def test_migrations_are_checked_on_the_sources_without_a_secret() -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "makemigrations", "--check"]
    found = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)

    assert found.returncode == 0, found.stderr


def test_a_page_waits_for_a_silent_broker_once_and_briefly() -> None:
    options = read(**SAFE, REDIS_URL="redis://h", BROKER_SECONDS="0.3")["CELERY_BROKER_TRANSPORT_OPTIONS"]

    assert (options["socket_timeout"], options["socket_connect_timeout"]) == (0.3, 0.3)
    # Connecting anew is tried several times by default, and each try waits longer.
    assert (options["max_retries"], options["interval_start"]) == (0, 0)
