"""What a post brings: whoever holds it on the day, as holder or deputy, has its role for its unit."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Grant, Role, Unit
from accounts.permissions import Access
from accounts.tests.factories import TODAY, fresh, make_holder, make_post, queries
from common import clock
from goals.tests.factories import make_office, make_unit, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_holder_has_the_posts_role_for_its_unit_and_no_other() -> None:
    user, other = make_user("someone"), make_office("other_office")
    make_holder(make_post(), user)

    access = Access.of(fresh(user))

    assert access.holds(Role.REPORTER, make_office())
    assert not access.holds(Role.REPORTER, other)
    assert access.roles == {Role.REPORTER}


def test_a_deputy_has_it_too() -> None:
    user = make_user("someone")
    make_holder(make_post(), user, is_deputy=True)

    assert Access.of(fresh(user)).holds(Role.REPORTER, make_office())


def test_a_post_without_a_role_brings_none() -> None:
    user = make_user("someone")
    make_holder(make_post(role=""), user)

    assert Access.of(fresh(user)).grants == []


@pytest.mark.parametrize(
    ("first", "last", "has_it"),
    [
        (TODAY, TODAY, True),
        (TODAY - DAY, TODAY - DAY, False),
        (TODAY + DAY, None, False),
        (TODAY - DAY, None, True),
    ],
)
def test_it_counts_from_the_first_day_through_the_last(first: date, last: date | None, has_it: bool) -> None:
    user = make_user("someone")
    make_holder(make_post(), user, first, last)

    assert Access.of(fresh(user)).has(Role.REPORTER) is has_it


def test_the_day_is_the_clocks() -> None:
    user = make_user("someone")
    make_holder(make_post(), user, TODAY + DAY)

    with clock.pretending(TODAY + DAY):
        assert Access.of(fresh(user)).has(Role.REPORTER)


def test_a_post_shows_its_holder_the_plans_of_its_subdistrict() -> None:
    user = make_user("someone")
    make_holder(make_post(), user)
    Unit.objects.create(code="elsewhere", name="elsewhere", kind="subdistrict")

    seen = Unit.objects.filter(Access.of(fresh(user)).visible_units())

    assert {unit.code for unit in seen} == {"taoyan", "office"}


def test_what_is_granted_and_held_alike_counts_once_and_the_grant_comes_first() -> None:
    user = make_user("someone", Role.REPORTER, unit=make_office())
    make_holder(make_post(), user)
    make_holder(make_post("review", Role.REVIEWER), user)

    grants = Access.of(fresh(user)).grants

    assert [(g.role, g.pk is None) for g in grants] == [(Role.REPORTER, False), (Role.REVIEWER, True)]


def test_a_units_parent_and_its_parent_are_known() -> None:
    district = make_unit("yuecheng", "district")
    taoyan = make_unit("taoyan", "subdistrict", district)
    user = make_user("someone", Role.REPORTER, unit=make_unit("office", "office", taoyan))

    unit = Access.of(fresh(user)).grants[0].unit

    assert unit is not None and unit.parent == taoyan
    assert unit.parent.parent == district


def test_it_costs_one_query_however_many_posts_there_are() -> None:
    user = make_user("someone", Role.LEADER, unit=make_unit())
    for number in range(5):
        make_holder(make_post(f"post.{number}"), user)
    read = fresh(user)

    assert queries(lambda: Access.of(read)) == 1


def test_the_trail_names_the_posts_unit() -> None:
    user = make_user("someone")
    make_holder(make_post(), user)

    actor = Access.of(fresh(user)).actor(Role.REPORTER)

    assert (actor.role, actor.unit_code) == (Role.REPORTER, "office")


def test_an_administrator_gets_nothing_from_a_post() -> None:
    user = make_user("admin", Role.ADMINISTRATOR)
    make_holder(make_post(), user)

    assert Access.of(fresh(user)).roles == {Role.ADMINISTRATOR}


def test_who_holds_a_post_with_a_role_does_not_become_administrator() -> None:
    user = make_user("someone")
    make_holder(make_post(), user, TODAY + DAY)

    with pytest.raises(ValidationError, match="不能任系统管理员"):
        Grant(user=user, role=Role.ADMINISTRATOR).full_clean()


def test_who_held_one_may() -> None:
    user = make_user("someone")
    make_holder(make_post(), user, last=TODAY - DAY)

    Grant(user=user, role=Role.ADMINISTRATOR).full_clean()
