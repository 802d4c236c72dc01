"""`reading_value` of bad-inputs.yaml, through the form and the API: refused with the field named, nothing stored."""

from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from audit.models import Event
from goals.models import Reading
from goals.tests.bad_inputs import cases, given, named, refuses
from goals.tests.factories import client_of
from goals.tests.pages.factories import Cast, browser_of, make_cast, row

pytestmark = pytest.mark.django_db
LIMITS = {"rv-31": (None, 1_000), "rv-40": (0, None), "rv-41": (None, 100)}
TEXTS = [c for c in cases("reading_value") if "json" not in c]
RAW = [c for c in cases("reading_value") if "json" in c]


def cast_for(case: dict[str, Any]) -> Cast:
    low, high = LIMITS.get(case["id"], (None, None))
    return make_cast(frequency="monthly", minimum=low, maximum=high)


def send(client: APIClient, value: str) -> Any:
    body = f'{{"indicator":"firms","unit":"office","period":"2022-09-30","value":{value}}}'
    return client.post("/api/v1/readings/", body, content_type="application/json")


def holds(case: dict[str, Any]) -> bool:
    """What was to be stored is, exactly; what was to be refused left nothing."""
    stored = [r.value for r in Reading.objects.all()]
    return not stored if refuses(case) else stored == [Decimal(case["expect"]["accept_as"])]


@pytest.mark.parametrize("case", TEXTS, ids=named)
def test_a_text_through_the_api(case: dict[str, Any]) -> None:
    cast = cast_for(case)
    client, events = client_of(cast.official), Event.objects.count()

    answer = client.post(
        "/api/v1/readings/",
        {"indicator": "firms", "unit": "office", "period": "2022-09-30", "value": given(case)},
        format="json",
    )

    assert holds(case)
    assert answer.status_code == (400 if refuses(case) else 201)
    if refuses(case):
        assert [e["attr"] for e in answer.json()["errors"]] == ["value"]
        assert Event.objects.count() == events


@pytest.mark.parametrize("case", RAW, ids=named)
def test_raw_json_through_the_api(case: dict[str, Any]) -> None:
    cast = cast_for(case)

    answer = send(client_of(cast.official), case["json"])

    assert holds(case)
    assert answer.status_code == (400 if refuses(case) else 201)


@pytest.mark.parametrize("case", TEXTS, ids=named)
def test_a_text_through_the_form(case: dict[str, Any]) -> None:
    cast, key = cast_for(case), row()
    browser, events = browser_of(cast.official), Event.objects.count()

    answer = browser.post("/report/", {"row": [key], "submit": "1", f"value|{key}": given(case)})

    assert holds(case)
    assert answer.status_code == (400 if refuses(case) else 302)
    if refuses(case):
        assert 'role="alert"' in answer.content.decode()
        assert Event.objects.count() == events
