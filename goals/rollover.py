"""接转: next year's draft from this year's plan. Indicators, headings and owners are kept; goals are entered anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.permissions import Access
from audit import trail
from common.errors import Conflict
from goals import continuing
from goals.models import Discontinued, Plan, Programme, Section, Target, Theme
from goals.models.plan import Heading
from goals.models.target import Pace, Rule
from goals.planning import plain, require_planner, save_target

LAST_YEAR = 2099
# Their goals are not chosen: 低于上年 has none, the works' milestones are done when all of them are.
WITHOUT_GOAL = (Rule.DECLINE, Rule.MILESTONES)


@dataclass(frozen=True)
class Goal:
    """What a planner enters of one target of the year before: its new goal and, where it starts from a level, its
    baseline; or why it isn't carried on."""

    target: Target
    goal: Decimal | None = None
    baseline: Decimal | None = None
    dropped_because: str = ""


@transaction.atomic
def roll_over(user: User, plan: Plan) -> Plan:
    """The unit's draft for the year after `plan`, with its headings, programmes, and the targets that need no goal.

    Raises Forbidden, and Conflict where the plan is a draft itself or the year after has its plan.
    """
    plan = Plan.objects.select_for_update(of=("self",)).select_related("unit", "profile").get(pk=plan.pk)
    require_planner(user, plan.unit)
    if plan.state == Plan.State.DRAFT:
        raise Conflict(_("草案不能接转，请先印发。"))
    if plan.year >= LAST_YEAR:
        raise Conflict(_("年度应在 2001 至 2099 之间。"))
    if continuing.next_of(plan) is not None:
        raise Conflict(_("%(year)s 年的计划已经有了。") % {"year": plan.year + 1})
    draft = Plan(unit=plan.unit, year=plan.year + 1, profile=plan.profile, follows=plan)
    draft.slug, draft.name = _next(plan.slug, plan.year), _next(plan.name, plan.year)
    draft.full_clean()
    draft.save()
    _carry_headings(plan, draft)
    entry = trail.Entry("roll_over", "plan", draft.slug, {"follows": plan.slug}, plain(draft))
    trail.record(Access.of(user).actor(Role.PLANNER), [entry])
    ready = continuing.waiting(draft).filter(rule__in=WITHOUT_GOAL).select_related("indicator", "theme")
    for target in ready:
        if not _lacks_reporter(target):
            _carry(user, draft, Goal(target, target.goal))
    return draft


def _next(text: str, year: int) -> str:
    """A slug or name with the year after in it; at its end where it names no year."""
    old, new = str(year), str(year + 1)
    return text.replace(old, new) if old in text else f"{text}-{new}"


def _lacks_reporter(target: Target) -> bool:
    """Has nobody been asked for its figures any more? Then a planner has to look at it first."""
    return target.rule != Rule.MILESTONES and not (target.indicator.measure or target.indicator.reporting.exists())


def _carry_headings(plan: Plan, draft: Plan) -> None:
    """Sections, themes and programmes; the paragraphs are those of a document that isn't written yet."""
    sections: dict[int, Section] = {}
    for old in plan.sections.all():
        sections[old.pk] = Section(plan=draft, heading=old.heading, **_heading(old))
        sections[old.pk].save()
    for theme in plan.themes.all():
        Theme(plan=draft, section=sections[theme.section_id], **_heading(theme)).save()
    for programme in plan.programmes.all():
        Programme(plan=draft, group=programme.group, **_heading(programme)).save()


def _heading(old: Heading) -> dict[str, Any]:
    return {"code": old.code, "name": old.name, "order": old.order}


@transaction.atomic
def set_goals(user: User, draft: Plan, entered: Sequence[Goal]) -> tuple[int, int]:
    """Carry targets on with their new goals, and discontinue others: all of them or none. How many of each.

    Raises ValidationError with `{target code: messages}`, Conflict where the draft was adopted meanwhile or a target
    doesn't wait any more.
    """
    draft = Plan.objects.select_for_update(of=("self",)).select_related("unit", "profile").get(pk=draft.pk)
    require_planner(user, draft.unit)
    if draft.state != Plan.State.DRAFT:
        raise Conflict(_("计划已印发，请用目标调整修改目标值。"))
    waiting = {t.pk for t in continuing.waiting(draft)}
    if any(goal.target.pk not in waiting for goal in entered):
        raise Conflict(_("有的指标刚刚由他人录入，请重新核对。"))
    errors: dict[str, list[str]] = {}
    for goal in entered:
        try:
            _discontinue(user, draft, goal) if goal.dropped_because else _carry(user, draft, goal)
        except ValidationError as error:
            errors[goal.target.code] = error.messages
    if errors:
        raise ValidationError({code: list(messages) for code, messages in errors.items()})
    dropped = sum(1 for goal in entered if goal.dropped_because)
    return len(entered) - dropped, dropped


def _discontinue(user: User, draft: Plan, goal: Goal) -> None:
    kept = Discontinued(plan=draft, target=goal.target, reason=goal.dropped_because)
    kept.full_clean()
    kept.save()
    entry = trail.Entry("save", "discontinued", str(kept.pk), after=plain(kept))
    trail.record(Access.of(user).actor(Role.PLANNER), [entry])


def _carry(user: User, draft: Plan, goal: Goal) -> Target:
    """The target in the draft: what it measures, how it is judged and who answers for it, as the year before."""
    old = goal.target
    kept = ("indicator", "code", "name", "order", "rule", "comparator", "printed_comparator", "weight", "band")
    target = Target(
        plan=draft,
        theme=Theme.objects.get(plan=draft, code=old.theme.code),
        goal=goal.goal,
        baseline=goal.baseline,
        # Last year's month by month values say nothing of this one's.
        pace="" if old.pace == Pace.PLANNED else old.pace,
        due=old.due.replace(year=draft.year),
        in_doubt=old.in_doubt,
        evidence_required=old.evidence_required,
        lead_office=old.lead_office,
        responsible_post=old.responsible_post,
        **{name: getattr(old, name) for name in kept},
    )
    codes = old.memberships.filter(suggested=False).values("programme__code")
    programmes = Programme.objects.filter(plan=draft, code__in=codes)
    return save_target(user, target, cooperating=old.cooperating_offices.all(), programmes=programmes)
