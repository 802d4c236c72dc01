"""Examples in the documentation: recorded from real answers of the demonstration, added to the schema.

`make examples` records them anew (`record`); a test replays every one and compares.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ANSWERS = Path(__file__).with_name("answers.json")
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})


@cache
def recorded() -> dict[str, Any]:
    """What was recorded, by operation; `errors` by status."""
    return json.loads(ANSWERS.read_text()) if ANSWERS.exists() else {}  # type: ignore[no-any-return]


def add_examples(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Put each operation's request and answer beside it, and an example of every error that was recorded."""
    found = recorded()
    for operation in operations_of(result):
        for status, error in found.get("errors", {}).items():
            if status in operation["responses"]:
                _show(operation["responses"][status], error)
        example = found.get("operations", {}).get(operation["operationId"])
        if example is not None:
            _illustrate(operation, example)
    return result


def operations_of(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for operations in schema["paths"].values():
        yield from (operation for method, operation in operations.items() if method in _METHODS)


def _illustrate(operation: dict[str, Any], example: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", []):
        value = {**example["path_values"], **example["query"]}.get(parameter["name"])
        if value is not None:
            parameter["example"] = value
    if example["request"] is not None and "requestBody" in operation:
        _show(operation["requestBody"], example["request"])
    answer = operation["responses"].get(str(example["status"]))
    if answer is not None and example["answer"] is not None:
        _show(answer, example["answer"])


def _show(described: dict[str, Any], value: Any) -> None:
    for content_type, content in described.get("content", {}).items():
        if content_type == "application/json":
            content["examples"] = {"recorded": {"value": value}}
