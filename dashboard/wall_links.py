"""Links to the wall: made and revoked by leaders and planners, each with its audit event; opened without a login."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.permissions import Access
from audit import trail
from common.errors import Conflict, Forbidden
from dashboard.models import WallLink
from dashboard.permissions import may_open_screens
from goals.models import Plan

MOST = 20
LIFETIMES = (1, 7, 30, 90)
# No key is longer; what is isn't looked up.
LONGEST_KEY = 100
_NOTED = timedelta(minutes=1)


def links_of(plan: Plan) -> "QuerySet[WallLink]":
    """All that there ever were, usable ones first."""
    return plan.wall_links.select_related("made_by").order_by(
        F("revoked_at").asc(nulls_first=True), "-expires_at", "-pk"
    )


@transaction.atomic
def make(user: User, plan: Plan, *, name: str, days: int, origin: str = "") -> tuple[WallLink, str]:
    """A link and its key, which is shown this once. Raises Forbidden, Conflict, ValidationError."""
    if not may_open_screens(Access.of(user), plan):
        raise Forbidden(_("您不能为这个计划建立大屏链接。"))
    plan = Plan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=plan.pk)
    usable = plan.wall_links.filter(revoked_at=None, expires_at__gt=timezone.now())
    if usable.filter(name=name).exists():
        raise ValidationError({"name": ValidationError(_("已有同名的链接，请换一个名称，或先撤销它。"), code="unique")})
    if usable.count() >= MOST:
        raise Conflict(_("最多 %(n)s 个链接，请先撤销不用的。") % {"n": MOST})
    link, key = WallLink.issue(plan, user, name=name, days=days)
    _tell(user, "make_wall_link", link, {}, plain(link), origin)
    return link, key


@transaction.atomic
def revoke(user: User, link: WallLink, *, origin: str = "") -> WallLink:
    """From the next request on it opens nothing. Revoking it again changes nothing."""
    if not may_open_screens(Access.of(user), link.plan):
        raise Forbidden(_("您不能撤销这个链接。"))
    link = WallLink.objects.select_for_update(of=("self",)).select_related("plan", "made_by").get(pk=link.pk)
    if link.revoked_at is not None:
        return link
    before = plain(link)
    link.revoked_at = timezone.now()
    link.save(update_fields=["revoked_at"])
    _tell(user, "revoke_wall_link", link, before, plain(link), origin)
    return link


def opened(key: str) -> WallLink | None:
    """The link of this key with its plan; None for a key that never was. Its use is noted once a minute.

    Two queries, three where the use is noted. Whether it still `holds` is the caller's to ask.
    """
    if len(key) > LONGEST_KEY:
        return None
    found = WallLink.objects.select_related("plan__unit", "plan__profile", "plan__ranking", "made_by").defer(
        "plan__document"
    )
    link = found.filter(digest=WallLink.digest_of(key)).first()
    if link is None or not holds(link):
        return link
    now = timezone.now()
    if link.last_used_at is None or now - link.last_used_at > _NOTED:
        WallLink.objects.filter(pk=link.pk).update(last_used_at=now)
    return link


def holds(link: WallLink) -> bool:
    """Neither revoked nor expired, and who made it may still make one: a screen outlives no account and no role."""
    return link.is_usable and may_open_screens(Access.of(link.made_by), link.plan)


def lost_among(links: Iterable[WallLink]) -> set[int]:
    """Those of these links of one plan that only lack a maker who may make them. One query for each maker."""
    usable = [link for link in links if link.is_usable]
    makers = {link.made_by_id: link for link in usable}
    lost = {pk for pk, link in makers.items() if not holds(link)}
    return {link.pk for link in usable if link.made_by_id in lost}


def plain(link: WallLink) -> dict[str, Any]:
    """A link as the audit trail keeps it; never its key or digest."""
    return {
        "plan": link.plan.slug,
        "name": link.name,
        "made_by": link.made_by.username,
        "expires_at": link.expires_at.isoformat(),
        "revoked_at": link.revoked_at.isoformat() if link.revoked_at else None,
    }


def _tell(user: User, action: str, link: WallLink, before: dict[str, Any], after: dict[str, Any], origin: str) -> None:
    actor = Access.of(user).actor(Role.PLANNER, Role.LEADER, origin=origin)
    trail.record(actor, [trail.Entry(action, "wall_link", str(link.pk), before, after)])
