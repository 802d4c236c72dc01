"""The panels that only this section's page has."""

from copy import copy
from datetime import date
from typing import Any

import pytest

from accounts.models import Role
from accounts.tests.factories import browser_of, queries
from goals.models import Section
from goals.tests.factories import make_plan, make_unit, make_user
from ledgers.tests.factories import TODAY
from safety import panels
from safety.tests.factories import accident, hazard, make_village, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def section() -> Section:
    return Section.objects.create(plan=make_plan(state="adopted"), code="safety", name="平安智治")


def context(made: Any) -> Any:
    assert made is not None
    return made.context


def test_with_nothing_to_show_there_is_no_panel(section: Section) -> None:
    assert panels.hazards(section, TODAY) is None
    assert panels.accidents(section, TODAY) is None


def test_hazards_are_counted_by_stage_and_field(section: Section) -> None:
    save(hazard(on_the_spot=True))
    save(hazard(due=date(2022, 10, 11)))
    save(hazard(area="traffic", rectified_on=date(2022, 9, 9)))
    save(hazard(area="traffic", transferred_on=date(2022, 9, 9)))

    shown = context(panels.hazards(section, TODAY))

    counts = {code: n for _name, code, n in shown["stages"]}
    assert counts == {"rectifying": 1, "to_recheck": 1, "transferred": 1, "closed": 1}
    assert [(area.name, area.total, area.late, area.closed_share) for area in shown["areas"]] == [
        ("消防", 2, 1, 50),
        ("交通", 2, 0, 0),
    ]
    assert shown["late"] == 1


@pytest.mark.parametrize(
    ("day", "age"), [("10-12", "7"), ("10-05", "7"), ("10-04", "15"), ("09-27", "15"), ("09-26", "30"), ("09-11", "31")]
)
def test_open_hazards_are_counted_by_the_days_since_they_were_found(section: Section, day: str, age: str) -> None:
    save(hazard(day=date.fromisoformat(f"2022-{day}"), due=date(2022, 12, 1)))

    assert [name for name, n in context(panels.hazards(section, TODAY))["ages"] if n] == [age]


def test_closed_hazards_have_no_age(section: Section) -> None:
    save(hazard(on_the_spot=True))

    assert not any(n for _name, n in context(panels.hazards(section, TODAY))["ages"])


def test_only_valid_hazards_of_the_plans_year_and_unit_through_the_day_are_counted(section: Section) -> None:
    save(hazard(what="这一条"))
    save(hazard(day=date(2021, 12, 31)))
    save(hazard(day=date(2022, 10, 10), on_the_spot=True, due=None))
    save(hazard(unit=make_unit("elsewhere", "subdistrict")))
    void = save(hazard())
    type(void).objects.filter(pk=void.pk).update(voided_at=void.created_at)

    assert sum(a.total for a in context(panels.hazards(section, date(2022, 10, 9)))["areas"]) == 1


def test_accidents_stand_cumulative_beside_last_years(section: Section) -> None:
    save(accident(day=date(2021, 1, 5), deaths=2))
    save(accident(day=date(2021, 11, 5)))
    save(accident(day=date(2022, 3, 5), deaths=1))
    save(accident(day=date(2022, 3, 6), in_statistics="pending"))

    number, deaths = context(panels.accidents(section, TODAY))["charts"]

    assert (number["now"], number["same"], number["change"]) == (1, 1, 0)
    assert (deaths["now"], deaths["same"], deaths["change"]) == (1, 2, -1)
    assert number["data"]["cur"] == [0, 0, 1, 1, 1, 1, 1, 1, 1, 1]
    assert number["data"]["prev"] == [1] * 10 + [2, 2]
    assert number["table"][-1] == (12, None, 2)


def test_the_sections_page_shows_both(section: Section) -> None:
    save(hazard())
    save(accident())
    client = browser_of(make_user("leader", Role.LEADER, unit=make_unit()))

    page = client.get("/plans/plan/sections/safety/")

    shown = page.content.decode()
    assert page.status_code == 200
    assert ("隐患闭环" in shown, 'data-src="d-accidents"' in shown) == (True, True)


def test_the_panels_take_as_many_queries_for_one_row_as_for_many(section: Section) -> None:
    save(hazard())
    save(accident())
    # Each on a page of its own: a section remembers the names of its lists.
    both = [lambda: panels.hazards(copy(section), TODAY), lambda: panels.accidents(copy(section), TODAY)]
    for show in both:
        show()
    one = [queries(show) for show in both]
    for number, area in enumerate(("traffic", "industry", "town", "nature")):
        save(hazard(unit=make_village(f"v{number}"), area=area))
        save(accident(day=date(2022, number + 1, 3)))

    assert [queries(show) for show in both] == one == [2, 1]
