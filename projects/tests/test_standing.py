"""Works with their progress in one query; what isn't stored yet is computed."""

from datetime import date

import pytest

from goals.progress.recompute import recompute
from projects.models import Project
from projects.models import ProjectProgress as Stored
from projects.standing import PROJECTS, rows_in
from projects.tests.factories import make_project

pytestmark = pytest.mark.django_db
DAY = date(2022, 10, 12)


def rows() -> dict[str, str]:
    found = Project.objects.counted().select_related("plan__profile")
    return {project.code: progress.status for project, progress in rows_in(found, DAY)}


def test_a_work_whose_progress_is_not_stored_yet_is_computed() -> None:
    make_project(code="new")
    Stored.objects.all().delete()

    assert set(rows()) == {"new"}


def test_a_stored_work_and_a_new_one_stand_side_by_side() -> None:
    stored = make_project(code="stored")
    recompute([stored.pk], PROJECTS)
    make_project(code="new")

    assert set(rows()) == {"stored", "new"}
