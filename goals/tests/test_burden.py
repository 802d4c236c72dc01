"""减负账: exact numbers of fields a month, and what a new request replaces."""

from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goals.burden import Burden, burden, fields_a_month, needs_reason
from goals.models import Indicator, Plan, ReportingUnit
from goals.tests.factories import make_indicator, make_office, make_plan, make_target

pytestmark = pytest.mark.django_db
TODAY = date(2022, 10, 12)


@pytest.fixture
def plan() -> Plan:
    plan = make_plan(state="adopted")
    plan.adopted_at = datetime(2022, 3, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    plan.save()
    return plan


@pytest.mark.parametrize(
    ("terms", "fields"),
    [
        ({}, Fraction(1)),
        ({"basis": "share"}, Fraction(2)),
        ({"frequency": "monthly_from_feb"}, Fraction(11, 12)),
        ({"frequency": "quarterly"}, Fraction(1, 3)),
        ({"frequency": "quarterly", "basis": "share"}, Fraction(2, 3)),
        ({"frequency": "half_yearly"}, Fraction(1, 6)),
        ({"frequency": "yearly"}, Fraction(1, 12)),
        ({"measure": "milestones"}, Fraction(0)),
        ({"published": True}, Fraction(0)),
    ],
)
def test_an_indicator_is_so_many_fields_a_month(terms: dict[str, object], fields: Fraction) -> None:
    assert fields_a_month(Indicator(**({"basis": "amount"} | terms))) == fields


def asked(plan: Plan, code: str, *units: str, **terms: object) -> Indicator:
    indicator = make_indicator(code, *(make_office(u) for u in units), **terms)  # type: ignore[arg-type]
    make_target(plan, indicator, rule="share" if indicator.is_share else "total")
    return indicator


def numbers(meter: Burden) -> dict[str, tuple[Fraction, Fraction]]:
    return {load.unit.code: (load.before, load.after) for load in meter.loads}


def test_each_units_fields_are_added_up(plan: Plan) -> None:
    asked(plan, "monthly", "a", "b")
    asked(plan, "share", "a", basis="share", frequency="quarterly")
    asked(plan, "counted", "b", measure="milestones")

    meter = burden(plan, TODAY)

    assert numbers(meter) == {"a": (Fraction(5, 3), Fraction(5, 3)), "b": (Fraction(1), Fraction(1))}
    assert (meter.before, meter.after) == (Fraction(8, 3), Fraction(8, 3))
    assert meter.requests == []


def test_an_indicator_of_another_plan_is_not_on_this_plans_account(plan: Plan) -> None:
    asked(make_plan("other", year=2021), "elsewhere", "a")

    assert burden(plan, TODAY).loads == []


def test_what_began_after_the_adoption_is_more_now_than_then(plan: Plan) -> None:
    indicator = asked(plan, "monthly", "a")
    ReportingUnit.objects.create(
        indicator=indicator, unit=make_office("b"), first_day=date(2022, 9, 1), replaces="旧周报表"
    )

    meter = burden(plan, TODAY)

    assert numbers(meter) == {"a": (1, 1), "b": (0, 1)}
    assert [(r.span.unit.code, r.span.replaces, r.fields) for r in meter.requests] == [("b", "旧周报表", 1)]
    assert [load.change for load in meter.loads] == [0, 1]


def test_what_ended_is_less_now_than_then(plan: Plan) -> None:
    asked(plan, "monthly", "a")
    ReportingUnit.objects.update(last_day=date(2022, 10, 11))

    assert numbers(burden(plan, TODAY)) == {"a": (1, 0)}
    assert burden(plan, TODAY).loads[0].change == -1


def test_what_ended_before_the_adoption_is_on_no_account(plan: Plan) -> None:
    asked(plan, "monthly", "a")
    ReportingUnit.objects.update(last_day=date(2022, 2, 28))

    assert burden(plan, TODAY).loads == []


def test_what_was_added_on_the_day_of_adoption_with_a_reason_is_new(plan: Plan) -> None:
    asked(plan, "monthly", "a")
    ReportingUnit.objects.update(first_day=date(2022, 3, 1), replaces="旧月报表")

    assert numbers(burden(plan, TODAY)) == {"a": (0, 1)}


def test_what_stood_before_the_adoption_is_not_new_whatever_it_replaced(plan: Plan) -> None:
    asked(plan, "monthly", "a")
    ReportingUnit.objects.update(replaces="旧月报表")

    assert numbers(burden(plan, TODAY)) == {"a": (1, 1)}
    assert burden(plan, TODAY).requests == []


def test_a_draft_is_measured_from_its_year(plan: Plan) -> None:
    plan.adopted_at = None

    assert burden(plan, TODAY).since == date(2022, 1, 1)


def test_a_new_unit_of_an_adopted_plans_indicator_needs_a_reason(plan: Plan) -> None:
    indicator = asked(plan, "monthly", "a")

    assert needs_reason(indicator, [make_office("a"), make_office("b")], TODAY)
    assert not needs_reason(indicator, [make_office("a")], TODAY)
    assert not needs_reason(indicator, [], TODAY)


def test_no_reason_is_needed_of_a_draft_nor_of_what_nobody_types(plan: Plan) -> None:
    published = asked(plan, "published", "a", published=True)
    drafted = asked(make_plan("draft", year=2023), "drafted", "a")

    assert not needs_reason(published, [make_office("b")], TODAY)
    assert not needs_reason(drafted, [make_office("b")], TODAY)


def test_the_meter_is_one_query_whatever_the_plans_size(plan: Plan) -> None:
    asked(plan, "first", "a")
    for number in range(10):
        asked(plan, f"more.{number}", f"unit.{number}", "a")

    with CaptureQueriesContext(connection) as captured:
        meter = burden(plan, TODAY)
        assert [r.span.indicator.name for r in meter.requests] == []

    assert len(captured) == 1
    assert meter.after == 21
