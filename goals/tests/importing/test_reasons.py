"""A warning in Excel asks for its reason before the row is handed in, as on the sheet; drafts go in without."""

from typing import Any

import pytest

from audit.models import Event
from goals.models import ImportJob, Reading
from goals.models.reading import State
from goals.tests.factories import make_reading
from goals.tests.importing.factories import GOOD, preview, results, workbook
from goals.tests.pages.factories import AUGUST, SEPTEMBER, Cast, browser_of

pytestmark = pytest.mark.django_db
# Ten thousand times the month before.
ODD = ["firms", "office", "2022-09-30", 120_000, ""]
EXPLAINED = [*ODD[:4], "并入开发区统计"]


@pytest.fixture(autouse=True)
def august(cast: Cast) -> Reading:
    return make_reading(cast.indicator, AUGUST, 12)


def confirm(cast: Cast, job: ImportJob, choice: str = "submitted", **words: str) -> Any:
    """Press the button, and the page that comes; `r2` is what was written beside row 2."""
    written = {f"word|{row[1:]}": said for row, said in words.items()}
    given = {"choice": choice, **written}
    return browser_of(cast.official).post(f"/imports/{job.pk}/confirm/", given, follow=True)


def uploaded(cast: Cast, *rows: list[Any]) -> ImportJob:
    return preview(browser_of(cast.official), workbook(*rows))


def september() -> Reading | None:
    return Reading.objects.filter(period=SEPTEMBER).first()


def test_a_warned_row_is_not_handed_in_without_its_reason(cast: Cast) -> None:
    job, events = uploaded(cast, ODD), Event.objects.count()

    answer = confirm(cast, job)

    job.refresh_from_db()
    assert answer.redirect_chain == [(f"/imports/{job.pk}/?only=asked", 302)]
    assert "1 行有提醒，请写明原因再提交" in answer.content.decode()
    assert (september(), job.state) == (None, "ready")
    assert Event.objects.count() == events


def test_the_page_asks_beside_the_row(cast: Cast) -> None:
    job = uploaded(cast, ODD)

    page = browser_of(cast.official).get(f"/imports/{job.pk}/").content.decode()

    assert 'name="word|2"' in page
    assert "待写原因 <b>1</b>" in page


def test_the_reason_given_there_becomes_the_note(cast: Cast) -> None:
    confirm(cast, uploaded(cast, ODD), r2="并入开发区统计")

    reading = september()
    assert reading is not None
    assert (reading.state, reading.note) == (State.SUBMITTED, "并入开发区统计")
    assert [warning["code"] for warning in reading.warnings] == ["ten_thousandfold"]


def test_a_reason_in_the_sheet_is_enough(cast: Cast) -> None:
    job = uploaded(cast, EXPLAINED)
    assert "asks" not in job.rows[0]

    confirm(cast, job)

    assert september() is not None


def test_a_draft_goes_in_without(cast: Cast) -> None:
    confirm(cast, uploaded(cast, ODD), "draft")

    reading = september()
    assert reading is not None
    assert (reading.state, reading.note) == (State.DRAFT, "")


def test_its_draft_is_asked_for_a_reason_when_it_is_handed_in(cast: Cast) -> None:
    confirm(cast, uploaded(cast, ODD), "draft")

    job = uploaded(cast, ODD)

    assert results(job) == [(2, "unchanged")]
    assert job.rows[0]["asks"] == "note"


@pytest.mark.parametrize("state", [State.SUBMITTED, State.APPROVED])
def test_what_stands_already_is_not_asked_again(cast: Cast, state: str) -> None:
    make_reading(cast.indicator, SEPTEMBER, 120_000, state=state)

    job = uploaded(cast, ODD)

    assert "asks" not in job.rows[0]
    assert job.result["asked"] == 0


def test_a_row_without_a_warning_is_not_asked(cast: Cast) -> None:
    assert "asks" not in uploaded(cast, [*GOOD[:3], 13, ""]).rows[0]


@pytest.mark.parametrize("reason", ["", "  ", "　"])
def test_a_reason_must_be_visible(cast: Cast, reason: str) -> None:
    confirm(cast, uploaded(cast, ODD), r2=reason)

    assert september() is None


def test_a_reason_that_is_no_text_is_refused_by_its_row(cast: Cast) -> None:
    job = uploaded(cast, ODD)

    answer = confirm(cast, job, r2="a\u202eb")

    assert "第 2 行：" in answer.content.decode()
    assert september() is None


def test_reasons_given_page_by_page_add_up(cast: Cast) -> None:
    job = uploaded(cast, ODD, ["firms", "office", "2022-07-31", 12, ""], ["firms", "office", "2022-10-31", 9, ""])
    asked = [row["n"] for row in job.rows if "asks" in row]
    assert asked == [2, 4]

    confirm(cast, job, r2="并入开发区统计")
    assert september() is None
    confirm(cast, job, r4="移出开发区统计")

    assert Reading.objects.filter(state=State.SUBMITTED).count() == 3


def test_only_rows_that_ask_take_words(cast: Cast) -> None:
    job = uploaded(cast, EXPLAINED)

    confirm(cast, job, r2="改写", r99="多余")

    reading = september()
    assert reading is not None
    assert reading.note == "并入开发区统计"


def test_the_same_file_again_is_as_the_first_time(cast: Cast) -> None:
    confirm(cast, uploaded(cast, ODD), r2="并入开发区统计")
    events = Event.objects.count()

    again = uploaded(cast, ODD)
    confirm(cast, again)

    again.refresh_from_db()
    assert again.state == "confirmed"
    assert Event.objects.count() == events
    assert Reading.objects.filter(period=SEPTEMBER).count() == 1
