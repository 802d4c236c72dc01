"""/metrics: for the monitor alone, and true."""

import os
import subprocess
import sys
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from accounts.models import Role
from goals.models import Mark, Sweep
from goals.progress.recompute import mark
from goals.tests.factories import make_office, make_plan, make_targets, make_user
from goals.tests.pages.factories import browser_of

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-the-monitor-alone"


def values(answer: Any) -> dict[str, float]:
    found = text_string_to_metric_families(answer.content.decode())
    return {sample.name: sample.value for family in found for sample in family.samples}


def test_without_a_setting_there_are_none() -> None:
    assert Client().get("/metrics").status_code == 404
    assert browser_of(make_user("admin", Role.ADMINISTRATOR)).get("/metrics").status_code == 404


@pytest.mark.parametrize("said", ["", "Bearer wrong", f"Token {TOKEN}", "Bearer ", "Bearer é"])
def test_without_the_token_there_are_none(settings: Any, said: str) -> None:
    settings.METRICS_TOKEN = TOKEN

    assert Client().get("/metrics", HTTP_AUTHORIZATION=said).status_code == 404


def test_with_the_token_or_from_an_allowed_address_they_are_read(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    settings.METRICS_TOKEN, settings.METRICS_ALLOWED = "", [ip_network("10.0.0.0/8")]

    assert Client(REMOTE_ADDR="10.1.2.3").get("/metrics").status_code == 200
    assert Client(REMOTE_ADDR="192.0.2.1").get("/metrics").status_code == 404


def test_they_tell_what_waits_and_how_long(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    targets = make_targets(make_plan(), ["a", "b", "c"], make_office())
    mark([target.pk for target in targets], "test")
    Mark.objects.filter(pk=targets[0].pk).update(parked=True)
    Mark.objects.filter(pk=targets[1].pk).update(marked_at=timezone.now() - timedelta(minutes=10))
    Sweep.objects.create(pk=1, ran_at=timezone.now() - timedelta(minutes=2))

    found = values(Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}))

    assert (found["taoyan_marks_due"], found["taoyan_marks_parked"]) == (2, 1)
    assert 600 <= found["taoyan_marks_oldest_age_seconds"] < 660
    assert 120 <= found["taoyan_sweep_age_seconds"] < 180
    assert found["taoyan_outbox_waiting"] == 0


@pytest.mark.thorough
def test_several_processes_are_counted_together(tmp_path: Path) -> None:
    asks = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "Client().get('/healthz')\n"
        "from operations.metrics import _of_requests\n"
        "print(_of_requests().decode())\n"
    )
    told = {
        "DJANGO_SETTINGS_MODULE": "taoyan.settings",
        "DEBUG": "1",
        "METRICS_TOKEN": TOKEN,
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite3'}",
    }
    said = ""
    for _process in range(2):
        command = [sys.executable, "-c", asks]
        done = subprocess.run(
            command, cwd=portal_settings.BASE_DIR, env=os.environ | told, capture_output=True, text=True, check=True
        )
        said = done.stdout

    found = [line for line in said.splitlines() if line.startswith("django_http_requests_before_middlewares_total")]
    assert found[0].split()[-1] == "2.0"
