"""Everybody around one red target: its office, its post, the leader, the planner; and an order at any stage."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Post, Role, Unit, User
from accounts.tests.factories import make_holder, make_post
from common import clock
from goals.models import Plan, Target
from goals.progress.recompute import recompute
from goals.tests.factories import (
    make_indicator,
    make_office,
    make_plan,
    make_reading,
    make_target,
    make_unit,
    make_user,
)
from supervision import answering, deciding, issuing
from supervision.issuing import Terms
from supervision.models import Order

TODAY = date(2022, 10, 12)
SEPTEMBER = date(2022, 9, 30)
# Ten working days after the 12th of October.
DEADLINE = date(2022, 10, 26)
TERMS = Terms(requirement="逐户排出名单，月底前报出安排。", working_days=10)


def make_red_target(plan: Plan, post: Post | None, code: str = "red", **terms: Any) -> Target:
    """1 of 100, where 75 were due."""
    target = make_target(plan, make_indicator(code, basis="running_total"), responsible_post=post, **terms)
    make_reading(target.indicator, SEPTEMBER, 1)
    return target


@dataclass
class Cast:
    """Who does what with orders on one target."""

    plan: Plan
    target: Target
    office: Unit
    post: Post
    leading: Post
    reporter: User
    holder: User
    other: User
    planner: User
    leader: User

    def draft(self, terms: Terms = TERMS) -> Order:
        return issuing.draft(self.planner, self.target, terms)

    def issue(self, terms: Terms = TERMS, thing: Any = None) -> Order:
        return issuing.issue_new(self.leader, thing or self.target, terms)

    def signed(self, terms: Terms = TERMS) -> Order:
        return answering.sign(self.reporter, self.issue(terms))

    def applied(self) -> Order:
        return answering.apply(self.holder, self.signed(), "名单已报出。")

    def verified(self) -> Order:
        return deciding.verify(self.planner, self.applied())

    def closed(self) -> Order:
        return deciding.close(self.leader, self.verified())


def make_cast() -> Cast:
    plan, street, office = make_plan("taoyan-2022", state="adopted"), make_unit(), make_office()
    post = make_post("deputy_economy", Role.LEADER, street)
    leading = make_post("director", Role.LEADER, street)
    cast = Cast(
        plan=plan,
        target=make_red_target(plan, post),
        office=office,
        post=post,
        leading=leading,
        reporter=make_user("reporter", Role.REPORTER, unit=office),
        holder=make_user("holder"),
        other=make_user("other", Role.REPORTER, unit=make_office("other_office")),
        planner=make_user("planner", Role.PLANNER, unit=street),
        leader=make_user("leader"),
    )
    make_holder(post, cast.holder)
    make_holder(leading, cast.leader)
    with clock.pretending(TODAY):
        recompute([cast.target.pk])
    return cast
