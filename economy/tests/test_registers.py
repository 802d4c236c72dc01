"""Every register of the section answers on its page, in its form, by REST and in Excel; who may not is refused."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest

from accounts.models import Role
from accounts.tests.factories import browser_of, queries
from economy.tests.factories import FACTORIES, make_village, save
from goals.tests.factories import client_of, make_unit, make_user
from ledgers.registry import all_ledgers, ledger_of
from ledgers.tests.factories import villager

pytestmark = pytest.mark.django_db


def leader() -> Any:
    return make_user("leader", Role.LEADER, unit=make_unit())


def test_each_has_a_factory() -> None:
    assert {ledger.code for ledger in all_ledgers("economy")} == set(FACTORIES)


@pytest.mark.parametrize("code", FACTORIES)
def test_its_list_and_the_pages_of_a_row_answer(code: str) -> None:
    row, client = save(FACTORIES[code]()), browser_of(villager(make_village()))
    address = f"/ledgers/economy/{code}/"

    paths = (address, f"{address}new/", f"{address}{row.pk}/", f"{address}{row.pk}/edit/", f"{address}{row.pk}/void/")
    assert [client.get(path).status_code for path in paths] == [200] * 5


@pytest.mark.parametrize("code", FACTORIES)
def test_its_form_saves_what_the_page_shows(code: str) -> None:
    row, ledger = save(FACTORIES[code]()), ledger_of("economy", code)
    client = browser_of(villager(make_village()))
    address = f"{ledger.address_of(row)}edit/"
    form = client.get(address).context["form"]
    shown = {name: form[name].value() for name in form.fields}

    typed = {name: value for name, value in shown.items() if value not in (None, False)}
    answer = client.post(address, typed | {"note": "核对过", "version": row.version})

    assert answer.status_code == 302, answer.context["form"].errors
    row.refresh_from_db()
    assert row.note == "核对过"


@pytest.mark.parametrize("code", FACTORIES)
def test_its_template_has_its_columns(code: str) -> None:
    ledger = ledger_of("economy", code)

    content = browser_of(villager(make_village())).get(f"{ledger.address}excel/?template=1").content

    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    heads = [cell.value for cell in sheet[2]]
    assert [
        ledger.field(name).verbose_name for name in ledger.fields if ledger.field(name).verbose_name not in heads
    ] == []


@pytest.mark.parametrize("code", FACTORIES)
def test_rest_lists_its_rows_in_as_many_queries_for_one_as_for_many(code: str) -> None:
    client = client_of(leader(), scope="read")
    save(FACTORIES[code]())
    address = f"/api/v1/economy/{code}/"
    client.get(address)
    one = queries(lambda: client.get(address))
    for n in range(3):
        _another(code, n)

    assert queries(lambda: client.get(address)) == one
    assert client.get(address).json()["count"] == 4


def _another(code: str, number: int) -> None:
    """One more row, of which nothing is there yet."""
    row = FACTORIES[code]()
    row.unit = make_village(f"v{number}")
    for name in ("credit_code", "zone", "patch"):
        if hasattr(row, name):
            setattr(row, name, f"{number}")
    save(row)


def test_a_village_writes_no_row_of_another() -> None:
    row = save(FACTORIES["reuse"]())
    client = browser_of(villager(make_village("nanhu")))

    assert client.get(f"/ledgers/economy/reuse/{row.pk}/edit/").status_code == 403


def test_a_leader_adds_no_row() -> None:
    assert browser_of(leader()).get("/ledgers/economy/reuse/new/").status_code == 403


def test_who_has_no_business_with_plans_sees_no_register() -> None:
    client = browser_of(make_user("auditor", Role.AUDITOR, unit=make_unit()))

    assert client.get("/ledgers/economy/enterprises/").status_code == 403


def test_the_name_of_a_talent_is_masked_for_other_units() -> None:
    save(FACTORIES["talents"]())

    shown = browser_of(villager(make_village("nanhu"))).get("/ledgers/economy/talents/").content.decode()

    assert ("周某某" in shown, "周**" in shown) == (False, True)


def test_rest_refuses_a_wrong_check_digit_by_its_field() -> None:
    body = {
        "unit": "jingkou",
        "day": "2022-09-05",
        "firm": "甲",
        "credit_code": "91330602MA2A000010",
        "sector": "industry",
    }

    answer = client_of(villager(make_village())).post("/api/v1/economy/enterprises/", body, format="json")

    assert (answer.status_code, [e["attr"] for e in answer.json()["errors"]]) == (400, ["credit_code"])
