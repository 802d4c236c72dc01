"""A sample of `make fuzz` on every run: drawn requests to a few operations, and how its report is read."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from accounts.models import Role, Token
from common.tests.wsgi import inside_the_test
from fuzz.report import EMPTY, NEEDED_WITH, explanation, read
from goals.progress.recompute import recompute
from goals.tests.factories import make_target, make_unit, make_user

SAMPLE = [
    ("GET", "/api/v1/targets/"),
    ("GET", "/api/v1/plans/{slug}/summary/"),
    ("POST", "/api/v1/units/"),
    ("POST", "/api/v1/readings/"),
]
# What is refused although the schema allows it is told apart in the long run alone.
NOT_SAYABLE = [positive_data_acceptance]
DRAWN = settings(
    max_examples=5,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def schema() -> Any:
    """The portal's own, asked in this process."""
    found = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
    found.app = get_wsgi_application()
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), SAMPLE)
def test_drawn_requests_are_answered_as_the_schema_says(schema: Any, method: str, path: str) -> None:
    recompute([make_target().pk])
    key = Token.issue(make_user("planner", Role.PLANNER, unit=make_unit()), name="test", scope="write")[1]
    # The client of the tests unpacks nothing.
    headers = {"Authorization": f"Token {key}", "Accept-Encoding": "identity"}

    @seed(2022)
    @DRAWN
    @given(case=schema[path][method].as_strategy())
    def ask(case: Any) -> None:
        case.call_and_validate(headers=headers, excluded_checks=NOT_SAYABLE)

    with inside_the_test():
        ask()


def check(name: str, message: str = "") -> dict[str, Any]:
    return {"name": name, "status": "failure", "failure_info": {"failure": {"message": message}}}


def answer(status: int, *errors: tuple[str, str]) -> dict[str, Any]:
    body = json.dumps({"type": "validation_error", "errors": [{"code": c, "detail": "", "attr": a} for c, a in errors]})
    return {"status_code": status, "content": {"$base64": base64.b64encode(body.encode()).decode()}}


def test_a_refusal_is_explained_when_each_of_its_errors_is() -> None:
    refused = check("positive_data_acceptance")

    assert explanation(refused, answer(400, ("unique", "code")), {}) == "the code is taken"
    assert explanation(refused, answer(400, ("invalid", "readings.3.value")), {}) is not None
    assert explanation(refused, answer(400, ("required", "name")), {}) is None
    assert explanation(refused, answer(400, ("unique", "code"), ("invalid", "name")), {}) is None
    assert explanation(refused, answer(400), {}) is None
    assert explanation(refused, answer(422, ("unique", "code")), {}) is None


@pytest.mark.parametrize(("status", "code"), [(422, "idempotency_key_reused"), (412, "stale_version")])
def test_a_key_or_version_of_an_earlier_request_is_explained(status: int, code: str) -> None:
    passed = answer(status, (code, ""))

    assert explanation(check("positive_data_acceptance"), passed, {}) is not None
    assert explanation(check("positive_data_acceptance"), answer(status, ("invalid", "")), {}) is None
    assert explanation(check("response_schema_conformance"), passed, {}) is None


def test_of_a_registers_row_one_field_may_need_another() -> None:
    refused, without = check("positive_data_acceptance"), answer(400, ("required", "due"))

    assert explanation(refused, without, {}, path="/api/v1/safety/hazards/{id}/") == NEEDED_WITH
    assert explanation(refused, without, {}, path="/api/v1/milestones/{id}/report/") is None
    assert explanation(refused, answer(400, ("invalid", "due")), {}, path="/api/v1/safety/hazards/") is None


def test_an_invalid_value_that_was_accepted_is_explained_only_when_it_is_empty() -> None:
    accepted = check("negative_data_rejection", "Invalid component: parameter `as_of` in query - as_of: no date")

    assert explanation(accepted, answer(200), {"as_of": ""}) == EMPTY
    assert explanation(accepted, answer(200), {"as_of": "x"}) is None


@pytest.mark.parametrize("name", ["status_code_conformance", "negative_data_rejection"])
def test_an_address_that_the_server_takes_for_too_long_is_explained(name: str) -> None:
    assert explanation(check(name), answer(414), {}) is not None


def test_a_server_error_is_never_explained() -> None:
    for name in ("not_a_server_error", "status_code_conformance", "response_schema_conformance"):
        assert explanation(check(name), answer(500, ("unique", "code")), {}) is None


def test_the_report_counts_operations_requests_and_failures(tmp_path: Path) -> None:
    case = {"value": {"method": "GET", "path": "/api/v1/units/", "query": {}}}
    fine, bad = {"name": "x", "status": "success"}, check("not_a_server_error", "Server error")
    recorder = {
        "label": "GET /api/v1/units/",
        "cases": {"a": case, "b": case},
        "checks": {"a": [fine], "b": [bad]},
        "interactions": {"a": {"response": answer(200)}, "b": {"response": answer(500)}},
    }
    lines = [{"ScenarioFinished": {"recorder": recorder}}, {"EngineFinished": {"stop_reason": "completed"}}]
    report = tmp_path / "report.ndjson"
    report.write_text("\n".join(map(json.dumps, lines)))

    found = read(report)

    assert (found.operations, found.requests, found.failures.total()) == (1, 2, 1)
    report.write_text(json.dumps(lines[0]))
    with pytest.raises(RuntimeError):
        read(report)
