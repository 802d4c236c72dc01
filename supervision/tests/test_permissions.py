"""Who may do what with orders, asked of the rules themselves: by role, by post, by the day."""

from datetime import date

import pytest

from accounts.models import Role, User
from accounts.permissions import Access
from accounts.tests.factories import fresh, make_holder
from goals.tests.factories import make_office, make_unit, make_user
from supervision import answering
from supervision.models import Order
from supervision.permissions import (
    Hand,
    had_a_hand,
    is_issuer,
    may_answer,
    may_apply,
    may_draft,
    may_issue,
    may_verify,
    may_withdraw,
    sees_proposals,
    waiting_for,
)
from supervision.tests.factories import TODAY, Cast

pytestmark = pytest.mark.django_db
ROLES = [Role.REPORTER, Role.REVIEWER, Role.LEADER, Role.PLANNER, Role.DATA_FEED, Role.AUDITOR, Role.ADMINISTRATOR]


def one_of(role: str) -> User:
    return make_user(f"one_{role}", role, unit=make_office())


@pytest.mark.parametrize("role", ROLES)
def test_leaders_issue_leaders_and_planners_draft_and_see_proposals(cast: Cast, role: str) -> None:
    access = Access.of(one_of(role))

    assert may_issue(access, cast.plan) == (role == Role.LEADER)
    assert may_draft(access, cast.plan) == (role in (Role.LEADER, Role.PLANNER))
    assert sees_proposals(access, cast.plan.unit) == (role in (Role.LEADER, Role.PLANNER))


@pytest.mark.parametrize("role", ROLES)
def test_reporters_of_the_office_answer_and_planners_verify(cast: Cast, role: str) -> None:
    order, hand = cast.issue(), Hand.of(one_of(role))

    assert may_answer(hand, order) == (role == Role.REPORTER)
    assert may_verify(hand, order) == (role == Role.PLANNER)
    assert not may_apply(hand, order) and not is_issuer(hand, order)


@pytest.mark.parametrize("role", ROLES)
def test_roles_of_another_subdistrict_are_none_here(cast: Cast, role: str) -> None:
    order = cast.issue()
    hand = Hand.of(make_user("stranger", role, unit=make_unit("elsewhere")))

    assert not any(rule(hand, order) for rule in (may_answer, may_verify, may_apply, is_issuer, may_withdraw))
    assert not Order.objects.visible_to(hand.user).exists()
    assert not Order.objects.filter(waiting_for(hand)).exists()


def test_a_post_counts_on_the_days_on_which_it_is_held(cast: Cast) -> None:
    order, late = cast.issue(), make_user("late")
    make_holder(cast.post, late, date(2022, 10, 13), date(2022, 10, 14))

    days = [date(2022, 10, day) for day in (12, 13, 14, 15)]

    assert [may_apply(Hand.of(late, day), order) for day in days] == [False, True, True, False]


def test_who_holds_a_post_and_deputises_for_it_too_holds_it(cast: Cast) -> None:
    make_holder(cast.post, cast.holder, is_deputy=True)

    assert Hand.of(cast.holder).posts == {cast.post.pk: False}


def test_an_account_that_is_no_longer_in_use_holds_nothing(cast: Cast) -> None:
    cast.holder.is_active = False
    cast.holder.save()

    assert not Hand.of(fresh(cast.holder)).posts


def test_the_issuer_who_is_no_leader_any_more_closes_nothing(cast: Cast) -> None:
    order = cast.verified()
    cast.leader.posts_held.update(held_to=date(2022, 10, 11))

    assert not is_issuer(Hand.of(fresh(cast.leader)), order)


def test_an_issuer_who_moved_to_another_post_still_closes(cast: Cast) -> None:
    order = cast.verified()
    cast.leader.posts_held.update(post=cast.post)

    assert is_issuer(Hand.of(fresh(cast.leader)), order)


def test_a_draft_is_withdrawn_by_its_author_or_a_leader_not_by_another_planner(cast: Cast) -> None:
    order = cast.draft()
    another = make_user("another", Role.PLANNER, unit=make_unit())

    assert may_withdraw(Hand.of(cast.planner), order) and may_withdraw(Hand.of(cast.holder), order)
    assert not may_withdraw(Hand.of(another), order) and not may_withdraw(Hand.of(cast.reporter), order)


def test_signing_reporting_and_answering_are_a_hand_in_it_asking_for_time_is_not(cast: Cast) -> None:
    order = cast.signed()
    answering.ask_extension(cast.holder, order, date(2022, 11, 9), "会议改期")
    assert had_a_hand(cast.reporter, order) and not had_a_hand(cast.holder, order)

    answering.apply(cast.holder, order, "已办")
    assert had_a_hand(cast.holder, order)


def test_a_portal_wide_reporter_signs_for_any_office(cast: Cast) -> None:
    order, everywhere = cast.issue(), make_user("everywhere", Role.REPORTER)

    assert may_answer(Hand.of(everywhere), order)
    assert Order.objects.filter(waiting_for(Hand.of(everywhere))).get() == order


def test_an_issued_order_is_seen_by_all_who_see_the_plan_and_a_draft_by_who_prepares_it(cast: Cast) -> None:
    def who_sees(order: Order) -> set[str]:
        people = (cast.reporter, cast.holder, cast.other, cast.planner, cast.leader)
        return {u.username for u in people if order in Order.objects.visible_to(fresh(u))}

    order = cast.draft()
    assert who_sees(order) == {"holder", "planner", "leader"}

    Order.objects.update(state="issued", number=1, deadline=TODAY, issued_on=TODAY, issued_by=cast.leader)
    assert who_sees(order) == {"reporter", "holder", "other", "planner", "leader"}


def test_nothing_waits_for_who_only_looks(cast: Cast) -> None:
    cast.draft()
    for role in (Role.REVIEWER, Role.AUDITOR, Role.ADMINISTRATOR, Role.DATA_FEED):
        assert not Order.objects.filter(waiting_for(Hand.of(one_of(role)))).exists()
