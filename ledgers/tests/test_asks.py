"""A register to be confirmed is a duty of the office that keeps it, month by month."""

from datetime import date

import pytest

from accounts.tests.factories import browser_of, queries
from goals.asks import asked_of
from goals.tests.factories import make_office
from ledgers.tests.factories import TODAY, confirm, fed_target, keeper, kept_by, register, villager
from safety.tests.factories import make_village

pytestmark = pytest.mark.django_db


def test_the_office_that_keeps_a_register_is_asked_to_confirm_the_last_month() -> None:
    fed_target()
    kept_by(register())

    (ask,) = asked_of(keeper(), TODAY)

    assert (ask.title, ask.deadline, ask.overdue) == ("事故", date(2022, 10, 10), True)


def test_until_the_tenth_it_is_in_time() -> None:
    fed_target()
    kept_by(register())

    (ask,) = asked_of(keeper(), date(2022, 10, 10))

    assert not ask.overdue


def test_a_register_that_was_confirmed_asks_for_nothing() -> None:
    fed_target()
    kept_by(register())
    confirm(register(), date(2022, 9, 30))

    assert asked_of(keeper(), TODAY) == []


def test_without_a_setting_the_lead_office_is_asked() -> None:
    office = make_office("leading")
    fed_target(lead_office=office)

    assert [ask.title for ask in asked_of(keeper(office), TODAY)] == ["事故"]


def test_a_village_is_never_asked() -> None:
    fed_target()
    kept_by(register())

    assert asked_of(villager(make_village()), TODAY) == []


def test_a_register_that_feeds_no_target_asks_nobody() -> None:
    kept_by(register())

    assert asked_of(keeper(), TODAY) == []


def test_it_stands_on_the_page_of_what_is_due_in_few_queries() -> None:
    fed_target()
    kept_by(register())
    client = browser_of(keeper())

    assert queries(lambda: client.get("/report/")) <= 15
    assert "待办事项" in client.get("/report/").content.decode()
