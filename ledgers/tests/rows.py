"""What the tests of several sections' registers share: villages, rows, keepers, and what a register answers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Role, Unit, User
from accounts.tests.factories import browser_of
from common import clock
from goals.measures import Wanted, measure_of
from goals.models import Indicator, Plan, Progress, Target
from goals.progress import Counted, Event
from goals.progress.recompute import recompute
from goals.tests.factories import client_of, make_office, make_plan, make_target, make_unit, make_user
from ledgers.models import Confirmation, Row, Upkeep
from ledgers.registry import Ledger, ledger_of_model

TODAY = date(2022, 10, 12)
DAY = date(2022, 9, 5)
YEAR = Wanted(1, "/taoyan/", 2022)


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    """For the conftest of a section: the day on which its tests stand."""
    settings.TAOYAN_TODAY = TODAY.isoformat()


def make_village(code: str = "jingkou") -> Unit:
    return make_unit(code, "village", make_unit())


def author() -> User:
    return User.objects.filter(username="author").first() or make_user("author")


def row_of(model: type[Row], **values: Any) -> Any:
    """An unsaved row with what every row needs."""
    return model(**({"day": DAY, "unit": values.pop("unit", None) or make_village()} | values))


def checked(row: Any) -> Any:
    """The row, as far as its own checks let it."""
    ledger_of_model(type(row)).relate([row])
    row.clean()
    return row


def save(row: Any) -> Any:
    """As the service leaves it, without the service."""
    row.author, row.created_at = author(), clock.now()
    checked(row).save()
    return row


def faults(row: Row) -> list[str]:
    """The fields with which the row says something that can't be."""
    try:
        checked(row)
    except ValidationError as error:
        return list(error.error_dict)
    return []


def keeper_of(model: type[Row]) -> User:
    """A reporter of the office that keeps the register, which is named for it."""
    office = make_office("keeping")
    Upkeep.objects.create(
        ledger=ledger_of_model(model).key, root=make_unit(), office=office, set_by=author(), set_at=clock.now()
    )
    return User.objects.filter(username="keeper").first() or make_user("keeper", Role.REPORTER, unit=office)


def confirm(model: type[Row], through: date = TODAY) -> None:
    Confirmation.objects.create(
        ledger=ledger_of_model(model).key,
        root=make_unit(),
        through=through,
        confirmed_by=author(),
        confirmed_at=clock.now(),
    )


def counted_target(
    code: str, *, rule: str = "total", basis: str = "amount", goal: int | None = 4, **terms: Any
) -> Target:
    """A target that the measure of this code counts, in an adopted plan of 2022."""
    indicator = Indicator.objects.create(code=code, name=code, basis=basis, measure=code)
    plan = Plan.objects.first() or make_plan(state="adopted")
    return make_target(plan, indicator, rule=rule, goal=goal, **terms)


def stored(target: Target) -> Any:
    """The target's figure of today as it is stored."""
    recompute([target.pk])
    return Progress.objects.get(target=target, as_of=TODAY).actual


def events(code: str) -> list[Event]:
    found = measure_of(code).figures([YEAR], None)[YEAR]
    assert isinstance(found, Counted)
    return list(found.events)


def share_on(code: str, day: date) -> tuple[int, int]:
    """A share's numerator and denominator as of the day."""
    until = [event for event in events(code) if event.day <= day]
    return sum(e.numerator for e in until) // 10_000, sum(e.denominator for e in until) // 10_000


def stored_now(target: Target) -> Any:
    """The same without computing it here."""
    return target.progress_rows.get(as_of=TODAY).actual


def way_of_a_row(target: Target, ledger: Ledger, form: Mapping[str, object], commit: Any) -> tuple[list[Any], bool]:
    """What is stored of the target before a village adds a row by the form, after it, and after the village voids it;
    and whether the target's page named the row."""
    village = make_village()
    client = browser_of(make_user("of-the-village", Role.REPORTER, unit=village))
    found = [stored(target)]
    with commit(execute=True):
        client.post(f"{ledger.address}new/", {"unit": village.pk, "source_system": "own", **form})
    row = ledger.model.objects.get()
    found.append(stored_now(target))
    named = ledger.address_of(row) in client.get(f"/targets/{target.pk}/").content.decode()
    with commit(execute=True):
        client.post(f"{ledger.address_of(row)}void/", {"reason": "误登", "version": row.version})
    return [*found, stored_now(target)], named


def statuses(ledger: Ledger, user: User) -> dict[str, int]:
    """What a register's list, form, Excel template, export and API answer to a user who changes nothing."""
    page, api = browser_of(user), f"/api/v1/{ledger.section}/{ledger.code}/"
    paths = {"list": "", "form": "new/", "template": "excel/?template=1", "export": "export/"}
    found = {name: page.get(ledger.address + path).status_code for name, path in paths.items()}
    return found | {"api": page.get(api).status_code}


def answers(ledger: Ledger, user: User, form: Mapping[str, object]) -> dict[str, int]:
    """The statuses with which a register's page, form, Excel template and API answer, and a row added by its form."""
    page, api = browser_of(user), client_of(user)
    return {
        "list": page.get(ledger.address).status_code,
        "form": page.get(f"{ledger.address}new/").status_code,
        "template": page.get(f"{ledger.address}excel/?template").status_code,
        "added": page.post(f"{ledger.address}new/", {"source_system": "own", **form}).status_code,
        "api": api.get(f"/api/v1/{ledger.section}/{ledger.code}/").status_code,
    }
