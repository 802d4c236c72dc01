"""Every night: all is computed again and compared with what is stored; what differs is told and put right."""

from datetime import date
from typing import Any

import pytest

from common.errors import Conflict
from goals import daily
from goals.models import Progress, RecomputeRun, Target
from goals.progress.recompute import check, mark, recompute
from goals.recomputing import nightly, renew, runs, start_run, work_off
from goals.tests.factories import make_office, make_plan, make_reading, make_targets

pytestmark = pytest.mark.django_db


@pytest.fixture
def targets() -> list[Target]:
    made = make_targets(make_plan(state="adopted"), ["a", "b", "c"], make_office())
    recompute([t.pk for t in made])
    return made


def moments() -> list[Any]:
    return list(Progress.objects.order_by("target", "slot").values_list("target", "slot", "computed_at"))


def test_what_is_right_is_not_written_again(targets: list[Target]) -> None:
    before = moments()

    nightly()

    assert moments() == before
    found = runs().get()
    assert (found.state, found.differences, found.reason) == (RecomputeRun.State.DONE, 0, "nightly")


def test_what_differs_is_counted_told_and_put_right(targets: list[Target], caplog: pytest.LogCaptureFixture) -> None:
    Progress.objects.filter(target=targets[1], slot=3).update(status="achieved", actual=7)

    nightly()

    assert runs().get().differences == 2
    assert f"target {targets[1].pk} 2022-03-31: status" in caplog.text
    assert check() == []


def test_what_is_missing_is_put_back(targets: list[Target]) -> None:
    Progress.objects.filter(target=targets[0], slot=2).delete()

    nightly()

    assert runs().get().differences == 1
    assert check() == []


def test_what_is_superfluous_goes(targets: list[Target]) -> None:
    row = Progress.objects.get(target=targets[0], slot=0)
    row.pk, row.slot = None, 12
    row.save()

    nightly()

    assert runs().get().differences == 1
    assert check() == []


def test_what_waits_for_its_recompute_is_computed_but_is_no_difference(
    targets: list[Target], caplog: pytest.LogCaptureFixture
) -> None:
    make_reading(targets[0].indicator, date(2022, 1, 31), 40)
    mark([targets[0].pk], "approve")

    nightly()

    assert runs().get().differences == 0
    assert Progress.objects.get(target=targets[0], slot=0).actual == 40
    assert "differs" not in caplog.text


def test_yesterdays_row_of_today_is_renewed_and_is_no_difference(targets: list[Target], settings: Any) -> None:
    settings.TAOYAN_TODAY = "2022-10-13"

    nightly()

    assert runs().get().differences == 0
    assert set(Progress.objects.filter(slot=0).values_list("as_of", flat=True)) == {date(2022, 10, 13)}


def test_a_run_that_is_on_is_not_begun_a_second_time(targets: list[Target]) -> None:
    start_run()

    nightly()

    assert RecomputeRun.objects.count() == 1


def test_a_new_day_is_a_run_of_the_current_rows_where_there_are_workers(
    targets: list[Target], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("goals.recomputing.ring", lambda *what: None)
    settings.REDIS_URL, settings.TAOYAN_TODAY = "redis://nowhere", "2022-10-13"

    daily.renew_due()
    work_off(runs().get().pk)

    assert (runs().get().scope, runs().get().reason) == ("today", "new_day")
    assert set(Progress.objects.filter(slot=0).values_list("as_of", flat=True)) == {date(2022, 10, 13)}


def test_a_new_day_waits_for_the_run_that_is_on(targets: list[Target], settings: Any) -> None:
    run = start_run()
    settings.REDIS_URL, settings.TAOYAN_TODAY = "redis://nowhere", "2022-10-13"

    with pytest.raises(Conflict):
        renew()

    assert [r.pk for r in runs()] == [run.pk]


def test_the_current_rows_are_todays_and_that_of_a_month_just_ended(targets: list[Target], settings: Any) -> None:
    settings.TAOYAN_TODAY = "2022-11-02"

    recompute([t.pk for t in targets], today_only=True)

    days = Progress.objects.filter(as_of__gt=date(2022, 10, 12)).values_list("slot", "as_of")
    assert set(days) == {(0, date(2022, 11, 2)), (10, date(2022, 10, 31))}
