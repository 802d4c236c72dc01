"""A row of the sheet that saves itself: what the page's script sends, and what it is told."""

from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from goals.models import Reading
from goals.models.reading import State
from goals.tests.factories import make_indicator, make_office, make_reading, make_target
from goals.tests.pages.factories import AUGUST, SEPTEMBER, Cast, browser_of, make_cast, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly", basis="running_total")


def send(browser: Client, **fields: Any) -> Any:
    return browser.post("/report/cell/", {"row": row(), "value": "5", "note": "", "seen": "0"} | fields)


def test_a_typed_figure_becomes_a_draft(cast: Cast) -> None:
    answer = send(browser_of(cast.official)).json()

    draft = Reading.objects.get()
    assert (draft.value, draft.state) == (5, State.DRAFT)
    assert (answer["version"], answer["id"], answer["warnings"]) == (draft.version, draft.pk, [])


def test_the_next_one_goes_over_the_draft_that_the_page_has_seen(cast: Cast) -> None:
    browser = browser_of(cast.official)
    version = send(browser).json()["version"]

    send(browser, value="6", seen=version)

    assert [r.value for r in Reading.objects.all()] == [6]


def test_warnings_come_with_the_answer(cast: Cast) -> None:
    make_reading(cast.indicator, AUGUST, 9)

    assert [w["code"] for w in send(browser_of(cast.official)).json()["warnings"]] == ["falling_total"]


def test_the_answer_says_what_the_figure_would_make_of_its_target(cast: Cast) -> None:
    make_reading(cast.indicator, AUGUST, 60)

    outlook = send(browser_of(cast.official), value="99").json()["outlook"]

    assert outlook == {"status": "on_track", "word": "序时正常"}


def test_what_is_no_figure_is_said_by_its_field_and_not_stored(cast: Cast) -> None:
    answer = send(browser_of(cast.official), value="约300")

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["value"]
    assert not Reading.objects.exists()


def test_what_the_indicator_cannot_be_is_refused(cast: Cast) -> None:
    cast.indicator.maximum = 4  # type: ignore[assignment]
    cast.indicator.save()

    answer = send(browser_of(cast.official))

    assert answer.status_code == 400
    assert "最大值 4" in answer.json()["errors"]["value"][0]


def test_a_draft_of_another_tab_is_told_and_not_overwritten(cast: Cast) -> None:
    browser = browser_of(cast.official)
    send(browser)

    answer = send(browser, value="7")

    stale = answer.json()["stale"]
    assert answer.status_code == 409
    assert (stale["cells"], stale["version"]) == ({"value": "5"}, Reading.objects.get().version)
    assert stale["said"].startswith("official 于")
    assert Reading.objects.get().value == 5


def test_the_same_figure_from_another_tab_is_no_conflict(cast: Cast) -> None:
    browser = browser_of(cast.official)
    send(browser)

    assert send(browser).status_code == 200


def test_a_draft_thrown_away_in_another_tab_is_told(cast: Cast) -> None:
    answer = send(browser_of(cast.official), seen="3")

    assert answer.status_code == 409
    assert answer.json()["stale"]["version"] == 0


def test_an_emptied_row_throws_its_draft_away(cast: Cast) -> None:
    browser = browser_of(cast.official)
    version = send(browser).json()["version"]

    answer = send(browser, value="", seen=version)

    assert answer.json()["version"] == 0
    assert not Reading.objects.exists()


def test_an_emptied_row_leaves_anothers_draft_alone(cast: Cast) -> None:
    browser = browser_of(cast.official)
    send(browser)

    assert send(browser, value="", seen="9").status_code == 409
    assert Reading.objects.exists()


def test_emptying_what_was_never_there_is_nothing(cast: Cast) -> None:
    assert send(browser_of(cast.official), value="").status_code == 200
    assert not Event.objects.exists()


def test_what_waits_for_review_is_not_touched(cast: Cast) -> None:
    make_reading(cast.indicator, SEPTEMBER, 9, state=State.SUBMITTED)

    answer = send(browser_of(cast.official))

    assert answer.status_code == 400
    assert "正在审核" in answer.json()["errors"]["value"][0]


def test_a_share_saves_both_its_numbers() -> None:
    cast = make_cast(frequency="monthly", basis="share")

    answer = send(browser_of(cast.official), numerator="98", denominator="100", value="")

    assert answer.status_code == 200
    assert Reading.objects.get().numerator == 98


def test_another_units_row_is_refused(cast: Cast) -> None:
    other = make_office("other_office")
    make_target(cast.plan, make_indicator("others", other))

    assert send(browser_of(cast.official), row=row("others", "other_office")).status_code == 403


@pytest.mark.parametrize("key", ["", "nonsense", "firms|office|2022-02-30", "firms|nowhere|2022-09-30"])
def test_a_row_that_there_is_not_is_404(cast: Cast, key: str) -> None:
    assert send(browser_of(cast.official), row=key).status_code == 404


@pytest.mark.parametrize("who", ["reviewer", "planner", "leader"])
@pytest.mark.parametrize("path", ["/report/cell/", "/report/outlook/"])
def test_only_reporters_have_a_sheet(cast: Cast, who: str, path: str) -> None:
    browser = browser_of(getattr(cast, who))

    answer = browser.get(path) if path.endswith("outlook/") else browser.post(path, {"row": row()})

    assert answer.status_code == 403


def test_a_row_is_not_saved_by_a_link(cast: Cast) -> None:
    assert browser_of(cast.official).get("/report/cell/").status_code == 405


def test_the_outlook_of_all_drafts_comes_at_once(cast: Cast) -> None:
    make_reading(cast.indicator, AUGUST, 60)
    make_reading(cast.indicator, SEPTEMBER, 99, state=State.DRAFT)

    answer = browser_of(cast.official).get("/report/outlook/").json()

    assert answer == {"outlook": {row(): {"status": "on_track", "word": "序时正常"}}}
