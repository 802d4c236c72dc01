"""What is refused when a target is saved: each fault by its field and code."""

from datetime import date

import pytest

from goals.progress import Terms, validate_terms

END = date(2022, 12, 31)
JUNE, BROKEN, NEXT_YEAR = date(2022, 6, 30), date(2022, 6, 15), date(2023, 1, 31)


def terms(**more: object) -> Terms:
    fields = {"rule": "total", "comparator": "at_least", "goal": 1_000_000, "basis": "amount", "due": END} | more
    return Terms(year=2022, **fields)  # type: ignore[arg-type]


def test_ordinary_terms_have_no_fault() -> None:
    assert validate_terms(terms()) == []


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"rule": "share"}, "rule", "rule_basis"),
        ({"rule": "level"}, "rule", "rule_basis"),
        ({"rule": "growth", "basis": "share"}, "rule", "rule_basis"),
        ({"comparator": "about"}, "comparator", "invalid_choice"),
        ({"comparator": "below_last_year"}, "comparator", "comparator_rule"),
        ({"rule": "decline"}, "comparator", "comparator_rule"),
        ({"rule": "decline", "comparator": "below_last_year"}, "goal", "no_goal"),
        ({"goal": None}, "goal", "required"),
        ({"rule": "milestones", "goal": 5}, "goal", "milestones_goal"),
        ({"rule": "milestones", "comparator": "at_most"}, "goal", "milestones_goal"),
        ({"band": -1}, "band", "min_value"),
        ({"weight": -1}, "weight", "min_value"),
        ({"frequency": "daily"}, "frequency", "invalid_choice"),
        ({"due": NEXT_YEAR}, "due", "outside_plan"),
        ({"frequency": "yearly", "due": JUNE}, "due", "no_due_period"),
        ({"rule": "level", "basis": "level", "pace": "linear"}, "baseline", "required"),
        ({"rule": "share", "basis": "share", "pace": "linear"}, "baseline", "required"),
        ({"rule": "milestones", "pace": "flat"}, "pace", "no_pace"),
        ({"pace": "planned"}, "planned", "required"),
        ({"pace": "planned", "planned": ((BROKEN, 5), (END, 1_000_000))}, "planned", "not_a_month_end"),
        ({"pace": "planned", "planned": ((NEXT_YEAR, 1_000_000),)}, "planned", "not_a_month_end"),
        ({"pace": "planned", "due": JUNE, "planned": ((END, 1_000_000),)}, "planned", "after_due"),
        ({"pace": "planned", "planned": ((JUNE, 2_000_000), (END, 1_000_000))}, "planned", "not_one_way"),
        ({"pace": "planned", "planned": ((JUNE, 500_000),)}, "planned", "not_the_goal"),
    ],
)
def test_a_fault_is_named(changes: dict[str, object], field: str, code: str) -> None:
    assert (field, code) in [(name, found) for name, found, _message in validate_terms(terms(**changes))]


def test_a_level_may_fall_to_its_goal() -> None:
    planned = ((JUNE, 2_000_000), (END, 1_000_000))

    assert validate_terms(terms(rule="level", basis="level", baseline=3_000_000, pace="planned", planned=planned)) == []
