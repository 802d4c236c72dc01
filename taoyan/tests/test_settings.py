"""Production doesn't start on unsafe settings."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAFE = {"SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "portal.example"}


def start(**settings: str) -> int:
    kept = {k: v for k, v in os.environ.items() if k not in ("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS")}
    environment = kept | {"DJANGO_SETTINGS_MODULE": "taoyan.settings"} | settings
    command = [sys.executable, "-c", "import django; django.setup()"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False).returncode


def test_safe_settings_start() -> None:
    assert start(**SAFE) == 0


@pytest.mark.parametrize(
    "unsafe", [{"SECRET_KEY": ""}, {"SECRET_KEY": "short"}, {"ALLOWED_HOSTS": ""}, {"ALLOWED_HOSTS": "*"}]
)
def test_unsafe_settings_refuse_to_start(unsafe: dict[str, str]) -> None:
    assert start(**(SAFE | unsafe)) != 0


def test_an_empty_variable_counts_as_absent() -> None:
    assert start(**SAFE, DATABASE_URL="", REDIS_URL="", TAOYAN_TODAY="", EMAIL_URL="", PORTAL_URL="") == 0


@pytest.mark.parametrize("wrong", [{"EMAIL_URL": "pigeon://loft"}, {"PORTAL_URL": "javascript:alert(1)"}])
def test_addresses_that_are_none_refuse_to_start(wrong: dict[str, str]) -> None:
    assert start(**SAFE, **wrong) != 0


def test_email_url_names_the_mail_server() -> None:
    program = (
        "import django; django.setup(); from django.conf import settings as s; "
        "print(s.EMAIL_BACKEND.split('.')[-2], s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_HOST_USER, s.EMAIL_TIMEOUT)"
    )
    environment = os.environ | SAFE | {"DJANGO_SETTINGS_MODULE": "taoyan.settings", "EMAIL_URL": "smtp://u:p@h:25"}
    command = [sys.executable, "-c", program]
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True, text=True).stdout

    assert said.split() == ["smtp", "h", "25", "u", "10"]


@pytest.mark.parametrize("folder", ["static", "static/vendor/evidence", "var/static/evidence", "var/../static/x"])
def test_evidence_is_not_kept_where_static_files_are_served(folder: str) -> None:
    assert start(**SAFE, EVIDENCE_ROOT=str(ROOT / folder)) != 0


def test_evidence_may_be_kept_elsewhere(tmp_path: Path) -> None:
    assert start(**SAFE, EVIDENCE_ROOT=str(tmp_path)) == 0
