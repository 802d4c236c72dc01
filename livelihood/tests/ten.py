"""Candidates and what follows them, with one call each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Role, User
from goals.models import Plan
from goals.tests.factories import make_office, make_plan, make_unit, make_user
from livelihood.models import Ballot, Candidate, Decision
from livelihood.ten import choosing, publishing
from projects.models import Project
from projects.tests.factories import make_theme

HELD, DECIDED = date(2022, 1, 20), date(2022, 2, 10)
VOTES = (9, 8, 5, 5)
PAPERS = {"entitled": 12, "present": 11, "issued": 11, "returned": 10, "valid": 9, "spoiled": 1, "limit": 3, "seats": 2}


@dataclass
class Chosen:
    """A plan with four candidates of whom two will do, and its planner. Each step is taken by its own call."""

    plan: Plan
    planner: User

    @property
    def candidates(self) -> list[Candidate]:
        return list(self.plan.candidates.order_by("number"))

    def vote(self, votes: Sequence[int | None] = VOTES, **numbers: Any) -> Ballot:
        return choosing.record_ballot(self.planner, self.ballot(**numbers), self.votes(votes))

    def ballot(self, **numbers: Any) -> Ballot:
        return Ballot(plan=self.plan, **({"held_on": HELD, "rule_number": "1号"} | PAPERS | numbers))

    def votes(self, votes: Sequence[int | None] = VOTES) -> dict[int, int | None]:
        return {c.pk: given for c, given in zip(self.candidates, votes, strict=True)}

    def decide(self, *numbers: int, reasons: dict[int, str] | None = None, **fields: Any) -> Decision:
        keys = {c.number: c.pk for c in self.candidates}
        decision = Decision(plan=self.plan, **({"decided_on": DECIDED, "number": "3号"} | fields))
        chosen = [keys[number] for number in numbers or (1, 2)]
        return choosing.decide(self.planner, decision, chosen, {keys[n]: why for n, why in (reasons or {}).items()})

    def publish(self, due: date = date(2022, 12, 30)) -> Decision:
        return publishing.publish(self.planner, self.plan, {c.pk: due for c in self.candidates})

    def publish_all(self) -> list[Candidate]:
        """Voted, decided and published."""
        self.vote()
        self.decide()
        self.publish()
        return list(Candidate.objects.published())


def new_candidate(plan: Plan, number: int = 1, **fields: Any) -> Candidate:
    known = {"name": f"项目{number}", "cost": Decimal(100), "justification": "群众反映多", "beneficiaries": "全体居民"}
    known |= {"proposer": "第一代表组", "lead_office": make_office(), "kind": "event"}
    return Candidate(plan=plan, number=number, **(known | fields))


def make_chosen(state: str = "adopted", candidates: int = 4) -> Chosen:
    plan = make_plan("taoyan-2022", state=state)
    make_theme(plan, publishing.THEME)
    planner = make_user("planner", Role.PLANNER, unit=make_unit())
    for number in range(1, candidates + 1):
        choosing.save_candidate(planner, new_candidate(plan, number))
    return Chosen(plan, planner)


def work_of(candidate: Candidate) -> Project:
    assert candidate.project is not None
    return candidate.project
