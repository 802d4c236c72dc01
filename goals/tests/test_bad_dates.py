"""`dates_and_periods` of bad-inputs.yaml: periods, as-of days, due dates and moments that aren't."""

from typing import Any

import pytest

from goals.models import Plan, Reading, Target
from goals.tests.bad_inputs import cases, named
from goals.tests.factories import client_of
from goals.tests.pages.factories import browser_of, make_cast

pytestmark = pytest.mark.django_db
DATES = [c for c in cases("dates_and_periods") if "in" in c]
MOMENTS = [c for c in cases("dates_and_periods") if "query" in c]


@pytest.mark.parametrize("raw", [*(c["in"] for c in DATES), "2022-11-30", "2022-09-15", ""])
def test_a_period_that_is_none_is_refused_by_the_api(raw: str) -> None:
    client = client_of(make_cast(frequency="monthly").official)

    answer = client.post(
        "/api/v1/readings/", {"indicator": "firms", "unit": "office", "period": raw, "value": "1"}, format="json"
    )

    assert answer.status_code == 400
    assert [e["attr"] for e in answer.json()["errors"]] == ["period"]
    assert not Reading.objects.exists()


@pytest.mark.parametrize("raw", [*(c["in"] for c in DATES), "2022-11-30", "2022-09-15"])
def test_a_period_that_is_none_is_refused_by_the_form(raw: str) -> None:
    key = f"firms|office|{raw}"
    browser = browser_of(make_cast(frequency="monthly").official)

    answer = browser.post("/report/", {"row": [key], "submit": "1", f"value|{key}": "1"})

    assert answer.status_code in (400, 404)
    assert not Reading.objects.exists()


@pytest.mark.parametrize("case", DATES, ids=named)
def test_a_due_date_that_is_none_is_refused_by_form_and_api(case: dict[str, Any]) -> None:
    cast = make_cast()
    Plan.objects.update(state=Plan.State.DRAFT)
    address = f"/targets/{cast.target.pk}/edit/"
    form = browser_of(cast.planner).post(address, {"due": case["in"], "version": "1"})
    api = client_of(cast.planner).patch(f"/api/v1/targets/{cast.target.pk}/", {"due": case["in"]}, format="json")

    assert form.status_code == api.status_code == 400
    assert "due" in form.context["form"].errors
    assert [e["attr"] for e in api.json()["errors"]] == ["due"]
    assert Target.objects.get().due == cast.plan.end


@pytest.mark.parametrize("case", DATES, ids=named)
def test_an_as_of_day_that_is_none_is_refused_by_page_and_api(case: dict[str, Any]) -> None:
    cast = make_cast()

    page = browser_of(cast.leader).get("/", {"as_of": case["in"]})
    api = client_of(cast.leader).get("/api/v1/targets/", {"as_of": case["in"]})

    assert page.status_code == api.status_code == 400
    assert [e["attr"] for e in api.json()["errors"]] == ["as_of"]


@pytest.mark.parametrize("case", MOMENTS, ids=named)
def test_a_moment_out_of_range_is_refused(case: dict[str, Any]) -> None:
    answer = client_of(make_cast().leader).get(f"/api/v1/readings/?{case['query']}")

    assert answer.status_code == 400
    assert [e["attr"] for e in answer.json()["errors"]] == ["updated_since"]


def test_a_due_date_before_the_plans_start_is_refused() -> None:
    cast = make_cast()
    Plan.objects.update(state=Plan.State.DRAFT)

    answer = client_of(cast.planner).patch(f"/api/v1/targets/{cast.target.pk}/", {"due": "2021-12-31"}, format="json")

    assert [e["attr"] for e in answer.json()["errors"]] == ["due"]
