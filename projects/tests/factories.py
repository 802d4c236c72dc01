"""Small factories: a valid work with one call, the test states only what matters to it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Role, Unit, User
from goals.models import Plan, Section, Theme
from goals.progress.recompute import recompute
from goals.tests.factories import make_office, make_plan, make_unit, make_user
from projects import planning
from projects.models import Milestone, Project
from projects.stages import Stage
from projects.standing import PROJECTS

TODAY = date(2022, 10, 12)


def make_theme(plan: Plan, code: str = "theme") -> Theme:
    section, _new = Section.objects.get_or_create(plan=plan, code="section", defaults={"name": "板块"})
    return Theme.objects.get_or_create(plan=plan, code=code, defaults={"name": code, "section": section})[0]


def make_project(plan: Plan | None = None, code: str = "work", **fields: Any) -> Project:
    """A work with its default milestone."""
    plan = plan or Plan.objects.first() or make_plan()
    fields = {"name": code, "kind": "construction", "start": plan.start, "due": plan.end} | fields
    fields.setdefault("theme", make_theme(plan))
    fields.setdefault("lead_office", make_office())
    first_due: Any = fields["due"]
    project = Project.objects.create(plan=plan, code=code, first_due=first_due, **fields)
    make_milestone(project, "完成", project.due, is_default=True)
    return project


def make_milestone(project: Project, name: str = "节点", due: date = date(2022, 6, 30), **fields: Any) -> Milestone:
    fields = {"weight": Decimal(1), "order": project.milestones.count() + 1} | fields
    return Milestone.objects.create(project=project, name=name, due=due, first_due=due, **fields)


def make_many(plan: Plan, numbers: range) -> None:
    """Works with ten milestones each, in bulk."""
    theme, office = make_theme(plan), make_office()
    common: dict[str, Any] = {"plan": plan, "theme": theme, "kind": "event", "lead_office": office}
    common |= {"start": plan.start, "due": plan.end, "first_due": plan.end}
    made = Project.objects.bulk_create(Project(code=f"p{n}", name=f"项目{n}", order=n, **common) for n in numbers)
    Milestone.objects.bulk_create(
        Milestone(project=p, name=f"节点{m}", order=m, due=date(2022, m, 28), first_due=date(2022, m, 28))
        for p in made
        for m in range(1, 11)
    )
    recompute([p.pk for p in made], PROJECTS)


def stage(name: str, due: date | None = None, **fields: Any) -> Stage:
    return Stage(name, due=due, **fields)


STAGES = [
    stage("设计", date(2022, 3, 31)),
    stage("施工", date(2022, 9, 30), weight=Decimal(2), after=("设计",)),
    stage("验收", date(2022, 11, 30), after=("施工",)),
]


@dataclass
class Cast:
    """Everybody around one work: the office that has to get it done, another, and who oversees."""

    plan: Plan
    project: Project
    office: Unit
    reporter: User
    reviewer: User
    other: User
    planner: User
    leader: User

    def schedule(self, *stages: Stage) -> list[Milestone]:
        return planning.set_stages(self.planner, self.project, stages or STAGES)

    def step(self, name: str) -> Milestone:
        return self.project.milestones.get(name=name)


def make_cast(state: str = "draft", **fields: Any) -> Cast:
    plan = make_plan("taoyan-2022", state=state)
    office = make_office()
    return Cast(
        plan=plan,
        project=make_project(plan, **fields),
        office=office,
        reporter=make_user("reporter", Role.REPORTER, unit=office),
        reviewer=make_user("reviewer", Role.REVIEWER, unit=office),
        other=make_user("other", Role.REPORTER, unit=make_office("other_office")),
        planner=make_user("planner", Role.PLANNER, unit=make_unit()),
        leader=make_user("leader", Role.LEADER, unit=make_unit()),
    )
