"""预览汇总: what would be handed in, before anything is."""

from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from goals.models import Reading
from goals.models.reading import State
from goals.tests.factories import make_indicator, make_reading, make_target
from goals.tests.pages.factories import AUGUST, SEPTEMBER, Cast, browser_of, make_cast, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly", basis="running_total")


def preview(browser: Client, cells: dict[str, str], button: str = "preview") -> Any:
    keys = sorted({name.partition("|")[2] for name in cells})
    return browser.post("/report/", {"row": keys, button: "1"} | cells)


def test_it_shows_what_would_go_and_stores_nothing(cast: Cast) -> None:
    make_reading(cast.indicator, AUGUST, 60)
    events = Event.objects.count()

    answer = preview(browser_of(cast.official), {f"value|{row()}": "99"})

    (line,) = answer.context["ready"]
    assert (line.change, line.impact.after.status) == (39, "on_track")
    assert "可提交 1 项" in answer.content.decode()
    assert (Reading.objects.count(), Event.objects.count()) == (1, events)


def test_what_is_wrong_or_lacks_its_reason_is_held_back_and_said(cast: Cast) -> None:
    other = make_indicator("others", cast.office, frequency="monthly")
    make_target(cast.plan, other)
    make_reading(cast.indicator, AUGUST, 60)

    answer = preview(browser_of(cast.official), {f"value|{row()}": "5", f"value|{row('others')}": "约300"})

    assert answer.context["ready"] == []
    said = {line.indicator.code: " ".join(line.faults) for line in answer.context["held"]}
    assert "写明原因" in said["firms"] and "不是数字" in said["others"]
    assert "没有可以提交的数据" in answer.content.decode()


def test_an_indicators_own_limits_hold_back(cast: Cast) -> None:
    cast.indicator.maximum = 10  # type: ignore[assignment]
    cast.indicator.save()

    answer = preview(browser_of(cast.official), {f"value|{row()}": "11"})

    assert [line.indicator.code for line in answer.context["held"]] == ["firms"]


def test_what_it_shows_is_handed_in_by_its_own_form(cast: Cast) -> None:
    browser = browser_of(cast.official)
    page = preview(browser, {f"value|{row()}": "7", f"note|{row()}": "新设"}).content.decode()
    for name, value in (("row", row()), ("pick", row()), (f"value|{row()}", "7"), (f"note|{row()}", "新设")):
        assert f'name="{name}" value="{value}"' in page

    browser.post("/report/", {"row": row(), "picks": "1", "pick": row(), f"value|{row()}": "7", "submit": "1"})

    assert Reading.objects.get(period=SEPTEMBER).state == State.SUBMITTED


def test_nothing_entered_shows_no_preview(cast: Cast) -> None:
    answer = preview(browser_of(cast.official), {f"value|{row()}": ""})

    assert answer.status_code == 400 and "还没有填写任何数字" in answer.content.decode()


def test_a_draft_that_lacks_its_reason_is_not_picked(cast: Cast) -> None:
    warning = {"code": "falling_total", "attr": "value", "detail": "累计数变小了。"}
    make_reading(cast.indicator, SEPTEMBER, 5, state=State.DRAFT, warnings=[warning])

    line = next(x for x in browser_of(cast.official).get("/report/").context["lines"] if x.period == SEPTEMBER)

    assert line.lacks_reason and not line.picked


def test_the_bar_counts_what_is_odd_returned_and_open(cast: Cast) -> None:
    make_reading(cast.indicator, AUGUST, 9, state=State.RETURNED, reason="请附合同", reviewed_by=cast.reviewer)

    tally = browser_of(cast.official).get("/report/").context["tally"]

    assert (tally["warned"], tally["returned"], tally["empty"]) == (0, 1, 9)
