"""Who is there for what on a day: roles by unit, from grants and posts alike, and posts that somebody holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, F, QuerySet, Value

from accounts.models import Grant, PostHolder, Role


@dataclass(frozen=True)
class Staffing:
    """Holders and deputies with an account in use; a role without a unit (None) is there for all units."""

    roles: frozenset[tuple[str, int | None]]
    posts: frozenset[int]

    def has(self, role: str, unit_id: int) -> bool:
        """Has anybody this role for the unit?"""
        return (role, unit_id) in self.roles or (role, None) in self.roles


def staffing(day: date) -> Staffing:
    """As it stands on the day, in one query."""
    granted, held = holders(day)
    columns = ("of_role", "of_unit", "of_post")
    return staffing_of(granted.values_list(*columns).union(held.values_list(*columns)))


def holders(day: date) -> "tuple[QuerySet[Any], QuerySet[Any]]":
    """Who has a role, and who holds a post on the day: with `of_role`, `of_unit` and `of_post`, to be asked as one."""
    granted = Grant.objects.filter(user__is_active=True, role__in=[Role.REPORTER, Role.REVIEWER]).order_by()
    held = PostHolder.objects.active().on(day).order_by()
    nothing = Value(None, output_field=BigIntegerField())
    return (
        granted.annotate(of_role=F("role"), of_unit=F("unit_id"), of_post=nothing),
        held.annotate(of_role=F("post__role"), of_unit=F("post__unit_id"), of_post=F("post_id")),
    )


def staffing_of(rows: Iterable[tuple[str, int | None, int | None]]) -> Staffing:
    """From roles, units and posts."""
    roles, posts = set(), set()
    for role, unit_id, post_id in rows:
        if role:
            roles.add((role, unit_id))
        if post_id is not None:
            posts.add(post_id)
    return Staffing(frozenset(roles), frozenset(posts))
