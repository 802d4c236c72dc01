"""Small factories: a valid record with one call, the test states only what matters to it."""

from datetime import date
from decimal import Decimal
from typing import Any

from rest_framework.test import APIClient

from accounts.models import Grant, Token, Unit, User
from common import clock
from goals.models import Indicator, Plan, Reading, ReportingUnit, Section, Target, Theme, WarningProfile
from goals.models.reading import State


def make_unit(code: str = "taoyan", kind: str = "subdistrict", parent: Unit | None = None) -> Unit:
    for found in Unit.objects.filter(code=code):
        return found
    unit = Unit(code=code, name=code, kind=kind, parent=parent)
    unit.save()
    return unit


def make_office(code: str = "office") -> Unit:
    for found in Unit.objects.filter(code=code):
        return found
    return make_unit(code, "office", make_unit())


def make_user(name: str, *roles: str, unit: Unit | None = None) -> User:
    user = User.objects.create(username=name, name=name)
    for role in roles:
        Grant.objects.create(user=user, role=role, unit=unit)
    return user


def client_of(user: User, scope: str = "write") -> APIClient:
    """A REST client with a fresh token of this user."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Token " + Token.issue(user, name="test", scope=scope)[1])
    return client


def make_plan(slug: str = "plan", year: int = 2022, state: str = "draft") -> Plan:
    profile = WarningProfile.objects.get(code="default", edition=1)
    return Plan.objects.create(slug=slug, name=slug, unit=make_unit(), year=year, profile=profile, state=state)


def make_indicator(code: str = "indicator", *units: Unit, basis: str = "amount", **terms: Any) -> Indicator:
    indicator = Indicator.objects.create(code=code, name=code, basis=basis, **terms)
    for unit in units or (make_office(),):
        ReportingUnit.objects.create(indicator=indicator, unit=unit)
    return indicator


def make_target(plan: Plan | None = None, indicator: Indicator | None = None, **terms: Any) -> Target:
    plan = plan or Plan.objects.first() or make_plan()
    indicator = indicator or make_indicator()
    section, _new = Section.objects.get_or_create(plan=plan, code="section", defaults={"name": "section"})
    theme, _new = Theme.objects.get_or_create(plan=plan, code="theme", defaults={"name": "theme", "section": section})
    terms = {"rule": "total", "goal": Decimal(100), "due": plan.end, "name": indicator.code} | terms
    terms.setdefault("code", indicator.code)
    terms.setdefault("lead_office", make_office())
    return Target.objects.create(plan=plan, theme=theme, indicator=indicator, **terms)


def make_reading(indicator: Indicator, period: date, value: object = None, **fields: Any) -> Reading:
    fields = {"unit": make_office(), "state": State.APPROVED, "entered_at": clock.now()} | fields
    if fields["state"] == State.APPROVED:
        fields.setdefault("approved_at", clock.now())
    number = None if value is None else Decimal(str(value))
    is_share = indicator.is_share
    return Reading.objects.create(indicator=indicator, period=period, value=number, is_share=is_share, **fields)
