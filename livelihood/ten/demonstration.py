"""The demonstration's ten: twenty candidates, the ballot, the decision, the list, and how the year went.

Sample data from `data/demo/`, made by the services on the days on which it would have been entered.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import yaml
from django.conf import settings

from accounts.models import Unit, User
from common import clock
from goals.models import Plan
from goals.progress.recompute import recompute
from livelihood.models import Ballot, Candidate, Decision, Survey
from livelihood.ten import choosing, publishing
from projects import milestones, paying
from projects.models import Payment, Project

FILE = settings.BASE_DIR / "data" / "demo" / "livelihood-projects.yaml"
ENTERED, PUBLISHED = date(2022, 2, 21), date(2022, 2, 22)


def demonstrate(users: Mapping[str, User]) -> None:
    """Chosen and published at the year's start; then money, steps done, and what people said at the end."""
    table = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    plan, planner = Plan.objects.get(slug="taoyan-2022"), users["planner"]
    with clock.pretending(ENTERED):
        _choose(planner, plan, table)
    with clock.pretending(PUBLISHED):
        known = {c.number: c for c in plan.candidates.all()}
        publishing.publish(planner, plan, {known[number].pk: day for number, day in table["due"].items()})
    listed = Candidate.objects.filter(plan=plan).published().select_related("project__lead_office")
    for candidate in listed:
        _tell_of(users, candidate, table["year"].get(candidate.number, {}))
    # What the portal proposes to leaders is sought before this transaction ends.
    recompute(plan.targets.filter(indicator__code=publishing.MEASURE).values_list("pk", flat=True))


def _choose(planner: User, plan: Plan, table: Mapping[str, Any]) -> None:
    units = {unit.code: unit for unit in Unit.objects.all()}
    works = {work.code: work for work in Project.objects.filter(plan=plan)}
    votes, reasons = {}, {}
    for number, row in enumerate(table["candidates"], start=1):
        words = {name: row[name] for name in ("name", "kind", "justification", "beneficiaries", "people", "proposer")}
        candidate = Candidate(plan=plan, number=number, cost=Decimal(str(row["cost"])), **words)
        candidate.lead_office, candidate.same_as = units[row["lead"]], works.get(row.get("same_as", ""))
        choosing.save_candidate(planner, candidate)
        votes[candidate.pk] = row["votes"]
        if "reason" in row:
            reasons[candidate.pk] = row["reason"]
    choosing.record_ballot(planner, Ballot(plan=plan, **table["ballot"]), votes)
    chosen = list(plan.candidates.filter(number__in=table["chosen"]).values_list("pk", flat=True))
    choosing.decide(planner, Decision(plan=plan, **table["decision"]), chosen, reasons)


def _tell_of(users: Mapping[str, User], candidate: Candidate, entry: Mapping[str, Any]) -> None:
    project = candidate.project
    assert project is not None and project.lead_office is not None
    office = users.get(f"{project.lead_office.code}.reporter") or users["reporter"]
    for kind, day, amount, source in entry.get("payments", ()):
        with clock.pretending(day, hour=14):
            paying.save_payment(
                office,
                Payment(
                    project=project, kind=kind, day=day, amount=Decimal(str(amount)), source=source, note="演示数据"
                ),
            )
    for step in project.milestones.order_by("order")[: entry.get("through", 0)]:
        with clock.pretending(step.due, hour=16):
            milestones.report_done(office, step, step.due, "演示数据")
        with clock.pretending(step.due + timedelta(days=2), hour=10):
            milestones.accept_milestone(users["planner"], step)
    if "survey" in entry:
        with clock.pretending(entry["survey"]["day"], hour=15):
            publishing.record_survey(users["planner"], Survey(candidate=candidate, **entry["survey"]))
