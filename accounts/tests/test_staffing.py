"""Who is there for what on a day, in one query."""

from datetime import timedelta

import pytest

from accounts.models import Role, User
from accounts.staffing import staffing
from accounts.tests.factories import TODAY, make_holder, make_post, queries
from goals.tests.factories import make_office, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_role_is_there_by_grant_and_by_post() -> None:
    granted, held = make_office("granted"), make_office("held")
    make_user("a", Role.REPORTER, unit=granted)
    make_holder(make_post(unit=held), make_user("b"))

    found = staffing(TODAY)

    assert found.has(Role.REPORTER, granted.pk) and found.has(Role.REPORTER, held.pk)
    assert not found.has(Role.REVIEWER, granted.pk)


def test_a_role_for_the_whole_portal_is_there_for_each_unit() -> None:
    make_user("a", Role.REVIEWER)

    assert staffing(TODAY).has(Role.REVIEWER, make_office().pk)


def test_a_post_without_a_role_is_held_all_the_same() -> None:
    post = make_post(role="")
    make_holder(post, make_user("a"))

    found = staffing(TODAY)

    assert found.posts == {post.pk}
    assert found.roles == frozenset()


def test_it_is_of_the_day() -> None:
    post = make_post()
    make_holder(post, make_user("a"), last=TODAY)

    assert staffing(TODAY).posts == {post.pk}
    assert not staffing(TODAY + DAY).posts and not staffing(TODAY + DAY).roles


def test_who_has_no_account_in_use_is_not_there() -> None:
    make_holder(make_post(), make_user("a", Role.REVIEWER, unit=make_office()))
    User.objects.update(is_active=False)

    assert not staffing(TODAY).posts and not staffing(TODAY).roles


def test_it_is_one_query_however_many_there_are() -> None:
    for number in range(10):
        make_holder(make_post(f"p{number}"), make_user(f"u{number}", Role.REPORTER))

    assert queries(lambda: staffing(TODAY)) == 1
