"""The terms of a target in words: versions in a row, old and new side by side (调整前/后)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from common.display import figure
from goals.models import Adjustment, Target
from goals.models.target import TERMS, Comparator
from goals.words import goal_unit, with_unit

Terms = Target | Adjustment


@dataclass(frozen=True)
class Line:
    """One term before and after."""

    name: str
    before: str
    after: str
    is_changed: bool


def side_by_side(target: Target, before: Terms, after: Terms) -> list[Line]:
    """Every term of both versions, in the order of the form."""
    old, new = in_words(target, before), in_words(target, after)
    labels = {
        "goal": _("目标值"),
        "baseline": _("基数"),
        "planned": _("逐月计划"),
        "due": _("完成时限"),
        "weight": _("权重"),
        "band": _("预警区间"),
    }
    return [Line(labels[name], old[name], new[name], differs(before, after, name)) for name in TERMS]


def in_words(target: Target, terms: Terms) -> dict[str, str]:
    """A version's terms as a page shows them."""
    unit = goal_unit(target)
    is_below = target.comparator == Comparator.BELOW_LAST_YEAR
    return {
        "goal": _("低于上年") if is_below else with_unit(terms.goal, unit),
        "baseline": with_unit(terms.baseline, unit),
        "planned": _planned(terms.planned) or "—",
        "due": terms.due.isoformat(),
        "weight": figure(terms.weight, 4),
        "band": _("按预警方案") if terms.band is None else _("%(n)s 个百分点") % {"n": figure(terms.band, 4)},
    }


def differs(before: Terms, after: Terms, name: str) -> bool:
    """Do two versions differ in a term? 500 and 500.0000 don't."""
    old, new = getattr(before, name), getattr(after, name)
    if name == "planned":
        return _figures(old) != _figures(new)
    return bool(old != new)


def _figures(planned: Mapping[str, str]) -> dict[str, Decimal]:
    return {day: Decimal(value) for day, value in planned.items()}


def _planned(planned: Mapping[str, str]) -> str:
    months = sorted((date.fromisoformat(day), Decimal(value)) for day, value in planned.items())
    return "；".join(_("%(month)s月 %(n)s") % {"month": day.month, "n": figure(n, 4)} for day, n in months)
