"""Reminders: each at its day and not before, to the right people, once; never of what nobody owes."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Grant, Post, PostHolder, Role, User
from common import clock
from goals.models import CalendarDay, Closing, Indicator, Notice, Plan, Reopening, ReportingUnit, Target
from goals.models.reading import State
from goals.reminders import remind, unread_count
from goals.tests.factories import make_indicator, make_office, make_reading, make_target, make_unit, make_user
from goals.tests.pages.factories import AUGUST, SEPTEMBER, Cast, make_cast

pytestmark = pytest.mark.django_db
Kind = Notice.Kind
DEADLINE = date(2022, 10, 10)  # of September: a Monday, worked


@pytest.fixture
def cast() -> Cast:
    """One monthly indicator, reported from September on."""
    return cast_owing(SEPTEMBER)


def cast_owing(period: date, **terms: object) -> Cast:
    cast = make_cast(frequency="monthly", **terms)
    ReportingUnit.objects.update(first_day=period, last_day=period)
    return cast


def run(day: date) -> int:
    with clock.pretending(day):
        return remind(day).told


def kinds(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def hold(post: Post, user: User, **terms: object) -> PostHolder:
    return PostHolder.objects.create(post=post, user=user, **({"held_from": date(2022, 1, 1)} | terms))


def make_post(cast: Cast, role: str = "") -> Post:
    return Post.objects.create(code=f"post{role}", name="分管副主任", unit=cast.office, role=role)


# The days


def test_three_days_before_the_deadline_it_is_due_soon_and_not_before(cast: Cast) -> None:
    run(date(2022, 10, 6))
    assert kinds(cast.official) == []

    run(date(2022, 10, 7))
    assert kinds(cast.official) == [Kind.DUE_SOON]


def test_each_kind_is_told_once_at_its_day(cast: Cast) -> None:
    for number in range(6, 14):
        run(date(2022, 10, number))

    told = Notice.objects.filter(user=cast.official).order_by("pk").values_list("kind", "created_at__date")
    assert list(told) == [
        (Kind.DUE_SOON, date(2022, 10, 7)),
        (Kind.DUE_TODAY, DEADLINE),
        (Kind.OVERDUE, date(2022, 10, 11)),
    ]


def test_a_missed_run_is_made_up_for_the_next_day(cast: Cast) -> None:
    run(date(2022, 10, 9))

    assert kinds(cast.official) == [Kind.DUE_SOON]


@pytest.mark.parametrize(
    ("period", "deadline_day", "moved_to"),
    [
        # The National Day holidays end with a worked Saturday.
        (SEPTEMBER, 5, date(2022, 10, 8)),
        # The Spring Festival of 2022: 31 January to 6 February.
        (date(2022, 1, 31), 5, date(2022, 2, 7)),
        # An ordinary weekend.
        (date(2022, 5, 31), 11, date(2022, 6, 13)),
    ],
)
def test_a_deadline_on_a_holiday_moves_to_the_next_working_day(period: date, deadline_day: int, moved_to: date) -> None:
    cast = cast_owing(period, deadline_day=deadline_day)

    run(moved_to)
    assert kinds(cast.official) == [Kind.DUE_TODAY]

    run(moved_to + timedelta(days=1))
    assert kinds(cast.official) == [Kind.DUE_TODAY, Kind.OVERDUE]


def test_a_holiday_that_a_planner_enters_counts(cast: Cast) -> None:
    CalendarDay.objects.create(day=DEADLINE, is_working=False, name="停电")

    run(DEADLINE)

    assert kinds(cast.official) == [Kind.DUE_SOON]


def test_nothing_is_said_of_a_period_that_has_not_ended(cast: Cast) -> None:
    Indicator.objects.update(deadline_lag=0)

    run(SEPTEMBER)

    assert kinds(cast.official) == []


# Escalation


def test_the_reviewer_hears_of_it_after_three_working_days(cast: Cast) -> None:
    run(date(2022, 10, 12))
    assert kinds(cast.reviewer) == []

    run(date(2022, 10, 13))
    assert kinds(cast.reviewer) == [Kind.REVIEW_OVERDUE]
    assert kinds(cast.other_reviewer) == []


def test_holidays_do_not_count_among_the_three_days() -> None:
    cast = cast_owing(AUGUST, deadline_day=28)

    # 29 and 30 September, then the holidays, and 8 October, a worked Saturday.
    run(date(2022, 10, 7))
    assert kinds(cast.reviewer) == []

    run(date(2022, 10, 8))
    assert kinds(cast.reviewer) == [Kind.REVIEW_OVERDUE]


def test_the_responsible_post_and_its_deputy_hear_of_it_after_seven_working_days(cast: Cast) -> None:
    post, deputy = make_post(cast), make_user("deputy")
    Target.objects.update(responsible_post=post)
    hold(post, cast.leader)
    hold(post, deputy, is_deputy=True)

    run(date(2022, 10, 18))
    assert kinds(cast.leader) == kinds(deputy) == []

    run(date(2022, 10, 19))
    assert kinds(cast.leader) == kinds(deputy) == [Kind.POST_OVERDUE]


def test_who_no_longer_holds_the_post_hears_nothing(cast: Cast) -> None:
    post, successor = make_post(cast), make_user("successor")
    Target.objects.update(responsible_post=post)
    hold(post, cast.leader, held_to=date(2022, 10, 18))
    hold(post, successor, held_from=date(2022, 10, 19))

    run(date(2022, 10, 19))

    assert (kinds(cast.leader), kinds(successor)) == ([], [Kind.POST_OVERDUE])


def test_the_indicators_own_review_office_comes_before_the_lead_office(cast: Cast) -> None:
    Indicator.objects.update(review_office=make_office("other_office"))

    run(date(2022, 10, 13))

    assert (kinds(cast.reviewer), kinds(cast.other_reviewer)) == ([], [Kind.REVIEW_OVERDUE])


def test_a_portal_wide_reviewer_hears_of_it_only_where_the_office_has_none(cast: Cast) -> None:
    everywhere = make_user("everywhere", Role.REVIEWER)
    run(date(2022, 10, 13))
    assert kinds(everywhere) == []

    Grant.objects.filter(user=cast.reviewer).delete()
    run(date(2022, 10, 14))
    assert kinds(everywhere) == [Kind.REVIEW_OVERDUE]


def test_a_figure_returned_late_is_late_again_only_from_its_return(cast: Cast) -> None:
    with clock.pretending(date(2022, 10, 18)):
        make_reading(cast.indicator, SEPTEMBER, 5, state=State.RETURNED, reviewed_at=clock.now())

    run(date(2022, 10, 18))
    assert kinds(cast.official) == kinds(cast.reviewer) == []

    run(date(2022, 10, 20))
    assert (kinds(cast.official), kinds(cast.reviewer)) == ([Kind.OVERDUE], [])

    run(date(2022, 10, 21))
    assert kinds(cast.reviewer) == [Kind.REVIEW_OVERDUE]


# The people


def test_holders_of_reporting_and_reviewing_posts_are_told_like_those_with_grants(cast: Cast) -> None:
    reporter, reviewer = make_user("by_post"), make_user("reviewer_by_post")
    hold(make_post(cast, Role.REPORTER), reporter)
    hold(make_post(cast, Role.REVIEWER), reviewer, is_deputy=True)

    run(date(2022, 10, 13))

    assert (kinds(reporter), kinds(reviewer)) == ([Kind.OVERDUE], [Kind.REVIEW_OVERDUE])


def test_who_has_the_role_twice_is_told_once(cast: Cast) -> None:
    hold(make_post(cast, Role.REPORTER), cast.official)

    run(DEADLINE)

    assert kinds(cast.official) == [Kind.DUE_TODAY]


def test_a_post_without_reporting_duty_makes_nobody_a_reporter(cast: Cast) -> None:
    holder = make_user("holder")
    hold(make_post(cast, Role.LEADER), holder)

    run(DEADLINE)

    assert kinds(holder) == []


def test_others_are_not_told(cast: Cast) -> None:
    everywhere = make_user("everywhere", Role.REPORTER)
    above = make_user("above", Role.REPORTER, unit=make_unit())
    elsewhere = make_user("elsewhere", Role.REPORTER, unit=make_office("other_office"))

    run(DEADLINE)

    assert [kinds(user) for user in (everywhere, above, elsewhere, cast.leader, cast.planner)] == [[]] * 5


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_machine": True}])
def test_closed_and_machine_accounts_are_not_told(cast: Cast, change: dict[str, bool]) -> None:
    User.objects.filter(pk=cast.official.pk).update(**change)
    hold(make_post(cast, Role.REPORTER), cast.official)

    run(DEADLINE)

    assert not Notice.objects.exists()


# What nobody owes


def publish(cast: Cast) -> None:
    Indicator.objects.update(published=True)


def count_by_measure(cast: Cast) -> None:
    Indicator.objects.update(measure="milestones")


def withdraw_the_plan(cast: Cast) -> None:
    Plan.objects.update(state=Plan.State.DRAFT)


def close_the_plan(cast: Cast) -> None:
    Plan.objects.update(state=Plan.State.CLOSED)


def close_the_month(cast: Cast) -> None:
    Closing.objects.create(plan=cast.plan, period=SEPTEMBER, closed_at=clock.now())


def submit(cast: Cast) -> None:
    make_reading(cast.indicator, SEPTEMBER, 5, state=State.SUBMITTED)


def approve(cast: Cast) -> None:
    make_reading(cast.indicator, SEPTEMBER, 5)


def end_in_august(cast: Cast) -> None:
    Target.objects.update(due=AUGUST)


@pytest.mark.parametrize(
    "change",
    [
        publish,
        count_by_measure,
        withdraw_the_plan,
        close_the_plan,
        close_the_month,
        submit,
        approve,
        end_in_august,
    ],
)
def test_nobody_is_reminded_of_what_is_not_owed(cast: Cast, change: Callable[[Cast], None]) -> None:
    post = make_post(cast)
    Target.objects.update(responsible_post=post)
    hold(post, cast.leader)
    change(cast)

    for day in (date(2022, 10, 7), DEADLINE, date(2022, 10, 11), date(2022, 11, 1)):
        run(day)

    assert not Notice.objects.exists()


@pytest.mark.parametrize("state", [State.DRAFT, State.RETURNED])
def test_a_draft_or_a_returned_figure_is_still_owed(cast: Cast, state: str) -> None:
    make_reading(cast.indicator, SEPTEMBER, 5, state=state)

    run(DEADLINE)

    assert kinds(cast.official) == [Kind.DUE_TODAY]


def test_a_closing_of_an_earlier_month_leaves_the_later_ones_owed(cast: Cast) -> None:
    Closing.objects.create(plan=cast.plan, period=AUGUST, closed_at=clock.now())

    run(DEADLINE)

    assert kinds(cast.official) == [Kind.DUE_TODAY]


def test_a_reopened_period_is_due_until_the_day_it_is_open(cast: Cast) -> None:
    run(date(2022, 10, 11))
    close_the_month(cast)
    until = date(2022, 10, 20)
    Reopening.objects.create(
        plan=cast.plan, unit=cast.office, period=SEPTEMBER, until=until, reason="补报", opened_at=clock.now()
    )

    for day in (date(2022, 10, 16), date(2022, 10, 17), until, date(2022, 10, 21), date(2022, 11, 1)):
        run(day)

    told = Notice.objects.filter(user=cast.official).order_by("pk").values_list("kind", "created_at__date")
    assert list(told) == [
        (Kind.OVERDUE, date(2022, 10, 11)),
        (Kind.DUE_SOON, date(2022, 10, 17)),
        (Kind.DUE_TODAY, until),
    ]


def test_a_reopening_for_another_unit_is_not_ours(cast: Cast) -> None:
    close_the_month(cast)
    Reopening.objects.create(
        plan=cast.plan,
        unit=make_office("other_office"),
        period=SEPTEMBER,
        until=date(2022, 10, 20),
        reason="补报",
        opened_at=clock.now(),
    )

    run(date(2022, 10, 20))

    assert not Notice.objects.exists()


# Once, and put away


def test_a_second_run_changes_nothing(cast: Cast) -> None:
    run(date(2022, 10, 13))
    before = list(Notice.objects.order_by("pk").values())

    assert run(date(2022, 10, 13)) == 0
    assert list(Notice.objects.order_by("pk").values()) == before


def test_the_newest_reminder_of_a_figure_puts_the_older_ones_away(cast: Cast) -> None:
    for day in (date(2022, 10, 7), DEADLINE, date(2022, 10, 11)):
        run(day)

    unread = Notice.objects.visible_to(cast.official).unread()
    assert list(unread.values_list("kind", flat=True)) == [Kind.OVERDUE]


def test_what_is_no_longer_owed_is_put_away(cast: Cast) -> None:
    run(date(2022, 10, 11))
    close_the_month(cast)

    run(date(2022, 10, 12))

    assert unread_count(cast.official) == 0


def test_a_reminder_put_away_is_not_written_again_when_the_day_comes_back(cast: Cast) -> None:
    run(date(2022, 10, 7))
    run(DEADLINE)

    assert run(date(2022, 10, 7)) == 0


def test_two_plans_that_share_an_indicator_remind_once_each_of_their_own_year(cast: Cast) -> None:
    next_year = Plan.objects.create(
        slug="taoyan-2023", name="2023", unit=cast.plan.unit, year=2023, profile=cast.plan.profile, state="adopted"
    )
    make_target(next_year, cast.indicator)
    ReportingUnit.objects.update(first_day=SEPTEMBER, last_day=date(2023, 1, 31))

    run(date(2023, 2, 15))

    told = Notice.objects.filter(user=cast.official).values_list("data__period", flat=True)
    assert sorted(told) == ["2022-09-30", "2022-10-31", "2022-11-30", "2022-12-31", "2023-01-31"]


# Cost


def many(cast: Cast, count: int) -> None:
    """So many units, each with a reporter and a reviewer, and as many indicators, each reported by one of them."""
    post = make_post(cast)
    for number in range(count):
        office = make_office(f"office{number}")
        make_user(f"reporter{number}", Role.REPORTER, unit=office)
        make_user(f"reviewer{number}", Role.REVIEWER, unit=office)
        hold(post, make_user(f"holder{number}"))
        indicator = make_indicator(f"indicator{number}", office, frequency="monthly")
        ReportingUnit.objects.filter(indicator=indicator).update(first_day=SEPTEMBER)
        make_target(cast.plan, indicator, lead_office=office, responsible_post=post if number == 0 else None)


def queries_of_a_run(cast: Cast, count: int) -> int:
    many(cast, count)
    run(DEADLINE)
    with clock.pretending(date(2022, 10, 19)), CaptureQueriesContext(connection) as queries:
        done = remind(date(2022, 10, 19))
    assert done.told > count and done.put_away > count
    return len(queries)


@pytest.mark.parametrize("count", [2, 20])
def test_the_queries_of_a_run_do_not_grow(cast: Cast, count: int) -> None:
    # Targets, units, readings, closings, reopenings, holidays; grants, posts, two for the review offices; the
    # orders; the first year, the notices so far, the new ones, those put away; and the savepoint's beginning and end.
    assert queries_of_a_run(cast, count) == 17
