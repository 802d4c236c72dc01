"""Single milestones: edited by planners, reported done by the lead office, accepted by somebody else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.permissions import Access
from audit import trail
from common import clock
from common.errors import Conflict, Forbidden
from common.text import require_visible
from goals import evidence
from goals.models import Plan
from goals.planning import plain
from projects.models import Milestone, Project
from projects.permissions import may_accept, may_report
from projects.planning import check_weights, check_within, locked, refuse, require_planner, tell
from projects.scheduling import Cycle, in_order
from projects.standing import touch

State = Milestone.State


def _locked(user: User, milestone: Milestone) -> tuple[Milestone, Project]:
    """The milestone as it is stored, and its work under lock."""
    project = locked(user, milestone.project_id)
    found = Milestone.objects.filter(pk=milestone.pk).first()
    if found is None:
        raise Conflict(_("这个节点已不存在。"))
    found.project = project
    return found, project


@transaction.atomic
def save_milestone(
    user: User, milestone: Milestone, *, depends_on: Iterable[Milestone] | None = None, origin: str = ""
) -> Milestone:
    """Add or change one; the first real one takes the default's place. A promised date moves by a request alone."""
    project = locked(user, milestone.project_id)
    require_planner(user, project)
    milestone.project = project
    old = Milestone.objects.filter(pk=milestone.pk).first() if milestone.pk else None
    if old is not None and old.state in (State.REPORTED, State.ACCEPTED):
        raise Conflict(_("已报完成的节点不能修改。"))
    if project.plan.state == Plan.State.ADOPTED and old is not None and not old.is_default:
        if (old.due, old.weight) != (milestone.due, milestone.weight):
            raise Conflict(_("计划已印发，节点时限请通过延期申请变更，权重不再变更。"))
    elif old is None or project.plan.state == Plan.State.DRAFT:
        milestone.first_due = milestone.due
    check_within(project, milestone.name, milestone.start, milestone.due)
    others = list(project.milestones.exclude(pk=milestone.pk))
    kept = [m for m in others if not m.is_default]
    check_weights([m.weight for m in kept] + [milestone.weight])
    before = None if depends_on is None else list(depends_on)
    if before is not None:
        _check_dependencies(milestone, before, kept)
    milestone.is_default = False
    milestone.full_clean(exclude=["project"])
    milestone.save()
    for other in others:
        if other.is_default and other.state == State.PLANNED:
            other.delete()
    if before is not None:
        milestone.depends_on.set(before)
    touch([project], "save_milestone")
    entry = trail.Entry("save", "milestone", str(milestone.pk), plain(old) if old else {}, plain(milestone))
    tell(user, [entry], origin=origin)
    return milestone


def _check_dependencies(milestone: Milestone, before: list[Milestone], others: list[Milestone]) -> None:
    known = {m.pk for m in others}
    for each in before:
        if each.pk == milestone.pk:
            raise refuse("depends_on", _("节点不能以自己为前置。"), "cycle")
        if each.pk not in known:
            raise refuse("depends_on", _("前置节点不属于这个项目。"), "outside_project")
        if each.due > milestone.due:
            said = _("前置节点“%(name)s”的时限在此之后。") % {"name": each.name[:50]}
            raise refuse("depends_on", said, "after_this")
    links = Milestone.depends_on.through.objects.filter(from_milestone__in=known | {milestone.pk})
    after: dict[Any, list[Any]] = {pk: [] for pk in known}
    for link in links:
        after.setdefault(link.from_milestone_id, []).append(link.to_milestone_id)
    after[milestone.pk] = [each.pk for each in before]
    try:
        in_order(after)
    except Cycle as cycle:
        names = {m.pk: m.name for m in others} | {milestone.pk: milestone.name}
        said = _("前置节点互相等待：%(names)s。") % {"names": " → ".join(names[k] for k in cycle.keys)}  # type: ignore[index]
        raise refuse("depends_on", said, "cycle") from cycle


@transaction.atomic
def delete_milestone(user: User, milestone: Milestone, *, origin: str = "") -> None:
    """From a draft alone; the last one gives way to the default."""
    found, project = _locked(user, milestone)
    require_planner(user, project)
    if project.plan.state != Plan.State.DRAFT:
        raise Conflict(_("已印发的计划不能删除内容。"))
    rest = [m.weight for m in project.milestones.exclude(pk=found.pk)]
    if not rest:
        raise Conflict(_("项目至少要有一个节点。"))
    check_weights(rest)
    entry = trail.Entry("delete", "milestone", str(found.pk), before=plain(found))
    entries = evidence.forget([found])
    found.delete()
    touch([project], "delete_milestone")
    tell(user, [entry, *entries], origin=origin)


@dataclass(frozen=True)
class Done:
    """What the lead office says of a milestone."""

    milestone: Milestone
    day: date
    report: str = ""


def report_done(user: User, milestone: Milestone, done_on: date, report: str = "", *, origin: str = "") -> Milestone:
    """The lead office says that it is done; it counts once it is accepted."""
    return report_many(user, [Done(milestone, done_on, report)], origin=origin)[0]


@transaction.atomic
def report_many(user: User, done: Sequence[Done], *, origin: str = "") -> list[Milestone]:
    """All of them or none. Reported in their order, so that one may come after another of the same call."""
    found = _locked_many([each.milestone.pk for each in done])
    access, entries = Access.of(user), []
    for each in done:
        milestone = found[each.milestone.pk]
        if not may_report(access, milestone.project):
            raise Forbidden(_("只有牵头单位的填报员可以报完成。"))
        if milestone.state not in (State.PLANNED, State.RETURNED):
            raise Conflict(_("这个节点已报完成。"))
        _check_day(milestone.project, each.day)
        _check_before(milestone, found, (State.REPORTED, State.ACCEPTED))
        before = plain(milestone)
        milestone.state, milestone.done_on, milestone.report = State.REPORTED, each.day, each.report
        milestone.reason, milestone.reported_by, milestone.reported_at = "", user, clock.now()
        milestone.decided_by = milestone.decided_at = None
        milestone.clean_fields(exclude=["project", "reported_by"])
        milestone.save()
        entries.append(trail.Entry("report", "milestone", str(milestone.pk), before, plain(milestone)))
    touch({m.project_id: m.project for m in found.values()}.values(), "report_done")
    tell(user, entries, roles=(Role.REPORTER,), origin=origin)
    return [found[each.milestone.pk] for each in done]


def _locked_many(ids: Sequence[int]) -> dict[int, Milestone]:
    """The milestones as they are stored, their works under lock in the order of their ids. Four queries."""
    asked = Milestone.objects.filter(pk__in=ids)
    list(Project.objects.select_for_update().filter(milestones__in=asked).order_by("pk"))
    works = ("project__plan__unit", "project__plan__profile", "project__lead_office", "project__target")
    found = {m.pk: m for m in asked.select_related(*works).prefetch_related("depends_on")}
    if len(found) < len(set(ids)):
        raise Conflict(_("这个节点已不存在。"))
    if any(m.project.plan.is_closed for m in found.values()):
        raise Conflict(_("计划已年终交账，只读。"))
    return found


def _check_day(project: Project, day: date) -> None:
    if day > clock.today():
        raise refuse("done_on", _("完成日不能晚于今天。"), "future")
    if day < project.plan.start:
        raise refuse("done_on", _("完成日不能早于计划年度。"), "too_early")


def _check_before(milestone: Milestone, found: Mapping[int, Milestone], enough: Sequence[str]) -> None:
    for before in milestone.depends_on.all():
        if found.get(before.pk, before).state not in enough:
            raise Conflict(
                _("前置节点“%(before)s”还没有完成或验收。") % {"name": milestone.name, "before": before.name}
            )


def accept_milestone(user: User, milestone: Milestone, *, origin: str = "") -> Milestone:
    """验收: from now on it counts, as of the day on which it was done. Never by the owner or who reported it."""
    return accept_many(user, [milestone], origin=origin)[0]


@transaction.atomic
def accept_many(user: User, milestones: Sequence[Milestone], *, origin: str = "") -> list[Milestone]:
    """All of them or none, in their order."""
    found, entries = _locked_many([m.pk for m in milestones]), []
    for asked in milestones:
        milestone = found[asked.pk]
        _require_other(user, milestone, milestone.project)
        if milestone.state != State.REPORTED:
            raise Conflict(_("只有已报完成的节点可以验收。"))
        _check_before(milestone, found, (State.ACCEPTED,))
        before = plain(milestone)
        milestone.state, milestone.decided_by, milestone.decided_at = State.ACCEPTED, user, clock.now()
        milestone.save()
        entries.append(trail.Entry("accept", "milestone", str(milestone.pk), before, plain(milestone)))
    touch({m.project_id: m.project for m in found.values()}.values(), "accept")
    tell(user, entries, roles=(Role.PLANNER, Role.LEADER), origin=origin)
    return [found[m.pk] for m in milestones]


@transaction.atomic
def return_milestone(user: User, milestone: Milestone, reason: str, *, origin: str = "") -> Milestone:
    """Not done yet after all: back to the office, with the reason."""
    found, project = _locked(user, milestone)
    _require_other(user, found, project)
    if found.state != State.REPORTED:
        raise Conflict(_("只有已报完成的节点可以退回。"))
    if not reason.strip():
        raise refuse("reason", _("请写明原因。"), "blank")
    before = plain(found)
    found.state, found.reason = State.RETURNED, require_visible(reason)
    found.decided_by, found.decided_at = user, clock.now()
    found.full_clean(exclude=["project"])
    found.save()
    touch([project], "return")
    entry = trail.Entry("return", "milestone", str(found.pk), before, plain(found))
    tell(user, [entry], roles=(Role.PLANNER, Role.LEADER), origin=origin)
    return found


def _require_other(user: User, milestone: Milestone, project: Project) -> None:
    if not may_accept(Access.of(user), project):
        raise Forbidden(_("验收由牵头单位以外的领导或计划管理员进行。"))
    if milestone.reported_by_id == user.pk:
        raise Forbidden(_("不能验收自己报的完成情况。"))


# What proves that a milestone is done.


def _touch(user: User, milestone: Milestone) -> None:
    milestone.save(update_fields=["updated_at"])


evidence.register(
    evidence.Holder(
        model=Milestone,
        may_attach=lambda user, milestone: may_report(Access.of(user), milestone.project),
        is_open=lambda milestone: milestone.state in (State.PLANNED, State.RETURNED),
        touch=_touch,
        roles=(Role.REPORTER,),
    )
)
