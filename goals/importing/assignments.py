"""任务分解表 by Excel: who leads a plan's targets, who cooperates, who answers for them, and by when."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
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
from common.sheets import Cell, text_of
from goals.assignments import Assignment, assign, cooperating_of
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
from goals.models import Plan, Target
from goals.permissions import may_plan

_SEPARATORS = re.compile(r"[、,，;；\n]")


def as_day(cell: Cell | None, context: Context) -> str:
    """A day as YYYY-MM-DD, from a date cell or text."""
    text = text_of(cell).strip()
    if text and (cell is None or not isinstance(cell.value, datetime | date)):
        text = parse_date(text).isoformat()
    return text


def names_in(text: str) -> list[str]:
    return list(dict.fromkeys(name.strip() for name in _SEPARATORS.split(text) if name.strip()))


class Assignments(Importer):
    """任务分解表."""

    kind = "assignments"
    title = gettext_lazy("任务分解表")
    columns = (
        Column("code", gettext_lazy("目标代码"), ("代码", "code")),
        Column("name", gettext_lazy("目标"), ("目标名称", "任务", "指标"), as_name),
        Column("post", gettext_lazy("分管领导"), ("责任领导", "分管岗位"), as_name),
        Column("lead", gettext_lazy("牵头单位"), ("牵头部门", "责任单位"), as_name),
        Column("cooperating", gettext_lazy("配合单位"), ("配合部门", "协办单位"), as_name),
        Column("due", gettext_lazy("完成时限"), ("时限", "完成时间"), as_day),
    )
    needs = (("code",), ("lead",))
    filled = ("code", "post", "lead", "cooperating", "due")
    choices = (("apply", gettext_lazy("确认写入")),)
    shown = (
        ("target", gettext_lazy("目标")),
        ("lead", gettext_lazy("牵头单位")),
        ("cooperating", gettext_lazy("配合单位")),
        ("post", gettext_lazy("分管领导")),
        ("due", gettext_lazy("完成时限")),
    )

    def may(self, user: User, context: Context) -> bool:
        plan = _plan(context)
        return plan is not None and may_plan(Access.of(user), plan.unit)

    def home(self, context: Context) -> str:
        return reverse("assignments", args=[str(context["plan"])])

    def plan(self, user: User, lines: Sequence[Line], context: Context) -> list[Outcome]:
        """Five queries for any number of rows."""
        plan = _plan(context)
        if plan is None or not may_plan(Access.of(user), plan.unit):
            raise Forbidden(_("只有计划管理员可以修改。"))
        if plan.is_closed:
            raise Conflict(_("计划已年终交账，只读。"))
        outcomes = [Outcome(line) for line in lines]
        targets = {t.code: t for t in plan.targets.select_related("indicator", "lead_office", "responsible_post")}
        units = _by_name(Unit.objects.filter(Access.of(user).visible_units()))
        posts = _by_name(Post.objects.filter(Access.of(user).visible_units("unit")))
        helpers = cooperating_of(target.pk for target in targets.values())
        _refuse_repeated(outcomes)
        for outcome in outcomes:
            target = targets.get(outcome.line.get("code"))
            _show(outcome, target)
            if target is None:
                outcome.refuse(
                    "code", _("计划里没有代码为“%(code)s”的目标。") % {"code": outcome.line.get("code")[:100]}
                )
                continue
            _plan_row(outcome, target, plan, units, posts)
            if not outcome.is_refused:
                _compare(outcome, helpers.get(target.pk, set()))
        return outcomes

    def write(
        self, user: User, outcomes: Sequence[Outcome], context: Context, *, choice: str, origin: str, source: Entry
    ) -> dict[str, int]:
        plan = _plan(context)
        assert plan is not None
        changed = assign(user, plan, [outcome.payload for outcome in outcomes], origin=origin, source=source)
        return {CREATED: 0, CHANGED: changed, UNCHANGED: len(outcomes) - changed}


def _plan(context: Context) -> Plan | None:
    return Plan.objects.select_related("unit").filter(slug=str(context.get("plan", ""))).first()


def _by_name(records: Iterable[Any]) -> dict[str, list[Any]]:
    known: dict[str, list[Any]] = {}
    for record in records:
        for key in {record.code, record.name}:
            known.setdefault(key, []).append(record)
    return known


def _refuse_repeated(outcomes: Sequence[Outcome]) -> None:
    by_code: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_code.setdefault(outcome.line.get("code"), []).append(outcome)
    for same in by_code.values():
        for outcome in same if len(same) > 1 else ():
            rows = "、".join(str(each.line.number) for each in same[:10])
            outcome.refuse("code", _("第 %(rows)s 行是同一目标，重复了。") % {"rows": rows})


def _plan_row(
    outcome: Outcome, target: Target, plan: Plan, units: Mapping[str, list[Unit]], posts: Mapping[str, list[Post]]
) -> None:
    line = outcome.line
    name = line.get("name")
    if name and name != target.name:
        if "code" in line.tied:
            said = _("这一行本是“%(name)s”：模板的行不能移动，请重新下载模板。")
            outcome.refuse("name", said % {"name": target.name})
        else:
            outcome.remarks.append(_("目标按代码认定为“%(name)s”。") % {"name": target.name})
    lead = _named(outcome, units, "lead", line.get("lead"))
    if not line.get("lead"):
        outcome.refuse("lead", _("请填写牵头单位。"))
    helpers = [_named(outcome, units, "cooperating", name) for name in names_in(line.get("cooperating"))]
    post = _named(outcome, posts, "post", line.get("post"))
    due = _due(outcome, target, plan)
    if lead is not None and not outcome.is_refused:
        outcome.payload = Assignment(target, lead, tuple(unit for unit in helpers if unit), post, due)


def _named(outcome: Outcome, known: Mapping[str, list[Any]], column: str, name: str) -> Any:
    if not name:
        return None
    found = known.get(name, [])
    if len(found) == 1:
        return found[0]
    said = _("不止一个叫“%(name)s”，请写代码。") if found else _("没有“%(name)s”。")
    outcome.refuse(column, said % {"name": name[:100]})
    return None


def _due(outcome: Outcome, target: Target, plan: Plan) -> date | None:
    text = outcome.line.get("due")
    if not text or "due" in outcome.errors:
        return None
    try:
        due = parse_date(text)
    except ValidationError as error:
        outcome.refuse("due", error.messages[0])
        return None
    if not plan.start <= due <= plan.end:
        outcome.refuse("due", _("完成时限应在计划年度之内。"))
    elif plan.state == Plan.State.ADOPTED and due != target.due:
        outcome.refuse("due", _("计划已印发，完成时限只能通过目标调整修改。"))
    return due


def _compare(outcome: Outcome, helpers: set[int]) -> None:
    wanted: Assignment = outcome.payload
    changes = wanted.changes()
    words = {"lead_office": _("牵头单位"), "responsible_post": _("分管领导"), "due": _("完成时限")}
    for name in changes:
        before = getattr(wanted.target, name)
        outcome.remarks.append(_("%(what)s原为 %(before)s。") % {"what": words[name], "before": before or "—"})
    joins = {unit.pk for unit in wanted.cooperating} != helpers
    if joins:
        outcome.remarks.append(_("配合单位有变。"))
    outcome.result = CHANGED if changes or joins else UNCHANGED


def _show(outcome: Outcome, target: Target | None) -> None:
    line = outcome.line
    codes = ("lead", "cooperating", "post", "due")
    outcome.shown = {code: line.get(code)[:200] for code in codes}
    outcome.shown["target"] = target.name if target else line.get("name") or line.get("code")


register(Assignments())
