"""The same cases through the database, and the recompute around the arithmetic."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from goals.models import Mark, Progress, Reading, Target
from goals.progress import recompute as module
from goals.progress.recompute import check, mark, recompute, sweep
from goals.progress.store import progress_of
from goals.tests.factories import (
    make_indicator,
    make_office,
    make_plan,
    make_reading,
    make_target,
    make_targets,
    make_unit,
)
from goals.tests.progress.test_cases import CASES, NUMBERS

pytestmark = pytest.mark.django_db
BY_READINGS = [case for case in CASES if case.get("source", "readings") == "readings"]
FOURTH = Decimal("0.0001")


def store(case: dict[str, Any]) -> Target:
    """The case's plan, indicator, units, readings and target as records."""
    units = [make_unit(f"u-{code}", "office", make_unit()) for code in case["units"]]
    by_code = dict(zip(case["units"], units, strict=True))
    indicator = make_indicator("case", *units, **case["indicator"])
    terms = {name: value for name, value in case["target"].items() if value is not None}
    for name in ("goal", "baseline", "band"):
        if name in terms:
            terms[name] = Decimal(terms[name])
    plan = make_plan(year=int(case["plan"]["end"][:4]))
    terms["due"] = date.fromisoformat(terms.get("due", case["plan"]["end"]))
    terms.setdefault("goal", None)
    for reading in case["readings"]:
        if reading["unit"] not in by_code:
            continue
        figures = {n: Decimal(reading[n]) for n in ("value", "numerator", "denominator") if n in reading}
        value = figures.pop("value", None)
        state, unit = reading.get("state", "approved"), by_code[reading["unit"]]
        make_reading(indicator, date.fromisoformat(reading["period"]), value, state=state, unit=unit, **figures)
    return make_target(plan, indicator, **terms)


def as_sent(row: Progress) -> dict[str, Any]:
    numbers = {n: getattr(row, n) for n in NUMBERS}
    plain = {n: None if v is None else v.quantize(FOURTH, rounding=ROUND_HALF_UP) for n, v in numbers.items()}
    period = row.data_period.isoformat() if row.data_period else None
    return plain | {
        "data_period": period,
        "met": row.met,
        "status": row.status,
        "reason": row.reason or None,
        "stale": row.stale,
    }


@pytest.mark.parametrize("case", BY_READINGS, ids=[c["name"] for c in BY_READINGS])
def test_the_worked_case_comes_out_exactly_from_the_database(case: dict[str, Any], settings: Any) -> None:
    settings.TAOYAN_TODAY = case["as_of"]
    target = store(case)
    asked = Target.objects.select_related("plan__profile", "indicator").get(pk=target.pk)

    row = progress_of([asked], date.fromisoformat(case["as_of"]))[target.pk]

    expected = {
        n: Decimal(str(v)).quantize(FOURTH) if n in NUMBERS and v is not None else v for n, v in case["expect"].items()
    }
    assert as_sent(row) == expected


@pytest.mark.parametrize("count", [28, pytest.param(2899, marks=pytest.mark.thorough)])
def test_a_recompute_takes_at_most_eight_queries(count: int) -> None:
    made = make_targets(make_plan(), [f"i{n}" for n in range(count + 1)], make_office(), goal=Decimal(1))
    ids = [target.pk for target in made]
    mark(ids, "test")

    with CaptureQueriesContext(
        connection,
    ) as captured:
        recompute(ids)

    statements = [q["sql"] for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    assert len(statements) <= 8


def test_recomputing_again_gives_the_same_rows() -> None:
    target = make_target()
    make_reading(target.indicator, date(2022, 1, 31), 40)
    recompute([target.pk])

    assert check() == []


def test_check_names_a_row_that_differs() -> None:
    target = make_target()
    recompute([target.pk])
    Progress.objects.filter(target=target, slot=3).update(status="achieved")

    assert check() == [f"target {target.pk} 2022-03-31: status"]


def test_the_sweep_does_what_the_doorbell_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    target = make_target()
    recompute([target.pk])
    make_reading(target.indicator, date(2022, 1, 31), 40)
    monkeypatch.setattr(module, "ring", lambda ids: None)
    with transaction.atomic():
        mark([target.pk], "test")

    sweep()

    assert Progress.objects.get(target=target, slot=0).actual == 40


def test_a_mark_made_twice_is_computed_once_and_settled() -> None:
    target = make_target()
    with transaction.atomic():
        mark([target.pk], "one")
        mark([target.pk], "two")

    sweep()

    settled = Mark.objects.get(target=target)
    assert settled.dirty_gen == settled.computed_gen


def test_a_chunk_that_fails_three_times_is_parked(monkeypatch: pytest.MonkeyPatch) -> None:
    target = make_target()
    with transaction.atomic():
        mark([target.pk], "test")

    def fail(ids: list[int]) -> int:
        raise RuntimeError("broken")

    monkeypatch.setattr(module, "recompute", fail)
    for _attempt in range(3):
        sweep()

    assert Mark.objects.get(target=target).parked


def test_what_was_approved_later_is_left_out_of_the_view_as_known_then() -> None:
    target = make_target()
    make_reading(target.indicator, date(2022, 1, 31), 40)
    asked = list(Target.objects.select_related("plan__profile", "indicator"))

    then = progress_of(asked, date(2022, 3, 31), known_then=True)[target.pk]

    assert then.status == "no_data"


def test_a_large_figure_is_kept_to_the_last_digit() -> None:
    make_reading(make_indicator(), date(2022, 1, 31), "99999999999999.9999")

    assert Reading.objects.get().value == Decimal("99999999999999.9999")


def test_the_suite_runs_with_a_fixed_today() -> None:
    assert django_settings.TAOYAN_TODAY
