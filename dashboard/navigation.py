"""What stands around every page: the sections with what lags in them, and who is logged in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, Q
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Role, User
from accounts.permissions import Access
from common import clock
from goals.models import Plan, Section
from goals.models.progress import TODAY_SLOT, Status
from goals.reminders import unread_count, unread_of
from supervision.models import Order

LAGGING = (Status.BEHIND, Status.MISSED)
_NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Entry:
    """A section in the side bar: its numeral in the document, and how many of its targets lag."""

    section: Section
    numeral: str
    late: int


@dataclass
class Navigation:
    """The side bar for a plan and a user; None where the user sees no plan."""

    plan: Plan | None = None
    sections: Sequence[Entry] = field(default_factory=list)
    access: Access | None = None
    orders: int = 0

    def may(self, role: str) -> bool:
        return self.access is not None and self.access.has(role)

    @property
    def reports(self) -> bool:
        return self.may(Role.REPORTER)

    @property
    def reviews(self) -> bool:
        return self.may(Role.REVIEWER)

    @property
    def plans(self) -> bool:
        return self.may(Role.PLANNER)

    @property
    def administers(self) -> bool:
        return self.may(Role.ADMINISTRATOR)

    @property
    def audits(self) -> bool:
        return self.may(Role.AUDITOR)

    @property
    def is_told(self) -> bool:
        """Does the user get reminders?"""
        return self.access is not None and self.access.sees_business and not self.access.user.is_machine


def numeral(index: int) -> str:
    """一, 二 … for the first sections; digits past ten."""
    return _NUMERALS[index] if index < len(_NUMERALS) else str(index + 1)


def entries(sections: Sequence[Section], late: Mapping[int, int]) -> list[Entry]:
    return [Entry(s, numeral(i), late.get(s.pk, 0)) for i, s in enumerate(sections)]


def current_plan(user: User) -> Plan | None:
    """The newest plan that has begun, else the newest, of those that the user may see."""
    plans = Plan.objects.visible_to(user).defer("document").select_related("unit", "profile")
    begun = plans.filter(year__lte=clock.today().year).order_by("-year", "slug").first()
    return begun or plans.order_by("-year", "slug").first()


def leave(request: HttpRequest, plan: Plan, sections: Sequence[Section] | None = None) -> list[Entry]:
    """Tell the side bar which plan the page shows; its sections come with one query where they aren't given."""
    if sections is None:
        late = Count(
            "themes__targets__progress_rows",
            filter=Q(
                themes__targets__progress_rows__slot=TODAY_SLOT, themes__targets__progress_rows__status__in=LAGGING
            ),
        )
        unread = unread_of(request.user)  # type: ignore[arg-type]
        orders = Order.objects.in_force_of(OuterRef("plan"))
        annotated = plan.sections.annotate(late=late, unread=unread, orders=orders)
        sections = list(annotated.order_by("order", "code"))
        request.portal_unread = sections[0].unread if sections else None  # type: ignore[attr-defined]
        request.portal_orders = sections[0].orders if sections else 0  # type: ignore[attr-defined]
    found = entries(sections, {s.pk: getattr(s, "late", 0) for s in sections})
    request.portal_plan = (plan, found)  # type: ignore[attr-defined]
    return found


def portal(request: HttpRequest) -> dict[str, Any]:
    """Context of every template: `nav`, `demo`, and how many reminders are `unread`."""
    return {
        "nav": SimpleLazyObject(lambda: _navigation(request)),
        "demo": settings.DEMO,
        "unread": SimpleLazyObject(lambda: _unread(request)),
    }


def _unread(request: HttpRequest) -> int:
    """Reminders not read: told by the query of the sections where there was one."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or user.is_machine or not Access.of(user).sees_business:
        return 0
    told = getattr(request, "portal_unread", None)
    return unread_count(user) if told is None else told


def _navigation(request: HttpRequest) -> Navigation:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return Navigation()
    access = Access.of(user)
    if not hasattr(request, "portal_plan"):
        plan = current_plan(user) if access.sees_business else None
        if plan is None:
            return Navigation(access=access)
        leave(request, plan)
    plan, found = request.portal_plan  # type: ignore[attr-defined]
    orders = getattr(request, "portal_orders", None)
    if orders is None:
        orders = Order.objects.filter(plan=plan).in_force().count()
    return Navigation(plan, found, access, orders)
