"""Works go the same way as targets: marked with the write, rung after commit, swept when nobody answered."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from celery import current_app
from pytest_django.fixtures import Settings as SettingsWrapper

from goals import tasks
from goals.progress import recompute as progress
from projects import milestones
from projects.models import ProjectMark, ProjectProgress
from projects.standing import PROJECTS
from projects.tests.factories import Cast

pytestmark = pytest.mark.django_db
Commits = Callable[..., Any]


def today(cast: Cast) -> ProjectProgress:
    return ProjectProgress.objects.get(project=cast.project, slot=0)


def test_without_a_broker_the_request_itself_computes(cast: Cast, django_capture_on_commit_callbacks: Commits) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        cast.schedule()

    assert today(cast).expected == 75
    mark = ProjectMark.objects.get()
    assert mark.dirty_gen == mark.computed_gen


def test_with_a_broker_a_worker_is_asked_and_told_what_of(
    cast: Cast,
    settings: SettingsWrapper,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Commits,
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    asked: list[Any] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args, retry: asked.append((name, args)))
    with django_capture_on_commit_callbacks(execute=True):
        cast.schedule()

    assert asked == [("goals.tasks.recompute_targets", [[cast.project.pk], "project"])]
    assert not ProjectProgress.objects.exists()
    tasks.recompute_targets(*asked[0][1])
    assert today(cast).expected == 75


def test_what_nobody_was_told_of_is_left_to_the_sweep(cast: Cast) -> None:
    cast.schedule()
    milestones.report_done(cast.reporter, cast.step("设计"), date(2022, 4, 1))

    assert progress.sweep() == 1
    assert today(cast).expected == 75
    assert progress.sweep() == 0


def test_a_new_day_renews_what_is_of_today(cast: Cast, settings: SettingsWrapper) -> None:
    cast.schedule()
    progress.sweep()
    settings.TAOYAN_TODAY = "2022-12-01"
    progress.sweep()

    assert (today(cast).as_of, today(cast).expected) == (date(2022, 12, 1), 100)


def test_a_failing_recompute_of_works_is_parked_after_three_tries(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.schedule()

    def fail(*_args: Any) -> int:
        raise RuntimeError

    monkeypatch.setattr(progress, "recompute", fail)
    for _try in range(3):
        progress.sweep()

    assert ProjectMark.objects.get().parked


def test_a_task_for_a_work_that_is_gone_ends_without_error(db: None) -> None:
    assert progress.recompute([999_999], PROJECTS) == 0


def test_a_closed_plans_works_are_computed_as_they_are(cast: Cast) -> None:
    cast.schedule()
    cast.plan.state, cast.plan.closed_at = "closed", "2022-12-31T16:00:00+00:00"  # type: ignore[assignment]
    cast.plan.save()
    progress.recompute([cast.project.pk], PROJECTS)

    assert today(cast).status == "behind"
