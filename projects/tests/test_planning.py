"""The planner's writes to works: saving, scheduling, and what is refused with nothing stored."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from audit.models import Event
from common.errors import Conflict, Forbidden
from goals.holidays import load_year
from goals.models import CalendarDay
from goals.tests.factories import make_indicator, make_target
from projects import milestones, planning
from projects.models import Milestone, Project
from projects.stages import TEMPLATES, template_for
from projects.tests.factories import STAGES, Cast, make_milestone, make_project, make_theme, stage

pytestmark = pytest.mark.django_db


def new(cast: Cast, **fields: Any) -> Project:
    fields = {"code": "new", "name": "新项目", "kind": "event", "theme": make_theme(cast.plan)} | fields
    return Project(plan=cast.plan, lead_office=cast.office, **fields)


def test_a_new_work_has_its_default_milestone_at_its_due_date(cast: Cast) -> None:
    project = planning.save_project(cast.planner, new(cast))

    only = project.milestones.get()
    assert (only.is_default, only.due, project.start, project.first_due) == (
        *(True, date(2022, 12, 31)),
        *(date(2022, 1, 1), date(2022, 12, 31)),
    )


def test_a_work_is_made_with_its_stage_goals_from_a_list(cast: Cast) -> None:
    project = planning.save_project(cast.planner, new(cast), stages=STAGES)

    assert [(m.name, m.weight, m.is_default) for m in project.milestones.all()] == [
        ("设计", 1, False),
        ("施工", 2, False),
        ("验收", 1, False),
    ]
    assert [m.name for m in project.milestones.get(name="施工").depends_on.all()] == ["设计"]


@pytest.mark.parametrize("who", ["reporter", "reviewer", "leader"])
def test_only_planners_save_a_work(cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        planning.save_project(getattr(cast, who), new(cast))

    assert not Project.objects.filter(code="new").exists()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"due": date(2023, 1, 31)}, "due"),
        ({"start": date(2021, 12, 31)}, "start"),
        ({"start": date(2022, 6, 1), "due": date(2022, 5, 31)}, "start"),
        ({"name": ""}, "name"),
        ({"kind": "guess"}, "kind"),
        ({"weight": Decimal(-1)}, "weight"),
        ({"code": "work"}, "__all__"),
    ],
)
def test_a_wrong_work_is_refused_with_its_field_and_not_stored(cast: Cast, fields: Any, named: str) -> None:
    events = Event.objects.count()

    with pytest.raises(ValidationError) as refused:
        planning.save_project(cast.planner, new(cast, **fields))

    assert named in refused.value.message_dict
    assert Project.objects.count() == 1 and Event.objects.count() == events


def test_a_work_counts_only_for_a_target_of_milestones_of_its_plan(cast: Cast) -> None:
    total = make_target(cast.plan, make_indicator("firms"))

    with pytest.raises(ValidationError) as refused:
        planning.save_project(cast.planner, new(cast, target=total))

    assert "target" in refused.value.message_dict


def test_a_work_is_not_the_same_as_itself_nor_as_one_that_points_on(cast: Cast) -> None:
    again = make_project(cast.plan, "again", same_as=cast.project)
    cast.project.same_as = cast.project

    for project in (cast.project, new(cast, same_as=again)):
        with pytest.raises(ValidationError) as refused:
            planning.save_project(cast.planner, project)
        assert "same_as" in refused.value.message_dict


def test_a_closed_plan_is_read_only(cast: Cast) -> None:
    cast.plan.state = "closed"
    cast.plan.save()

    with pytest.raises(Conflict):
        planning.save_project(cast.planner, cast.project)
    with pytest.raises(Conflict):
        cast.schedule()


def test_scheduling_takes_the_default_milestones_place_and_tells_the_trail(cast: Cast) -> None:
    cast.schedule()

    assert not cast.project.milestones.filter(is_default=True).exists()
    assert Event.objects.get(action="schedule").after["milestones"][0]["name"] == "设计"


def test_stages_without_dates_are_planned_backwards_around_holidays(cast: Cast) -> None:
    load_year(cast.planner, 2022)

    made = cast.schedule(stage("施工", days=3), stage("验收", days=1, after=("施工",)))

    # The year's last working day is Friday 30 December.
    assert [(m.start, m.due) for m in made] == [
        (date(2022, 12, 27), date(2022, 12, 29)),
        (date(2022, 12, 30), date(2022, 12, 30)),
    ]
    assert CalendarDay.objects.exists()


def test_what_does_not_fit_is_refused_and_says_how_late(cast: Cast) -> None:
    cast.project.due = date(2022, 2, 28)
    cast.project.save()

    with pytest.raises(ValidationError) as refused:
        cast.schedule(*template_for("construction").stages())

    assert "个工作日" in refused.value.message_dict["milestones"][0]
    assert cast.project.milestones.get().is_default


@pytest.mark.parametrize(
    ("stages", "field", "code"),
    [
        (
            [stage("a", date(2022, 3, 1), after=("b",)), stage("b", date(2022, 3, 1), after=("a",))],
            "milestones",
            "cycle",
        ),
        ([stage("a", after=("b",)), stage("b", after=("a",))], "milestones", "cycle"),
        ([stage("a", date(2023, 1, 1))], "milestones", "outside_project"),
        ([stage("a", date(2022, 3, 1), start=date(2021, 12, 1))], "milestones", "outside_project"),
        ([stage("a", date(2022, 3, 1), start=date(2022, 4, 1))], "milestones", "order"),
        ([stage("a", date(2022, 3, 1), weight=Decimal(0))], "weight", "zero_weight"),
        ([stage("a", date(2022, 3, 1), weight=Decimal(-1)), stage("b", date(2022, 3, 1))], "weight", "negative"),
        ([stage("a", date(2022, 3, 1)), stage("a", date(2022, 4, 1))], "milestones", "repeated"),
        ([stage("a", date(2022, 3, 1), after=("z",))], "milestones", "unknown"),
        ([stage(" ", date(2022, 3, 1))], "milestones", "blank"),
        ([stage("a", days=0)], "milestones", "duration"),
        ([], "milestones", "count"),
        (
            [stage("a", date(2022, 3, 1), after=("b",)), stage("b", date(2022, 4, 1))],
            "milestones",
            "before_predecessor",
        ),
    ],
)
def test_a_wrong_schedule_is_refused_with_its_field_and_nothing_stored(
    cast: Cast, stages: Any, field: str, code: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        planning.set_stages(cast.planner, cast.project, stages)

    assert refused.value.error_dict[field][0].code == code
    assert cast.project.milestones.get().is_default


def test_an_adopted_plans_schedule_is_not_replaced(cast: Cast) -> None:
    cast.schedule()
    cast.plan.state = "adopted"
    cast.plan.save()

    with pytest.raises(Conflict):
        cast.schedule()


def test_an_adopted_plans_unscheduled_work_may_still_be_scheduled(cast: Cast) -> None:
    cast.plan.state = "adopted"
    cast.plan.save()

    assert len(cast.schedule()) == 3


def test_once_something_is_reported_the_whole_is_not_replaced(cast: Cast) -> None:
    cast.schedule()
    milestones.report_done(cast.reporter, cast.step("设计"), date(2022, 3, 30))

    with pytest.raises(Conflict):
        cast.schedule()


def test_an_adopted_scheduled_works_due_date_moves_by_a_request_alone(cast: Cast) -> None:
    cast.schedule()
    cast.plan.state = "adopted"
    cast.plan.save()
    cast.project.due = date(2022, 12, 15)

    with pytest.raises(Conflict):
        planning.save_project(cast.planner, cast.project)


def test_a_due_date_is_not_moved_before_a_milestone(cast: Cast) -> None:
    cast.schedule()
    cast.project.due = date(2022, 10, 31)

    with pytest.raises(ValidationError) as refused:
        planning.save_project(cast.planner, cast.project)

    assert refused.value.error_dict["due"][0].code == "before_milestone"


def test_works_are_deleted_from_a_draft_alone(cast: Cast) -> None:
    cast.plan.state = "adopted"
    cast.plan.save()
    with pytest.raises(Conflict):
        planning.delete_project(cast.planner, cast.project)

    cast.plan.state = "draft"
    cast.plan.save()
    planning.delete_project(cast.planner, cast.project)
    assert not Project.objects.exists()


def save(cast: Cast, name: str = "新", due: date = date(2022, 10, 31), **fields: Any) -> Milestone:
    depends_on = fields.pop("depends_on", None)
    milestone = Milestone(project=cast.project, name=name, due=due, order=9, **fields)
    return milestones.save_milestone(cast.planner, milestone, depends_on=depends_on)


def test_the_first_single_milestone_takes_the_defaults_place(cast: Cast) -> None:
    save(cast)

    assert [m.name for m in cast.project.milestones.all()] == ["新"]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"due": date(2023, 1, 1)}, "due"),
        ({"start": date(2022, 11, 1)}, "start"),
        ({"weight": Decimal(0)}, "weight"),
        ({"name": ""}, "name"),
    ],
)
def test_a_wrong_milestone_is_refused_with_its_field(cast: Cast, fields: Any, named: str) -> None:
    with pytest.raises(ValidationError) as refused:
        save(cast, **fields)

    assert named in refused.value.message_dict
    assert cast.project.milestones.get().is_default


def test_milestones_that_wait_for_one_another_are_refused(cast: Cast) -> None:
    cast.schedule()
    first = cast.step("设计")
    first.due = date(2022, 11, 30)

    with pytest.raises(ValidationError) as refused:
        milestones.save_milestone(cast.planner, first, depends_on=[cast.step("验收")])

    assert refused.value.error_dict["depends_on"][0].code == "cycle"


def test_a_milestone_comes_after_its_own_works_milestones_alone(cast: Cast) -> None:
    elsewhere = make_milestone(make_project(cast.plan, "elsewhere"), "别处")

    with pytest.raises(ValidationError) as refused:
        save(cast, depends_on=[elsewhere])

    assert refused.value.error_dict["depends_on"][0].code == "outside_project"


def test_the_last_milestone_is_not_deleted(cast: Cast) -> None:
    only = save(cast)

    with pytest.raises(Conflict):
        milestones.delete_milestone(cast.planner, only)


def test_a_promised_date_is_not_edited(cast: Cast) -> None:
    cast.schedule()
    cast.plan.state = "adopted"
    cast.plan.save()
    step = cast.step("施工")
    step.due = date(2022, 10, 31)

    with pytest.raises(Conflict):
        milestones.save_milestone(cast.planner, step)


def test_every_kind_of_work_has_a_template_whose_steps_follow_one_another() -> None:
    for template in TEMPLATES.values():
        stages = template.stages()
        assert stages[0].after == () and all(s.after == (b.name,) for b, s in pairwise(stages))
    assert [s.name for s in template_for("construction").stages()][-1] == "移交管养"
