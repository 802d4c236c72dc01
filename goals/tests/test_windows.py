"""A closing locks a month's figures for everybody; a planner opens them again for one unit until a day."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import Role
from audit.models import Event
from common.clock import pretending
from common.errors import Conflict, Forbidden
from goals import reporting, windows
from goals.models import Closing, Reading
from goals.models.reading import State
from goals.tests.factories import (
    client_of,
    make_indicator,
    make_office,
    make_reading,
    make_target,
    make_unit,
    make_user,
)
from goals.tests.pages.factories import AUGUST, SEPTEMBER, Cast, make_cast

pytestmark = pytest.mark.django_db
READINGS = "/api/v1/readings/"
JULY = date(2022, 7, 31)


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly")


def row(cast: Cast, period: date = AUGUST, **fields: Any) -> dict[str, Any]:
    return {"indicator": cast.indicator, "unit": cast.office, "period": period, "value": 5} | fields


def close(cast: Cast, period: date = AUGUST) -> Closing:
    return windows.close_month(cast.planner, cast.plan, period)


def reopen(cast: Cast, **terms: Any) -> None:
    given: dict[str, Any] = {
        "unit": cast.office,
        "period": AUGUST,
        "until": date(2022, 10, 20),
        "reason": "企业补报",
    } | terms
    windows.reopen(cast.planner, cast.plan, **given)


def test_a_closed_month_takes_no_figures(cast: Cast) -> None:
    close(cast)

    with pytest.raises(Conflict, match="月结"):
        reporting.post_readings(cast.official, [row(cast)])
    assert not Reading.objects.exists()


def test_the_months_before_are_closed_with_it(cast: Cast) -> None:
    close(cast)

    with pytest.raises(Conflict):
        reporting.post_readings(cast.official, [row(cast, JULY)])


def test_the_month_after_stays_open(cast: Cast) -> None:
    close(cast)

    assert reporting.post_readings(cast.official, [row(cast, SEPTEMBER)]).created == 1


def test_one_locked_row_keeps_all_rows_out(cast: Cast) -> None:
    close(cast)

    with pytest.raises(Conflict):
        reporting.post_readings(cast.official, [row(cast, SEPTEMBER), row(cast)])
    assert not Reading.objects.exists()


def test_the_same_figure_again_is_no_entry_and_not_refused(cast: Cast) -> None:
    make_reading(cast.indicator, AUGUST, 5)
    close(cast)

    assert reporting.post_readings(cast.official, [row(cast, state=State.SUBMITTED)]).unchanged == 1


def test_a_closing_of_one_plan_does_not_lock_what_it_promises_nothing_of(cast: Cast) -> None:
    other = make_indicator("other", cast.office, frequency="monthly")
    close(cast)

    assert reporting.post_readings(cast.official, [row(cast, indicator=other)]).created == 1


def test_a_closing_does_not_lock_another_subdistricts_units(cast: Cast) -> None:
    elsewhere = make_unit("elsewhere", "subdistrict")
    cast.indicator.reporting.create(unit=elsewhere)
    stranger = make_user("stranger", Role.REPORTER, unit=elsewhere)
    close(cast)

    assert reporting.post_readings(stranger, [row(cast, unit=elsewhere)]).created == 1


@pytest.mark.parametrize("action", ["submit", "edit", "approve"])
def test_what_is_on_its_way_stops_at_a_closing(cast: Cast, action: str) -> None:
    state = State.SUBMITTED if action == "approve" else State.DRAFT
    reading = make_reading(cast.indicator, AUGUST, 5, state=state)
    close(cast)

    with pytest.raises(Conflict):
        if action == "submit":
            reporting.submit(cast.official, [reading.pk])
        elif action == "edit":
            reporting.edit_draft(cast.official, reading.pk, {"value": 6})
        else:
            reporting.approve(cast.reviewer, reading.pk)
    reading.refresh_from_db()
    assert (reading.state, reading.value) == (state, 5)


def test_a_bulk_approval_passes_over_what_is_locked(cast: Cast) -> None:
    locked = make_reading(cast.indicator, AUGUST, 5, state=State.SUBMITTED)
    free = make_reading(cast.indicator, SEPTEMBER, 5, state=State.SUBMITTED)
    close(cast)

    results = reporting.approve_many(cast.reviewer, [locked.pk, free.pk])

    assert results == [(locked.pk, "conflict"), (free.pk, "approved")]


def test_what_is_locked_is_asked_of_nobody(cast: Cast) -> None:
    close(cast)

    assert [due.period for due in reporting.due_for(cast.official, date(2022, 10, 12))] == [SEPTEMBER]


def test_a_reopened_month_is_asked_of_its_unit_again(cast: Cast) -> None:
    close(cast)
    reopen(cast)

    assert AUGUST in [due.period for due in reporting.due_for(cast.official, date(2022, 10, 12))]
    assert reporting.post_readings(cast.official, [row(cast)]).created == 1


def test_a_reopened_month_closes_after_its_last_day(cast: Cast) -> None:
    close(cast)
    reopen(cast)

    with pretending(date(2022, 10, 20)):
        reporting.post_readings(cast.official, [row(cast)])
    with pretending(date(2022, 10, 21)), pytest.raises(Conflict):
        reporting.post_readings(cast.official, [row(cast, value=6)])


def test_another_unit_stays_locked_out(cast: Cast) -> None:
    other = make_office("other_office")
    cast.indicator.reporting.create(unit=other)
    close(cast)
    reopen(cast, unit=other)

    with pytest.raises(Conflict):
        reporting.post_readings(cast.official, [row(cast)])


def test_another_month_stays_locked(cast: Cast) -> None:
    close(cast)
    reopen(cast)

    with pytest.raises(Conflict):
        reporting.post_readings(cast.official, [row(cast, JULY)])


def test_rest_says_409_and_why(cast: Cast) -> None:
    close(cast)
    sent = {"indicator": "firms", "unit": "office", "period": "2022-08-31", "value": 5}

    answer = client_of(cast.official).post(READINGS, sent, format="json")

    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "locked"


@pytest.mark.parametrize("period", [date(2022, 10, 31), date(2022, 12, 31)])
def test_a_month_that_has_not_ended_is_not_closed(cast: Cast, period: date) -> None:
    with pytest.raises(Conflict, match="还没有结束"):
        close(cast, period)


@pytest.mark.parametrize("period", [date(2022, 8, 30), date(2021, 8, 31)])
def test_only_a_months_end_of_the_plans_year_is_closed(cast: Cast, period: date) -> None:
    with pytest.raises(ValidationError) as refused:
        close(cast, period)
    assert set(refused.value.error_dict) == {"period"}


@pytest.mark.parametrize("period", [JULY, AUGUST])
def test_a_closed_month_is_not_closed_again(cast: Cast, period: date) -> None:
    close(cast)

    with pytest.raises(Conflict, match="已经月结"):
        close(cast, period)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"until": date(2022, 10, 11)}, "until"),
        ({"reason": "\u3000"}, "reason"),
        ({"period": SEPTEMBER}, "period"),
        ({"period": date(2022, 8, 30)}, "period"),
    ],
)
def test_a_wrong_reopening_is_refused_by_its_field(cast: Cast, terms: dict[str, Any], field: str) -> None:
    close(cast)

    with pretending(date(2022, 10, 12)), pytest.raises(ValidationError) as refused:
        reopen(cast, **terms)
    assert set(refused.value.error_dict) == {field}


def test_a_unit_of_elsewhere_is_not_reopened(cast: Cast) -> None:
    close(cast)

    with pytest.raises(ValidationError) as refused:
        reopen(cast, unit=make_unit("elsewhere"))
    assert set(refused.value.error_dict) == {"unit"}


@pytest.mark.parametrize("who", ["official", "reviewer", "leader"])
def test_only_a_planner_closes_and_reopens(cast: Cast, who: str) -> None:
    user = getattr(cast, who)

    with pytest.raises(Forbidden):
        windows.close_month(user, cast.plan, AUGUST)
    close(cast)
    with pytest.raises(Forbidden):
        windows.reopen(user, cast.plan, cast.office, AUGUST, date(2022, 10, 20), "补报")


def test_a_planner_of_another_subdistrict_may_not_close(cast: Cast) -> None:
    stranger = make_user("stranger", Role.PLANNER, unit=make_unit("elsewhere"))

    with pytest.raises(Forbidden):
        windows.close_month(stranger, cast.plan, AUGUST)


def test_closing_and_reopening_are_in_the_trail(cast: Cast) -> None:
    close(cast)
    reopen(cast)

    assert list(Event.objects.order_by("pk").values_list("action", flat=True)) == ["close_month", "reopen_month"]


@pytest.mark.parametrize("count", [1, 20])
def test_looking_for_locks_takes_as_many_queries_for_one_slot_as_for_many(
    cast: Cast, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    close(cast)
    slots = [(cast.indicator.pk, cast.office.pk, AUGUST)]
    for number in range(count):
        indicator = make_indicator(f"i{number}", cast.office, frequency="monthly")
        make_target(cast.plan, indicator)
        slots.append((indicator.pk, cast.office.pk, JULY))

    with django_assert_max_num_queries(3):
        assert windows.locked_slots(slots) == set(slots)
