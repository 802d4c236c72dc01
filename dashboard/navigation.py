"""What stands around every page: the sections with what lags in them, and who is logged in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, When
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
_NO_PLAN, _NOBODY = -1, -2
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
    def compares(self) -> bool:
        """Does the user see the business of more than one subdistrict?"""
        return self.access is not None and self.access.sees_several

    @property
    def leads(self) -> bool:
        return self.may(Role.LEADER)

    @property
    def is_told(self) -> bool:
        """Does the user get reminders?"""
        return self.access is not None and self.access.sees_business and not self.access.user.is_machine


def numeral(index: int) -> str:
    """一, 二 … for the first sections; digits past ten."""
    return _NUMERALS[index] if index < len(_NUMERALS) else str(index + 1)


def entries(sections: Sequence[Section], late: Mapping[int, int]) -> list[Entry]:
    return [Entry(s, numeral(i), late.get(s.pk, 0)) for i, s in enumerate(sections)]


def plans() -> "QuerySet[Plan]":
    """Plans for a page, with what the side bar counts of them."""
    orders = Order.objects.in_force_of(OuterRef("pk"))
    return Plan.objects.defer("document").select_related("unit", "profile").annotate(orders_in_force=orders)


def current_plan(user: User) -> Plan | None:
    """The plan that pages show of which no other is asked for."""
    return _newest_first(plans(), user).first()


def _newest_first(found: "QuerySet[Plan]", user: User) -> "QuerySet[Plan]":
    """The newest plan that has begun, else the newest, of those that the user may see."""
    begun = Case(When(year__lte=clock.today().year, then=0), default=1)
    return found.visible_to(user).order_by(begun, "-year", "slug")  # type: ignore[attr-defined, no-any-return]


def leave(request: HttpRequest, plan: Plan, sections: Sequence[Section] | None = None) -> list[Entry]:
    """Tell the side bar which plan the page shows; its sections come with one query where they aren't given."""
    if sections is None:
        sections = _sections_of(plan, request.user)  # type: ignore[arg-type]
        _note(request, sections)
    found = entries(sections, {s.pk: getattr(s, "late", 0) for s in sections})
    request.portal_plan = (plan, found)  # type: ignore[attr-defined]
    return found


def _note(request: HttpRequest, sections: Sequence[Any]) -> None:
    """What the query of the sections tells besides."""
    if sections:
        request.portal_unread = sections[0].unread  # type: ignore[attr-defined]
        request.portal_orders = sections[0].orders  # type: ignore[attr-defined]


def _sections_of(plan: Plan, user: User) -> list[Section]:
    """The plan's sections, counted."""
    sql, params = _sections_statement()
    asked = {_NO_PLAN: plan.pk, _NOBODY: user.pk}
    return list(Section.objects.raw(sql, [asked.get(param, param) for param in params]))


@cache
def _sections_statement() -> tuple[str, tuple[Any, ...]]:
    """The query for no plan and nobody. Every page asks it, and building its SQL takes longer than running it."""
    return _counted(Section.objects.filter(plan=_NO_PLAN), User(pk=_NOBODY)).query.sql_with_params()


def _counted(sections: "QuerySet[Section]", user: User) -> "QuerySet[Any]":
    """With how many of their targets lag (`late`), how many reminders are `unread`, and the plan's `orders`."""
    late = Count(
        "themes__targets__progress_rows",
        filter=Q(themes__targets__progress_rows__slot=TODAY_SLOT, themes__targets__progress_rows__status__in=LAGGING),
    )
    orders = Order.objects.in_force_of(OuterRef("plan"))
    counted = sections.annotate(late=late, unread=unread_of(user), orders=orders)
    return counted.order_by("order", "code")


def opened(request: HttpRequest, user: User, slug: str = "") -> tuple[Plan, list[Entry]] | None:
    """The plan of this slug (the current one without), and its sections for the side bar; None where the user sees
    none. One query where the plan has sections."""
    asked = Q(slug=slug) if slug else Q()
    found = _newest_first(Plan.objects.filter(asked), user).values("pk")[:1]
    related = ("plan__unit", "plan__profile", "plan__ranking")
    of_plan = Section.objects.filter(plan=Subquery(found)).select_related(*related).defer("plan__document")
    sections = list(_counted(of_plan, user))
    _note(request, sections)
    plan = sections[0].plan if sections else _newest_first(plans().filter(asked), user).first()
    return None if plan is None else (plan, leave(request, plan, sections))


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
    known = hasattr(request, "portal_plan") or (access.sees_business and opened(request, user) is not None)
    if not known:
        return Navigation(access=access)
    plan, found = request.portal_plan  # type: ignore[attr-defined]
    orders = getattr(request, "portal_orders", getattr(plan, "orders_in_force", None))
    if orders is None:
        orders = Order.objects.filter(plan=plan).in_force().count()
    return Navigation(plan, found, access, orders)
