"""healthz and readyz: alive, and fit to serve."""

import re
import socket
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from goals.models import Sweep
from goals.progress.recompute import sweep
from operations.versions import migrations

pytestmark = pytest.mark.django_db


def test_healthz_needs_nothing() -> None:
    assert Client().get("/healthz").json() == {"status": "ok"}


def test_readyz_says_when_the_sweep_last_ran() -> None:
    sweep()

    answer = Client().get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["last_sweep"] == Sweep.objects.get().ran_at.isoformat()
    assert (answer.json()["database"], answer.json()["migrations"]) == ("ok", "ok")


def test_readyz_fails_with_the_reason_when_the_broker_is_away(settings: Any) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        settings.REDIS_URL = f"redis://127.0.0.1:{unused.getsockname()[1]}"

        answer = Client().get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["broker"] == "unreachable"


def test_qo_08_readyz_fails_with_the_reason_when_a_migration_is_missing() -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("goals", "0001_initial")

    answer = Client().get("/readyz")

    assert answer.status_code == 503
    assert (answer.json()["migrations"], answer.json()["last_sweep"]) == ("missing", None)


def test_qo_08_readyz_fails_with_the_reason_when_the_database_is_newer_than_the_code() -> None:
    MigrationRecorder(connection).record_applied("goals", "9999_of_tomorrow")

    answer = Client().get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["migrations"] == "newer"
    assert migrations().unknown == ["goals.9999_of_tomorrow"]


def test_what_an_app_left_that_is_gone_is_no_hindrance() -> None:
    MigrationRecorder(connection).record_applied("forgotten", "0001_initial")

    assert Client().get("/readyz").status_code == 200


def test_readyz_fails_with_the_reason_when_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OSError("away")

    monkeypatch.setattr("taoyan.api.migrations", away)

    assert Client().get("/readyz").json()["database"] == "unreachable"


def test_the_schema_is_openapi_3_1_and_names_every_resource() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)

    assert schema["openapi"].startswith("3.1")
    names = ["units", "posts", "profiles", "plans", "sections", "themes", "programmes", "indicators", "targets"]
    assert all(f"/api/v1/{name}/" in schema["paths"] for name in [*names, "readings"])
    assert "/api/v1/me/" in schema["paths"]


def test_the_schema_names_a_lists_filters_and_the_shape_of_errors() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    targets = schema["paths"]["/api/v1/targets/"]["get"]

    names = {p["name"] for p in targets["parameters"]}
    assert names >= {"plan", "status", "stale", "as_of", "lead_office", "ordering", "search", "updated_since", "page"}
    assert targets["responses"]["400"]["content"]["application/json"]["schema"]["$ref"].endswith("/Errors")


def test_the_schema_says_what_a_parameter_may_be() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    targets = {p["name"]: p for p in schema["paths"]["/api/v1/targets/"]["get"]["parameters"]}
    plans = {p["name"]: p for p in schema["paths"]["/api/v1/plans/"]["get"]["parameters"]}

    assert targets["as_of"]["schema"] == {"type": "string", "format": "date"}
    assert targets["status"]["schema"]["enum"] == ["achieved", "on_track", "at_risk", "behind", "missed", "no_data"]
    assert targets["page"]["schema"]["minimum"] == 1
    assert plans["year"]["schema"] == {"type": "number", "minimum": 2000, "maximum": 2099}
    assert re.match(targets["ordering"]["schema"]["pattern"], "-due,code")
    assert not re.match(targets["ordering"]["schema"]["pattern"], "goal")
    assert all(p["description"] for p in targets.values())
