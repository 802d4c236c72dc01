"""`text_fields` of bad-inputs.yaml: stored to the letter and shown as text, or refused with the field named."""

import json
from html import escape
from typing import Any

import pytest
from django.test import Client

from goals.models import Plan, Reading, Target
from goals.models.reading import State
from goals.tests.bad_inputs import cases, given, named
from goals.tests.factories import client_of, make_reading
from goals.tests.pages.factories import SEPTEMBER, Cast, browser_of, make_cast, row

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
BLANK = ("tx-21", "tx-22")
TEXTS = cases("text_fields", without=BLANK)
# A form carries no lone surrogate, and a name has a limit of its own.
SHORT = [c for c in TEXTS if c["id"] not in ("tx-15", "tx-19", "tx-20")]


def text_of(case: dict[str, Any]) -> str:
    return str(json.loads(case["json"])) if "json" in case else given(case)


def is_stored(case: dict[str, Any]) -> bool:
    return case["expect"] != "reject"


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly")


@pytest.mark.parametrize("case", TEXTS, ids=named)
def test_a_note_through_the_api(cast: Cast, case: dict[str, Any]) -> None:
    body = json.dumps(
        {"indicator": "firms", "unit": "office", "period": "2022-09-30", "value": 1, "note": text_of(case)}
    )

    answer = client_of(cast.official).post("/api/v1/readings/", body, content_type="application/json")

    assert answer.status_code == (201 if is_stored(case) else 400)
    assert [r.note for r in Reading.objects.all()] == ([text_of(case)] if is_stored(case) else [])
    if not is_stored(case):
        assert {e["attr"] for e in answer.json()["errors"]} == {"note"}


@pytest.mark.parametrize("case", [c for c in TEXTS if "json" not in c], ids=named)
def test_a_note_through_the_form(cast: Cast, case: dict[str, Any]) -> None:
    key = row()

    answer = browser_of(cast.official).post(
        "/report/", {"row": [key], "submit": "1", f"value|{key}": "1", f"note|{key}": text_of(case)}
    )

    assert answer.status_code == (302 if is_stored(case) else 400)
    assert [r.note for r in Reading.objects.all()] == ([text_of(case)] if is_stored(case) else [])


@pytest.mark.parametrize("case", [c for c in TEXTS if "json" not in c], ids=named)
def test_a_reason_for_returning(cast: Cast, case: dict[str, Any]) -> None:
    reading = make_reading(cast.indicator, SEPTEMBER, 1, state=State.SUBMITTED)

    answer = browser_of(cast.reviewer).post(f"/review/{reading.pk}/return/", {"reason": text_of(case)})

    reading.refresh_from_db()
    assert answer.status_code == (302 if is_stored(case) else 400)
    assert reading.reason == (text_of(case) if is_stored(case) else "")


@pytest.mark.parametrize("case", cases("text_fields")[:13], ids=named)
def test_a_name_is_text_on_every_page(cast: Cast, case: dict[str, Any]) -> None:
    Target.objects.update(name=given(case))
    address = f"/targets/{cast.target.pk}/"

    for browser, page in ((cast.leader, "/"), (cast.leader, address), (cast.planner, "/planner/taoyan-2022/")):
        shown = browser_of(browser).get(page).content.decode()

        assert escape(given(case), quote=False).replace("'", "&#x27;").replace('"', "&quot;") in shown
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "<a hx-get" not in shown


@pytest.mark.parametrize("case", SHORT, ids=named)
def test_a_targets_name_by_the_planners_form(cast: Cast, case: dict[str, Any]) -> None:
    Plan.objects.update(state=Plan.State.DRAFT)
    form = browser_of(cast.planner).get(f"/targets/{cast.target.pk}/edit/").context["form"]
    data = {f.html_name: f.value() for f in form if f.value() not in (None, False, [])}
    sent = data | {"name": text_of(case), "version": str(form.instance.version)}

    answer = browser_of(cast.planner).post(f"/targets/{cast.target.pk}/edit/", sent)

    # A form's text comes without blanks at its ends, as Django's fields have it.
    assert Target.objects.get().name == (text_of(case).strip() if is_stored(case) else cast.target.name)
    assert answer.status_code == (302 if is_stored(case) else 400)


@pytest.mark.parametrize("case", [c for c in cases("text_fields") if c["id"] in BLANK], ids=named)
def test_a_reason_needs_something_to_read(cast: Cast, case: dict[str, Any]) -> None:
    reading = make_reading(cast.indicator, SEPTEMBER, 1, state=State.SUBMITTED)

    page = browser_of(cast.reviewer).post(f"/review/{reading.pk}/return/", {"reason": given(case)})
    api = client_of(cast.reviewer).post(
        f"/api/v1/readings/{reading.pk}/return/", {"reason": given(case)}, format="json"
    )

    assert page.status_code == api.status_code == 400
    assert [e["attr"] for e in api.json()["errors"]] == ["reason"]


def test_personal_numbers_are_warned_of_on_entry(cast: Cast) -> None:
    text = next(given(c) for c in TEXTS if c["id"] == "tx-26")
    client = client_of(cast.official)

    client.post(
        "/api/v1/readings/",
        {"indicator": "firms", "unit": "office", "period": "2022-09-30", "value": 1, "note": text},
        format="json",
    )

    reading = client.get("/api/v1/readings/").json()["results"][0]
    assert [w["code"] for w in reading["warnings"]] == ["personal_data"]


def test_chart_data_carries_names_as_data(cast: Cast) -> None:
    cast.indicator.unit_of_measure = "</script><script>alert(1)"
    cast.indicator.save()

    page = Client()
    page.force_login(cast.leader)

    assert "<script>alert" not in page.get(f"/targets/{cast.target.pk}/").content.decode()
