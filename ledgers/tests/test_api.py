"""REST of registers: listed, read, added, changed and voided; never deleted."""

from typing import Any

import pytest

from accounts.models import Role
from accounts.tests.factories import queries
from goals.tests.factories import client_of, make_unit, make_user
from ledgers.lists import NOT_IN_LIST, ListEntry
from ledgers.registry import all_ledgers
from ledgers.tests.factories import keeper, kept_by, register, villager
from safety.models import Accident, Equipment, Hazard
from safety.tests.factories import dispute, hazard, make_village, save

pytestmark = pytest.mark.django_db
HAZARDS = "/api/v1/safety/hazards/"
BODY = {"unit": "jingkou", "day": "2022-09-05", "what": "照明缺失", "subject": "3号楼", "source": "subdistrict"}
BODY |= {"area": "fire", "due": "2022-09-25"}


def reader() -> Any:
    return client_of(make_user("leader", Role.LEADER, unit=make_unit()), scope="read")


def attrs_of(answer: Any) -> list[str]:
    return [error["attr"] for error in answer.json()["errors"]]


def test_rows_are_listed_by_their_codes() -> None:
    row = save(hazard())

    found = reader().get(HAZARDS).json()["results"][0]

    assert (found["id"], found["unit"], found["area"], found["is_void"]) == (row.pk, "jingkou", "fire", False)


@pytest.mark.parametrize(
    ("query", "count"),
    [("area=fire", 1), ("area=traffic", 0), ("unit=jingkou", 1), ("state=void", 0), ("search=照明", 1)],
)
def test_the_list_is_filtered(query: str, count: int) -> None:
    save(hazard())

    assert reader().get(f"{HAZARDS}?{query}").json()["count"] == count


def test_an_unknown_parameter_is_refused_by_its_name() -> None:
    answer = reader().get(f"{HAZARDS}?petitioner__startswith=a")

    assert (answer.status_code, attrs_of(answer)) == (400, ["petitioner__startswith"])


@pytest.mark.parametrize(
    ("query", "count"), [("on_the_spot=false", 1), ("on_the_spot=true", 0), ("on_the_spot=", 1), ("area=", 1)]
)
def test_a_flag_is_true_or_false(query: str, count: int) -> None:
    save(hazard())

    assert reader().get(f"{HAZARDS}?{query}").json()["count"] == count


@pytest.mark.parametrize(
    ("query", "code"),
    [("on_the_spot=perhaps", "invalid_choice"), ("area=space", NOT_IN_LIST), ("stage=x", "invalid_choice")],
)
def test_a_value_that_no_row_can_have_is_refused(query: str, code: str) -> None:
    answer = reader().get(f"{HAZARDS}?{query}")

    found = [(error["attr"], error["code"]) for error in answer.json()["errors"]]
    assert (answer.status_code, found) == (400, [(query.partition("=")[0], code)])


def test_a_row_is_filtered_by_what_planners_added_to_a_list() -> None:
    ListEntry.objects.create(list=Hazard._meta.get_field("area").closed.code, code="space", name="航天")

    assert reader().get(f"{HAZARDS}?area=space").json()["count"] == 0


def test_a_reporter_adds_changes_and_voids_a_row() -> None:
    client = client_of(villager(make_village()))

    made = client.post(HAZARDS, BODY, format="json")
    changed = client.patch(f"{HAZARDS}{made.json()['id']}/", {"area": "traffic"}, format="json")
    voided = client.post(f"{HAZARDS}{made.json()['id']}/void/", {"reason": "重复"}, format="json")

    assert [made.status_code, changed.status_code, voided.status_code] == [201, 200, 200]
    assert (changed.json()["area"], changed.json()["version"]) == ("traffic", 2)
    assert (voided.json()["is_void"], voided.json()["void_reason"]) == (True, "重复")


def test_a_row_is_never_deleted() -> None:
    row = save(hazard())

    assert client_of(villager(row.unit)).delete(f"{HAZARDS}{row.pk}/").status_code == 405


def test_a_known_external_number_updates_its_row() -> None:
    client = client_of(villager(make_village()))
    body = BODY | {"external_no": "T-1", "source_system": "four_platforms"}

    first, second = (client.post(HAZARDS, body | {"area": area}, format="json") for area in ("fire", "traffic"))

    assert (first.status_code, second.status_code) == (201, 200)
    assert [row.area for row in Hazard.objects.all()] == ["traffic"]


@pytest.mark.parametrize(
    ("change", "attr"),
    [
        ({"day": "2022-13-01"}, "day"),
        ({"day": "2022-10-13", "due": "2022-11-01"}, "day"),
        ({"due": None}, "due"),
        ({"area": "space"}, "area"),
        ({"what": "a\u202eb"}, "what"),
        ({"what": 5}, "what"),
        ({"unit": "nowhere"}, "unit"),
        ({"funds": "NaN"}, "funds"),
        ({"on_the_spot": "perhaps"}, "on_the_spot"),
        ({"on_the_spot": "true"}, "on_the_spot"),
    ],
)
def test_a_bad_value_is_refused_by_its_field(change: dict[str, Any], attr: str) -> None:
    answer = client_of(villager(make_village())).post(HAZARDS, BODY | change, format="json")

    assert (answer.status_code, attrs_of(answer), Hazard.objects.count()) == (400, [attr], 0)


@pytest.mark.parametrize(
    ("number", "code"), [("1_0", "invalid"), (1.5, "invalid"), (-1, "min_value"), (True, "invalid")]
)
def test_a_number_of_things_is_a_whole_one(number: object, code: str) -> None:
    body = {"unit": make_village().code, "day": "2022-09-05", "what": "刮擦", "kind": "road", "severe": number}

    answer = client_of(villager(make_village())).post("/api/v1/safety/accidents/", body, format="json")

    found = [(error["attr"], error["code"]) for error in answer.json()["errors"]]
    assert (answer.status_code, found, Accident.objects.count()) == (400, [("severe", code)], 0)


def test_a_whole_number_may_be_given_as_text() -> None:
    body = {"unit": make_village().code, "day": "2022-09-05", "what": "刮擦", "kind": "road", "severe": "１"}

    made = client_of(villager(make_village())).post("/api/v1/safety/accidents/", body, format="json")

    assert (made.status_code, made.json()["severe"]) == (201, 1), made.content


@pytest.mark.parametrize("role", [Role.LEADER, Role.PLANNER, Role.REVIEWER])
def test_who_is_no_reporter_is_told_so_before_anything_is_looked_at(role: str) -> None:
    client, row = client_of(make_user("other", role, unit=make_unit())), save(hazard())

    answers = [
        client.post(HAZARDS, {}, format="json"),
        client.patch(f"{HAZARDS}{row.pk}/", {"day": "x"}, format="json"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]


def test_a_row_of_another_unit_is_forbidden() -> None:
    make_village("nanhu")

    answer = client_of(villager(make_village())).post(HAZARDS, BODY | {"unit": "nanhu"}, format="json")

    assert (answer.status_code, Hazard.objects.count()) == (403, 0)


def test_a_read_token_writes_nothing() -> None:
    client = client_of(villager(make_village()), scope="read")

    assert client.post(HAZARDS, BODY, format="json").status_code == 403


def test_a_row_of_another_subdistrict_is_not_found() -> None:
    row = save(hazard(unit=make_unit("elsewhere", "subdistrict")))

    assert reader().get(f"{HAZARDS}{row.pk}/").status_code == 404


def test_the_office_pushes_what_another_system_keeps() -> None:
    ledger = register("equipment")
    kept_by(ledger)
    body = {"unit": make_village().code, "day": "2022-01-10", "kind": "lift", "certificate": "浙D01", "user": "中心"}
    body |= {"next_inspection": "2022-11-01", "external_no": "TS-1"}

    refused = client_of(villager(make_village())).post("/api/v1/safety/equipment/", body, format="json")
    taken = client_of(keeper()).post("/api/v1/safety/equipment/", body, format="json")

    assert (refused.status_code, taken.status_code, Equipment.objects.count()) == (403, 201, 1)


def test_names_are_masked_for_who_is_not_of_the_unit() -> None:
    row = save(dispute(petitioner="沈建国"))

    names = [
        client.get("/api/v1/safety/disputes/").json()["results"][0]["petitioner"]
        for client in (reader(), client_of(villager(row.unit)))
    ]

    assert names == ["沈**", "沈建国"]


def test_the_list_takes_as_many_queries_for_one_row_as_for_many() -> None:
    client = reader()
    save(hazard())
    client.get(HAZARDS)
    one = queries(lambda: client.get(HAZARDS))
    for n in range(10):
        save(hazard(unit=make_village(f"v{n}")))

    assert queries(lambda: client.get(HAZARDS)) == one


def test_every_register_has_its_address() -> None:
    client = reader()

    answers = {
        ledger.key: client.get(f"/api/v1/{ledger.section}/{ledger.code}/").status_code for ledger in all_ledgers()
    }

    assert set(answers.values()) == {200}


def test_who_has_no_business_with_plans_sees_no_rows() -> None:
    client = client_of(make_user("auditor", Role.AUDITOR, unit=make_unit()))

    assert client.get(HAZARDS).status_code == 403
