"""One confirmation writes all or nothing, through the services, after checking again."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import Grant, User
from audit.models import Event
from audit.trail import Entry
from goals.entry import Posted, Row
from goals.importing import readings
from goals.models import ImportJob, Reading
from goals.models.reading import State
from goals.tests.factories import make_reading
from goals.tests.importing.factories import GOOD, confirm, preview, results, workbook
from goals.tests.pages.factories import SEPTEMBER, Cast, browser_of

pytestmark = pytest.mark.django_db
AUGUST_ROW = ["firms", "office", "2022-08", 7, "新设"]


@pytest.mark.parametrize(("choice", "state"), [("draft", State.DRAFT), ("submitted", State.SUBMITTED)])
def test_all_rows_are_written_as_chosen(cast: Cast, choice: str, state: str) -> None:
    browser = browser_of(cast.official)
    job = preview(browser, workbook(GOOD, AUGUST_ROW))

    answer = confirm(browser, job, choice)

    job.refresh_from_db()
    found = {(r.period.month, r.value, r.note, r.state) for r in Reading.objects.all()}
    assert answer.status_code == 302
    assert found == {(9, 12, "", state), (8, 7, "新设", state)}
    assert (job.state, job.result["written"]) == ("confirmed", {"created": 2, "changed": 0, "unchanged": 0})


def test_it_is_told_once_with_the_file(cast: Cast) -> None:
    browser = browser_of(cast.official)
    job = preview(browser, workbook(GOOD))

    confirm(browser, job)

    event = Event.objects.get(action="import")
    assert (event.record_id, event.actor_name, event.after["sha256"]) == (str(job.pk), "official", job.sha256)
    assert [r["indicator"] for r in event.after["readings"].values()] == ["firms"]
    assert event.before == {}


def test_what_was_there_before_is_told_too(cast: Cast) -> None:
    draft = make_reading(cast.indicator, SEPTEMBER, 5, state=State.DRAFT)
    browser = browser_of(cast.official)

    confirm(browser, preview(browser, workbook(GOOD)))

    event = Event.objects.get(action="import")
    assert event.before[str(draft.pk)]["value"] == "5.0000"
    assert event.after["readings"][str(draft.pk)]["value"] == "12"


def test_confirming_twice_writes_once(cast: Cast) -> None:
    browser = browser_of(cast.official)
    job = preview(browser, workbook(GOOD))
    confirm(browser, job)
    events = Event.objects.count()

    answer = confirm(browser, job)

    assert answer.status_code == 302
    assert Reading.objects.count() == 1
    assert Event.objects.count() == events


def test_the_file_goes_once_it_is_written(cast: Cast, var: Path) -> None:
    browser = browser_of(cast.official)

    confirm(browser, preview(browser, workbook(GOOD)))

    assert not list(var.rglob("*.xlsx"))


def test_a_refused_preview_cannot_be_confirmed(cast: Cast) -> None:
    browser = browser_of(cast.official)
    job = preview(browser, workbook(GOOD, ["nobody", "office", "2022-09", 1, ""]))

    confirm(browser, job)

    assert not Reading.objects.exists()


def test_what_changed_since_the_preview_stops_all_and_is_shown(cast: Cast) -> None:
    browser = browser_of(cast.official)
    job = preview(browser, workbook(GOOD, AUGUST_ROW))
    make_reading(cast.indicator, SEPTEMBER, 99, state=State.SUBMITTED)

    confirm(browser, job)

    job.refresh_from_db()
    assert (job.state, results(job)) == ("refused", [(2, "refused"), (3, "created")])
    assert Reading.objects.count() == 1


def test_when_the_last_write_fails_nothing_is_written(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the audit trail is gone")

    browser = browser_of(cast.official)
    job = preview(browser, workbook(GOOD))
    monkeypatch.setattr("goals.entry.trail.record", fail)

    with pytest.raises(RuntimeError):
        confirm(browser, job)

    job.refresh_from_db()
    assert job.state == "ready"
    assert not Reading.objects.exists()


def test_who_is_no_reporter_any_more_confirms_nothing(cast: Cast) -> None:
    browser = browser_of(cast.official)
    job = preview(browser, workbook(GOOD))
    Grant.objects.filter(user=cast.official).delete()

    assert confirm(browser, job).status_code == 403
    assert not Reading.objects.exists()


def test_an_unknown_choice_writes_nothing(cast: Cast) -> None:
    browser = browser_of(cast.official)
    job = preview(browser, workbook(GOOD))

    confirm(browser, job, "approved")

    assert not Reading.objects.exists()


def test_a_draft_of_the_same_figure_is_handed_in_when_so_chosen(cast: Cast) -> None:
    browser, content = browser_of(cast.official), workbook(GOOD)
    confirm(browser, preview(browser, content), "draft")

    confirm(browser, preview(browser, content), "submitted")

    assert [r.state for r in Reading.objects.all()] == [State.SUBMITTED]


def test_what_waits_for_review_already_is_left_alone(cast: Cast) -> None:
    make_reading(cast.indicator, SEPTEMBER, 12, state=State.SUBMITTED)
    browser = browser_of(cast.official)

    confirm(browser, preview(browser, workbook(GOOD, AUGUST_ROW)), "draft")

    assert {(r.period.month, r.state) for r in Reading.objects.all()} == {(9, "submitted"), (8, "draft")}


def test_the_same_file_is_written_again_when_it_would_change_something(cast: Cast) -> None:
    browser, content = browser_of(cast.official), workbook(GOOD)
    confirm(browser, preview(browser, content))
    Reading.objects.update(state=State.RETURNED)

    confirm(browser, preview(browser, content))

    assert {r.state for r in Reading.objects.all()} == {State.RETURNED, State.SUBMITTED}


def test_a_correction_of_an_approved_figure_is_its_next_revision(cast: Cast) -> None:
    make_reading(cast.indicator, SEPTEMBER, 5)
    browser = browser_of(cast.official)

    confirm(browser, preview(browser, workbook(GOOD)))

    assert [(r.revision, r.state) for r in Reading.objects.order_by("revision")] == [(1, "approved"), (2, "submitted")]
    assert ImportJob.objects.get().result["written"]["changed"] == 1


def test_the_rows_that_are_posted_are_those_of_the_preview(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    posted: list[Row] = []
    original = readings.post_checked

    def spy(user: User, rows: Sequence[Row], **more: Any) -> Posted:
        posted.extend(rows)
        return original(user, rows, **more)

    monkeypatch.setattr(readings, "post_checked", spy)
    browser = browser_of(cast.official)

    confirm(browser, preview(browser, workbook(GOOD)))

    assert [(row.indicator, row.period, row.value) for row in posted] == [(cast.indicator, SEPTEMBER, 12)]


def test_rows_are_written_in_the_transaction_in_which_they_were_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = SimpleNamespace(in_atomic_block=False)
    monkeypatch.setattr("goals.reporting.transaction.get_connection", lambda: connection)

    with pytest.raises(RuntimeError, match="in which they were checked"):
        readings.post_checked(User(), [], origin="", source=Entry("import", "import_job", "1"))
