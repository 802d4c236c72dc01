"""A fixed small cast: an official, the reviewer of the office, a reviewer of another, a planner, a leader."""

from dataclasses import dataclass
from datetime import date

from django.test import Client

from accounts.models import Role, Unit, User
from goals.models import Indicator, Plan, Target
from goals.tests.factories import make_indicator, make_office, make_plan, make_target, make_unit, make_user

JANUARY, AUGUST, SEPTEMBER = date(2022, 1, 31), date(2022, 8, 31), date(2022, 9, 30)


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@dataclass
class Cast:
    """Everybody, and the plan that they work on: one target, due for September alone."""

    plan: Plan
    target: Target
    indicator: Indicator
    office: Unit
    official: User
    reviewer: User
    other_reviewer: User
    planner: User
    leader: User


def make_cast(**terms: object) -> Cast:
    plan = make_plan("taoyan-2022", state="adopted")
    office, other = make_office(), make_office("other_office")
    terms = {"basis": "amount", "frequency": "yearly", "unit_of_measure": "家"} | terms
    indicator = make_indicator("firms", office, **terms)  # type: ignore[arg-type]
    rule = {"share": "share", "level": "level", "rate": "growth"}.get(indicator.basis, "total")
    target = make_target(plan, indicator, rule=rule, name="新增企业")
    return Cast(
        plan=plan,
        target=target,
        indicator=indicator,
        office=office,
        official=make_user("official", Role.REPORTER, unit=office),
        reviewer=make_user("reviewer", Role.REVIEWER, unit=office),
        other_reviewer=make_user("other_reviewer", Role.REVIEWER, unit=other),
        planner=make_user("planner", Role.PLANNER, unit=make_unit()),
        leader=make_user("leader", Role.LEADER, unit=make_unit()),
    )


def row(indicator: str = "firms", unit: str = "office", period: date = SEPTEMBER) -> str:
    """The key of a row of the sheet."""
    return f"{indicator}|{unit}|{period.isoformat()}"
