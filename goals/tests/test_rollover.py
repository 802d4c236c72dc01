"""接转: next year's draft keeps indicators, headings and owners; its goals are entered anew."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Role, User
from audit.models import Event
from common.errors import Conflict, Forbidden
from goals import continuing
from goals.models import Plan, Programme, Target, TargetProgramme
from goals.planning import adopt
from goals.rollover import Goal, roll_over, set_goals
from goals.tests.factories import make_indicator, make_office, make_plan, make_target, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner() -> User:
    return make_user("planner", Role.PLANNER, unit=make_unit())


@pytest.fixture
def plan() -> Plan:
    """An adopted plan with a total, a share and a decline."""
    found = make_plan("taoyan-2022", state="adopted")
    found.name = "2022年工作计划"
    found.save()
    make_target(found, make_indicator("firms"), goal=Decimal(12), weight=Decimal(2))
    make_target(found, make_indicator("coverage", basis="share"), rule="share", goal=Decimal(99))
    decline = {"rule": "decline", "comparator": "below_last_year", "goal": None}
    make_target(found, make_indicator("accidents"), **decline)
    return found


def waiting(draft: Plan) -> list[str]:
    return [t.code for t in continuing.waiting(draft)]


def old(plan: Plan, code: str) -> Target:
    return plan.targets.get(code=code)


def test_the_draft_is_next_years_and_names_it(planner: User, plan: Plan) -> None:
    draft = roll_over(planner, plan)

    assert (draft.slug, draft.name, draft.year, draft.state) == ("taoyan-2023", "2023年工作计划", 2023, "draft")
    assert draft.follows == plan


def test_a_name_without_its_year_gets_the_next_one(planner: User, plan: Plan) -> None:
    plan.slug = "the-plan"
    plan.save()

    assert roll_over(planner, plan).slug == "the-plan-2023"


def test_headings_and_programmes_are_kept(planner: User, plan: Plan) -> None:
    Programme.objects.create(plan=plan, code="programme", name="攻坚", group="三大攻坚行动")

    draft = roll_over(planner, plan)

    assert [s.code for s in draft.sections.all()] == [s.code for s in plan.sections.all()]
    assert [(t.code, t.section.plan_id) for t in draft.themes.all()] == [("theme", draft.pk)]
    assert draft.programmes.get().group == "三大攻坚行动"


def test_goals_wait_to_be_entered(planner: User, plan: Plan) -> None:
    assert waiting(roll_over(planner, plan)) == ["coverage", "firms"]


def test_a_plan_that_follows_no_other_waits_for_nothing(plan: Plan) -> None:
    assert waiting(plan) == []


def test_what_has_no_goal_is_carried_on_at_once(planner: User, plan: Plan) -> None:
    draft = roll_over(planner, plan)

    carried = draft.targets.get()
    assert (carried.code, carried.goal, carried.due.year) == ("accidents", None, 2023)


def test_a_goal_brings_the_target_with_its_owners(planner: User, plan: Plan) -> None:
    target = old(plan, "firms")
    target.cooperating_offices.add(make_unit("village", "village", make_unit()))
    programme = Programme.objects.create(plan=plan, code="programme", name="攻坚")
    TargetProgramme.objects.create(target=target, programme=programme, suggested=False)
    draft = roll_over(planner, plan)

    set_goals(planner, draft, [Goal(target, Decimal(15))])

    carried = draft.targets.get(code="firms")
    assert (carried.goal, carried.weight, carried.indicator) == (15, 2, target.indicator)
    assert carried.lead_office == make_office()
    assert [u.code for u in carried.cooperating_offices.all()] == ["village"]
    assert [p.plan_id for p in carried.programmes.all()] == [draft.pk]
    assert carried.quote == ""


def test_the_year_before_stays_as_it_was(planner: User, plan: Plan) -> None:
    before = list(plan.targets.values())
    draft = roll_over(planner, plan)

    set_goals(planner, draft, [Goal(old(plan, "firms"), Decimal(15))])

    assert list(plan.targets.values()) == before


def test_a_target_is_discontinued_with_a_reason(planner: User, plan: Plan) -> None:
    draft = roll_over(planner, plan)

    set_goals(planner, draft, [Goal(old(plan, "firms"), dropped_because="上级不再考核")])

    assert "firms" not in waiting(draft)
    assert draft.discontinued.get().reason == "上级不再考核"
    assert not draft.targets.filter(code="firms").exists()


def test_the_draft_is_not_adopted_while_a_goal_waits(planner: User, plan: Plan) -> None:
    draft = roll_over(planner, plan)

    with pytest.raises(ValidationError) as refused:
        adopt(planner, draft)

    assert [e.code for e in refused.value.error_dict["goal"]] == ["no_goal", "no_goal"]


def test_it_is_adopted_once_all_are_entered(planner: User, plan: Plan) -> None:
    draft = roll_over(planner, plan)
    set_goals(planner, draft, [Goal(old(plan, "firms"), Decimal(15)), Goal(old(plan, "coverage"), Decimal(99))])

    assert adopt(planner, draft).state == Plan.State.ADOPTED


def test_one_wrong_goal_stores_none(planner: User, plan: Plan) -> None:
    draft = roll_over(planner, plan)
    entered = [Goal(old(plan, "firms"), Decimal(15)), Goal(old(plan, "coverage"))]

    with pytest.raises(ValidationError) as refused:
        set_goals(planner, draft, entered)

    assert set(refused.value.message_dict) == {"coverage"}
    assert waiting(draft) == ["coverage", "firms"]


def test_a_goal_entered_twice_is_told(planner: User, plan: Plan) -> None:
    draft = roll_over(planner, plan)
    set_goals(planner, draft, [Goal(old(plan, "firms"), Decimal(15))])

    with pytest.raises(Conflict):
        set_goals(planner, draft, [Goal(old(plan, "firms"), Decimal(16))])

    assert draft.targets.get(code="firms").goal == 15


def test_a_year_is_rolled_over_once(planner: User, plan: Plan) -> None:
    roll_over(planner, plan)

    with pytest.raises(Conflict):
        roll_over(planner, plan)

    assert Plan.objects.filter(year=2023).count() == 1


def test_a_draft_is_not_rolled_over(planner: User) -> None:
    with pytest.raises(Conflict):
        roll_over(planner, make_plan("taoyan-2022"))


@pytest.mark.parametrize("role", [Role.REPORTER, Role.REVIEWER, Role.LEADER])
def test_only_planners_roll_over(plan: Plan, role: str) -> None:
    with pytest.raises(Forbidden):
        roll_over(make_user("someone", role, unit=make_unit()), plan)


def test_a_planner_of_another_subdistrict_does_not(plan: Plan) -> None:
    elsewhere = make_user("elsewhere", Role.PLANNER, unit=make_unit("fusheng"))

    with pytest.raises(Forbidden):
        roll_over(elsewhere, plan)


def test_the_trail_says_who_rolled_over(planner: User, plan: Plan) -> None:
    roll_over(planner, plan)

    event = Event.objects.filter(action="roll_over").get()
    assert (event.actor_name, event.record_id) == ("planner", "taoyan-2023")
