"""The assignment sheet (任务分解表): who leads, who cooperates, who answers, by when. YAML or Excel."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import yaml
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, Role, Unit, User
from accounts.permissions import Access
from audit import trail
from common.dates import parse_date
from common.errors import Conflict
from common.records import touch
from goals.loading import PlanFileError
from goals.models import Plan, Reading, ReportingUnit, Target
from goals.planning import require_planner
from goals.progress.recompute import mark

CODE, POST, LEAD, COOPERATING, DUE = "code", "分管领导", "牵头单位", "配合单位", "完成时限"
MOST_ROWS = 5_000


def load_assignments(path: Path, *, dry_run: bool = False) -> list[str]:
    """Apply the sheet to the newest plan that has its targets; what changed. Raises PlanFileError, all or nothing."""
    rows = list(_rows(path))
    with transaction.atomic():
        changed = _apply(rows)
        if dry_run:
            transaction.set_rollback(True)
    return changed


def _rows(path: Path) -> Iterable[tuple[str, dict[str, Any]]]:
    try:
        table = _excel(path) if path.suffix == ".xlsx" else yaml.safe_load(path.read_text(encoding="utf-8"))
    except Exception as error:  # a foreign file fails in any way
        raise PlanFileError([f"{path.name}: 无法读取 / cannot be read: {str(error)[:200]}"]) from error
    if not isinstance(table, list) or not all(isinstance(row, dict) for row in table):
        raise PlanFileError([f"{path.name}: 应为清单 / not a list of rows"])
    for number, row in enumerate(table[:MOST_ROWS], start=1):
        if any(row.values()):
            yield f"{path.name} {number}", row


def _excel(path: Path) -> list[dict[str, Any]]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    lines = list(sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 1, max_col=50))
    book.close()
    heads = [str(cell).strip() if cell is not None else "" for cell in lines[0]]
    return [dict(zip(heads, line, strict=False)) for line in lines[1:]]


def _apply(rows: list[tuple[str, dict[str, Any]]]) -> list[str]:
    mistakes: list[str] = []
    changed: list[str] = []
    units = {key: u for u in Unit.objects.all() for key in (u.name, u.code)}
    posts = {key: p for p in Post.objects.all() for key in (p.name, p.code)}
    targets: dict[str, Target] = {}
    for target in Target.objects.select_related("plan__unit", "indicator").order_by("plan__year"):
        if target.plan.state != Plan.State.CLOSED:
            targets[target.code] = target
    touched = set()
    for label, row in rows:
        found = targets.get(str(row.get(CODE) or ""))
        if found is None:
            mistakes.append(f"{label}: {CODE}: 没有目标 {row.get(CODE)} / unknown target")
            continue
        lead = _named(units, row.get(LEAD), label, LEAD, mistakes)
        post = _named(posts, row.get(POST), label, POST, mistakes)
        helpers = [_named(units, n, label, COOPERATING, mistakes) for n in _names(row.get(COOPERATING))]
        due = _due(row.get(DUE), found, label, mistakes)
        if lead is None:
            continue
        differing = _differing(found, lead, post, due)
        if differing or {u.pk for u in helpers if u} != set(found.cooperating_offices.values_list("pk", flat=True)):
            changed.append(f"{found.code}: {LEAD}: {lead.name}")
            touched.add(found.pk)
        for name, value in differing.items():
            setattr(found, name, value)
        if differing:
            found.save()
        found.cooperating_offices.set([u for u in helpers if u])
        _hand_reporting_over(found, lead)
    if mistakes:
        raise PlanFileError(mistakes)
    mark(touched, "assignments")
    if changed:
        entry = trail.Entry("load_assignments", "plan", "assignments", after={"changed": changed})
        trail.record(trail.Actor(), [entry])
    return changed


def _differing(target: Target, lead: Unit, post: Post | None, due: date | None) -> dict[str, Any]:
    wanted: dict[str, Any] = {"lead_office": lead}
    if post is not None:
        wanted["responsible_post"] = post
    if due is not None:
        wanted["due"] = due
    return {name: value for name, value in wanted.items() if getattr(target, name) != value}


def _named(known: dict[str, Any], raw: object, label: str, name: str, mistakes: list[str]) -> Any:
    if raw is None or raw == "":
        if name == LEAD:
            mistakes.append(f"{label}: {name}: 缺少 / missing")
        return None
    found = known.get(str(raw).strip())
    if found is None:
        mistakes.append(f"{label}: {name}: 没有 {raw} / unknown")
    return found


def _names(raw: object) -> list[str]:
    if isinstance(raw, list):
        return [str(n) for n in raw]
    return [n.strip() for n in str(raw or "").replace("、", ",").replace(",", ",").split(",") if n.strip()]


def _due(raw: object, target: Target, label: str, mistakes: list[str]) -> date | None:
    if raw is None or raw == "":
        return None
    text = raw.date().isoformat() if isinstance(raw, datetime) else raw.isoformat() if isinstance(raw, date) else raw
    try:
        due = parse_date(text)
    except ValidationError as error:
        mistakes.append(f"{label}: {DUE}: {error.messages[0]}")
        return None
    if due.year != target.plan.year:
        mistakes.append(f"{label}: {DUE}: 不在计划年度内 / outside the plan's year")
        return None
    if target.plan.state == Plan.State.ADOPTED and due != target.due:
        mistakes.append(f"{label}: {DUE}: 计划已印发，请用目标调整 / adopted: adjust it instead")
        return None
    return due


def _hand_reporting_over(target: Target, lead: Unit) -> None:
    """The lead office reports in the place of the plan's own unit, for all periods."""
    standing = ReportingUnit.objects.filter(indicator=target.indicator, unit=target.plan.unit)
    if standing.exists() and lead != target.plan.unit and not target.indicator.readings.exists():
        standing.delete()
        ReportingUnit.objects.get_or_create(indicator=target.indicator, unit=lead)


@dataclass(frozen=True)
class Assignment:
    """What a row of the sheet says of a target; None leaves post and due date as they are."""

    target: Target
    lead: Unit
    cooperating: tuple[Unit, ...] = ()
    post: Post | None = None
    due: date | None = None

    def changes(self) -> dict[str, Any]:
        """The columns of the target that it would change."""
        return _differing(self.target, self.lead, self.post, self.due)


@transaction.atomic
def assign(
    user: User, plan: Plan, rows: Sequence[Assignment], *, origin: str = "", source: trail.Entry | None = None
) -> int:
    """Apply checked rows to a plan's targets, in a number of queries that doesn't grow with them; how many changed.

    The audit trail tells of it under the plan, or in the entry of the `source` that the rows come from.
    """
    plan = Plan.objects.select_for_update().select_related("unit").get(pk=plan.pk)
    require_planner(user, plan.unit)
    if plan.is_closed:
        raise Conflict(_("计划已年终交账，只读。"))
    helpers = cooperating_of(row.target.pk for row in rows)
    moved: list[Target] = []
    rejoined: list[Assignment] = []
    told: dict[str, dict[str, Any]] = {}
    for row in rows:
        changes = row.changes()
        if "due" in changes and plan.state == Plan.State.ADOPTED:
            raise Conflict(_("计划已印发，完成时限只能通过目标调整修改。"))
        joins = {unit.pk for unit in row.cooperating} != helpers.get(row.target.pk, set())
        if not changes and not joins:
            continue
        told[row.target.code] = {name: str(value) for name, value in changes.items()}
        if joins:
            rejoined.append(row)
            told[row.target.code]["cooperating"] = [unit.code for unit in row.cooperating]
        for name, value in changes.items():
            setattr(row.target, name, value)
        touch(row.target)
        moved.append(row.target)
    columns = ["lead_office", "responsible_post", "due", "version", "updated_at"]
    Target.objects.bulk_update(moved, columns, batch_size=500)
    _join(rejoined)
    _hand_over(plan, rows)
    mark([target.pk for target in moved], "assignments")
    if told:
        source = source or trail.Entry("assign", "plan", plan.slug)
        after = {**source.after, "plan": plan.slug, "targets": told}
        entry = trail.Entry(source.action, source.record, source.record_id, after=after)
        trail.record(Access.of(user).actor(Role.PLANNER, origin=origin), [entry])
    return len(moved)


def cooperating_of(target_ids: Iterable[int]) -> dict[int, set[int]]:
    """The ids of the cooperating offices, by target. One query."""
    pairs = Target.cooperating_offices.through.objects.filter(target__in=list(target_ids))
    found: dict[int, set[int]] = {}
    for target_id, unit_id in pairs.values_list("target_id", "unit_id"):
        found.setdefault(target_id, set()).add(unit_id)
    return found


def _join(rows: Sequence[Assignment]) -> None:
    through = Target.cooperating_offices.through
    through.objects.filter(target__in=[row.target.pk for row in rows]).delete()
    pairs = {(row.target.pk, unit.pk) for row in rows for unit in row.cooperating}
    through.objects.bulk_create([through(target_id=target, unit_id=unit) for target, unit in sorted(pairs)])


def _hand_over(plan: Plan, rows: Sequence[Assignment]) -> None:
    """Each lead office reports in the place of the plan's own unit, where nothing was reported yet."""
    leads = {row.target.indicator_id: row.lead for row in rows if row.lead.pk != plan.unit_id}
    standing = ReportingUnit.objects.filter(indicator__in=leads, unit=plan.unit)
    reported = Reading.objects.filter(indicator__in=leads).values_list("indicator_id", flat=True).distinct()
    ids = set(standing.values_list("indicator_id", flat=True)) - set(reported)
    ReportingUnit.objects.filter(indicator__in=ids, unit=plan.unit).delete()
    ReportingUnit.objects.bulk_create(
        [ReportingUnit(indicator_id=pk, unit=leads[pk]) for pk in sorted(ids)], ignore_conflicts=True
    )
