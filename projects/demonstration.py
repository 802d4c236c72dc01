"""The demonstration's works: who leads them, when their stages are due, and how the year went. From `data/demo/`.

Sample data, made by the services on the days on which it would have happened.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import yaml
from django.conf import settings

from accounts.models import Post, Unit, User
from common import clock
from goals.models import Plan, Target, Theme
from projects import aftercare, commenting, inspecting, milestones, noting, paying, planning
from projects.models import Acceptance, Finding, Inspection, Payment, ProgressNote, Project, Upkeep
from projects.noting import Said
from projects.stages import Stage, template_for

FILE = settings.BASE_DIR / "data" / "demo" / "projects.yaml"
SCHEDULED, TODAY = date(2022, 2, 16), date(2022, 10, 12)
CONFIRMED = date(2022, 7, 6)


def _read() -> dict[str, Any]:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def prepare(users: Mapping[str, User]) -> None:
    """Lead offices for all works, and stages for those that leaders ask about; before the plan is adopted."""
    table, plan = _read(), Plan.objects.get(slug="taoyan-2022")
    with clock.pretending(SCHEDULED):
        _extra(plan, table, users["planner"])
        units = {u.code: u for u in Unit.objects.all()}
        posts = {p.code: p for p in Post.objects.all()}
        for project in plan.projects.select_related("theme", "same_as").order_by("order"):
            led = table["themes"][project.theme.code] | table["leads"].get(project.code, {})
            project.lead_office, project.responsible_post = units[led["lead"]], posts[led["post"]]
            own = table["works"].get(project.code, {})
            for name in ("due", "standard", "places"):
                if name in own:
                    setattr(project, name, own[name])
            stages = _stages(own, project) if project.is_counted else None
            helpers = [units[code] for code in led.get("with", ())]
            planning.save_project(users["planner"], project, cooperating=helpers, stages=stages)


def _extra(plan: Plan, table: Mapping[str, Any], planner: User) -> None:
    """What the plan's targets need as works, though the document names no commitment for them."""
    for order, (code, entry) in enumerate(table["extra"].items(), start=900):
        project = Project(
            plan=plan,
            code=code,
            theme=Theme.objects.get(plan=plan, code=entry["theme"]),
            target=Target.objects.get(plan=plan, code=entry["target"]),
            name=entry["name"],
            kind=entry["kind"],
            order=order,
        )
        planning.save_project(planner, project)


def _stages(own: Mapping[str, Any], project: Project) -> list[Stage]:
    """Those of the file (name, weight, working days), or the template of its kind."""
    if "stages" not in own:
        return template_for(project.kind).stages()
    names = [name for name, _weight, _days in own["stages"]]
    return [
        Stage(name, Decimal(str(weight)), days=days, after=tuple(names[max(number - 1, 0) : number]))
        for number, (name, weight, days) in enumerate(own["stages"])
    ]


def demonstrate(users: Mapping[str, User]) -> None:
    """The year so far: stages reported and accepted month by month, notes, inspections, money, upkeep, a comment."""
    table = _read()
    projects = {p.code: p for p in Project.objects.select_related("lead_office", "plan__unit", "theme")}
    done = sorted(_done(table, projects), key=lambda each: (each.day, each.milestone.order))
    by_month: dict[date, list[milestones.Done]] = defaultdict(list)
    for each in done:
        by_month[min(_month_end(each.day), TODAY - timedelta(days=2))].append(each)
    waiting = set(table["waiting"])
    for day, several in sorted(by_month.items()):
        _report(users, day, several, waiting)
    for code, entry in table["works"].items():
        _tell_of(users, projects[code], entry)
    _confirm(users, table)


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _done(table: Mapping[str, Any], projects: Mapping[str, Project]) -> Iterator[milestones.Done]:
    """A work keeps its distance from its dates (`shift`, in days), so far as `through` stages go."""
    for project in projects.values():
        own = table["works"].get(project.code, {})
        shift, through = own.get("shift", 0), own.get("through", 99)
        for milestone in project.milestones.filter(is_default=False).order_by("order")[:through]:
            day = milestone.due + timedelta(days=shift)
            if not SCHEDULED < day <= TODAY - timedelta(days=3):
                day = SCHEDULED + timedelta(days=3) if day <= SCHEDULED else day
            if day <= TODAY - timedelta(days=3):
                yield milestones.Done(milestone, day, own.get("report", ""))


def _report(users: Mapping[str, User], day: date, several: list[milestones.Done], waiting: set[str]) -> None:
    """The offices report at the month's end, the planner accepts two days later; some wait for it still."""
    by_office: dict[str, list[milestones.Done]] = defaultdict(list)
    with clock.pretending(day):
        for each in several:
            office = each.milestone.project.lead_office
            assert office is not None
            by_office[office.code].append(each)
        for code, part in by_office.items():
            milestones.report_many(_reporter(users, code), part)
    with clock.pretending(min(day + timedelta(days=2), TODAY), hour=15):
        last = {
            each.milestone.pk for each in several if f"{each.milestone.project.code} {each.milestone.name}" in waiting
        }
        milestones.accept_many(users["planner"], [e.milestone for e in several if e.milestone.pk not in last])


def _tell_of(users: Mapping[str, User], project: Project, entry: Mapping[str, Any]) -> None:
    assert project.lead_office is not None
    office = _reporter(users, project.lead_office.code)
    for row in entry.get("payments", ()):
        kind, day, amount, source = row[:4]
        with clock.pretending(day, hour=14):
            payment = Payment(
                project=project, kind=kind, day=day, amount=Decimal(str(amount)), source=source, note="演示数据"
            )
            paying.save_payment(office, payment)
    for row in entry.get("inspections", ()):
        _inspect(users, project, row, office)
    if "note" in entry:
        told = entry["note"]
        with clock.pretending(told["day"], hour=16):
            note = ProgressNote(project=project, **{k: v for k, v in told.items() if k != "day"})
            noting.add_note(office, note)
    if "accepted" in entry:
        _accept(users, project, entry["accepted"], office)
    for day, author, text in entry.get("comments", ()):
        with clock.pretending(day, hour=11):
            commenting.comment(users[author], project, text)


def _inspect(users: Mapping[str, User], project: Project, row: Mapping[str, Any], office: User) -> None:
    with clock.pretending(row["day"], hour=17):
        findings = [inspecting.Found(text, deadline) for text, deadline, *_rest in row.get("findings", ())]
        inspection = Inspection(
            project=project, day=row["day"], inspector=row["inspector"], summary=row.get("summary", "")
        )
        inspecting.record(users["planner"], inspection, findings)
    for finding, (_text, _deadline, *rest) in zip(inspection.findings.all(), row.get("findings", ()), strict=True):
        if rest:
            with clock.pretending(rest[0], hour=10):
                inspecting.rectify(office, finding, rest[0], rest[1])
        if len(rest) > 2:
            with clock.pretending(rest[2], hour=15):
                inspecting.recheck(users["planner"], Finding.objects.get(pk=finding.pk), passed=True, text="复查合格")


def _accept(users: Mapping[str, User], project: Project, entry: Mapping[str, Any], office: User) -> None:
    with clock.pretending(entry["day"], hour=16):
        acceptance = Acceptance(
            project=project, day=entry["day"], result="passed", body=entry["body"], opinion="演示数据"
        )
        aftercare.accept_project(users["planner"], acceptance)
    for row in entry.get("upkeep", ()):
        with clock.pretending(row["begins"], hour=10):
            kept = {k: Decimal(str(v)) if k == "cost" else v for k, v in row.items() if k != "checked"}
            upkeep = aftercare.hand_over(office, Upkeep(project=project, **kept))
        if "checked" in row:
            with clock.pretending(row["checked"], hour=10):
                aftercare.check(office, upkeep.checks.get(), row["checked"], "good", "设施完好。")


def _confirm(users: Mapping[str, User], table: Mapping[str, Any]) -> None:
    """The first half's words on routine commitments; the themes left out are still to be confirmed."""
    with clock.pretending(CONFIRMED):
        for theme in Theme.objects.filter(plan__slug="taoyan-2022").exclude(code__in=table["unconfirmed"]):
            words = {p.pk: Said(*table["words"].get(p.code, ["going_on"])) for p in noting.routine_of(theme)}
            if words:
                noting.confirm(users["planner"], theme, date(2022, 6, 30), words)


def _reporter(users: Mapping[str, User], unit: str) -> User:
    return users.get(f"{unit}.reporter") or users["reporter"]
