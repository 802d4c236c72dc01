"""dt-12 of bad-inputs.yaml: into a locked month no way leads, by page, REST or Excel; a reopening opens them all."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings as SettingsWrapper

from audit.models import Event
from goals import windows
from goals.models import Reading
from goals.models.reading import State
from goals.tests.factories import client_of, make_reading
from goals.tests.importing.factories import confirm, preview, workbook
from goals.tests.pages.factories import AUGUST, Cast, browser_of, make_cast, row

pytestmark = pytest.mark.django_db
KEY = row(period=AUGUST)
READINGS = "/api/v1/readings/"
SLOT = {"indicator": "firms", "unit": "office", "period": "2022-08-31"}


@pytest.fixture(autouse=True)
def var(settings: SettingsWrapper, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly")


def reading(cast: Cast, state: str) -> Reading:
    fields = {"entered_by": cast.official, "reported_by": cast.official, "hands": [cast.official.pk]}
    return make_reading(cast.indicator, AUGUST, 5, state=state, **fields)


def by_sheet(cast: Cast) -> Any:
    fields = {"row": KEY, f"value|{KEY}": "7", f"note|{KEY}": "补报", "submit": "1"}
    return browser_of(cast.official).post("/report/", fields)


def by_cell(cast: Cast) -> Any:
    return browser_of(cast.official).post("/report/cell/", {"row": KEY, "value": "7"})


def by_correction(cast: Cast) -> Any:
    old = reading(cast, State.APPROVED)
    return browser_of(cast.official).post(f"/report/{old.pk}/correct/", {"value": "7", "note": "漏报"})


def by_excel(cast: Cast) -> Any:
    browser = browser_of(cast.official)
    return confirm(browser, preview(browser, workbook(["firms", "office", "2022-08-31", 7, ""])))


def by_rest(cast: Cast) -> Any:
    return client_of(cast.official).post(READINGS, SLOT | {"value": 7}, format="json")


def by_rest_in_a_set(cast: Cast) -> Any:
    rows = [SLOT | {"value": 7}, SLOT | {"value": 7, "period": "2022-09-30"}]
    return client_of(cast.official).post(READINGS, {"readings": rows}, format="json")


def by_editing_a_draft(cast: Cast) -> Any:
    draft = reading(cast, State.DRAFT)
    return client_of(cast.official).patch(f"{READINGS}{draft.pk}/", {"value": 7}, format="json")


def by_submitting_a_draft(cast: Cast) -> Any:
    return client_of(cast.official).post(f"{READINGS}{reading(cast, State.DRAFT).pk}/submit/")


def by_approving(cast: Cast) -> Any:
    return client_of(cast.reviewer).post(f"{READINGS}{reading(cast, State.SUBMITTED).pk}/approve/")


def by_approving_on_the_page(cast: Cast) -> Any:
    return browser_of(cast.reviewer).post(f"/review/{reading(cast, State.SUBMITTED).pk}/approve/")


# Every way, and how the figure stands that it starts from.
WAYS: dict[Callable[[Cast], Any], str] = {
    by_sheet: "",
    by_cell: "",
    by_correction: State.APPROVED,
    by_excel: "",
    by_rest: "",
    by_rest_in_a_set: "",
    by_editing_a_draft: State.DRAFT,
    by_submitting_a_draft: State.DRAFT,
    by_approving: State.SUBMITTED,
    by_approving_on_the_page: State.SUBMITTED,
}


def figures() -> list[tuple[Any, ...]]:
    return list(Reading.objects.order_by("pk").values_list("value", "state"))


@pytest.mark.parametrize("way", WAYS)
def test_dt_12_no_way_leads_into_a_locked_month(cast: Cast, way: Callable[[Cast], Any]) -> None:
    windows.close_month(cast.planner, cast.plan, AUGUST)
    events = Event.objects.count()

    answer = way(cast)

    assert answer.status_code in (302, 400, 409)
    assert figures() == ([(5, WAYS[way])] if WAYS[way] else [])
    assert Event.objects.count() == events


@pytest.mark.parametrize("way", WAYS)
def test_dt_12_where_it_is_opened_again_all_of_them_do(cast: Cast, way: Callable[[Cast], Any]) -> None:
    windows.close_month(cast.planner, cast.plan, AUGUST)
    windows.reopen(cast.planner, cast.plan, cast.office, AUGUST, date(2022, 10, 20), "企业补报")
    events = Event.objects.count()

    answer = way(cast)

    assert answer.status_code in (200, 201, 302)
    assert Event.objects.count() > events


@pytest.mark.parametrize("way", [by_rest, by_rest_in_a_set, by_editing_a_draft, by_submitting_a_draft, by_approving])
def test_dt_12_rest_answers_409(cast: Cast, way: Callable[[Cast], Any]) -> None:
    windows.close_month(cast.planner, cast.plan, AUGUST)

    answer = way(cast)

    assert answer.status_code == 409
    assert [error["code"] for error in answer.json()["errors"]] == ["locked"]
