"""Writes to units and posts, each with its audit event."""

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, PostHolder, Role, Unit, User
from accounts.permissions import Access
from audit import trail
from common import clock
from common.errors import Conflict, Forbidden

Place = TypeVar("Place", Unit, Post)


@transaction.atomic
def save_place(user: User, place: Place) -> Place:
    """Check and save a unit or post; planners may. Raises ValidationError by field."""
    _require_planner(user)
    place.full_clean()
    if isinstance(place, Post) and place.pk:
        _check_role(user, place)
    before = _plain(type(place).objects.get(pk=place.pk)) if place.pk else {}
    place.save()
    entry = trail.Entry("save", place._meta.model_name or "", place.code, before, _plain(place))
    trail.record(Access.of(user).actor(Role.PLANNER), [entry])
    return place


@transaction.atomic
def delete_place(user: User, place: Unit | Post) -> None:
    """Delete what nothing refers to; raises ProtectedError otherwise, Conflict for a post that somebody ever held."""
    _require_planner(user)
    if isinstance(place, Post) and place.holders.exists():
        raise Conflict(_("该岗位有任职记录，不能删除。"))
    entry = trail.Entry("delete", place._meta.model_name or "", place.code, before=_plain(place))
    place.delete()
    trail.record(Access.of(user).actor(Role.PLANNER), [entry])


def _require_planner(user: User) -> None:
    if not Access.of(user).has(Role.PLANNER):
        raise Forbidden(_("只有计划管理员可以修改。"))


def _check_role(user: User, post: Post) -> None:
    """A role given to a post is given to who holds it: never to an administrator, never to oneself."""
    if not post.role or Post.objects.get(pk=post.pk).role == post.role:
        return
    holders = User.objects.filter(posts_held__in=PostHolder.objects.until(clock.today()).filter(post=post))
    if holders.filter(grants__role=Role.ADMINISTRATOR).exists():
        raise ValidationError({"role": _("该岗位由系统管理员担任，不能带业务职责。")})
    if holders.filter(pk=user.pk).exists():
        raise ValidationError({"role": _("您本人担任该岗位，请由其他计划管理员设定职责。")})


def _plain(place: Unit | Post) -> dict[str, Any]:
    if isinstance(place, Post):
        return {"code": place.code, "name": place.name, "role": place.role, "above": place.unit.code}
    above = place.parent
    return {"code": place.code, "name": place.name, "kind": place.kind, "above": above.code if above else None}
