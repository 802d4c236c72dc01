"""Does everything have somebody to see to it? What adoption lacks, and the shares that stand on the overview."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Post, PostHolder, Role, Unit, User
from common import clock
from goals import planning
from goals.duties import Freshness, duties_of, freshness_of, lacking, oversight, spans_of, unmanned_units
from goals.models import Plan, ReportingUnit, Target
from goals.progress.summary import plan_summary
from goals.tests.factories import (
    make_indicator,
    make_office,
    make_plan,
    make_reading,
    make_target,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
TODAY = date(2022, 10, 12)
DAY = timedelta(days=1)
AUGUST, SEPTEMBER = date(2022, 8, 31), date(2022, 9, 30)


@pytest.fixture
def plan() -> Plan:
    return make_plan(state="adopted")


def make_post(code: str = "deputy", role: str = "", unit: Unit | None = None) -> Post:
    return Post.objects.create(code=code, name=f"岗位{code}", unit=unit or make_unit(), role=role)


def hold(post: Post, name: str, first: date = date(2021, 1, 1), last: date | None = None, **more: bool) -> User:
    user = make_user(name)
    PostHolder.objects.create(post=post, user=user, held_from=first, held_to=last, **more)
    return user


def targets() -> list[Target]:
    return list(Target.objects.select_related("plan", "indicator", "lead_office", "responsible_post"))


def test_all_that_lacks_an_owner_is_listed_at_once_each_naming_its_target() -> None:
    plan, planner = make_plan(), make_user("planner", Role.PLANNER, unit=make_unit())
    make_target(plan, make_indicator("a"), lead_office=None)
    make_target(plan, make_indicator("b"), responsible_post=make_post())
    make_target(plan, make_indicator("c"), lead_office=None, responsible_post=make_post("other"))

    with pytest.raises(ValidationError) as caught:
        planning.adopt(planner, plan)

    found = caught.value.message_dict
    assert [said.split(" ")[0] for said in found["lead_office"]] == ["a", "c"]
    assert [said.split(" ")[0] for said in found["responsible_post"]] == ["b", "c"]
    assert "岗位deputy" in found["responsible_post"][0]
    assert Plan.objects.get().state == Plan.State.DRAFT


@pytest.mark.parametrize(
    ("first", "last", "more"),
    [(TODAY, None, {}), (date(2021, 1, 1), TODAY, {}), (TODAY, TODAY, {"is_deputy": True})],
    ids=["from today", "until today", "a deputy"],
)
def test_a_post_that_is_held_today_lacks_nothing(first: date, last: date | None, more: dict[str, bool]) -> None:
    post = make_post()
    make_target(responsible_post=post)
    hold(post, "holder", first, last, **more)

    assert lacking(targets(), TODAY) == []


@pytest.mark.parametrize(("first", "last"), [(TODAY + DAY, None), (date(2021, 1, 1), TODAY - DAY)])
def test_one_that_is_held_another_day_does(first: date, last: date | None) -> None:
    post = make_post()
    make_target(responsible_post=post)
    hold(post, "holder", first, last)

    assert [lack.code for lack in lacking(targets(), TODAY)] == ["post_without_holder"]


def test_so_does_one_whose_holder_has_no_account_in_use() -> None:
    post = make_post()
    make_target(responsible_post=post)
    hold(post, "gone")
    User.objects.update(is_active=False)

    assert [lack.code for lack in lacking(targets(), TODAY)] == ["post_without_holder"]


def test_a_plan_without_posts_is_adopted_as_before() -> None:
    planner = make_user("planner", Role.PLANNER, unit=make_unit())
    make_target()

    assert planning.adopt(planner, Plan.objects.get()).state == Plan.State.ADOPTED


def test_a_duty_is_held_by_grant_by_post_or_by_a_role_for_all_units(plan: Plan) -> None:
    for code in ("granted", "posted", "nobody"):
        make_target(plan, make_indicator(code, make_office(code)), lead_office=make_office(code))
    make_user("official", Role.REPORTER, unit=make_office("granted"))
    hold(make_post("statistics", Role.REPORTER, make_office("posted")), "holder")

    duties = duties_of(targets(), TODAY)
    names = unmanned_units(duties)

    assert [u.code for u in names.reporting] == ["nobody"]
    assert [u.code for u in names.reviewing] == ["granted", "nobody", "posted"]
    make_user("everywhere", Role.REVIEWER)
    assert not duties_of(targets(), TODAY).without_reviewer


def test_the_share_counts_reporters_reviewers_and_responsible_posts(plan: Plan) -> None:
    post = make_post()
    make_target(plan, responsible_post=post)
    make_target(plan, make_indicator("second"))
    make_user("official", Role.REPORTER, unit=make_office())
    hold(post, "holder")

    share = duties_of(targets(), TODAY).share

    # a reporter and the one post; a reviewer and the second target's post are missing
    assert (share.part, share.whole, share.percent) == (2, 4, 50)


def test_the_indicators_own_review_office_goes_before_the_lead_office(plan: Plan) -> None:
    indicator = make_indicator("own")
    indicator.review_office = make_office("reviewing")
    indicator.save()
    make_target(plan, indicator)

    assert [u.code for u in unmanned_units(duties_of(targets(), TODAY)).reviewing] == ["reviewing"]


def test_nobody_reports_what_is_counted_or_published(plan: Plan) -> None:
    make_target(plan, make_indicator("published", published=True), lead_office=None)
    make_target(plan, make_indicator("counted", measure="milestones"), lead_office=None)

    duties = duties_of(targets(), TODAY)

    assert (duties.reporting, duties.reviewing) == (frozenset(), frozenset())


def test_a_unit_that_no_longer_reports_has_no_duty(plan: Plan) -> None:
    make_target(plan)
    ReportingUnit.objects.update(last_day=TODAY - DAY)

    assert not duties_of(targets(), TODAY).reporting


def fresh(plan: Plan, day: date = TODAY) -> Freshness:
    listed = targets()
    return freshness_of(plan, listed, day, spans_of(listed))


def test_slots_are_approved_waiting_late_or_still_due(plan: Plan) -> None:
    target = make_target(plan)
    make_reading(target.indicator, AUGUST, 1)
    make_reading(target.indicator, SEPTEMBER, 1, state="submitted")
    make_reading(target.indicator, date(2022, 7, 31), 1, state="draft")

    found = fresh(plan)

    assert (found.passed, found.approved, found.waiting, found.late, found.due) == (9, 1, 1, 7, 0)
    assert found.share.part == 1 and found.share.whole == 9


@pytest.mark.parametrize(("day", "passed", "due"), [(date(2022, 10, 10), 8, 1), (date(2022, 10, 11), 9, 0)])
def test_the_day_of_the_deadline_is_still_in_time(plan: Plan, day: date, passed: int, due: int) -> None:
    make_target(plan)

    found = fresh(plan, day)

    assert (found.passed, found.due) == (passed, due)


def test_a_corrections_draft_does_not_make_an_approved_slot_late(plan: Plan) -> None:
    target = make_target(plan, make_indicator("yearly", frequency="quarterly"))
    make_reading(target.indicator, SEPTEMBER, 1)
    make_reading(target.indicator, SEPTEMBER, 2, state="submitted", revision=2)

    assert fresh(plan).approved == 1


def test_periods_after_the_target_is_due_or_outside_the_span_owe_nothing(plan: Plan) -> None:
    make_target(plan, due=date(2022, 3, 31))
    ReportingUnit.objects.update(first_day=date(2022, 2, 1))

    assert fresh(plan).passed == 2


def test_several_units_owe_a_slot_each(plan: Plan) -> None:
    villages = [make_unit(code, "village", make_unit()) for code in ("jingkou", "nanhu")]
    target = make_target(plan, make_indicator("space", *villages, frequency="half_yearly"))
    make_reading(target.indicator, date(2022, 6, 30), 1, unit=villages[0])

    found = fresh(plan)

    assert (found.passed, found.approved, found.late) == (2, 1, 1)


def test_a_drafts_duties_have_not_begun() -> None:
    plan = make_plan()
    make_target(plan)

    assert fresh(plan) == Freshness()
    assert fresh(plan).share.percent is None


def test_it_is_one_query_however_many_targets_there_are(plan: Plan) -> None:
    make_target(plan)

    def count() -> int:
        summary = plan_summary(plan, clock.today())
        with CaptureQueriesContext(connection) as captured:
            oversight(summary, clock.today())
        return len(captured)

    assert count() == 1
    for number in range(20):
        make_target(plan, make_indicator(f"more.{number}", make_office(f"office{number}")))
    assert count() == 1
