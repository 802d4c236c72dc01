"""A milestone is reported by its office, accepted by another, and counts as of the day on which it was done."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Role
from audit.models import Event
from common.errors import Conflict, Forbidden
from goals import measures
from goals.measures import Wanted
from goals.models import Indicator, Target
from goals.progress.recompute import check, recompute
from goals.progress.store import progress_of
from goals.tests.factories import make_target, make_user
from projects import milestones
from projects.models import Milestone, ProjectMark, ProjectProgress
from projects.standing import PROJECTS
from projects.tests.factories import STAGES, TODAY, Cast, make_project

pytestmark = pytest.mark.django_db
DAY = date(2022, 4, 12)


@pytest.fixture
def step(cast: Cast) -> Milestone:
    """The first of three, due on 31 March."""
    cast.schedule()
    return cast.step("设计")


def done(cast: Cast, name: str, day: date) -> Milestone:
    reported = milestones.report_done(cast.reporter, cast.step(name), day)
    return milestones.accept_milestone(cast.planner, reported)


def standing(cast: Cast) -> ProjectProgress:
    recompute([cast.project.pk], PROJECTS)
    return ProjectProgress.objects.get(project=cast.project, slot=0)


def test_what_is_reported_does_not_count_yet(cast: Cast, step: Milestone) -> None:
    milestones.report_done(cast.reporter, step, DAY, "图纸已审。")

    assert standing(cast).actual == 0
    assert cast.step("设计").state == "reported"


def test_what_is_accepted_counts_as_of_the_day_on_which_it_was_done(cast: Cast, step: Milestone) -> None:
    done(cast, "设计", DAY)

    row = standing(cast)
    # One of four is done; three of four are due.
    assert (row.actual, row.expected, row.status) == (25, 75, "behind")
    at = {r.slot: r.actual for r in ProjectProgress.objects.filter(project=cast.project)}
    assert (at[3], at[4]) == (0, 25)


def test_a_milestone_done_late_keeps_its_delay(cast: Cast, step: Milestone) -> None:
    done(cast, "设计", DAY)

    assert cast.step("设计").days_late(TODAY) == 12
    assert cast.step("施工").days_late(TODAY) == 12
    assert cast.step("验收").days_late(TODAY) == 0


@pytest.mark.parametrize("who", ["other", "reviewer", "planner", "leader"])
def test_only_the_lead_offices_reporter_reports(cast: Cast, step: Milestone, who: str) -> None:
    with pytest.raises(Forbidden):
        milestones.report_done(getattr(cast, who), step, DAY)

    assert cast.step("设计").done_on is None


@pytest.mark.parametrize(("day", "code"), [(date(2022, 10, 13), "future"), (date(2021, 12, 31), "too_early")])
def test_it_is_not_done_tomorrow_nor_before_the_year(cast: Cast, step: Milestone, day: date, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        milestones.report_done(cast.reporter, step, day)

    assert refused.value.error_dict["done_on"][0].code == code


def test_what_comes_after_another_waits_for_it(cast: Cast, step: Milestone) -> None:
    with pytest.raises(Conflict):
        milestones.report_done(cast.reporter, cast.step("施工"), DAY)


def test_several_of_one_call_may_follow_one_another(cast: Cast, step: Milestone) -> None:
    both = [milestones.Done(cast.step(name), DAY) for name in ("设计", "施工")]

    reported = milestones.report_many(cast.reporter, both)
    accepted = milestones.accept_many(cast.planner, reported)

    assert [m.state for m in accepted] == ["accepted", "accepted"]


def test_one_that_may_not_refuses_the_whole_call(cast: Cast, step: Milestone) -> None:
    elsewhere = make_project(cast.plan, "elsewhere", lead_office=None).milestones.get()

    with pytest.raises(Forbidden):
        milestones.report_many(cast.reporter, [milestones.Done(step, DAY), milestones.Done(elsewhere, DAY)])

    assert cast.step("设计").state == "planned"


@pytest.mark.parametrize("who", ["reporter", "reviewer", "other"])
def test_the_owner_accepts_nothing(cast: Cast, step: Milestone, who: str) -> None:
    milestones.report_done(cast.reporter, step, DAY)

    with pytest.raises(Forbidden):
        milestones.accept_milestone(getattr(cast, who), step)


def test_a_planner_who_reports_for_the_office_is_its_owner_too(cast: Cast, step: Milestone) -> None:
    both = make_user("both", Role.PLANNER, Role.REPORTER, unit=cast.office)
    milestones.report_done(cast.reporter, step, DAY)

    with pytest.raises(Forbidden):
        milestones.accept_milestone(both, step)


def test_who_reported_does_not_accept(cast: Cast, step: Milestone) -> None:
    everywhere = make_user("everywhere", Role.PLANNER, Role.REPORTER)
    milestones.report_done(everywhere, step, DAY)

    with pytest.raises(Forbidden):
        milestones.accept_milestone(everywhere, step)


def test_only_what_is_reported_is_accepted(cast: Cast, step: Milestone) -> None:
    with pytest.raises(Conflict):
        milestones.accept_milestone(cast.planner, step)


def test_what_is_returned_says_why_and_is_reported_again(cast: Cast, step: Milestone) -> None:
    milestones.report_done(cast.reporter, step, DAY)
    milestones.return_milestone(cast.leader, step, "图纸缺一张。")

    assert (cast.step("设计").state, cast.step("设计").reason) == ("returned", "图纸缺一张。")
    milestones.report_done(cast.reporter, step, DAY)
    assert cast.step("设计").reason == ""


def test_a_return_needs_a_reason(cast: Cast, step: Milestone) -> None:
    milestones.report_done(cast.reporter, step, DAY)

    with pytest.raises(ValidationError) as refused:
        milestones.return_milestone(cast.leader, step, " ")

    assert "reason" in refused.value.message_dict


def test_each_step_is_in_the_trail_with_its_role(cast: Cast, step: Milestone) -> None:
    done(cast, "设计", DAY)

    told = Event.objects.filter(record="milestone").order_by("sequence").values_list("action", "role")
    assert list(told) == [("report", "reporter"), ("accept", "planner")]


def test_a_closed_plan_takes_no_report(cast: Cast, step: Milestone) -> None:
    cast.plan.state = "closed"
    cast.plan.save()

    with pytest.raises(Conflict):
        milestones.report_done(cast.reporter, step, DAY)


@pytest.mark.parametrize("count", [1, 4])
def test_locking_and_reading_takes_as_many_queries_for_one_as_for_many(
    cast: Cast, count: int, django_assert_num_queries: Any
) -> None:
    projects = [make_project(cast.plan, f"p{n}") for n in range(count)]
    ids = [p.milestones.get().pk for p in projects]

    with django_assert_num_queries(3):
        milestones._locked_many(ids)


# Where works stand.


def test_without_a_schedule_there_is_no_colour_before_the_due_date(cast: Cast) -> None:
    row = standing(cast)

    assert (row.status, row.reason) == ("no_data", "no_schedule")


def test_the_default_milestone_accepted_is_the_work_achieved(cast: Cast) -> None:
    done(cast, "完成", DAY)

    assert standing(cast).status == "achieved"


def test_a_routine_work_and_one_promised_again_have_no_row(cast: Cast) -> None:
    routine = make_project(cast.plan, "routine", tier="routine")
    again = make_project(cast.plan, "again", same_as=cast.project)
    recompute([routine.pk, again.pk, cast.project.pk], PROJECTS)

    assert set(ProjectProgress.objects.values_list("project__code", flat=True)) == {"work"}


def test_a_work_that_becomes_routine_loses_its_rows(cast: Cast) -> None:
    standing(cast)
    cast.project.tier = "routine"
    cast.project.save()
    recompute([cast.project.pk], PROJECTS)

    assert not ProjectProgress.objects.exists()


def test_every_write_marks_its_work_in_the_same_transaction(cast: Cast, step: Milestone) -> None:
    before = ProjectMark.objects.get(project=cast.project).dirty_gen
    milestones.report_done(cast.reporter, step, DAY)

    assert ProjectMark.objects.get(project=cast.project).dirty_gen > before


def test_what_is_stored_is_what_a_computation_from_scratch_gives(cast: Cast, step: Milestone) -> None:
    done(cast, "设计", DAY)
    standing(cast)
    assert check() == []

    ProjectProgress.objects.filter(slot=0).update(actual=99)
    assert check() == [f"project {cast.project.pk} {TODAY}: actual"]


# The target that a work counts for.


@pytest.fixture
def target(cast: Cast) -> Target:
    indicator = Indicator.objects.create(code="acceptance", name="验收", basis="amount", measure="milestones")
    found = make_target(cast.plan, indicator, rule="milestones", goal=100)
    cast.project.target = found
    cast.project.save()
    return found


def actual(target: Target) -> Any:
    fresh = Target.objects.select_related("plan__profile", "indicator").get(pk=target.pk)
    recompute([target.pk])
    row = progress_of([fresh], TODAY)[target.pk]
    return row.status, row.reason, row.actual


def test_a_target_of_milestones_moves_when_its_works_milestone_is_accepted(cast: Cast, target: Target) -> None:
    assert actual(target) == ("no_data", "no_schedule", None)
    cast.schedule(*STAGES[:2])
    assert actual(target) == ("behind", "", 0)

    done(cast, "设计", DAY)
    status, _reason, share = actual(target)
    assert (status, round(share, 4)) == ("behind", Decimal("33.3333"))


def test_accepting_marks_the_target_too(cast: Cast, target: Target) -> None:
    cast.schedule()
    recompute([target.pk])
    milestones.report_done(cast.reporter, cast.step("设计"), DAY)

    assert target.mark.dirty_gen > target.mark.computed_gen


def test_works_of_several_targets_take_one_query(cast: Cast, target: Target, django_assert_num_queries: Any) -> None:
    cast.schedule()

    with django_assert_num_queries(1):
        own, other = (Wanted(pk, "/taoyan/", 2022) for pk in (target.indicator_id, 999))
        found = measures.measure_of("milestones").figures([own, other], None)

    assert [len(found[each].milestones) for each in (own, other)] == [3, 0]  # type: ignore[union-attr]
