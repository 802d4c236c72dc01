"""审核: what waits for this reviewer; approve one or many, or return with a reason."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from goals.models import Progress, Reading
from goals.models.reading import State
from goals.tests.factories import make_indicator, make_reading, make_target
from goals.tests.pages.factories import AUGUST, SEPTEMBER, Cast, browser_of, make_cast

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
