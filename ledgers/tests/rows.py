"""Rows of any register for the tests of sections: made in one line, saved as the service leaves them."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import Unit, User
from accounts.tests.factories import browser_of
from common import clock
from common.fields import SCALE
from goals.measures import Wanted, measure_of
from goals.models import Target
from goals.progress import Counted
from goals.tests.factories import make_unit, make_user
from ledgers.models import Row
from ledgers.registry import Ledger, ledger_of_model
from ledgers.tests.factories import TODAY, fed_target, keeper, kept_by

DAY = date(2022, 10, 12)
DAY = date(2022, 9, 5)


def make_village(code: str = "jingkou") -> Unit:
    return make_unit(code, "village", make_unit())


def author() -> User:
    return User.objects.filter(username="author").first() or make_user("author")


def row_of(model: type[Row], **values: Any) -> Any:
    """An unsaved row with what every row needs."""
    return model(**({"day": DAY, "unit": values.pop("unit", None) or make_village()} | values))


def checked(row: Any) -> Any:
    """As far as its own checks let it."""
    ledger_of_model(type(row)).relate([row])
    row.clean()
    return row


def save(row: Any) -> Any:
    """As the service leaves it, without the service."""
    row.author, row.created_at = author(), clock.now()
    checked(row).save()
    return row


def faults(row: Any) -> list[str]:
    """The fields that a row's own checks refuse."""
    try:
        checked(row)
    except ValidationError as error:
        return sorted(error.error_dict)
    return []


def keeper_of(ledger: Ledger) -> User:
    """A reporter of the office that keeps the register, which is named now."""
    return keeper(kept_by(ledger))


def fed_share(code: str) -> Target:
    """A share that the measure of this code counts."""
    return fed_target(code, basis="share", rule="share", comparator="at_least", goal=Decimal(90))


def statuses(ledger: Ledger, user: User) -> dict[str, int]:
    """What a register's list, form, Excel template, export and API answer to a user."""
    client = browser_of(user)
    addresses = {
        "list": ledger.address,
        "form": f"{ledger.address}new/",
        "template": f"{ledger.address}excel/?template=1",
        "export": f"{ledger.address}export/",
        "api": f"/api/v1/{ledger.section}/{ledger.code}/",
    }
    return {name: client.get(address).status_code for name, address in addresses.items()}


def shares(code: str) -> dict[date, tuple[int, int]]:
    """A share by the days on which it changes: numerator and denominator, whole."""
    wanted = Wanted(1, make_unit().path, TODAY.year)
    found = measure_of(code).figures([wanted], None)[wanted]
    assert isinstance(found, Counted)
    above = below = 0
    by_day = {}
    for event in found.events:
        above, below = above + event.numerator, below + event.denominator
        by_day[event.day] = (above // SCALE, below // SCALE)
    return by_day


def share_on(code: str, day: date) -> tuple[int, int]:
    return next((share for on, share in reversed(shares(code).items()) if on <= day), (0, 0))
