"""审核: what waits for this reviewer; approve one or many, or return with a reason."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from goals.models import Progress, Reading
from goals.models.reading import State
from goals.tests.factories import make_indicator, make_office, make_reading, make_target
from goals.tests.pages.factories import AUGUST, JANUARY, SEPTEMBER, Cast, browser_of, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly")


def submitted(cast: Cast, value: int = 5, **fields: object) -> Reading:
    fields = {"state": State.SUBMITTED, "entered_by": cast.official, "reported_by": cast.official} | fields
    return make_reading(cast.indicator, SEPTEMBER, value, **fields)


def test_it_shows_what_waits_beside_the_period_before(cast: Cast) -> None:
    make_reading(cast.indicator, AUGUST, 3)
    submitted(cast, 5)

    waiting = browser_of(cast.reviewer).get("/review/").context["waiting"]

    assert [(w.before.value, w.reading.value, w.change) for w in waiting] == [(3, 5, 2)]


def test_a_correction_stands_beside_what_it_corrects(cast: Cast) -> None:
    make_reading(cast.indicator, SEPTEMBER, 5)
    submitted(cast, 4, revision=2)

    waiting = browser_of(cast.reviewer).get("/review/").context["waiting"]

    assert (waiting[0].corrects.value, waiting[0].change) == (5, -1)


def test_approving_puts_the_figure_on_the_next_page(cast: Cast, django_capture_on_commit_callbacks: object) -> None:
    make_reading(cast.indicator, AUGUST, 3)
    reading = submitted(cast, 5)

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        answer = browser_of(cast.reviewer).post(f"/review/{reading.pk}/approve/", follow=True)

    reading.refresh_from_db()
    assert "已通过" in answer.content.decode()
    assert (reading.state, reading.reviewed_by) == (State.APPROVED, cast.reviewer)
    assert Progress.objects.filter(target=cast.target, slot=0).exists()


def test_returning_needs_a_reason_and_keeps_what_was_written(cast: Cast) -> None:
    reading = submitted(cast)

    answer = browser_of(cast.reviewer).post(f"/review/{reading.pk}/return/", {"reason": "   "})

    reading.refresh_from_db()
    assert answer.status_code == 400
    assert "请写明内容" in answer.content.decode()
    assert reading.state == State.SUBMITTED


def test_a_returned_figure_goes_back_with_its_reason(cast: Cast) -> None:
    reading = submitted(cast)

    browser_of(cast.reviewer).post(f"/review/{reading.pk}/return/", {"reason": "<script>alert(1)</script>"})

    page = browser_of(cast.official).get("/report/").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_several_are_approved_at_once(cast: Cast) -> None:
    first = submitted(cast)
    second = make_reading(cast.indicator, AUGUST, 1, state=State.SUBMITTED, entered_by=cast.official)

    browser_of(cast.reviewer).post("/review/approve/", {"ids": [first.pk, second.pk]})

    assert {r.state for r in Reading.objects.all()} == {State.APPROVED}


def test_one_that_may_not_be_approved_refuses_all(cast: Cast) -> None:
    mine = submitted(cast)
    own = make_reading(cast.indicator, AUGUST, 1, state=State.SUBMITTED, hands=[cast.reviewer.pk])

    answer = browser_of(cast.reviewer).post("/review/approve/", {"ids": [mine.pk, own.pk]})

    assert answer.status_code == 403
    assert {r.state for r in Reading.objects.all()} == {State.SUBMITTED}


@pytest.mark.parametrize("ids", [[], ["x"], ["٣"], ["9" * 30]])
def test_ticking_nothing_sensible_is_said(cast: Cast, ids: list[str]) -> None:
    answer = browser_of(cast.reviewer).post("/review/approve/", {"ids": ids}, follow=True)

    assert "还没有选择数据" in answer.content.decode()


def test_the_slower_of_two_reviewers_is_told(cast: Cast) -> None:
    reading = submitted(cast)
    browser = browser_of(cast.reviewer)
    browser.post(f"/review/{reading.pk}/approve/")
    events = Event.objects.count()

    answer = browser.post(f"/review/{reading.pk}/approve/", follow=True)

    assert "不在待审核状态" in answer.content.decode()
    assert Event.objects.count() == events


def test_another_offices_reviewer_has_nothing_to_do_with_it(cast: Cast) -> None:
    reading = submitted(cast)
    browser = browser_of(cast.other_reviewer)

    assert browser.get("/review/").context["waiting"] == []
    assert browser.post(f"/review/{reading.pk}/approve/").status_code == 403
    assert browser.post(f"/review/{reading.pk}/return/", {"reason": "不"}).status_code == 403


def test_nobody_approves_what_they_submitted(cast: Cast) -> None:
    reading = submitted(cast, reported_by=cast.reviewer, entered_by=cast.reviewer)
    browser = browser_of(cast.reviewer)

    assert browser.get("/review/").context["waiting"] == []
    assert browser.post(f"/review/{reading.pk}/approve/").status_code == 403


@pytest.mark.parametrize("who", ["official", "planner", "leader"])
@pytest.mark.parametrize("address", ["/review/", "/review/approve/", "/review/1/approve/", "/review/1/return/"])
def test_only_reviewers_review(cast: Cast, who: str, address: str) -> None:
    browser = browser_of(getattr(cast, who))

    answer = browser.get(address) if address == "/review/" else browser.post(address)

    assert answer.status_code == 403


def test_reading_a_page_changes_nothing(cast: Cast) -> None:
    reading = submitted(cast)

    assert browser_of(cast.reviewer).get(f"/review/{reading.pk}/approve/").status_code == 405


def test_its_queries_do_not_grow_with_its_rows(cast: Cast) -> None:
    # session, user, grants; the queue thrice to choose and count; beside, targets, recent; plan, sections
    submitted(cast)
    browser = browser_of(cast.reviewer)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get("/review/")
        return len(captured)

    few = count()
    for number in range(20):
        indicator = make_indicator(f"more.{number}", cast.office)
        make_target(cast.plan, indicator)
        make_reading(indicator, SEPTEMBER, 1, state=State.SUBMITTED)

    assert count() == few


def waiting_of(cast: Cast, query: str = "") -> list[Any]:
    return list(browser_of(cast.reviewer).get(f"/review/{query}").context["waiting"])


def test_it_says_what_the_figure_would_make_of_its_target(cast: Cast) -> None:
    for month in (1, 2, 3, 4, 5, 6, 7, 8):
        make_reading(cast.indicator, date(2022, month, {2: 28, 4: 30, 6: 30}.get(month, 31)), 5)
    submitted(cast, 40)

    (waiting,) = waiting_of(cast)

    assert (waiting.impact.word_before, waiting.impact.word) == ("落后", "序时正常")


def test_the_same_period_of_last_year_stands_beside_it(cast: Cast) -> None:
    make_reading(cast.indicator, date(2021, 9, 30), 4)
    submitted(cast)

    assert waiting_of(cast)[0].last_year.value == 4


def test_the_change_is_said_in_per_cent_too(cast: Cast) -> None:
    make_reading(cast.indicator, AUGUST, 4)
    submitted(cast, 5)

    assert waiting_of(cast)[0].change_percent == 25


def test_a_share_changes_in_points() -> None:
    cast = make_cast(frequency="monthly", basis="share")
    make_reading(cast.indicator, AUGUST, numerator=90, denominator=100)
    make_reading(cast.indicator, SEPTEMBER, numerator=92, denominator=100, state=State.SUBMITTED)

    (waiting,) = waiting_of(cast)

    assert (waiting.change, waiting.change_percent, waiting.percentage) == (2, None, 92)


def test_earlier_rounds_and_reasons_stay_readable(cast: Cast) -> None:
    returned = {"state": State.RETURNED, "reason": "请附合同", "reviewed_by": cast.reviewer}
    make_reading(cast.indicator, SEPTEMBER, 9, **returned)
    submitted(cast, 8, revision=2)

    page = browser_of(cast.reviewer).get("/review/").content.decode()

    assert "第 2 次报送" in page
    assert "请附合同" in page


def test_warnings_and_the_note_that_overrides_them_are_shown(cast: Cast) -> None:
    submitted(cast, note="上月多计", warnings=[{"code": "x", "attr": "value", "detail": "累计数下降"}])

    page = browser_of(cast.reviewer).get("/review/").content.decode()

    assert "累计数下降" in page
    assert "上月多计" in page


def test_what_has_warnings_is_listed_alone_on_demand(cast: Cast) -> None:
    submitted(cast)
    make_reading(cast.indicator, AUGUST, 1, state=State.SUBMITTED, warnings=[{"attr": "value", "detail": "x"}])

    assert [w.reading.period for w in waiting_of(cast, "?show=warned")] == [AUGUST]


def test_one_units_figures_are_listed_alone_on_demand(cast: Cast) -> None:
    other = make_office("other_office")
    cast.indicator.reporting.create(unit=other)
    submitted(cast)
    submitted(cast, unit=other)

    assert [w.reading.unit for w in waiting_of(cast, "?unit=other_office")] == [other]


@pytest.mark.parametrize(("show", "state"), [("returned", State.RETURNED), ("approved", State.APPROVED)])
def test_what_one_decided_can_be_looked_up(cast: Cast, show: str, state: str) -> None:
    mine = make_reading(cast.indicator, AUGUST, 3, state=state, reviewed_by=cast.reviewer)
    make_reading(cast.indicator, SEPTEMBER, 3, state=state, reviewed_by=cast.other_reviewer)

    rows = browser_of(cast.reviewer).get(f"/review/?show={show}").context["rows"]

    assert [r.pk for r in rows] == [mine.pk]


def test_after_a_decision_one_is_back_where_one_was(cast: Cast) -> None:
    reading = submitted(cast)

    answer = browser_of(cast.reviewer).post(f"/review/{reading.pk}/approve/?show=warned&unit=office&next=//evil")

    assert answer["Location"] == "/review/?show=warned&unit=office"


@pytest.mark.parametrize("query", ["?open=x", "?open=99999999999999999999", "?page=x", "?show=nonsense", "?unit=%00"])
def test_a_wrong_address_shows_the_queue(cast: Cast, query: str) -> None:
    submitted(cast)

    assert browser_of(cast.reviewer).get(f"/review/{query}").status_code == 200


def test_its_queries_are_few_and_do_not_grow(cast: Cast) -> None:
    browser = browser_of(cast.reviewer)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get("/review/")
        return len(captured)

    submitted(cast)
    few = count()
    for number in range(20):
        indicator = make_indicator(f"more.{number}", cast.office)
        make_target(cast.plan, indicator)
        make_reading(indicator, SEPTEMBER, 1, state=State.SUBMITTED)

    assert count() == few <= 15


def test_it_counts_what_this_reviewer_decided_and_nobody_else(cast: Cast) -> None:
    make_reading(cast.indicator, JANUARY, 1, reviewed_by=cast.reviewer)
    make_reading(cast.indicator, AUGUST, 2, state=State.RETURNED, reason="请核对", reviewed_by=cast.reviewer)
    make_reading(cast.indicator, SEPTEMBER, 3, reviewed_by=cast.other_reviewer)

    assert browser_of(cast.reviewer).get("/review/").context["counts"] == {"returned": 1, "approved": 1}


def test_a_figure_is_returned_from_its_row_where_its_reason_is_asked(cast: Cast) -> None:
    reading = make_reading(cast.indicator, SEPTEMBER, 3, state=State.SUBMITTED, reported_by=cast.official)

    page = browser_of(cast.reviewer).get("/review/").content.decode()

    assert f'href="?open={reading.pk}#reason{reading.pk}"' in page
    assert f'id="reason{reading.pk}"' in browser_of(cast.reviewer).get(f"/review/?open={reading.pk}").content.decode()
