"""Rows read the quick way are those that the serializer reads; what isn't plainly right is left to it."""

from decimal import Decimal
from typing import Any

import pytest

from audit.models import Event
from goals.api import posted_rows, readings
from goals.api.readings import RowSerializer
from goals.models import Reading
from goals.progress import period_end
from goals.tests.factories import client_of
from goals.tests.pages.factories import make_cast

ROW = {"indicator": "firms", "unit": "office", "period": "2022-09-30", "value": 5}
PLAIN: list[dict[str, Any]] = [
    {},
    {"value": "1,234.5"},
    {"value": Decimal("0.0001")},
    {"value": None, "numerator": 1, "denominator": "2"},
    {"state": "submitted", "note": "按月报送"},
    {"note": ""},
    {"rank": 1, "rank_of": 6},
    {"rank": None},
    {"unknown": "ignored", "id": 77},
]
UNCLEAR: list[dict[str, Any]] = [
    {"value": "x"},
    {"value": True},
    {"value": 1.5e300},
    {"indicator": 1},
    {"indicator": ""},
    {"indicator": " firms"},
    {"unit": None},
    {"unit": "a\x00"},
    {"period": "2022-9-30"},
    {"period": 20220930},
    {"period": "1999-12-31"},
    {"state": "odd"},
    {"state": None},
    {"state": ["draft"]},
    {"rank": True},
    {"rank": 1.0},
    {"rank": "1"},
    {"rank": 0},
    {"rank": 40_000},
    {"note": None},
    {"note": 1},
    {"note": "a\u202eb"},
    {"note": "\ud800"},
    {"note": "汉" * 20_001},
]


@pytest.mark.parametrize("fields", PLAIN)
def test_what_is_plainly_right_is_read_as_the_serializer_reads_it(fields: dict[str, Any]) -> None:
    given = RowSerializer(data=[ROW | fields], many=True)

    assert given.is_valid()
    assert posted_rows.read([ROW | fields]) == [dict(row) for row in given.validated_data]


@pytest.mark.parametrize("fields", UNCLEAR)
def test_anything_else_is_left_to_the_serializer(fields: dict[str, Any]) -> None:
    assert posted_rows.read([ROW, ROW | fields]) is None


def test_a_row_without_what_it_needs_is_left_to_the_serializer() -> None:
    for name in ("indicator", "unit", "period"):
        assert posted_rows.read([{k: v for k, v in ROW.items() if k != name}]) is None


@pytest.mark.django_db
def test_a_post_of_many_readings_is_one_event_that_tells_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "FEW", 2)
    cast = make_cast(frequency="monthly")
    rows = [ROW | {"period": period_end(2022 * 12 + n).isoformat(), "value": n} for n in range(1, 4)]

    answer = client_of(cast.official).post("/api/v1/readings/", {"readings": rows}, format="json")

    event = Event.objects.get(action="post_readings")
    assert answer.json()["created"] == Reading.objects.count() == 3
    assert set(event.after["readings"]) == {str(pk) for pk in answer.json()["ids"]}
    assert not Event.objects.filter(action="save_draft").exists()
