"""Every worked case of `progress-cases.json`, through the functions."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from goals.progress import (
    Counted,
    Event,
    Milestone,
    Month,
    Outcome,
    Reported,
    Terms,
    Works,
    compute,
    month_key,
    rounded,
)

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "cases.json").read_text(encoding="utf-8"))
NUMBERS = ("actual", "expected", "attainment", "gap", "deviation", "forecast", "catch_up")


def scaled(raw: object) -> int | None:
    return None if raw is None else int(Decimal(str(raw)) * 10_000)


def terms_of_case(case: dict[str, Any]) -> Terms:
    target, indicator = case["target"], case["indicator"]
    end = date.fromisoformat(case["plan"]["end"])
    planned = sorted((date.fromisoformat(d), scaled(v)) for d, v in (target.get("planned") or {}).items())
    return Terms(
        year=end.year,
        due=date.fromisoformat(target["due"]) if target.get("due") else end,
        rule=target["rule"],
        comparator=target["comparator"],
        goal=scaled(target.get("goal")),
        baseline=scaled(target.get("baseline")),
        pace=target.get("pace"),
        planned=tuple((d, v) for d, v in planned if v is not None),
        band=scaled(target.get("band")),
        in_doubt=target.get("in_doubt", False),
        basis=indicator["basis"],
        frequency=indicator.get("frequency", "monthly"),
        aggregation=indicator.get("aggregation", "sum"),
        whole=indicator.get("whole", False),
        deadline_day=indicator.get("deadline_day", 10),
        deadline_lag=indicator.get("deadline_lag", 1),
    )


def figures_of_case(case: dict[str, Any]) -> Reported | Counted | Works:
    source = case.get("source", "readings")
    if source == "milestones":
        return Works(
            [
                Milestone(
                    scaled(m["weight"]) or 0,
                    date.fromisoformat(m["due"]),
                    date.fromisoformat(m["done"]) if m.get("done") else None,
                    m.get("default", False),
                )
                for m in case["milestones"]
            ]
        )
    if source == "ledger":
        events = [
            Event(
                date.fromisoformat(e["date"]),
                scaled(e.get("value")) or 0,
                scaled(e.get("numerator")) or 0,
                scaled(e.get("denominator")) or 0,
            )
            for e in case["events"]
        ]
        confirmed = case.get("confirmed_through")
        return Counted(events, "confirmed_through" in case, date.fromisoformat(confirmed) if confirmed else None)
    return Reported(_months(case))


def _months(case: dict[str, Any]) -> dict[int, Month]:
    months: dict[int, Month] = {}
    for reading in case["readings"]:
        if reading.get("state", "approved") != "approved" or reading["unit"] not in case["units"]:
            continue
        key = month_key(date.fromisoformat(reading["period"]))
        value, above, below = (scaled(reading.get(n)) or 0 for n in ("value", "numerator", "denominator"))
        old = months.get(key, Month(0, 0, 0, 0, len(case["units"])))
        months[key] = Month(
            old.value + value,
            old.numerator + (above if below else 0),
            old.denominator + below,
            old.reported + 1,
            old.expected,
        )
    return months


def as_sent(outcome: Outcome) -> dict[str, Any]:
    """The outcome with numbers as the API sends them."""
    plain: dict[str, Any] = {}
    for name in NUMBERS:
        exact = getattr(outcome, name)
        plain[name] = None if exact is None else rounded(exact, 4)
    period = outcome.data_period.isoformat() if outcome.data_period else None
    return plain | {
        "data_period": period,
        "met": outcome.met,
        "status": outcome.status,
        "reason": outcome.reason,
        "stale": outcome.stale,
    }


def expected_of(case: dict[str, Any]) -> dict[str, Any]:
    return {
        name: Decimal(str(value)).quantize(Decimal("0.0001")) if name in NUMBERS and value is not None else value
        for name, value in case["expect"].items()
    }


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_the_worked_case_comes_out_exactly(case: dict[str, Any]) -> None:
    outcome = compute(terms_of_case(case), figures_of_case(case), date.fromisoformat(case["as_of"]))

    expected = expected_of(case)
    assert {name: value for name, value in as_sent(outcome).items() if name in expected} == expected
