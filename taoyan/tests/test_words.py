"""What the audit trail is written with has a word for whoever reads it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from accounts.words import ACTIONS, RECORDS

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "goals", "projects", "livelihood", "dashboard")
# What writes an entry: its texts are first the action, then the kind of record.
WRITERS = ("Entry", "_tell")


def texts() -> Iterator[list[str]]:
    """The texts given, action first, to every call in the apps that writes an entry; the tests' own left out."""
    for path in (path for app in APPS for path in (ROOT / app).rglob("*.py") if "tests" not in path.parts):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in WRITERS:
                constants = (arg.value for arg in node.args if isinstance(arg, ast.Constant))
                found = [value for value in constants if isinstance(value, str)]
                if found and found[0] not in RECORDS:
                    yield found


def test_every_action_has_a_word() -> None:
    actions = {given[0] for given in texts()}

    assert {"approve", "draw", "login", "close_month"} <= actions
    assert actions - set(ACTIONS) == set()


def test_every_kind_of_record_has_a_word() -> None:
    records = {given[1] for given in texts() if len(given) > 1}

    assert {"reading", "spotcheck", "evidence"} <= records
    assert records - set(RECORDS) == set()
