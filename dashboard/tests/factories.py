"""A plan with many targets and their figures, for pages and counts of queries."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.test import Client

from accounts.models import Post, PostHolder, Role, Unit, User
from goals.models import Plan, Reading, Section, Target, Theme
from goals.progress.recompute import recompute
from goals.tests.factories import (
    make_indicators,
    make_office,
    make_plan,
    make_unit,
    make_user,
    new_reading,
    new_target,
)
from projects.models import Project
from supervision.models import Order, State


def make_leader(name: str = "leader") -> User:
    return make_user(name, Role.LEADER, unit=make_unit())


def browser_of(user: User) -> Client:
    """A browser in which this user has logged in."""
    client = Client()
    client.force_login(user)
    return client


def make_post(unit: Unit, code: str = "deputy", holder: User | None = None, *, deputy: bool = False) -> Post:
    """A leader's post, held since the year before where a holder is named."""
    post, _new = Post.objects.get_or_create(code=code, defaults={"name": code, "unit": unit, "role": Role.LEADER})
    if holder is not None:
        PostHolder.objects.create(post=post, user=holder, held_from=date(2021, 1, 1), is_deputy=deputy)
    return post


def make_issued(thing: Target | Project, number: int | None = 1, **fields: Any) -> Order:
    """An order issued on it in September, signed for."""
    kind = "target" if isinstance(thing, Target) else "project"
    by = User.objects.filter(username="issuer").first() or make_user("issuer", Role.LEADER, unit=thing.plan.unit)
    defaults = {
        "plan": thing.plan,
        "number": number,
        "state": State.SIGNED,
        "requirement": "加快",
        "lead_office": thing.lead_office,
        "responsible_post": make_post(thing.plan.unit),
        "drafted_by": by,
        "issued_by": by,
        "issued_on": date(2022, 9, 1),
        "deadline": date(2022, 9, 30),
        "first_deadline": date(2022, 9, 30),
        "next_due": date(2022, 9, 30),
        kind: thing,
    }
    return Order.objects.create(**(defaults | fields))


def make_full_plan(count: int = 4, *, months: int = 2) -> Plan:
    """An adopted plan of two sections, with so many targets, each with approved figures of the first months."""
    plan = make_plan("taoyan-2022", state="adopted")
    plan.document = "第一段。争取新增4家企业,力争更多。\n第二段。"
    plan.save()
    sections = [
        Section.objects.create(plan=plan, code=code, name=name, heading=f"({n}){name}", order=n)
        for n, (code, name) in enumerate((("economy", "经济发展"), ("safety", "平安智治")), start=1)
    ]
    themes = [
        Theme.objects.create(plan=plan, section=s, code=f"{s.code}.theme", name=f"{s.name}主题") for s in sections
    ]
    add_targets(plan, themes, range(count), months)
    return plan


def add_targets(plan: Plan, themes: list[Theme], numbers: range, months: int = 2) -> None:
    office = make_office()
    indicators = make_indicators([f"indicator.{n}" for n in numbers], office, unit_of_measure="家", whole=True)
    numbered = list(zip(numbers, indicators, strict=True))
    terms = {"goal": Decimal(12), "lead_office": office, "quote": "争取新增4家企业", "paragraph": 1}
    Target.objects.bulk_create(
        new_target(plan, themes[n % len(themes)], i, code=f"target.{n}", name=f"指标{n}", order=n, **terms)
        for n, i in numbered
    )
    periods = (date(2022, 1, 31), date(2022, 2, 28))[:months]
    Reading.objects.bulk_create(new_reading(i, p, n % 2, unit=office) for n, i in numbered for p in periods)
    recompute(list(plan.targets.values_list("pk", flat=True)))
