"""The cases of `bad-inputs.yaml`, for the tests beside it."""

from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("bad-inputs.yaml")
_CASES = yaml.safe_load(_FILE.read_text(encoding="utf-8"))["entry_points"]


def cases(group: str, *, without: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """A group's cases by id, but those that a test of their own builds."""
    return [case for case in _CASES[group]["cases"] if case["id"] not in without]


def named(case: dict[str, Any]) -> str:
    return str(case["id"])


def given(case: dict[str, Any]) -> str:
    """What is sent: as it stands, or built from a Python expression of the file."""
    return str(case["in"]) if "in" in case else str(eval(case["gen"], {"__builtins__": {}}))


def refuses(case: dict[str, Any]) -> bool:
    return bool(case["expect"] == "reject")
