"""新增指标: on a page of its own, from nothing or from the one that it follows."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from audit.models import Event
from goals.models import Indicator
from goals.tests.factories import make_reading, make_unit, make_user
from goals.tests.pages.factories import AUGUST, Cast, browser_of, make_cast

pytestmark = pytest.mark.django_db
PAGE = "/indicators/add/"


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly")


@pytest.fixture
def planner(cast: Cast) -> Client:
    return browser_of(cast.planner)


def answers(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        **{"code": "firms.v2", "name": "新增企业", "unit_of_measure": "户", "basis": "amount", "frequency": "monthly"},
        **{"aggregation": "sum", "deadline_day": "10", "deadline_lag": "1", "reporting_units": [cast.office.pk]},
        **changes,
    }


def test_an_indicator_is_added(cast: Cast, planner: Client) -> None:
    answer = planner.post(PAGE, answers(cast))

    made = Indicator.objects.get(code="firms.v2")
    assert answer["Location"] == "/indicators/firms.v2/edit/"
    assert (made.unit_of_measure, [r.unit for r in made.reporting.all()]) == ("户", [cast.office])
    assert Event.objects.latest("sequence").record == "indicator"


def test_it_begins_with_the_answers_of_the_one_that_it_follows(cast: Cast, planner: Client) -> None:
    form = planner.get(f"{PAGE}?from=firms").context["form"]

    assert [form[name].value() for name in ("code", "name", "unit_of_measure", "frequency")] == [
        *("", "firms", "家", "monthly"),
    ]
    assert form["reporting_units"].value() == [cast.office.pk]


def test_the_old_one_and_its_figures_stay(cast: Cast, planner: Client) -> None:
    old = make_reading(cast.indicator, AUGUST, 5)

    planner.post(f"{PAGE}?from=firms", answers(cast))

    old.refresh_from_db()
    assert (old.indicator, old.value, old.indicator.unit_of_measure) == (cast.indicator, 5, "家")


def test_the_page_of_an_indicator_with_figures_leads_here(cast: Cast, planner: Client) -> None:
    assert "?from=firms" not in planner.get("/indicators/firms/edit/").content.decode()
    make_reading(cast.indicator, AUGUST, 5)

    assert f"{PAGE}?from=firms" in planner.get("/indicators/firms/edit/").content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "firms"}, "code"),
        ({"code": ""}, "code"),
        ({"code": "新"}, "code"),
        ({"name": ""}, "name"),
        ({"basis": "half"}, "basis"),
        ({"reporting_units": []}, "reporting_units"),
        ({"minimum": "10", "maximum": "1"}, "maximum"),
        ({"aggregation": "mean"}, "aggregation"),
        ({"deadline_day": "32"}, "deadline_day"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(cast: Cast, planner: Client, changes: dict[str, Any], field: str) -> None:
    answer = planner.post(PAGE, answers(cast, **changes))

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert Indicator.objects.count() == 1


def test_an_unknown_one_to_follow_is_none(planner: Client) -> None:
    assert planner.get(f"{PAGE}?from=nothing").context["base"] is None


@pytest.mark.parametrize("role", [Role.REPORTER, Role.REVIEWER, Role.LEADER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_planners_add(cast: Cast, role: str) -> None:
    browser = browser_of(make_user("somebody", role, unit=make_unit()))

    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, answers(cast)).status_code == 403
    assert Indicator.objects.count() == 1


def test_a_visitor_is_sent_to_the_login(cast: Cast) -> None:
    assert "/login/" in Client().get(PAGE)["Location"]
