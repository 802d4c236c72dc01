"""Writes to units and posts, each with its audit event."""

from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, Role, Unit, User
from accounts.permissions import Access
from audit import trail
from common.errors import Forbidden

Place = TypeVar("Place", Unit, Post)


@transaction.atomic
def save_place(user: User, place: Place) -> Place:
    """Check and save a unit or post; planners may. Raises ValidationError by field."""
    _require_planner(user)
    place.full_clean()
    before = _plain(type(place).objects.get(pk=place.pk)) if place.pk else {}
    place.save()
    entry = trail.Entry("save", place._meta.model_name or "", place.code, before, _plain(place))
    trail.record(Access.of(user).actor(Role.PLANNER), [entry])
    return place


@transaction.atomic
def delete_place(user: User, place: Unit | Post) -> None:
    """Delete what nothing refers to; raises ProtectedError otherwise."""
    _require_planner(user)
    entry = trail.Entry("delete", place._meta.model_name or "", place.code, before=_plain(place))
    place.delete()
    trail.record(Access.of(user).actor(Role.PLANNER), [entry])


def _require_planner(user: User) -> None:
    if not Access.of(user).has(Role.PLANNER):
        raise Forbidden(_("只有计划管理员可以修改。"))


def _plain(place: Unit | Post) -> dict[str, Any]:
    above = place.parent if isinstance(place, Unit) else place.unit
    kind = place.kind if isinstance(place, Unit) else ""
    return {"code": place.code, "name": place.name, "kind": kind, "above": above.code if above else None}
