"""The assignment sheet (任务分解表): who leads, who cooperates, who answers, by when. YAML or Excel."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import yaml
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Post, Unit
from audit import trail
from common.dates import parse_date
from goals.loading import PlanFileError
from goals.models import Plan, ReportingUnit, Target
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
