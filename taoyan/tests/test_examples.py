"""The documentation: every operation said, with its errors and an example that is what the portal answers."""

import re
from pathlib import Path
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from goals import demonstration
from taoyan.examples import operations_of, recorded
from taoyan.examples.record import ALL_SCENES, record

AGAIN = "the examples are old: run `make examples`"
IDS = frozenset({"id", "ids", "reading", "supersedes", "target", "project", "depends_on"})


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-any-return]


def by_id(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["operationId"]: each for each in operations_of(schema)}


def masked(value: Any, name: str = "") -> Any:
    """Without the numbers that the database gives."""
    if isinstance(value, dict):
        return {key: masked(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [masked(each, name) for each in value]
    if name in IDS and isinstance(value, int):
        return 0
    if not isinstance(value, str):
        return value
    return re.sub(r"(?<=cursor=)[\w-]+", "0", re.sub(r"(?<=[/=])\d+(?=/|&|$)", "0", value))


def test_every_operation_has_a_summary_of_its_own_kind(schema: dict[str, Any]) -> None:
    said = {name: operation["summary"] for name, operation in by_id(schema).items()}

    assert all(5 < len(summary) <= 120 for summary in said.values()), said
    assert said["targets_list"] == "List targets"
    assert said["indicators_create"] == "Add an indicator"
    assert said["evidence_create"] == "Add evidence"
    assert said["units_update"] == "Replace a unit"
    assert said["readings_submit_create"] == "Hand a draft in for review"
    assert said["economy_grain_zones_list"] == "List rows of economy grain zones"
    assert said["economy_grain_zones_create"] == "Add a row of economy grain zones"


def test_every_operation_names_its_errors(schema: dict[str, Any]) -> None:
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            wanted = {"401", "403", "429"} | ({"404"} if "{" in path else set())
            wanted |= {"400", "409", "413", "415"} if method in ("post", "put", "patch") else set()
            assert wanted <= set(operation["responses"]), path
            assert all(operation["responses"][status]["description"] for status in wanted)


def test_every_operation_has_an_example_and_none_is_left_over(schema: dict[str, Any]) -> None:
    names = set(by_id(schema))

    assert names == set(recorded()["operations"]), AGAIN
    assert set(ALL_SCENES) <= names


def test_an_example_shows_success(schema: dict[str, Any]) -> None:
    refused = {name for name, each in recorded()["operations"].items() if each["status"] >= 300}

    assert refused == set()
    assert set(recorded()["errors"]) == {"400", "401", "403", "404", "406", "409", "415"}


def test_a_registers_row_says_its_codes_lengths_and_what_may_be_null(schema: dict[str, Any]) -> None:
    row = schema["components"]["schemas"]["HazardRow"]
    asked = {each["name"]: each for each in by_id(schema)["safety_hazards_list"]["parameters"]}

    area, due = row["properties"]["area"], row["properties"]["due"]
    assert area["description"].startswith("One of `industry` 工贸, ") and "enum" not in area
    assert (row["properties"]["what"]["maxLength"], row["properties"]["due"]["title"]) == (500, "整改期限")
    assert due["oneOf"] == [{"type": "string", "format": "date"}, {"type": "null"}]
    assert {"unit", "day", "what", "area"} <= set(row["required"]) and "grade" not in row["required"]
    assert asked["on_the_spot"]["schema"]["enum"] == ["true", "false"]
    assert asked["day_after"]["schema"]["format"] == "date"
    assert asked["area"]["description"] == area["description"]
    assert {"200", "201"} <= set(by_id(schema)["safety_hazards_create"]["responses"])


def test_examples_stand_in_the_schema(schema: dict[str, Any]) -> None:
    create = by_id(schema)["units_create"]

    given = create["requestBody"]["content"]["application/json"]["examples"]["recorded"]["value"]
    answered = create["responses"]["201"]["content"]["application/json"]["examples"]["recorded"]["value"]
    refused = create["responses"]["403"]["content"]["application/json"]["examples"]["recorded"]["value"]
    assert (given["code"], answered["code"], answered["version"]) == ("xintan", "xintan", 1)
    assert refused["errors"][0]["code"] == "permission_denied"


def test_what_is_answered_is_what_the_schema_says(schema: dict[str, Any]) -> None:
    for name, each in recorded()["operations"].items():
        answer = by_id(schema)[name]["responses"][str(each["status"])]
        content = answer.get("content", {}).get("application/json")
        if content is None:
            continue
        whole = content["schema"] | {"components": schema["components"]}
        faults = [f"{name}: {fault.message}" for fault in Draft202012Validator(whole).iter_errors(each["answer"])]
        assert faults == []


@pytest.mark.thorough
@pytest.mark.django_db
def test_every_example_is_answered_as_the_documentation_says(
    settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    settings.EVIDENCE_ROOT, settings.DEMO = tmp_path, True
    with django_capture_on_commit_callbacks(execute=True):
        demonstration.load()

    again, known = record(), recorded()

    differing = [
        name
        for part in ("operations", "errors")
        for name, each in again[part].items()
        if masked(each) != masked(known[part].get(name))
    ]
    assert differing == [], AGAIN
