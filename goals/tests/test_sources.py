"""An indicator's source for a year: typed or counted. It changes on a 1 January, and both histories stay."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Role, User
from accounts.tests.factories import browser_of
from goals import measures, planning
from goals.due import due_for
from goals.measures import Measure, Wanted
from goals.models import Indicator, IndicatorSource, Target
from goals.progress import Counted, Event
from goals.progress.store import progress_of
from goals.tests.factories import (
    client_of,
    make_indicator,
    make_office,
    make_plan,
    make_reading,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db


class Tally(Measure):
    """Counts one a month, in every year."""

    code, name, basis = "test.tally", "tally", "amount"

    def figures(self, wanted: Any, known_until: Any) -> dict[Wanted, Counted]:
        return {
            each: Counted([Event(date(y, m, 1), 10_000) for y in (each.year - 1, each.year) for m in range(1, 13)])
            for each in wanted
        }


@pytest.fixture(autouse=True)
def tally(settings: Any) -> Iterator[None]:
    settings.TAOYAN_TODAY = "2022-10-12"
    measures.register(Tally())
    yield
    del measures._registry["test.tally"]


def planner() -> Any:
    return User.objects.filter(username="planner").first() or make_user("planner", Role.PLANNER)


def in_use() -> Indicator:
    """An indicator that was reported, and that an adopted plan of 2022 uses."""
    indicator = make_indicator()
    make_reading(indicator, date(2021, 12, 31), 5)
    make_target(make_plan(state="adopted"), indicator)
    return indicator


def switched(indicator: Indicator, measure: str, year: int | None = 2022, reason: str = "台账已建") -> Indicator:
    indicator.measure = measure
    planning.save_indicator(planner(), indicator, measure_from=year, measure_reason=reason)
    return Indicator.objects.get(pk=indicator.pk)


def test_before_it_is_used_the_source_changes_for_all_years() -> None:
    indicator = switched(make_indicator(), "test.tally", reason="")

    assert [indicator.measure_of(year) for year in (2020, 2022)] == ["test.tally", "test.tally"]


def test_in_use_it_changes_from_a_year_on_and_what_was_before_stays() -> None:
    indicator = switched(in_use(), "test.tally")

    assert [indicator.measure_of(year) for year in (2021, 2022, 2023)] == ["", "test.tally", "test.tally"]
    assert [(s.from_year, s.measure, s.reason) for s in IndicatorSource.objects.order_by("from_year")] == [
        (0, "", ""),
        (2022, "test.tally", "台账已建"),
    ]


def test_it_changes_back_as_well() -> None:
    indicator = switched(switched(in_use(), "test.tally"), "", 2023)

    assert [indicator.measure_of(year) for year in (2021, 2022, 2023)] == ["", "test.tally", ""]


@pytest.mark.parametrize("reason", ["", "  "])
def test_in_use_it_does_not_change_without_a_reason(reason: str) -> None:
    with pytest.raises(ValidationError) as caught:
        switched(in_use(), "test.tally", reason=reason)

    assert "measure_reason" in caught.value.error_dict


def test_it_does_not_change_in_a_closed_year() -> None:
    indicator = in_use()
    make_target(make_plan("old", 2021, state="closed"), indicator)

    with pytest.raises(ValidationError) as caught:
        switched(indicator, "test.tally", 2021)

    assert "measure_from" in caught.value.error_dict


def test_a_measure_that_does_not_fit_the_basis_is_refused() -> None:
    with pytest.raises(ValidationError) as caught:
        switched(make_indicator(basis="level"), "test.tally")

    assert "measure" in caught.value.error_dict


def test_rest_asks_for_the_reason_too() -> None:
    indicator = in_use()
    client, address = client_of(planner()), f"/api/v1/indicators/{indicator.code}/"

    refused = client.patch(address, {"measure": "test.tally"}, format="json")
    taken = client.patch(address, {"measure": "test.tally", "measure_reason": "台账已建"}, format="json")

    assert (refused.status_code, taken.status_code, taken.json()["measure"]) == (400, 200, "test.tally")


def growth_of(indicator: Indicator, as_of: date) -> Any:
    target = make_target(make_plan("growth", 2022), indicator, rule="growth", goal=0, code="growth")
    asked = Target.objects.select_related("plan__profile", "indicator").get(pk=target.pk)
    return progress_of([asked], as_of)[target.pk]


def typed(indicator: Indicator, year: int, months: int, value: int) -> None:
    for month in range(1, months + 1):
        last = date(year, month + 1, 1).toordinal() - 1 if month < 12 else date(year, 12, 31).toordinal()
        make_reading(indicator, date.fromordinal(last), value, unit=make_office())


def test_what_is_counted_now_is_held_against_what_was_typed_last_year() -> None:
    indicator = make_indicator()
    typed(indicator, 2021, 12, 2)
    switched(indicator, "test.tally")

    row = growth_of(Indicator.objects.get(pk=indicator.pk), date(2022, 9, 30))

    assert (row.actual, row.data_period) == (-50, date(2022, 9, 30))


def test_between_the_ends_of_typed_months_the_last_one_is_compared() -> None:
    indicator = make_indicator()
    typed(indicator, 2021, 12, 2)
    switched(indicator, "test.tally")

    row = growth_of(Indicator.objects.get(pk=indicator.pk), date(2022, 10, 12))

    assert row.data_period == date(2022, 9, 30)


def test_where_last_years_months_are_not_all_typed_there_is_no_base() -> None:
    indicator = make_indicator()
    typed(indicator, 2021, 3, 2)
    switched(indicator, "test.tally")

    assert growth_of(Indicator.objects.get(pk=indicator.pk), date(2022, 9, 30)).reason == "no_base"


def test_what_is_typed_now_is_held_against_what_was_counted_last_year() -> None:
    indicator = make_indicator(measure="test.tally", source_years=[[0, "test.tally"], [2022, ""]])
    indicator.measure = ""
    indicator.save()
    typed(indicator, 2022, 9, 3)

    row = growth_of(indicator, date(2022, 9, 30))

    assert (row.actual, row.data_period) == (200, date(2022, 9, 30))


def test_nobody_is_asked_for_what_is_counted_in_the_plans_year() -> None:
    office = make_office()
    indicator = in_use()
    reporter = make_user("reporter", Role.REPORTER, unit=office)
    before = len(due_for(reporter, date(2022, 10, 12)))
    switched(indicator, "test.tally")

    assert (before > 0, due_for(reporter, date(2022, 10, 12))) == (True, [])


def test_a_planner_switches_the_source_on_the_indicators_page() -> None:
    indicator = in_use()
    client = browser_of(planner())
    form = client.get(f"/indicators/{indicator.code}/edit/").context["form"]
    posted = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    posted |= {"version": indicator.version, "measure": "test.tally", "measure_from": 2022}

    refused = client.post(f"/indicators/{indicator.code}/edit/", posted)
    client.post(f"/indicators/{indicator.code}/edit/", posted | {"measure_reason": "台账已建"})

    assert list(refused.context["form"].errors) == ["measure_reason"]
    assert Indicator.objects.get().measure_of(2022) == "test.tally"
