"""Works as they were known on a day (当时所知): the same view whenever it is opened."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import clock
from goals.models import Plan
from goals.progress.store import progress_of
from goals.tests.factories import make_indicator, make_target
from projects import milestones, planning, postponing
from projects.models import Milestone, Project, ScheduleVersion
from projects.standing import PROJECTS, of_plan, rows_of
from projects.tests.factories import Cast, make_cast, make_milestone, make_project, stage

pytestmark = pytest.mark.django_db
APRIL, JUNE = date(2022, 4, 30), date(2022, 6, 30)


@pytest.fixture
def cast() -> Cast:
    """Scheduled in January; the design is done and accepted in April."""
    with clock.pretending(date(2022, 1, 10)):
        made = make_cast(state="draft")
        made.schedule()
        Plan.objects.update(state="adopted")
        made.project.plan.refresh_from_db()
    with clock.pretending(date(2022, 4, 20)):
        accept(made, "设计", date(2022, 3, 30))
    return made


def accept(cast: Cast, name: str, day: date) -> None:
    milestones.report_done(cast.reporter, cast.step(name), day)
    milestones.accept_milestone(cast.leader, cast.step(name))


def seen(day: date, *, then: bool = True) -> list[tuple[object, ...]]:
    rows = rows_of(of_plan(Plan.objects.get()), day, known_then=then)
    return [(p.code, r.status, r.actual, r.expected, r.data_period, r.terms) for p, r in rows]


def test_a_milestone_done_in_march_and_accepted_in_april_was_not_known_in_march(cast: Cast) -> None:
    march = date(2022, 3, 31)

    assert seen(march, then=False)[0][2] == Decimal(25)
    assert seen(march)[0][2] == 0


def test_an_acceptance_afterwards_leaves_the_view_alone(cast: Cast) -> None:
    before = seen(JUNE)

    with clock.pretending(date(2022, 10, 1)):
        accept(cast, "施工", date(2022, 6, 1))

    assert seen(JUNE) == before
    assert seen(JUNE, then=False) != before


def test_a_date_moved_afterwards_leaves_the_view_alone(cast: Cast) -> None:
    before = seen(date(2022, 9, 30))
    with clock.pretending(date(2022, 9, 30), hour=8):
        asked = postponing.request(cast.reporter, cast.project, cast.step("施工"), date(2022, 11, 30), "雨季")

    with clock.pretending(date(2022, 10, 8)):
        postponing.decide(cast.leader, asked, grant=True)

    assert seen(date(2022, 9, 30)) == before
    assert before[0][1] == "behind"
    assert seen(date(2022, 9, 30), then=False)[0][1] == "on_track"


def test_a_milestone_added_afterwards_leaves_the_view_alone(cast: Cast) -> None:
    before = seen(JUNE)

    with clock.pretending(date(2022, 9, 1)):
        added = Milestone(project=cast.project, name="绿化", due=date(2022, 6, 15), weight=Decimal(4))
        milestones.save_milestone(cast.planner, added)

    assert seen(JUNE) == before
    assert seen(JUNE, then=False) != before


def test_a_schedule_made_afterwards_leaves_the_view_alone() -> None:
    with clock.pretending(date(2022, 1, 10)):
        cast = make_cast(state="adopted")
        planning.save_project(cast.planner, cast.project)
    before = seen(JUNE)

    with clock.pretending(date(2022, 8, 1)):
        cast.schedule()

    assert before[0][1] == "no_data"
    assert seen(JUNE) == before
    assert seen(JUNE, then=False)[0][1] == "behind"


def test_a_weight_changed_afterwards_leaves_the_view_alone(cast: Cast) -> None:
    before = seen(JUNE)
    project = Project.objects.get()
    project.weight = Decimal(7)

    with clock.pretending(date(2022, 9, 1)):
        planning.save_project(cast.planner, project)

    assert seen(JUNE) == before


def test_a_target_counted_from_milestones_is_known_by_what_its_works_were() -> None:
    with clock.pretending(date(2022, 1, 10)):
        cast = make_cast(state="draft")
        indicator = make_indicator("nodes", measure="milestones")
        target = make_target(cast.plan, indicator=indicator, rule="milestones", goal=Decimal(100))
        cast.project.target = target
        planning.save_project(cast.planner, cast.project)
        cast.schedule()
    with clock.pretending(date(2022, 4, 20)):
        accept(cast, "设计", date(2022, 3, 30))

    def actual(*, then: bool) -> object:
        return progress_of([target], APRIL, known_then=then)[target.pk].actual

    was = actual(then=True)
    with clock.pretending(date(2022, 8, 1)):
        accept(cast, "施工", date(2022, 4, 29))

    assert was == actual(then=True) == Decimal(25)
    assert actual(then=False) == Decimal(75)


def test_what_does_not_change_is_not_written_down_again(cast: Cast) -> None:
    kept = ScheduleVersion.objects.count()

    with clock.pretending(date(2022, 5, 1)):
        planning.save_project(cast.planner, cast.project)

    assert ScheduleVersion.objects.count() == kept


def test_the_first_version_holds_from_the_beginning_whenever_it_was_entered() -> None:
    with clock.pretending(date(2022, 10, 1)):
        cast = make_cast(state="draft")
        cast.schedule(stage("建成", date(2022, 5, 31)))

    assert seen(JUNE)[0][1] == "behind"


def test_a_work_of_which_nothing_is_written_down_is_known_by_what_was_accepted() -> None:
    project = make_project()
    project.milestones.all().delete()
    with clock.pretending(date(2022, 7, 1)):
        make_milestone(project, state="accepted", done_on=date(2022, 3, 1), decided_at=clock.now())

    assert progress_of([project], JUNE, known_then=True, book=PROJECTS)[project.pk].actual == 0
    assert progress_of([project], JUNE, book=PROJECTS)[project.pk].actual == 100


def test_its_queries_do_not_grow_with_the_works_nor_with_their_versions(cast: Cast) -> None:
    def count() -> int:
        listed = list(of_plan(cast.plan))
        with CaptureQueriesContext(connection) as captured:
            rows_of(listed, JUNE, known_then=True)
        return len(captured)

    few = count()
    for number in range(5):
        made = make_project(cast.plan, f"work.{number}")
        planning.set_stages(cast.planner, made, [stage("甲", date(2022, 5, 31)), stage("乙", date(2022, 8, 31))])

    assert count() == few <= 2
