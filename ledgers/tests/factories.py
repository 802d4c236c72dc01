"""A register among plans: its office, its people, and a target that it feeds. The registers are those of safety."""

from datetime import date
from typing import Any

from accounts.models import Role, Unit, User
from accounts.tests.factories import fresh
from common import clock
from goals.models import Indicator, Target
from goals.tests.factories import make_office, make_plan, make_target, make_unit, make_user
from ledgers.models import Confirmation, Upkeep
from ledgers.registry import Ledger, ledger_of

TODAY = date(2022, 10, 12)


def register(code: str = "accidents") -> Ledger:
    return ledger_of("safety", code)


def kept_by(ledger: Ledger, office: Unit | None = None, **counts: Any) -> Unit:
    """The office that keeps the register."""
    office = office or make_office("safety_office")
    who = User.objects.filter(username="setter").first() or make_user("setter")
    Upkeep.objects.create(
        ledger=ledger.key, root=make_unit(), office=office, counts=counts, set_by=who, set_at=clock.now()
    )
    return office


def keeper(office: Unit | None = None) -> User:
    """A reporter of the office that keeps the register."""
    return make_user("keeper", Role.REPORTER, unit=office or make_office("safety_office"))


def villager(village: Unit) -> User:
    return make_user(f"of-{village.code}", Role.REPORTER, unit=village)


def confirm(ledger: Ledger, through: date | None) -> None:
    if through is not None:
        who = User.objects.filter(username="confirmer").first() or make_user("confirmer")
        Confirmation.objects.create(
            ledger=ledger.key, root=make_unit(), through=through, confirmed_by=who, confirmed_at=clock.now()
        )


def fed_target(code: str = "safety.accidents", year: int = 2022, **terms: Any) -> Target:
    """A target that the measure of this code counts; below last year, unless the terms say otherwise."""
    indicator = Indicator.objects.filter(code=code).first()
    basis = terms.pop("basis", "amount")
    indicator = indicator or Indicator.objects.create(code=code, name=code, basis=basis, measure=code)
    terms = {"rule": "decline", "comparator": "below_last_year", "goal": None} | terms
    return make_target(make_plan(f"plan-{year}", year, state="adopted"), indicator, **terms)


__all__ = ["TODAY", "confirm", "fed_target", "fresh", "keeper", "kept_by", "register", "villager"]
