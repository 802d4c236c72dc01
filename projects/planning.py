"""The planner's writes to works and their milestones. One transaction each, with its audit event."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from audit import trail
from common.errors import Conflict, Forbidden
from goals.calendar import WorkingDays
from goals.models import Plan, Programme
from goals.planning import plain
from projects.loading import default_milestone
from projects.models import Milestone, Project, ProjectProgramme
from projects.permissions import may_plan
from projects.scheduling import Cycle, Proposal, Step, in_order, propose
from projects.stages import Stage
from projects.standing import touch

MOST_STAGES = 60
LONGEST_STAGE = 400


def locked(user: User, pk: int) -> Project:
    """The work under lock, its plan still open. Raises Conflict otherwise."""
    projects = Project.objects.select_for_update(of=("self",)).select_related(
        "plan__unit", "plan__profile", "lead_office", "target"
    )
    found = projects.filter(pk=pk).first()
    if found is None:
        raise Conflict(_("这个项目已不存在。"))
    if found.plan.is_closed:
        raise Conflict(_("计划已年终交账，只读。"))
    return found


def tell(
    user: User, entries: Sequence[trail.Entry], *, roles: Sequence[str] = (Role.PLANNER,), origin: str = ""
) -> None:
    """The audit events, as the transaction's last."""
    trail.record(Access.of(user).actor(*roles, origin=origin), entries)


def refuse(field: str, message: Any, code: str = "invalid") -> ValidationError:
    """What is wrong with a field."""
    return ValidationError({field: ValidationError(message, code=code)})


def require_planner(user: User, project: Project) -> None:
    if not may_plan(Access.of(user), project):
        raise Forbidden(_("只有计划管理员可以修改。"))


@transaction.atomic
def save_project(
    user: User,
    project: Project,
    *,
    cooperating: Iterable[Unit] | None = None,
    programmes: Iterable[Programme] | None = None,
    stages: Sequence[Stage] | None = None,
    origin: str = "",
) -> Project:
    """Check and save a work; a new one gets its default milestone, or the stages given.

    The due date of a scheduled work of an adopted plan moves by a request alone (`postponing`).
    """
    plan = Plan.objects.select_for_update(of=("self",)).select_related("unit", "profile").get(pk=project.plan_id)
    project.plan = plan
    require_planner(user, project)
    if plan.is_closed:
        raise Conflict(_("计划已年终交账，只读。"))
    old = Project.objects.select_related("target", "plan").filter(pk=project.pk).first() if project.pk else None
    _default_dates(project, plan)
    check_project(project, old)
    project.save()
    if old is None:
        Milestone.objects.bulk_create([default_milestone(project)])
    elif old.due != project.due:
        own = project.milestones.filter(is_default=True)
        own.update(due=project.due, first_due=project.due)
    if cooperating is not None:
        project.cooperating_offices.set(cooperating)
    if programmes is not None:
        _set_programmes(project, list(programmes))
    touch([project, *([old] if old else [])], "save_project")
    entry = trail.Entry("save", "project", str(project.pk), plain(old) if old else {}, plain(project))
    tell(user, [entry], origin=origin)
    if stages is not None:
        set_stages(user, project, stages, origin=origin)
    return project


def _default_dates(project: Project, plan: Plan) -> None:
    """Without dates it runs as long as its plan; until it is promised, the first date is the one in force."""
    project.start = project.start or plan.start
    project.due = project.due or plan.end
    if not project.pk or plan.state == Plan.State.DRAFT:
        project.first_due = project.due


def check_project(project: Project, old: Project | None = None) -> None:
    """Raises ValidationError by field."""
    plan = project.plan
    for name in ("start", "due"):
        if not plan.start <= getattr(project, name) <= plan.end:
            raise refuse(name, _("日期应在计划年度之内。"), "outside_plan")
    if project.start > project.due:
        raise refuse("start", _("开始日不能晚于完成时限。"))
    if project.theme.plan_id != plan.pk:
        raise refuse("theme", _("主题不属于这一计划。"))
    if project.target is not None and project.target.plan_id != plan.pk:
        raise refuse("target", _("目标不属于这一计划。"))
    if project.target is not None and project.target.rule != "milestones":
        raise refuse("target", _("只有由节点计数的目标可以由项目计入。"))
    _check_same(project)
    if old is not None:
        _check_dates(project, old)
    project.full_clean()


def _check_same(project: Project) -> None:
    same = project.same_as
    if same is None:
        return
    if same.plan_id != project.plan_id:
        raise refuse("same_as", _("只能与同一计划的项目为同一工作。"))
    if same.pk == project.pk or same.same_as_id is not None:
        raise refuse("same_as", _("请指向首次提出的那个项目。"))
    if project.pk and project.promised_again.exists():
        raise refuse("same_as", _("已有项目与此为同一工作，请从那一边指向这里。"))


def _check_dates(project: Project, old: Project) -> None:
    if old.due != project.due and project.plan.state == Plan.State.ADOPTED and is_scheduled(project):
        raise Conflict(_("计划已印发，时限请通过延期申请变更。"))
    last = project.milestones.filter(is_default=False).order_by("-due").first()
    if last is not None and last.due > project.due:
        raise refuse("due", _("节点“%(name)s”的时限在此之后。") % {"name": last.name}, "before_milestone")
    first = project.milestones.filter(is_default=False).order_by("start").exclude(start=None).first()
    if first is not None and first.start is not None and first.start < project.start:
        raise refuse("start", _("节点“%(name)s”的开始日在此之前。") % {"name": first.name}, "after_milestone")


def _set_programmes(project: Project, programmes: list[Programme]) -> None:
    ProjectProgramme.objects.filter(project=project).exclude(programme__in=programmes).delete()
    for programme in programmes:
        ProjectProgramme.objects.update_or_create(project=project, programme=programme, defaults={"suggested": False})


@transaction.atomic
def delete_project(user: User, project: Project, *, origin: str = "") -> None:
    """Only from a draft."""
    found = locked(user, project.pk)
    require_planner(user, found)
    if found.plan.state != Plan.State.DRAFT:
        raise Conflict(_("已印发的计划不能删除内容。"))
    entry = trail.Entry("delete", "project", str(found.pk), before=plain(found))
    touch([found], "delete_project")
    found.delete()
    tell(user, [entry], origin=origin)


def is_scheduled(project: Project) -> bool:
    """Has it more than the default milestone?"""
    return project.milestones.filter(is_default=False).exists()


@transaction.atomic
def set_stages(user: User, project: Project, stages: Sequence[Stage], *, origin: str = "") -> list[Milestone]:
    """Give a work its milestones, in the place of those it has: the default one, or a draft's.

    Stages without a date are planned backwards from the work's due date. Raises ValidationError for `milestones`, and
    Conflict once something was reported, or scheduled in an adopted plan.
    """
    found = locked(user, project.pk)
    require_planner(user, found)
    _require_replaceable(found)
    dated = list(stages)
    if any(stage.due is None for stage in dated):
        dated, proposal = backwards(found, dated)
        if not proposal.fits:
            said = _("按这些工期要到 %(day)s 才能完成，比时限晚 %(n)s 个工作日。")
            raise refuse("milestones", said % {"day": proposal.end, "n": proposal.late_by}, "too_late")
    check_stages(found, dated)
    before = [plain(m) for m in found.milestones.all()]
    found.milestones.all().delete()
    made = [_made(found, number, stage) for number, stage in enumerate(dated, start=1)]
    for milestone in made:
        milestone.clean_fields(exclude=["project"])
    Milestone.objects.bulk_create(made)
    by_name = {milestone.name: milestone for milestone in made}
    Milestone.depends_on.through.objects.bulk_create(
        Milestone.depends_on.through(from_milestone=by_name[stage.name], to_milestone=by_name[name])
        for stage in dated
        for name in dict.fromkeys(stage.after)
    )
    touch([found], "schedule")
    after = {"milestones": [plain(m) for m in made]}
    tell(user, [trail.Entry("schedule", "project", str(found.pk), {"milestones": before}, after)], origin=origin)
    return made


def _made(project: Project, number: int, stage: Stage) -> Milestone:
    due = stage.due or project.due
    return Milestone(
        project=project,
        name=stage.name,
        order=number,
        weight=stage.weight,
        start=stage.start,
        due=due,
        first_due=due,
        standard=stage.standard,
    )


def _require_replaceable(project: Project) -> None:
    if project.milestones.exclude(state=Milestone.State.PLANNED).exists():
        raise Conflict(_("已有节点报过完成，不能整体重排。"))
    if project.plan.state == Plan.State.ADOPTED and is_scheduled(project):
        raise Conflict(_("计划已印发，节点时限请通过延期申请变更。"))


def backwards(project: Project, stages: Sequence[Stage]) -> tuple[list[Stage], Proposal[str]]:
    """The stages with dates proposed backwards from the work's due date, and what of it can't be kept.

    Raises ValidationError for `milestones` where they aren't a schedule at all.
    """
    _check_names(stages)
    calendar = WorkingDays.between(project.start, project.due + timedelta(days=2 * LONGEST_STAGE))
    steps = [Step(stage.name, stage.days, stage.after) for stage in stages]
    try:
        proposal = propose(steps, start=project.start, due=project.due, calendar=calendar)
    except Cycle as cycle:
        raise refuse("milestones", _in_a_circle(cycle), "cycle") from cycle
    spans = proposal.spans
    return [replace(s, start=spans[s.name].start, due=spans[s.name].end) for s in stages], proposal


def _in_a_circle(cycle: Cycle) -> Any:
    return _("前置节点互相等待：%(names)s。") % {"names": " → ".join(map(str, [*cycle.keys, cycle.keys[0]]))}


def _check_names(stages: Sequence[Stage]) -> None:
    if not 1 <= len(stages) <= MOST_STAGES:
        raise refuse("milestones", _("应有 1 至 %(n)s 个节点。") % {"n": MOST_STAGES}, "count")
    names = [stage.name for stage in stages]
    for stage in stages:
        named = {"name": stage.name[:50]}
        if not stage.name.strip():
            raise refuse("milestones", _("请填写每个节点的名称。"), "blank")
        if names.count(stage.name) > 1:
            raise refuse("milestones", _("节点“%(name)s”重复。") % named, "repeated")
        if not 1 <= stage.days <= LONGEST_STAGE:
            said = _("节点“%(name)s”的工期应为 1 至 %(n)s 个工作日。")
            raise refuse("milestones", said % (named | {"n": LONGEST_STAGE}), "duration")
        for before in stage.after:
            if before not in names or before == stage.name:
                said = _("节点“%(name)s”的前置节点“%(before)s”不在清单里。")
                raise refuse("milestones", said % (named | {"before": before[:50]}), "unknown")


def check_stages(project: Project, stages: Sequence[Stage]) -> None:
    """Raises ValidationError for `milestones`: a circle, a date outside the work, weights that sum to zero."""
    _check_names(stages)
    try:
        in_order({stage.name: stage.after for stage in stages})
    except Cycle as cycle:
        raise refuse("milestones", _in_a_circle(cycle), "cycle") from cycle
    by_name = {stage.name: stage for stage in stages}
    for stage in stages:
        assert stage.due is not None
        check_within(project, stage.name, stage.start, stage.due, field="milestones")
        for before in stage.after:
            _check_after(stage.name, stage.due, before, by_name[before].due)
    check_weights([stage.weight for stage in stages])


def check_within(project: Project, name: str, start: date | None, due: date, *, field: str = "due") -> None:
    """A milestone lies within its work."""
    facts = {"name": name[:50], "start": project.start, "due": project.due}
    if not (project.start <= (start or due) and due <= project.due):
        raise refuse(field, _("节点“%(name)s”应在项目期内（%(start)s 至 %(due)s）。") % facts, "outside_project")
    if start is not None and start > due:
        raise refuse("start" if field == "due" else field, _("节点“%(name)s”的开始晚于时限。") % facts, "order")


def _check_after(name: str, due: date, before: str, before_due: date | None) -> None:
    if before_due is not None and due < before_due:
        said = _("节点“%(name)s”的时限早于它的前置节点“%(before)s”。")
        raise refuse("milestones", said % {"name": name[:50], "before": before[:50]}, "before_predecessor")


def check_weights(weights: Iterable[Decimal]) -> None:
    listed = list(weights)
    if any(weight < 0 for weight in listed):
        raise refuse("weight", _("权重不能为负。"), "negative")
    if sum(listed) <= 0:
        raise refuse("weight", _("节点权重之和应大于零。"), "zero_weight")


def changed_fields(record: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Set what differs; what it was."""
    before = {name: getattr(record, name) for name, value in values.items() if getattr(record, name) != value}
    for name in before:
        setattr(record, name, values[name])
    return before
