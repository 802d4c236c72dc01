"""From candidates through ballot and decision to the list: by whom, in which order, and what is refused."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Role
from audit.models import Event
from common.errors import Conflict, Forbidden
from goals.models import Progress
from goals.tests.factories import make_indicator, make_target, make_unit, make_user
from livelihood.models import Ballot, Candidate, Decision, Survey
from livelihood.ten import choosing, publishing
from livelihood.tests.ten import Chosen, make_chosen, new_candidate, work_of
from projects import planning
from projects.models import Acceptance, Project
from projects.stages import EVENTS, template_for
from projects.tests.factories import STAGES, make_project

pytestmark = pytest.mark.django_db
LATER = date(2022, 10, 13)


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.TAOYAN_TODAY = "2022-10-12"


@pytest.fixture
def ten() -> Chosen:
    return make_chosen()


def fields(refused: Any) -> list[str]:
    return sorted(refused.value.error_dict)


STEPS: dict[str, Callable[[Chosen], object]] = {
    "candidate": lambda ten: choosing.save_candidate(ten.planner, new_candidate(ten.plan, 9)),
    "deletion": lambda ten: choosing.delete_candidate(ten.planner, ten.candidates[0]),
    "ballot": lambda ten: ten.vote(),
    "decision": lambda ten: ten.decide(),
    "list": lambda ten: ten.publish(),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("role", [Role.LEADER, Role.REPORTER, Role.REVIEWER])
def test_only_planners_take_a_step(ten: Chosen, step: str, role: str) -> None:
    ten.planner = make_user("somebody", role, unit=make_unit())

    with pytest.raises(Forbidden):
        STEPS[step](ten)


@pytest.mark.parametrize("step", STEPS)
def test_a_closed_plan_takes_none(ten: Chosen, step: str) -> None:
    type(ten.plan).objects.update(state="closed")

    with pytest.raises(Conflict):
        STEPS[step](ten)


def test_each_step_is_one_event_with_who_where_and_what(ten: Chosen) -> None:
    ten.vote()
    ten.decide()

    events = Event.objects.order_by("-sequence")[:2]
    assert [(e.action, e.record) for e in events] == [("determine", "decision"), ("save", "ballot")]
    assert events[1].after["votes"] == {"1": 9, "2": 8, "3": 5, "4": 5}


def test_a_candidate_is_changed_and_withdrawn_until_the_vote(ten: Chosen) -> None:
    first, last = ten.candidates[0], ten.candidates[3]
    first.name = "改名"
    choosing.save_candidate(ten.planner, first)
    choosing.delete_candidate(ten.planner, last)

    assert [c.name for c in ten.candidates] == ["改名", "项目2", "项目3"]


def test_after_the_vote_candidates_stay_as_they_were_voted_on(ten: Chosen) -> None:
    ten.vote()

    with pytest.raises(Conflict):
        STEPS["candidate"](ten)
    with pytest.raises(Conflict):
        STEPS["deletion"](ten)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"number": 1}, "__all__"),
        ({"name": "项目1"}, "__all__"),
        ({"cost": -1}, "cost"),
        ({"justification": ""}, "justification"),
        ({"name": "二\u202e三"}, "name"),
        ({"people": -1}, "people"),
    ],
)
def test_a_candidate_that_is_wrong_is_refused_by_field(ten: Chosen, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        choosing.save_candidate(ten.planner, new_candidate(ten.plan, **({"number": 9} | wrong)))

    assert fields(refused) == [field]


def test_a_candidate_is_the_same_as_one_counted_work_that_no_other_candidate_is(ten: Chosen) -> None:
    work, routine = make_project(ten.plan), make_project(ten.plan, "routine", tier="routine")
    choosing.save_candidate(ten.planner, new_candidate(ten.plan, 8, same_as=work))

    for wrong in (work, routine):
        with pytest.raises(ValidationError) as refused:
            choosing.save_candidate(ten.planner, new_candidate(ten.plan, 9, same_as=wrong))
        assert fields(refused) == ["same_as"]


def test_a_ballot_that_does_not_add_up_stores_nothing(ten: Chosen) -> None:
    with pytest.raises(ValidationError) as refused:
        ten.vote((12, 1, 1, 1))

    assert fields(refused) == ["votes_1"]
    assert not Ballot.objects.exists()
    assert set(Candidate.objects.values_list("votes", flat=True)) == {None}


@pytest.mark.parametrize("day", [LATER, date(2020, 12, 31)])
def test_a_ballot_is_not_held_tomorrow_or_years_ago(ten: Chosen, day: date) -> None:
    with pytest.raises(ValidationError) as refused:
        ten.vote(held_on=day)

    assert fields(refused) == ["held_on"]


def test_a_ballot_is_corrected_until_the_decision(ten: Chosen) -> None:
    ballot = ten.vote()
    ballot.spoiled, ballot.returned = 2, 11
    choosing.record_ballot(ten.planner, ballot, ten.votes((7, 8, 5, 5)))
    assert [c.votes for c in ten.candidates] == [7, 8, 5, 5]

    ten.decide()
    with pytest.raises(Conflict):
        choosing.record_ballot(ten.planner, ballot, ten.votes())


def test_there_is_no_second_ballot(ten: Chosen) -> None:
    ten.vote()

    with pytest.raises((Conflict, ValidationError)):
        ten.vote()


def test_the_committee_decides_after_the_vote_alone(ten: Chosen) -> None:
    with pytest.raises(Conflict):
        ten.decide()


def test_a_decision_before_the_vote_was_held_is_refused(ten: Chosen) -> None:
    ten.vote()

    with pytest.raises(ValidationError) as refused:
        ten.decide(decided_on=date(2022, 1, 19))
    assert fields(refused) == ["decided_on"]


@pytest.mark.parametrize("numbers", [(1,), (1, 2, 3)])
def test_too_few_and_too_many_are_refused(ten: Chosen, numbers: tuple[int, ...]) -> None:
    ten.vote()

    with pytest.raises(ValidationError) as refused:
        ten.decide(*numbers)
    assert fields(refused) == ["chosen"]


def test_where_it_differs_from_the_ballot_it_says_why_of_both(ten: Chosen) -> None:
    ten.vote()

    with pytest.raises(ValidationError) as refused:
        ten.decide(1, 3, reasons={3: " "})
    assert fields(refused) == ["reason_2", "reason_3"]
    assert not Decision.objects.exists()

    ten.decide(1, 3, reasons={2: "已有专项资金", 3: "群众呼声集中", 1: "不需要"})
    assert [(c.is_chosen, c.place, c.reason) for c in ten.candidates] == [
        (True, 1, ""),
        (False, None, "已有专项资金"),
        (True, 2, "群众呼声集中"),
        (False, None, ""),
    ]


def test_what_is_decided_is_corrected_until_it_is_published(ten: Chosen) -> None:
    ten.vote()
    decision = ten.decide()
    keys = [c.pk for c in ten.candidates]
    choosing.decide(ten.planner, decision, keys[:2], {})
    ten.publish()

    with pytest.raises(Conflict):
        choosing.decide(ten.planner, Decision.objects.get(), keys[:2], {})


def test_the_list_becomes_works_with_stage_goals_counted_backwards(ten: Chosen) -> None:
    first, second = (work_of(c) for c in ten.publish_all())

    assert (first.name, first.is_counted, first.lead_office.code) == ("项目1", True, "office")  # type: ignore[union-attr]
    assert [m.name for m in first.milestones.order_by("order")] == [name for name, _w, _d in EVENTS.steps]
    assert first.milestones.latest("due").due == date(2022, 12, 30)
    assert second.theme.code == publishing.THEME


def test_a_work_that_the_plan_promises_already_is_taken_over_and_not_made_twice(ten: Chosen) -> None:
    promised = make_project(ten.plan, "promised")
    planning.set_stages(ten.planner, promised, STAGES)
    unscheduled = make_project(ten.plan, "unscheduled")
    for candidate, work in zip(ten.candidates, (promised, unscheduled), strict=False):
        candidate.same_as = work
        choosing.save_candidate(ten.planner, candidate)
    ten.publish_all()

    assert Project.objects.count() == 2
    assert promised.milestones.count() == len(STAGES)
    assert unscheduled.milestones.count() == len(template_for("event").steps)


def test_the_list_goes_out_once_and_with_the_adopted_plan(ten: Chosen) -> None:
    ten.vote()
    ten.decide()
    type(ten.plan).objects.update(state="draft")
    with pytest.raises(Conflict):
        ten.publish()

    type(ten.plan).objects.update(state="adopted")
    ten.publish()
    with pytest.raises(Conflict):
        ten.publish()
    assert Project.objects.count() == 2


def test_a_due_date_that_leaves_no_time_for_the_stages_is_refused_and_nothing_is_published(ten: Chosen) -> None:
    ten.vote()
    ten.decide()

    with pytest.raises(ValidationError) as refused:
        ten.publish(date(2022, 10, 20))
    assert fields(refused) == ["due_1", "due_2"]
    assert not Project.objects.exists()
    assert Decision.objects.get().published_on is None


def test_the_target_counts_what_was_determined_from_the_day_of_publication(
    ten: Chosen, django_capture_on_commit_callbacks: Any
) -> None:
    indicator = make_indicator(publishing.MEASURE, measure=publishing.MEASURE)
    target = make_target(ten.plan, indicator, goal=2)

    with django_capture_on_commit_callbacks(execute=True):
        ten.publish_all()

    assert Progress.objects.get(target=target, slot=0).actual == 2
    assert Progress.objects.get(target=target, slot=0).status == "achieved"


SURVEY = {"day": date(2022, 10, 12), "issued": 9, "returned": 9, "valid": 8} | {
    "satisfied": 5,
    "fairly": 2,
    "dissatisfied": 1,
}


def accept(ten: Chosen, project: Project) -> None:
    Acceptance.objects.create(project=project, day=date(2022, 10, 11), result="passed", body="区级部门")


def test_people_are_asked_once_the_work_is_accepted(ten: Chosen) -> None:
    candidate = ten.publish_all()[0]
    with pytest.raises(ValidationError) as refused:
        publishing.record_survey(ten.planner, Survey(candidate=candidate, **SURVEY))
    assert fields(refused) == ["day"]

    accept(ten, work_of(candidate))
    publishing.record_survey(ten.planner, Survey(candidate=candidate, **SURVEY))
    assert Survey.objects.get().rate == 87.5


def test_a_survey_of_tomorrow_one_that_does_not_add_up_and_one_by_a_leader_are_refused(ten: Chosen) -> None:
    candidate = ten.publish_all()[0]
    accept(ten, work_of(candidate))
    leader = make_user("leader", Role.LEADER, unit=make_unit())

    for wrong, field in (({"day": LATER}, "day"), ({"valid": 9}, "valid")):
        with pytest.raises(ValidationError) as refused:
            publishing.record_survey(ten.planner, Survey(candidate=candidate, **(SURVEY | wrong)))
        assert fields(refused) == [field]
    with pytest.raises(Forbidden):
        publishing.record_survey(leader, Survey(candidate=candidate, **SURVEY))
    assert not Survey.objects.exists()
