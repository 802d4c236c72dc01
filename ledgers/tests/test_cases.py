"""The worked cases with a ledger's events come out exactly through a register and its measure."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from goals import measures
from goals.models import Indicator, Target
from goals.progress.store import progress_of
from goals.tests.factories import make_plan, make_target, make_unit
from goals.tests.progress.test_cases import CASES, NUMBERS
from goals.tests.progress.test_stored import as_sent
from ledgers import counting
from ledgers.tests.factories import confirm, register
from safety.tests.factories import accident, save

pytestmark = pytest.mark.django_db
BY_LEDGER = [case for case in CASES if case.get("source") == "ledger"]


@pytest.fixture
def measure() -> Iterator[Any]:
    """Measures over the accidents' deaths, with confirmation and without, for these tests alone."""
    for code, confirmed in (("test.plain", False), ("test.confirmed", True)):
        declared = counting.measure(code, "safety.accidents", code, basis="amount", confirmed=confirmed)
        declared(lambda rows, counts: counting.amounts(rows, value="deaths"))
    yield None
    for code in ("test.plain", "test.confirmed"):
        made = measures._registry.pop(code)
        counting._by_ledger["safety.accidents"].remove(made)  # type: ignore[arg-type]


def store(case: dict[str, Any]) -> Target:
    """The case's plan, indicator, events and confirmation as records."""
    make_unit()
    for event in case["events"]:
        save(accident(day=date.fromisoformat(event["date"]), deaths=int(event["value"])))
    code = "test.confirmed" if "confirmed_through" in case else "test.plain"
    if case.get("confirmed_through"):
        confirm(register(), date.fromisoformat(case["confirmed_through"]))
    indicator = Indicator.objects.create(code="case", name="case", measure=code, **case["indicator"])
    terms = {name: value for name, value in case["target"].items() if value is not None}
    for name in ("goal", "baseline", "band"):
        if name in terms:
            terms[name] = Decimal(terms[name])
    plan = make_plan(year=int(case["plan"]["end"][:4]))
    terms["due"] = date.fromisoformat(terms.get("due", case["plan"]["end"]))
    terms.setdefault("goal", None)
    return make_target(plan, indicator, **terms)


@pytest.mark.parametrize("case", BY_LEDGER, ids=[c["name"] for c in BY_LEDGER])
def test_the_worked_case_comes_out_exactly_through_a_register(
    case: dict[str, Any], settings: Any, measure: None
) -> None:
    settings.TAOYAN_TODAY = "2023-06-30"
    target = store(case)
    settings.TAOYAN_TODAY = case["as_of"]
    asked = Target.objects.select_related("plan__profile", "indicator").get(pk=target.pk)

    row = progress_of([asked], date.fromisoformat(case["as_of"]))[target.pk]

    fourth = Decimal("0.0001")
    expected = {
        n: Decimal(str(v)).quantize(fourth) if n in NUMBERS and v is not None else v for n, v in case["expect"].items()
    }
    assert as_sent(row) == expected


def test_there_are_cases_with_a_ledger() -> None:
    assert len(BY_LEDGER) >= 10
