"""The planner's writes: plans, targets, indicators, adjustments. One transaction each, with its audit event."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from audit import trail
from common import clock
from common.errors import Conflict, Forbidden, StaleVersion
from common.figures import parse_figure
from goals import continuing, duties, measures, parts, sources
from goals.models import (
    Adjustment,
    Allocation,
    Indicator,
    Plan,
    Programme,
    ReportingUnit,
    Target,
    TargetProgramme,
    WarningProfile,
)
from goals.models.indicator import FIRST_DAY, LAST_DAY
from goals.models.target import FIXED, TERMS, Pace, Rule, require_within
from goals.permissions import may_plan, plans_anywhere
from goals.progress import Bands, validate_terms
from goals.progress.gather import terms_of, version_in_force
from goals.progress.recompute import mark

M = TypeVar("M", bound=models.Model)


def require_planner(user: User, unit: Unit | None = None) -> None:
    """Raises Forbidden unless the user plans for this unit (or, without one, anywhere)."""
    access = Access.of(user)
    if not (may_plan(access, unit) if unit else plans_anywhere(access)):
        raise Forbidden(_("只有计划管理员可以修改。"))


def plain(record: models.Model) -> dict[str, Any]:
    """A record's columns as the audit trail keeps them; long text, the moment of saving and initials left out."""
    columns = {f.attname: f.value_from_object(record) for f in record._meta.concrete_fields}
    for hidden in ("document", "updated_at", "initials"):
        columns.pop(hidden, None)
    kept = (bool, int, dict, list, type(None))
    return {name: value if isinstance(value, kept) else str(value) for name, value in columns.items()}


@transaction.atomic
def save_record(user: User, record: M, before: Mapping[str, Any] | None = None) -> M:
    """Check and save a unit, post, profile, plan, section, theme or programme."""
    plan = record if isinstance(record, Plan) else getattr(record, "plan", None)
    require_planner(user, plan.unit if isinstance(plan, Plan) else None)
    if isinstance(plan, Plan) and plan.pk:
        _require_kept(user, plan)
    if isinstance(record, WarningProfile):
        _require_unused(record, before or {})
        check_bands(record.bands)
    record.full_clean()
    record.save()
    affected: Iterable[int] = ()
    if isinstance(record, Plan):
        affected = record.targets.values_list("pk", flat=True)
    mark(affected, "save_record")
    _tell(user, "save", record, before or {}, plain(record))
    return record


def _require_kept(user: User, plan: Plan) -> None:
    """A closed plan is read; an adopted one stays its unit's, and is judged by the profile that it was adopted with."""
    old = Plan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=plan.pk)
    require_planner(user, old.unit)
    if old.is_closed:
        raise Conflict(_("计划已年终交账，只读。"))
    if old.state == Plan.State.ADOPTED and (old.unit_id, old.profile_id) != (plan.unit_id, plan.profile_id):
        raise Conflict(_("计划已印发，不能更换单位或预警方案。"))


def _require_unused(profile: WarningProfile, before: Mapping[str, Any]) -> None:
    """An edition that a plan is judged by stays as it was chosen."""
    if profile.pk is None or plain(profile) == before:
        return
    list(WarningProfile.objects.select_for_update().filter(pk=profile.pk))
    if profile.plans.exists():
        raise Conflict(_("已有计划使用这一版预警方案，不能修改；请另建新版本，由草案选用。"))


def check_bands(bands: Any) -> None:
    """Raises ValidationError for `bands` unless they are whole and without gap or overlap."""
    try:
        Bands.from_json(bands)
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError) as error:
        message = _("预警区间不完整或有误：%(why)s") % {"why": str(error)[:200]}
        raise ValidationError({"bands": ValidationError(message, code="invalid")}) from error


@transaction.atomic
def delete_record(user: User, record: models.Model) -> None:
    """Delete what nothing refers to; raises ProtectedError otherwise."""
    plan = getattr(record, "plan", None) if not isinstance(record, Plan) else record
    require_planner(user, plan.unit if isinstance(plan, Plan) else None)
    if isinstance(plan, Plan) and plan.state != Plan.State.DRAFT:
        raise Conflict(_("已印发的计划不能删除内容。"))
    before, name, key = plain(record), record._meta.model_name or "", str(record.pk)
    if isinstance(record, Indicator) and record.targets.exists():
        raise Conflict(_("仍有目标使用该指标，不能删除。"))
    record.delete()
    trail.record(Access.of(user).actor(Role.PLANNER), [trail.Entry("delete", name, key, before=before)])


@transaction.atomic
def save_target(
    user: User,
    target: Target,
    *,
    cooperating: Iterable[Unit] | None = None,
    programmes: Iterable[Programme] | None = None,
    allocations: Mapping[Unit, Decimal] | None = None,
) -> Target:
    """Check a target by the rules, save it with what hangs on it, and mark it.

    The terms of an adopted plan's target don't change here, but by `adjust`.
    """
    plan = Plan.objects.select_for_update().get(pk=target.plan_id)
    require_planner(user, plan.unit)
    if plan.is_closed:
        raise Conflict(_("计划已年终交账，只读。"))
    old = Target.objects.filter(pk=target.pk).first() if target.pk else None
    if old is not None and plan.state == Plan.State.ADOPTED:
        _require_unchanged(old, target)
    check_target(target)
    target.save()
    if cooperating is not None:
        target.cooperating_offices.set(cooperating)
    if programmes is not None:
        _set_programmes(target, list(programmes))
    if allocations is not None:
        _set_allocations(target, allocations)
    mark([target.pk], "save_target")
    _tell(user, "save", target, plain(old) if old else {}, plain(target))
    return target


def _require_unchanged(old: Target, target: Target) -> None:
    """Terms change from a day on, by adjustment; what a target measures, and how it is judged, stays."""
    terms = [name for name in TERMS if getattr(old, name) != getattr(target, name)]
    if terms:
        raise Conflict(_("计划已印发，请用目标调整修改：%(names)s") % {"names": ", ".join(terms)})
    fixed = [name.removesuffix("_id") for name in FIXED if getattr(old, name) != getattr(target, name)]
    if fixed:
        raise Conflict(_("计划已印发，不能改变：%(names)s") % {"names": ", ".join(fixed)})


def check_target(target: Target) -> None:
    """Raises ValidationError by field for what `progress-rules.md` says is refused when saved."""
    if target.rule == Rule.MILESTONES and target.goal is None:
        target.goal = Decimal(100)
    if target.due is None:
        target.due = target.plan.end
    target.basis = target.indicator.basis
    require_within(target.plan, target.due)
    if target.theme.plan_id != target.plan_id:
        raise ValidationError({"theme": _("主题不属于这一计划。")})
    errors: dict[str, list[ValidationError]] = {}
    for name, code, message in validate_terms(terms_of(target)):
        errors.setdefault(name, []).append(ValidationError(str(message), code=code))
    measure = target.indicator.measure_of(target.plan.year)
    counted = bool(measure)
    if (target.rule == Rule.MILESTONES) != (measure == measures.MILESTONES):
        errors.setdefault("rule", []).append(ValidationError(_("节点规则用于由节点计数的指标。"), code="invalid"))
    elif not counted and target.indicator.pk and not target.indicator.reporting.exists():
        errors.setdefault("indicator", []).append(ValidationError(_("该指标没有填报单位。"), code="no_reporting_unit"))
    if target.pace not in ("", *Pace.values):
        errors.setdefault("pace", []).append(ValidationError(_("没有这种进度安排。"), code="invalid_choice"))
    if errors:
        raise ValidationError(errors)
    target.full_clean(exclude=["basis"])


def _set_programmes(target: Target, programmes: list[Programme]) -> None:
    TargetProgramme.objects.filter(target=target).exclude(programme__in=programmes).delete()
    for programme in programmes:
        TargetProgramme.objects.update_or_create(target=target, programme=programme, defaults={"suggested": False})


def _set_allocations(target: Target, allocations: Mapping[Unit, Decimal]) -> None:
    Allocation.objects.filter(target=target).exclude(unit__in=list(allocations)).delete()
    for unit, goal in allocations.items():
        Allocation.objects.update_or_create(target=target, unit=unit, defaults={"goal": goal})


@transaction.atomic
def save_indicator(
    user: User,
    indicator: Indicator,
    *,
    reporting_units: list[Unit] | None = None,
    feeds: Iterable[User] | None = None,
    replaces: str = "",
    measure_from: int | None = None,
    measure_reason: str = "",
) -> Indicator:
    """Check and save an indicator. The first reporting units report from the beginning of time, later changes
    from the day of the change; `replaces` says what the new ones' duty replaces (减负账). Another source of figures
    holds from 1 January of `measure_from` (this year, unless given), for a reason."""
    require_planner(user)
    old = Indicator.objects.select_for_update().filter(pk=indicator.pk).first() if indicator.pk else None
    if old is not None and (names := indicator.meaning_changed(old)) and old.has_figures():
        raise Conflict(meaning_stays(names))
    if old is not None and old.basis != indicator.basis and (old.readings.exists() or old.targets.exists()):
        raise Conflict(_("已有数据或目标的指标不能改变填报口径。"))
    sources.check(indicator)
    indicator.full_clean()
    _check_reporting(indicator, old, reporting_units)
    if old is not None and old.measure != indicator.measure:
        sources.change(indicator, old, from_year=measure_from, reason=measure_reason)
    indicator.save()
    if reporting_units is not None:
        _set_reporting_units(indicator, reporting_units, replaces)
    if feeds is not None:
        indicator.feeds.set(feeds)
    mark(indicator.targets.values_list("pk", flat=True), "save_indicator")
    _tell(user, "save", indicator, plain(old) if old else {}, plain(indicator))
    return indicator


def meaning_stays(names: Iterable[str]) -> str:
    """Why figures keep their unit and basis, and what to do instead."""
    said = _("已有报送的数据，%(names)s不能改变：以前各期的数字保持不变。请另设新代码的指标，从新的一期起填报。")
    return str(said % {"names": "、".join(names)})


def _check_reporting(indicator: Indicator, old: Indicator | None, units: list[Unit] | None) -> None:
    if indicator.measure:
        if units:
            message = _("自动计数的指标没有填报单位。")
            raise ValidationError({"reporting_units": ValidationError(message, code="counted")})
        return
    if units is None and old is not None:
        return
    if not units:
        message = _("请指定填报单位。")
        raise ValidationError({"reporting_units": ValidationError(message, code="required")})
    if indicator.basis == "rate" and len(units) != 1:
        message = _("增速指标只能有一个填报单位。")
        raise ValidationError({"reporting_units": ValidationError(message, code="one_unit")})


def _set_reporting_units(indicator: Indicator, units: list[Unit], replaces: str) -> None:
    today = clock.today()
    standing = {r.unit_id: r for r in ReportingUnit.objects.filter(indicator=indicator, last_day=LAST_DAY)}
    first = not ReportingUnit.objects.filter(indicator=indicator).exists()
    wanted = {unit.pk for unit in units}
    for unit_id, span in standing.items():
        if unit_id in wanted:
            continue
        if span.first_day >= today:
            span.delete()
        else:
            span.last_day = today - timedelta(days=1)
            span.save()
    begin = FIRST_DAY if first else today
    new = [
        ReportingUnit(indicator=indicator, unit=unit, first_day=begin, replaces=replaces)
        for unit in units
        if unit.pk not in standing
    ]
    if new:
        new[0].clean_fields()
    ReportingUnit.objects.bulk_create(new)


@transaction.atomic
def adopt(user: User, plan: Plan) -> Plan:
    """印发: from now on duties run, and terms change by adjustment alone. Nothing may lack its owner."""
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    require_planner(user, plan.unit)
    if plan.state != Plan.State.DRAFT:
        raise Conflict(_("只有草案可以印发。"))
    errors: dict[str, list[ValidationError]] = {}
    today = clock.today()
    lacks = duties.lacking(plan.targets.select_related("responsible_post"), today)
    for lack in [*lacks, *continuing.lacking(plan), *parts.lacking(plan, today)]:
        errors.setdefault(lack.field, []).append(ValidationError(lack.said, code=lack.code))
    if errors:
        raise ValidationError(errors)
    before = plain(plan)
    plan.state, plan.adopted_at = Plan.State.ADOPTED, clock.now()
    plan.save()
    _tell(user, "adopt", plan, before, plain(plan))
    return plan


@transaction.atomic
def close(user: User, plan: Plan) -> Plan:
    """年终交账: read-only from now on, and computed as known at this moment."""
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    require_planner(user, plan.unit)
    if plan.state != Plan.State.ADOPTED:
        raise Conflict(_("只有已印发的计划可以交账。"))
    if clock.today() <= plan.end:
        raise Conflict(_("计划年度还没有结束。"))
    before = plain(plan)
    plan.state, plan.closed_at = Plan.State.CLOSED, clock.now()
    plan.save()
    mark(plan.targets.values_list("pk", flat=True), "close")
    _tell(user, "close", plan, before, plain(plan))
    return plan


def proposed(user: User, target: Target, data: Mapping[str, Any]) -> tuple[Adjustment, Target | Adjustment]:
    """The adjustment that `adjust` would make, checked and not saved, and the terms in force on its first day."""
    plan = target.plan
    require_planner(user, plan.unit)
    if plan.state != Plan.State.ADOPTED:
        raise Conflict(_("只有已印发计划的目标才需要调整。"))
    day: date = data["in_force_from"]
    base = version_in_force(target.adjustments.order_by("in_force_from", "pk"), day) or target
    terms = {name: data.get(name, getattr(base, name)) for name in TERMS}
    head = ("category", "applicant", "meeting", "document_number", "in_force_from")
    adjustment = Adjustment(
        target=target, decided_by=user, decided_at=clock.now(), **{n: data[n] for n in head}, **terms
    )
    if not plan.start <= day <= plan.end:
        raise ValidationError({"in_force_from": ValidationError(_("生效日应在计划年度之内。"), code="invalid")})
    require_within(plan, adjustment.due)
    if day > adjustment.due:
        message = _("生效日不能晚于完成时限。")
        raise ValidationError({"in_force_from": ValidationError(message, code="after_due")})
    errors: dict[str, list[ValidationError]] = {}
    for name, code, fault in validate_terms(terms_of(target, adjustment)):
        errors.setdefault(name, []).append(ValidationError(str(fault), code=code))
    if errors:
        raise ValidationError(errors)
    adjustment.full_clean()
    return adjustment, base


@transaction.atomic
def adjust(user: User, target: Target, data: Mapping[str, Any], *, if_adjusted: int | None = None) -> Adjustment:
    """目标调整: new terms from a first day in force; what isn't given stays as in force on that day.

    `data`: category, applicant, meeting, document_number, in_force_from, and any of goal, baseline, planned, due,
    weight, band (figures as Decimal, planned as {month's end: figure}). `if_adjusted`: how often it was adjusted when
    the user looked.
    """
    plans = Plan.objects.select_for_update(of=("self",)).select_related("unit", "profile")
    target.plan = plans.get(pk=target.plan_id)
    if if_adjusted is not None and target.adjustments.count() != if_adjusted:
        raise StaleVersion(_("这一目标刚刚被他人调整，请重新核对。"))
    adjustment, base = proposed(user, target, data)
    adjustment.save()
    mark([target.pk], "adjust")
    _tell(user, "adjust", adjustment, {n: str(getattr(base, n)) for n in TERMS}, plain(adjustment))
    return adjustment


def planned_values(raw: Mapping[str, Any]) -> dict[str, str]:
    """Planned values in their stored form, {month's end: figure}; raises ValidationError."""
    return {day: f"{parse_figure(value):f}" for day, value in sorted(raw.items())}


def _tell(user: User, action: str, record: models.Model, before: Mapping[str, Any], after: dict[str, Any]) -> None:
    entry = trail.Entry(action, record._meta.model_name or "", str(record.pk), dict(before), after)
    trail.record(Access.of(user).actor(Role.PLANNER), [entry])
