"""Posts, their holders, and browsers; units and users come from `goals.tests.factories`."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Post, PostHolder, Role, Unit, User
from goals.tests.factories import make_office, make_unit, make_user

TODAY = date(2022, 10, 12)
LONG_AGO = date(2021, 1, 1)


def make_post(code: str = "statistics", role: str = Role.REPORTER, unit: Unit | None = None) -> Post:
    return Post.objects.create(code=code, name=code, unit=unit or make_office(), role=role)


def make_holder(post: Post, user: User, first: date = LONG_AGO, last: date | None = None, **more: Any) -> PostHolder:
    return PostHolder.objects.create(post=post, user=user, held_from=first, held_to=last, **more)


def make_planner(name: str = "planner", unit: Unit | None = None) -> User:
    return make_user(name, Role.PLANNER, unit=unit or make_unit())


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def queries(do: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        do()
    return len(captured)


def fresh(user: User) -> User:
    """The user as the next request reads it: nothing kept."""
    return User.objects.get(pk=user.pk)
