"""Who may do what with plans and figures: one rule set for pages, API and admin."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from goals.models import Indicator, Reading, Target

M = TypeVar("M", bound=Model)


def visible_or_404(queryset: "QuerySet[M]", user: User, **lookup: Any) -> M:
    """The row, if the user may see it; whether it exists otherwise is nobody's business."""
    found = queryset.visible_to(user).filter(**lookup).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


def may_report(access: Access, indicator: Indicator, unit: Unit, *, feeds: Iterable[int] = ()) -> bool:
    """A reporter for the own unit; a data feed for the indicators that name it, whatever their units."""
    if access.has(Role.DATA_FEED) and access.user.pk in feeds:
        return True
    return access.holds(Role.REPORTER, unit)


def may_plan(access: Access, unit: Unit) -> bool:
    """A planner of the plan's subdistrict."""
    return access.commands(Role.PLANNER, unit)


def plans_anywhere(access: Access) -> bool:
    """May the user keep what belongs to no single plan: units, posts, indicators, profiles?"""
    return access.has(Role.PLANNER)


def reviews(access: Access, office_id: int | None) -> bool:
    """Does the user review for this office? With no office known only a portal-wide reviewer does."""
    return access.everywhere(Role.REVIEWER) or (office_id is not None and office_id in access.unit_ids(Role.REVIEWER))


def may_review(access: Access, reading: Reading, office_id: int | None) -> bool:
    """Never the own submission, nor one that the user had a hand in."""
    return reviews(access, office_id) and not reading.had_a_hand(access.user)


def review_offices(slots: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int | None]:
    """The office that reviews an indicator's readings of a year, by (indicator id, year). Two queries.

    The indicator's own review office; by default the lead office of its target in the plan of that year, else of
    the newest plan.
    """
    wanted = set(slots)
    ids = {indicator_id for indicator_id, _year in wanted}
    own = dict(Indicator.objects.filter(pk__in=ids).values_list("pk", "review_office_id"))
    led: dict[int, list[tuple[int, int]]] = {}
    rows = Target.objects.filter(indicator__in=ids, lead_office__isnull=False).order_by("-plan__year", "order", "pk")
    for indicator_id, year, office_id in rows.values_list("indicator_id", "plan__year", "lead_office_id"):
        led.setdefault(indicator_id, []).append((year, office_id))  # type: ignore[arg-type]
    found: dict[tuple[int, int], int | None] = {}
    for indicator_id, year in wanted:
        candidates = led.get(indicator_id, [])
        same_year = next((office for y, office in candidates if y == year), None)
        newest = candidates[0][1] if candidates else None
        found[indicator_id, year] = own.get(indicator_id) or same_year or newest
    return found


def keeps_addresses(access: Access) -> bool:
    """May the user say where webhooks may connect to? It is the network's affair, not that of who sees figures."""
    return access.has(Role.ADMINISTRATOR)


def operates(access: Access) -> bool:
    """May the user start and stop work on the whole portal? It shows and changes no figure: an administrator's."""
    return access.has(Role.ADMINISTRATOR)
