"""Small factories: a valid record with one call, the test states only what matters to it."""

from collections.abc import Iterable
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


def make_theme(plan: Plan) -> Theme:
    section, _new = Section.objects.get_or_create(plan=plan, code="section", defaults={"name": "section"})
    defaults = {"name": "theme", "section": section}
    return Theme.objects.get_or_create(plan=plan, code="theme", defaults=defaults)[0]


def new_target(plan: Plan, theme: Theme, indicator: Indicator, **terms: Any) -> Target:
    """A target that isn't saved yet."""
    defaults = {"rule": "total", "goal": Decimal(100), "due": plan.end, "name": indicator.code, "code": indicator.code}
    return Target(plan=plan, theme=theme, indicator=indicator, basis=indicator.basis, **(defaults | terms))


def make_target(plan: Plan | None = None, indicator: Indicator | None = None, **terms: Any) -> Target:
    plan = plan or Plan.objects.first() or make_plan()
    indicator = indicator or make_indicator()
    if "lead_office" not in terms:
        terms["lead_office"] = make_office()
    target = new_target(plan, terms.pop("theme", None) or make_theme(plan), indicator, **terms)
    target.save()
    return target


def make_indicators(codes: Iterable[str], unit: Unit, **terms: Any) -> list[Indicator]:
    """Many at once, all reported by the unit."""
    terms = {"basis": "amount"} | terms
    indicators = Indicator.objects.bulk_create(Indicator(code=code, name=code, **terms) for code in codes)
    ReportingUnit.objects.bulk_create(ReportingUnit(indicator=i, unit=unit) for i in indicators)
    return indicators


def make_targets(plan: Plan, codes: Iterable[str], unit: Unit, **terms: Any) -> list[Target]:
    """Many at once, each of an indicator of its own that the unit reports."""
    theme = make_theme(plan)
    terms.setdefault("lead_office", unit)
    indicators = make_indicators(codes, unit)
    return Target.objects.bulk_create(new_target(plan, theme, indicator, **terms) for indicator in indicators)


def new_reading(indicator: Indicator, period: date, value: object = None, **fields: Any) -> Reading:
    """A reading that isn't saved yet."""
    fields = {"state": State.APPROVED, "entered_at": clock.now()} | fields
    if fields["state"] == State.APPROVED:
        fields.setdefault("approved_at", clock.now())
    number = None if value is None else Decimal(str(value))
    return Reading(indicator=indicator, period=period, value=number, is_share=indicator.is_share, **fields)


def make_reading(indicator: Indicator, period: date, value: object = None, **fields: Any) -> Reading:
    unit = fields.pop("unit", None) or make_office()
    reading = new_reading(indicator, period, value, unit=unit, **fields)
    reading.save()
    return reading
