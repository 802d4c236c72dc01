"""Large uploads are read by a worker: their progress is kept, and a dead worker's job is taken over."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings as SettingsWrapper

from goals import tasks
from goals.importing import files
from goals.importing import preview as previewing
from goals.models import ImportJob
from goals.tests.factories import make_indicator
from goals.tests.importing.factories import confirm, preview, results, send, workbook
from goals.tests.pages.factories import Cast, browser_of

pytestmark = pytest.mark.django_db
MONTHS = [f"{year}-{month:02}" for year in (2019, 2020, 2021) for month in range(1, 13)]


@pytest.fixture
def large(cast: Cast) -> bytes:
    """612 rows."""
    codes = [make_indicator(f"i{n}", cast.office, frequency="monthly").code for n in range(17)]
    return workbook(*([code, "office", month, 1, ""] for code in codes for month in MONTHS))


@pytest.fixture
def worker(settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A broker that takes jobs, and nobody who does them; the ids of the jobs."""
    asked: list[str] = []
    settings.REDIS_URL = "redis://nowhere"
    monkeypatch.setattr(previewing.current_app, "send_task", lambda name, args, **_more: asked.extend(args))
    return asked


def waiting(cast: Cast, large: bytes, commit: Any) -> ImportJob:
    with commit(execute=True):
        send(browser_of(cast.official), large)
    return ImportJob.objects.get()


def test_without_a_broker_a_large_file_is_simply_read(cast: Cast, large: bytes) -> None:
    job = preview(browser_of(cast.official), large)

    assert (job.state, len(job.rows)) == ("ready", 612)


def test_a_large_file_waits_for_a_worker(
    cast: Cast, large: bytes, worker: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    job = waiting(cast, large, django_capture_on_commit_callbacks)

    assert worker == [str(job.pk)]
    assert (job.state, job.total, job.rows) == ("queued", 613, [])


def test_a_small_file_waits_for_nobody(cast: Cast, worker: list[str]) -> None:
    job = preview(browser_of(cast.official), workbook(["firms", "office", "2022-09", 1, ""]))

    assert worker == []
    assert job.state == "ready"


def test_when_the_broker_does_not_answer_the_file_is_read_here(
    cast: Cast,
    large: bytes,
    settings: SettingsWrapper,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise OSError("no broker")

    settings.REDIS_URL = "redis://nowhere"
    monkeypatch.setattr(previewing.current_app, "send_task", fail)

    assert waiting(cast, large, django_capture_on_commit_callbacks).state == "ready"


def test_the_worker_reads_it_once_and_keeps_how_far_it_is(
    cast: Cast,
    large: bytes,
    worker: list[str],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    job = waiting(cast, large, django_capture_on_commit_callbacks)
    seen: list[int] = []
    monkeypatch.setattr(previewing, "_note", lambda _job, done: seen.append(done))

    tasks.read_import(worker[0])
    tasks.read_import(worker[0])

    job.refresh_from_db()
    assert seen == [250, 500]
    assert (job.state, job.done, len(job.rows)) == ("ready", 613, 612)


def test_the_page_shows_how_far_it_is_and_asks_again(
    cast: Cast, large: bytes, worker: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    job = waiting(cast, large, django_capture_on_commit_callbacks)
    browser = browser_of(cast.official)
    previewing._note(job, 250)

    page = browser.get(f"/imports/{job.pk}/").content.decode()
    fragment = browser.get(f"/imports/{job.pk}/", headers={"HX-Request": "true"})

    assert '<progress id="im-bar" max="613" value="250">' in page
    assert 'hx-trigger="every 1s"' in page
    assert "<html" not in fragment.content.decode()
    assert "HX-Refresh" not in fragment


def test_the_last_fragment_asks_for_the_whole_page(cast: Cast) -> None:
    browser = browser_of(cast.official)
    job = preview(browser, workbook(["firms", "office", "2022-09", 1, ""]))

    fragment = browser.get(f"/imports/{job.pk}/", headers={"HX-Request": "true"})

    assert fragment["HX-Refresh"] == "true"
    assert "every 1s" not in fragment.content.decode()


def test_a_job_whose_worker_died_is_taken_over(
    cast: Cast, large: bytes, worker: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    job = waiting(cast, large, django_capture_on_commit_callbacks)
    now = timezone.now()
    ImportJob.objects.update(state="reading", updated_at=now)
    tasks.read_import(str(job.pk))
    assert ImportJob.objects.get().state == "reading"

    ImportJob.objects.update(updated_at=now - timedelta(minutes=2))
    tasks.read_import(str(job.pk))

    assert ImportJob.objects.get().state == "ready"


def test_a_reader_may_have_a_stuck_job_read_again_and_no_other(
    cast: Cast, large: bytes, worker: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    job = waiting(cast, large, django_capture_on_commit_callbacks)
    browser = browser_of(cast.official)
    address = f"/imports/{job.pk}/read/"
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(address)
    assert len(worker) == 1

    ImportJob.objects.update(updated_at=timezone.now() - timedelta(minutes=2))
    assert "重新读取" in browser.get(f"/imports/{job.pk}/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(address)

    assert len(worker) == 2


def test_a_job_that_is_read_or_gone_is_left_alone(cast: Cast) -> None:
    job = preview(browser_of(cast.official), workbook(["firms", "office", "2022-09", 1, ""]))
    version = job.version

    tasks.read_import(str(job.pk))
    tasks.read_import("00000000-0000-4000-8000-000000000000")

    assert ImportJob.objects.get().version == version


def test_a_file_that_is_gone_is_said_to_be(cast: Cast) -> None:
    job = preview(browser_of(cast.official), workbook(["firms", "office", "2022-09", 1, ""]))
    files.drop(job)

    previewing.read(job)

    assert (job.state, job.rows) == ("failed", [])
    assert "重新上传" in job.problems[0]


def test_another_units_row_in_a_large_file_fails_it_and_keeps_nothing_of_it(
    cast: Cast, large: bytes, worker: list[str], var: Path, django_capture_on_commit_callbacks: Any
) -> None:
    job = waiting(cast, large, django_capture_on_commit_callbacks)
    cast.official.grants.update(unit=make_indicator("x").reporting.get().unit.parent)

    tasks.read_import(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.rows) == ("failed", [])
    assert "其他单位的数据" in job.problems[0]
    assert not list(var.rglob("*.xlsx"))


def test_after_a_week_what_nobody_confirmed_is_forgotten(cast: Cast, var: Path) -> None:
    browser = browser_of(cast.official)
    old, written, fresh = (
        preview(browser, workbook(["firms", "office", month, 1, ""])) for month in ("2022-07", "2022-08", "2022-09")
    )
    confirm(browser, written)
    ImportJob.objects.exclude(pk=fresh.pk).update(updated_at=timezone.now() - timedelta(days=8))

    tasks.clear_imports()

    assert set(ImportJob.objects.values_list("pk", "state")) == {(written.pk, "confirmed"), (fresh.pk, "ready")}
    assert ImportJob.objects.get(pk=written.pk).rows == []
    assert results(ImportJob.objects.get(pk=fresh.pk)) == [(2, "created")]
    assert files.path_of(fresh).exists()
    assert old.state == "ready"
