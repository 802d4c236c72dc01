"""A moved date: asked before it expires, with a reason, decided by another; the first date stays."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Role
from common.errors import Conflict, Forbidden
from goals.tests.factories import make_user
from projects import milestones, postponing
from projects.models import Milestone, Postponement, Project
from projects.tests.factories import Cast, make_milestone, make_project

pytestmark = pytest.mark.django_db
LATER = date(2022, 12, 15)


@pytest.fixture
def step(cast: Cast) -> Milestone:
    """Due on 30 November, in an adopted plan."""
    cast.schedule()
    cast.plan.state = "adopted"
    cast.plan.save()
    return cast.step("验收")


def ask(cast: Cast, step: Milestone | None, day: date = LATER, reason: str = "雨季停工") -> Postponement:
    return postponing.request(cast.reporter, cast.project, step, day, reason)


def test_a_granted_request_moves_the_date_and_keeps_the_first(cast: Cast, step: Milestone) -> None:
    asked = ask(cast, step)
    assert cast.step("验收").due == date(2022, 11, 30)

    postponing.decide(cast.leader, asked, grant=True)

    moved = cast.step("验收")
    assert (moved.due, moved.first_due, moved.was_moved) == (LATER, date(2022, 11, 30), True)


def test_a_refused_one_moves_nothing_and_says_why(cast: Cast, step: Milestone) -> None:
    postponing.decide(cast.planner, ask(cast, step), grant=False, decision="工期够用。")

    assert not cast.step("验收").was_moved
    assert Postponement.objects.get().state == "refused"


def test_the_whole_works_date_is_moved_alike_with_its_default_milestone(cast: Cast) -> None:
    cast.project = make_project(cast.plan, "short", due=date(2022, 11, 30))

    postponing.decide(cast.leader, ask(cast, None), grant=True)

    found = Project.objects.get(code="short")
    assert (found.due, found.first_due, found.milestones.get().due) == (LATER, date(2022, 11, 30), LATER)


def test_it_is_not_asked_after_the_date_has_passed(cast: Cast, step: Milestone) -> None:
    with pytest.raises(ValidationError) as refused:
        ask(cast, cast.step("施工"))

    assert refused.value.error_dict["new_due"][0].code == "expired"
    assert not Postponement.objects.exists()


def test_the_day_itself_is_in_time(cast: Cast) -> None:
    today = make_milestone(cast.project, "今天", date(2022, 10, 12))

    assert ask(cast, today).old_due == date(2022, 10, 12)


@pytest.mark.parametrize(
    ("day", "code"),
    [(date(2022, 11, 30), "not_later"), (date(2022, 11, 1), "not_later"), (date(2023, 1, 1), "outside_project")],
)
def test_the_new_date_is_later_and_within_the_work(cast: Cast, step: Milestone, day: date, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ask(cast, step, day)

    assert refused.value.error_dict["new_due"][0].code == code


def test_it_needs_a_reason_and_a_refusal_its_words(cast: Cast, step: Milestone) -> None:
    with pytest.raises(ValidationError) as refused:
        ask(cast, step, reason=" ")
    assert "reason" in refused.value.message_dict

    with pytest.raises(ValidationError) as refused:
        postponing.decide(cast.leader, ask(cast, step), grant=False)
    assert "decision" in refused.value.message_dict


@pytest.mark.parametrize("who", ["other", "reviewer", "leader"])
def test_only_the_lead_office_and_planners_ask(cast: Cast, step: Milestone, who: str) -> None:
    with pytest.raises(Forbidden):
        postponing.request(getattr(cast, who), cast.project, step, LATER, "理由")


@pytest.mark.parametrize("who", ["reporter", "reviewer", "other"])
def test_only_leaders_and_planners_decide(cast: Cast, step: Milestone, who: str) -> None:
    asked = ask(cast, step)

    with pytest.raises(Forbidden):
        postponing.decide(getattr(cast, who), asked, grant=True)


def test_who_asked_does_not_decide(cast: Cast, step: Milestone) -> None:
    asked = postponing.request(cast.planner, cast.project, step, LATER, "理由")

    with pytest.raises(Forbidden):
        postponing.decide(cast.planner, asked, grant=True)
    another = make_user("another", Role.PLANNER, unit=cast.plan.unit)
    assert postponing.decide(another, asked, grant=True).state == "granted"


def test_one_request_waits_at_a_time_and_is_decided_once(cast: Cast, step: Milestone) -> None:
    asked = ask(cast, step)
    with pytest.raises(Conflict):
        ask(cast, step)

    postponing.decide(cast.leader, asked, grant=True)
    with pytest.raises(Conflict):
        postponing.decide(cast.leader, asked, grant=False, decision="不")


def test_what_is_reported_done_is_not_postponed(cast: Cast) -> None:
    only = cast.project.milestones.get()
    milestones.report_done(cast.reporter, only, date(2022, 10, 1))

    with pytest.raises(Conflict):
        ask(cast, only)


def test_a_milestone_of_another_work_is_refused(cast: Cast, step: Milestone) -> None:
    elsewhere: Any = make_project(cast.plan, "elsewhere").milestones.get()

    with pytest.raises(ValidationError) as refused:
        ask(cast, elsewhere)

    assert "milestone" in refused.value.message_dict
