"""When figures may be handed in: a month's closing locks them, a planner may open them again for one unit until a day.

A closing concerns the indicators that its plan promises something of, for the units under the plan's, and all periods
of the plan's year through the closed month. What no closing locks is open from the first day of its period.
"""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from audit import trail
from common import clock
from common.errors import Conflict, Forbidden
from common.text import CleanText, require_visible
from goals.models import Closing, Plan, Reopening
from goals.permissions import may_plan
from goals.progress import period_containing

Slot = tuple[int, int, date]


def locked_slots(slots: Iterable[Slot], today: date | None = None) -> set[Slot]:
    """Which of these (indicator id, unit id, period) a closing locks on the day. At most three queries."""
    wanted = set(slots)
    years = {period.year for _indicator, _unit, period in wanted}
    closed = _closed_through({s[0] for s in wanted}, years)
    if not closed:
        return set()
    paths = dict(Unit.objects.filter(pk__in={s[1] for s in wanted}).values_list("pk", "path"))
    shut: dict[Slot, list[int]] = {}
    for slot in wanted:
        indicator, unit, period = slot
        plans = [
            p
            for p, root, through in closed.get((indicator, period.year), [])
            if _within(paths, unit, root, period, through)
        ]
        if plans:
            shut[slot] = plans
    if not shut:
        return set()
    reopened = _reopened(shut, today or clock.today())
    return {slot for slot, plans in shut.items() if any((p, slot[1], slot[2]) not in reopened for p in plans)}


def _within(paths: dict[int, str], unit: int, root: str, period: date, through: date) -> bool:
    return period <= through and paths.get(unit, "").startswith(root)


def _closed_through(indicators: set[int], years: set[int]) -> dict[tuple[int, int], list[tuple[int, str, date]]]:
    """By indicator and year: plan, path of its unit, and the last closed month."""
    found: dict[tuple[int, int], list[tuple[int, str, date]]] = {}
    rows = Closing.objects.filter(plan__year__in=years, plan__targets__indicator__in=indicators).order_by("period")
    last: dict[tuple[int, int, int], tuple[str, date]] = {}
    columns = ("plan_id", "plan__targets__indicator_id", "plan__year", "plan__unit__path", "period")
    for plan, indicator, year, path, period in rows.values_list(*columns):
        last[plan, indicator, year] = (path, period)
    for (plan, indicator, year), (path, period) in last.items():
        found.setdefault((indicator, year), []).append((plan, path, period))
    return found


def _reopened(shut: dict[Slot, list[int]], today: date) -> set[tuple[int, int, date]]:
    rows = Reopening.objects.filter(
        plan__in={p for plans in shut.values() for p in plans}, unit__in={s[1] for s in shut}, until__gte=today
    )
    return set(rows.values_list("plan_id", "unit_id", "period"))


def require_open(slots: Iterable[Slot]) -> None:
    """Raise Conflict when one of the slots is locked."""
    locked = locked_slots(slots)
    if locked:
        day = min(period for _indicator, _unit, period in locked)
        raise Conflict(
            _("%(day)s 这一期已月结锁定；要补报或更正，请计划管理员为本单位开放。") % {"day": day.isoformat()}, "locked"
        )


@transaction.atomic
def close_month(user: User, plan: Plan, period: date, *, origin: str = "") -> Closing:
    """月结: lock the figures of the plan's indicators through a month's end that has passed."""
    plan = _locked_plan(user, plan)
    if period_containing(period, "monthly") != period or period.year != plan.year:
        raise ValidationError({"period": ValidationError(_("月结的月份应是计划年度内的月末日。"), code="invalid")})
    if period >= clock.today():
        raise Conflict(_("这个月还没有结束，不能月结。"))
    if Closing.objects.filter(plan=plan, period__gte=period).exists():
        raise Conflict(_("这个月已经月结。"))
    closing = Closing.objects.create(plan=plan, period=period, closed_by=user, closed_at=clock.now())
    _tell(user, "close_month", plan, {"period": period.isoformat()}, origin)
    return closing


@transaction.atomic
def reopen(
    user: User, plan: Plan, unit: Unit, period: date, until: date, reason: str, *, origin: str = ""
) -> Reopening:
    """Open a closed period again for one unit, with a reason, through a day not before today."""
    plan = _locked_plan(user, plan)
    errors: dict[str, ValidationError] = {}
    if not unit.path.startswith(plan.unit.path):
        errors["unit"] = ValidationError(_("该单位不在本计划范围内。"), code="invalid")
    if period.year != plan.year or period_containing(period, "monthly") != period:
        errors["period"] = ValidationError(_("期应是计划年度内的月末日。"), code="invalid")
    elif not Closing.objects.filter(plan=plan, period__gte=period).exists():
        errors["period"] = ValidationError(_("这个月没有月结，不需要开放。"), code="not_closed")
    if until < clock.today():
        errors["until"] = ValidationError(_("开放截止日不能早于今天。"), code="past")
    try:
        CleanText()(require_visible(reason))
    except ValidationError as error:
        errors["reason"] = error
    if errors:
        raise ValidationError(errors)  # type: ignore[arg-type]
    reopening = Reopening.objects.create(
        plan=plan, unit=unit, period=period, until=until, reason=reason, opened_by=user, opened_at=clock.now()
    )
    told = {"unit": unit.code, "period": period.isoformat(), "until": until.isoformat(), "reason": reason}
    _tell(user, "reopen_month", plan, told, origin)
    return reopening


def _locked_plan(user: User, plan: Plan) -> Plan:
    """The plan under lock, so that two closings don't cross; Forbidden unless the user plans it."""
    plan = Plan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=plan.pk)
    if not may_plan(Access.of(user), plan.unit):
        raise Forbidden(_("只有计划管理员可以修改。"))
    plan.require_open()
    return plan


def _tell(user: User, action: str, plan: Plan, after: dict[str, str], origin: str) -> None:
    entry = trail.Entry(action, "plan", plan.slug, after=after)
    trail.record(Access.of(user).actor(Role.PLANNER, origin=origin), [entry])
