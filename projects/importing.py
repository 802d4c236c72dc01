"""项目节点表 by Excel: who leads the works, and their milestones, a row each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Post, Unit, User
from accounts.permissions import Access
from audit.trail import Entry
from common.dates import parse_date
from common.errors import Conflict, Forbidden
from common.figures import parse_figure
from goals.importing import templates
from goals.importing.assignments import as_day
from goals.importing.registry import (
    CHANGED,
    CREATED,
    UNCHANGED,
    Column,
    Context,
    Importer,
    Line,
    Outcome,
    as_name,
    register,
)
from goals.models import Plan
from goals.permissions import may_plan
from projects.models import Milestone, Project
from projects.planning import check_stages, save_project, tell
from projects.stages import Stage, template_for


@dataclass
class Planned:
    """What the rows of one work come to."""

    project: Project
    lead: Unit | None = None
    post: Post | None = None
    stages: list[Stage] = field(default_factory=list)
    changes_stages: bool = False


class Schedules(Importer):
    """项目节点表."""

    kind = "projects"
    title = gettext_lazy("项目节点表")
    columns = (
        Column("code", gettext_lazy("项目代码"), ("代码", "code")),
        Column("name", gettext_lazy("项目"), ("项目名称", "任务"), as_name),
        Column("lead", gettext_lazy("牵头单位"), ("牵头部门", "责任单位"), as_name),
        Column("post", gettext_lazy("分管领导"), ("责任领导", "分管岗位"), as_name),
        Column("milestone", gettext_lazy("节点"), ("阶段", "阶段目标", "节点名称"), as_name),
        Column("weight", gettext_lazy("权重"), (), as_name),
        Column("start", gettext_lazy("计划开始"), ("开始",), as_day),
        Column("due", gettext_lazy("完成时限"), ("时限", "完成时间"), as_day),
    )
    needs = (("code",), ("milestone", "lead"))
    filled = ("lead", "post", "milestone", "due")
    choices = (("apply", gettext_lazy("确认写入")),)
    shown = (
        ("project", gettext_lazy("项目")),
        ("lead", gettext_lazy("牵头单位")),
        ("milestone", gettext_lazy("节点")),
        ("weight", gettext_lazy("权重")),
        ("due", gettext_lazy("完成时限")),
    )

    def may(self, user: User, context: Context) -> bool:
        plan = _plan(context)
        return plan is not None and may_plan(Access.of(user), plan.unit)

    def home(self, context: Context) -> str:
        return reverse("import-projects", args=[str(context["plan"])])

    def plan(self, user: User, lines: Sequence[Line], context: Context) -> list[Outcome]:
        """Five queries for any number of rows."""
        plan = _plan(context)
        if plan is None or not may_plan(Access.of(user), plan.unit):
            raise Forbidden(_("只有计划管理员可以修改。"))
        if plan.is_closed:
            raise Conflict(_("计划已年终交账，只读。"))
        outcomes = [Outcome(line) for line in lines]
        projects = {p.code: p for p in plan.projects.select_related("lead_office", "responsible_post", "theme")}
        units = _by_name(Unit.objects.filter(Access.of(user).visible_units()))
        posts = _by_name(Post.objects.filter(Access.of(user).visible_units("unit")))
        standing: dict[int, list[Milestone]] = {}
        for milestone in Milestone.objects.filter(project__plan=plan).order_by("order", "pk"):
            standing.setdefault(milestone.project_id, []).append(milestone)
        by_code: dict[str, list[Outcome]] = {}
        for outcome in outcomes:
            by_code.setdefault(outcome.line.get("code"), []).append(outcome)
        for code, several in by_code.items():
            project = projects.get(code)
            for outcome in several:
                _show(outcome, project)
            if project is None:
                for outcome in several:
                    outcome.refuse("code", _("计划里没有代码为“%(code)s”的项目。") % {"code": code[:100]})
                continue
            project.plan = plan
            _plan_project(project, several, standing.get(project.pk, []), units, posts)
        return outcomes

    def write(
        self, user: User, outcomes: Sequence[Outcome], context: Context, *, choice: str, origin: str, source: Entry
    ) -> dict[str, int]:
        works = {id(o.payload): o.payload for o in outcomes if o.payload is not None and o.result == CHANGED}
        for planned in works.values():
            project = planned.project
            project.lead_office = planned.lead or project.lead_office
            project.responsible_post = planned.post or project.responsible_post
            stages = planned.stages if planned.changes_stages else None
            try:
                save_project(user, project, stages=stages, origin=origin)
            except ValidationError as error:
                raise Conflict(f"{project.name}：{'；'.join(error.messages)}") from error
        tell(user, [source], origin=origin)
        changed = sum(1 for outcome in outcomes if outcome.result == CHANGED)
        return {CREATED: 0, CHANGED: changed, UNCHANGED: len(outcomes) - changed}


def _plan(context: Context) -> Plan | None:
    return Plan.objects.select_related("unit", "profile").filter(slug=str(context.get("plan", ""))).first()


def _by_name(records: Iterable[Any]) -> dict[str, list[Any]]:
    known: dict[str, list[Any]] = {}
    for record in records:
        for key in {record.code, record.name}:
            known.setdefault(key, []).append(record)
    return known


def _plan_project(
    project: Project,
    outcomes: Sequence[Outcome],
    standing: Sequence[Milestone],
    units: Mapping[str, list[Any]],
    posts: Mapping[str, list[Any]],
) -> None:
    planned = Planned(project)
    for outcome in outcomes:
        planned.lead = _named(outcome, units, "lead") or planned.lead
        planned.post = _named(outcome, posts, "post") or planned.post
        stage = _stage(outcome)
        if stage is not None:
            planned.stages.append(stage)
    if any(outcome.is_refused for outcome in outcomes):
        return
    _check(planned, outcomes, standing)
    led = planned.lead not in (None, project.lead_office) or planned.post not in (None, project.responsible_post)
    for outcome in outcomes:
        if not outcome.is_refused:
            outcome.payload = planned
            outcome.result = CHANGED if led or planned.changes_stages else UNCHANGED


def _check(planned: Planned, outcomes: Sequence[Outcome], standing: Sequence[Milestone]) -> None:
    """The stages as a whole: are they new, and may they take the place of those that there are?"""
    named = [outcome for outcome in outcomes if outcome.line.get("milestone")]
    if not planned.stages:
        return
    have = [(m.name, m.weight, m.start, m.due) for m in standing if not m.is_default]
    if [(s.name, s.weight, s.start, s.due) for s in planned.stages] == have:
        return
    planned.changes_stages = True
    fault = ""
    if any(m.state != Milestone.State.PLANNED for m in standing):
        fault = _("已有节点报过完成，不能整体重排。")
    elif have and planned.project.plan.state == Plan.State.ADOPTED:
        fault = _("计划已印发，节点时限请通过延期申请变更。")
    else:
        try:
            check_stages(planned.project, planned.stages)
        except ValidationError as error:
            fault = " ".join(error.messages)
    for outcome in named if fault else ():
        outcome.refuse("milestone", fault)


def _named(outcome: Outcome, known: Mapping[str, list[Any]], column: str) -> Any:
    name = outcome.line.get(column)
    if not name:
        return None
    found = known.get(name, [])
    if len(found) == 1:
        return found[0]
    said = _("不止一个叫“%(name)s”，请写代码。") if found else _("没有“%(name)s”。")
    outcome.refuse(column, said % {"name": name[:100]})
    return None


def _stage(outcome: Outcome) -> Stage | None:
    """A row without a milestone says who leads alone; one with a name and no date is a template's, left empty."""
    line = outcome.line
    if not line.get("milestone") or not line.get("due"):
        if line.get("start") or (line.get("milestone") and "code" not in line.tied):
            outcome.refuse("due", _("请填写完成时限。"))
        return None
    due, start = _day(outcome, "due"), _day(outcome, "start")
    weight = Decimal(1)
    try:
        weight = parse_figure(line.get("weight") or "1")
    except ValidationError as error:
        outcome.refuse("weight", error.messages[0])
    if due is None or outcome.is_refused:
        return None
    return Stage(line.get("milestone"), weight, due=due, start=start)


def _day(outcome: Outcome, column: str) -> date | None:
    text = outcome.line.get(column)
    if not text or column in outcome.errors:
        return None
    try:
        return parse_date(text)
    except ValidationError as error:
        outcome.refuse(column, error.messages[0])
        return None


def _show(outcome: Outcome, project: Project | None) -> None:
    line = outcome.line
    outcome.shown = {code: line.get(code)[:200] for code in ("lead", "milestone", "weight", "due")}
    outcome.shown["project"] = project.name if project else line.get("name") or line.get("code")


BLANK_ROWS = 2


def template(user: User, plan: Plan) -> bytes:
    """The works that leaders ask about, each with its milestones, or the stages of its kind to be dated."""
    units = [u.name for u in Unit.objects.filter(Access.of(user).visible_units()).order_by("path")]
    posts = [p.name for p in Post.objects.filter(Access.of(user).visible_units("unit"))]
    heading = {column.code: str(column.heading) for column in Schedules.columns}
    fields = [
        templates.Field(heading["name"], 40),
        templates.Field(heading["lead"], 22, units),
        templates.Field(heading["post"], 18, posts),
        templates.Field(heading["milestone"], 30),
        templates.Field(heading["weight"], 8),
        templates.Field(heading["start"], 14),
        templates.Field(heading["due"], 14),
    ]
    works = Project.objects.counted().filter(plan=plan).select_related("lead_office", "responsible_post")
    listed = works.prefetch_related("milestones").order_by("theme__section__order", "theme__order", "order", "code")
    entries = [entry for project in listed for entry in _entries(project)]
    return templates.write_template(_("%(plan)s 项目节点表") % {"plan": plan.name}, _("项目节点表"), fields, entries)


def _entries(project: Project) -> list[templates.Entry]:
    standing = sorted((m for m in project.milestones.all() if not m.is_default), key=lambda m: (m.order, m.pk))
    stages = [Stage(m.name, m.weight, due=m.due, start=m.start) for m in standing]
    stages = stages or [replace(stage, due=None) for stage in template_for(project.kind).stages()]
    rows = [[s.name, f"{s.weight.normalize():f}", _iso(s.start), _iso(s.due)] for s in stages]
    rows += [["", "", "", ""] for _blank in range(BLANK_ROWS)]
    lead = project.lead_office.name if project.lead_office else ""
    post = project.responsible_post.name if project.responsible_post else ""
    return [
        templates.Entry([project.name, lead, post, *row], frozenset({1, 2, 3, 4, 5, 6}), {"code": project.code})
        for row in rows
    ]


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


register(Schedules())
