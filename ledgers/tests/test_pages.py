"""The pages of registers: list, row, form, void, confirm, settings, lists; who may not; and their queries."""

import copy
import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Role
from accounts.tests.factories import browser_of, make_planner, queries
from common import bulk, paging
from goals.models import Evidence, Progress
from goals.tests.factories import make_office, make_target, make_unit, make_user
from ledgers.lists import ListEntry
from ledgers.models import Confirmation, Row, Upkeep
from ledgers.tests.factories import TODAY, fed_target, keeper, kept_by, register, villager
from ledgers.views import ROWS_A_PAGE
from safety.models import Hazard
from safety.tests.factories import accident, dispute, equipment, hazard, make_village, save

pytestmark = pytest.mark.django_db
HAZARDS = "/ledgers/safety/hazards/"
FORM = {"day": "2022-09-05", "what": "照明缺失", "subject": "3号楼", "source": "subdistrict", "area": "fire"}
FORM |= {"grade": "general", "due": "2022-09-25", "source_system": "own"}


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_list_shows_the_rows_of_the_subdistrict() -> None:
    save(hazard(what="配电箱无防护"))
    save(hazard(what="别处的隐患", unit=make_unit("elsewhere", "subdistrict")))

    shown = text_of(browser_of(make_user("leader", Role.LEADER, unit=make_unit())).get(HAZARDS))

    assert ("配电箱无防护" in shown, "别处的隐患" in shown) == (True, False)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("area=fire", ["甲"]),
        ("area=traffic", ["乙"]),
        ("q=乙", ["乙"]),
        ("unit=nanhu", ["乙"]),
        ("day_after=2022-09-01", ["甲"]),
        ("stage=closed", ["乙"]),
        ("state=void", []),
        ("area=nothing", []),
    ],
)
def test_the_list_is_filtered_and_searched(query: str, found: list[str]) -> None:
    save(hazard(what="甲"))
    save(hazard(what="乙", area="traffic", unit=make_village("nanhu"), day=date(2022, 3, 1), on_the_spot=True))
    user = make_user("leader", Role.LEADER, unit=make_unit())

    answer = browser_of(user).get(f"{HAZARDS}?{query}")

    assert [line.title for line in answer.context["lines"]] == found


def test_the_list_shows_just_the_rows_that_a_figure_counts() -> None:
    village = make_village()
    save(accident(what="计入的"))
    save(accident(what="待认定的", in_statistics="pending"))

    answer = browser_of(villager(village)).get("/ledgers/safety/accidents/?counted=safety.accidents&through=2022-10-12")

    assert [line.title for line in answer.context["lines"]] == ["计入的"]


def test_the_list_takes_as_many_queries_for_one_row_as_for_many() -> None:
    client = browser_of(make_user("leader", Role.LEADER, unit=make_unit()))
    save(hazard())
    one = queries(lambda: client.get(HAZARDS))
    for n in range(12):
        save(hazard(unit=make_village(f"v{n}")))

    assert queries(lambda: client.get(HAZARDS)) == one


@pytest.mark.parametrize("query", ["", "area=fire&unit=jingkou&stage=rectifying", "q=照明", "page=2", "page=9999"])
def test_a_long_list_takes_ten_queries_at_most(query: str) -> None:
    row = save(hazard())
    make_target()
    bulk.insert([_another(row) for _n in range(ROWS_A_PAGE + 5)])
    kept_by(register("hazards"))
    client = browser_of(keeper())

    assert queries(lambda: client.get(f"{HAZARDS}?{query}")) <= 10


def test_a_long_list_of_what_is_counted_takes_ten_queries_at_most() -> None:
    row = save(accident())
    fed_target()
    bulk.insert([_another(row) for _n in range(ROWS_A_PAGE + 5)])
    kept_by(register())
    client = browser_of(keeper())

    address = f"{register().address}?counted=safety.accidents&through=2022-10-12"
    assert queries(lambda: client.get(address)) <= 10


def _another(row: Row) -> Row:
    """The same again, unsaved."""
    new = copy.copy(row)
    new.pk, new._state.adding = None, True
    return new


def test_more_rows_than_pages_are_turned_for_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MOST_COUNTED", ROWS_A_PAGE)
    row = save(hazard())
    bulk.insert([_another(row) for _n in range(ROWS_A_PAGE)])

    shown = text_of(browser_of(villager(row.unit)).get(HAZARDS))

    assert f"{ROWS_A_PAGE}+" in shown and f"只翻到第 {ROWS_A_PAGE} 条" in shown


def test_who_has_no_business_with_plans_sees_no_register() -> None:
    client = browser_of(make_user("auditor", Role.AUDITOR, unit=make_unit()))

    assert [client.get(path).status_code for path in ("/ledgers/", HAZARDS)] == [403, 403]


def test_a_register_that_there_is_not_is_not_found() -> None:
    client = browser_of(make_user("leader", Role.LEADER, unit=make_unit()))

    assert client.get("/ledgers/safety/nothing/").status_code == 404


def test_a_row_of_another_subdistrict_is_not_found() -> None:
    row = save(hazard(unit=make_unit("elsewhere", "subdistrict")))

    client = browser_of(make_user("leader", Role.LEADER, unit=make_unit()))

    assert client.get(f"{HAZARDS}{row.pk}/").status_code == 404


def test_a_village_adds_a_row_in_its_form() -> None:
    client = browser_of(villager(make_village()))

    answer = client.post(f"{HAZARDS}new/", FORM | {"unit": make_village().pk, "version": ""})

    assert answer.status_code == 302
    assert Hazard.objects.get().what == "照明缺失"


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost() -> None:
    client = browser_of(villager(make_village()))

    answer = client.post(f"{HAZARDS}new/", FORM | {"unit": make_village().pk, "due": "", "subject": "打字的内容"})

    assert answer.status_code == 400
    assert "整改期限" in str(answer.context["form"].errors["due"])
    assert "打字的内容" in text_of(answer)


def test_a_village_of_another_subdistrict_is_no_choice() -> None:
    elsewhere = make_unit("far", "village", make_unit("elsewhere", "subdistrict"))

    answer = browser_of(villager(make_village())).post(f"{HAZARDS}new/", FORM | {"unit": elsewhere.pk})

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["unit"])


def test_the_second_of_two_editors_is_told_and_keeps_the_own_words() -> None:
    row = save(hazard())
    client = browser_of(villager(row.unit))
    form = FORM | {"unit": row.unit.pk, "version": "1"}
    client.post(f"{HAZARDS}{row.pk}/edit/", form | {"what": "先改的"})

    answer = client.post(f"{HAZARDS}{row.pk}/edit/", form | {"what": "后改的"})

    assert "已被他人修改" in text_of(answer) and "后改的" in text_of(answer)
    assert Hazard.objects.get().what == "先改的"


@pytest.mark.parametrize("path", ["new/", "{pk}/edit/", "{pk}/void/", "excel/", "settings/"])
def test_a_leader_changes_nothing(path: str) -> None:
    row = save(hazard())
    client = browser_of(make_user("leader", Role.LEADER, unit=make_unit()))

    assert client.get(HAZARDS + path.format(pk=row.pk)).status_code == 403


def test_what_another_system_keeps_has_no_form() -> None:
    ledger = register("equipment")
    kept_by(ledger)
    row = save(equipment())
    client = browser_of(keeper())

    paths = ("new/", f"{row.pk}/edit/", f"{row.pk}/void/", "excel/")
    assert [client.get(ledger.address + path).status_code for path in paths] == [403, 403, 200, 200]


def test_a_row_is_voided_with_a_reason_and_says_so() -> None:
    row = save(hazard())
    client = browser_of(villager(row.unit))

    client.post(f"{HAZARDS}{row.pk}/void/", {"reason": "重复登记", "version": row.version})

    assert "作废：重复登记" in text_of(client.get(f"{HAZARDS}{row.pk}/"))


def test_a_row_tells_what_was_done_to_it() -> None:
    row = save(hazard())
    client = browser_of(villager(row.unit))
    client.post(
        f"{HAZARDS}{row.pk}/edit/",
        FORM | {"unit": row.unit.pk, "version": "1", "area": "traffic", "subject": row.subject},
    )

    history = client.get(f"{HAZARDS}{row.pk}/").context["history"]

    assert [(c.name, c.before, c.after) for c in history[0].changes] == [("领域", "消防", "交通")]


def test_names_are_masked_for_who_is_not_of_the_unit() -> None:
    row = save(dispute(petitioner="沈建国"))
    leader = browser_of(make_user("leader", Role.LEADER, unit=make_unit()))
    own = browser_of(villager(row.unit))

    shown = [client.get("/ledgers/safety/disputes/") for client in (leader, own)]
    pages = [client.get(f"/ledgers/safety/disputes/{row.pk}/") for client in (leader, own)]

    assert ["沈建国" in text_of(answer) for answer in (*shown, *pages)] == [False, True, False, True]


def test_one_click_of_the_office_confirms_a_register_and_its_target_counts(
    django_capture_on_commit_callbacks: Any,
) -> None:
    ledger = register()
    kept_by(ledger)
    target = fed_target()
    client = browser_of(keeper())

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{ledger.address}confirm/", {"through": "2022-10-12"})

    assert Confirmation.objects.get().through == TODAY
    assert Progress.objects.get(target=target, slot=0).status == "on_track"


def test_nobody_else_confirms_a_register() -> None:
    kept_by(register())

    answer = browser_of(villager(make_village())).post(f"{register().address}confirm/", {"through": "2022-10-12"})

    assert (answer.status_code, Confirmation.objects.count()) == (403, 0)


@pytest.mark.parametrize("through", ["2022-10-13", "", "昨天"])
def test_a_day_that_cannot_be_confirmed_is_refused(through: str) -> None:
    kept_by(register())

    browser_of(keeper()).post(f"{register().address}confirm/", {"through": through})

    assert Confirmation.objects.count() == 0


def test_a_row_after_the_confirmation_is_marked_as_not_counted_yet() -> None:
    kept_by(register())
    save(accident())

    assert "台账未核对" in text_of(browser_of(villager(make_village())).get(register().address))


def test_a_planner_names_the_office() -> None:
    office = make_office("safety_office")

    browser_of(make_planner()).post(f"{HAZARDS}settings/", {"office": office.pk})

    assert Upkeep.objects.get().office == office


def test_a_planner_extends_a_list_and_rows_may_say_it() -> None:
    planner = browser_of(make_planner())
    planner.post("/ledgers/lists/safety.field/add/", {"name": "电动自行车"})
    client = browser_of(villager(make_village()))

    client.post(f"{HAZARDS}new/", FORM | {"unit": make_village().pk, "area": "added_1"})

    assert Hazard.objects.get().area == "added_1"
    assert "电动自行车" in text_of(client.get(HAZARDS))


@pytest.mark.parametrize("name", ["消防", "  ", "a\u0000b", "长" * 101])
def test_a_list_entry_that_is_none_is_refused(name: str) -> None:
    browser_of(make_planner()).post("/ledgers/lists/safety.field/add/", {"name": name})

    assert not ListEntry.objects.exists()


def test_a_retired_entry_is_offered_no_more_and_still_named() -> None:
    save(hazard(area="traffic"))
    browser_of(make_planner()).post("/ledgers/lists/safety.field/traffic/retire/", {"retired": "1"})
    client = browser_of(villager(make_village()))

    choices = dict(client.get(f"{HAZARDS}new/").context["form"].fields["area"].choices)

    assert "traffic" not in choices
    assert "交通" in text_of(client.get(HAZARDS))


def test_who_does_not_plan_extends_no_list() -> None:
    client = browser_of(villager(make_village()))

    assert client.get("/ledgers/lists/").status_code == 403
    assert client.post("/ledgers/lists/safety.field/add/", {"name": "新"}).status_code == 403
    assert client.post("/ledgers/lists/safety.field/fire/retire/", {"retired": "1"}).status_code == 403


def test_evidence_is_attached_to_a_row_by_who_may_write_it(tmp_path: Any, settings: Any) -> None:
    settings.EVIDENCE_ROOT = tmp_path
    row = save(hazard())
    files = {"file": SimpleUploadedFile("现场.pdf", b"%PDF-1.4\n%%EOF\n")}

    refused = browser_of(villager(make_village("nanhu"))).post(f"{HAZARDS}{row.pk}/evidence/", files)
    files["file"].seek(0)
    taken = browser_of(villager(row.unit)).post(f"{HAZARDS}{row.pk}/evidence/", files)

    assert (refused.status_code, taken.status_code, Evidence.objects.count()) == (403, 302, 1)


def test_the_page_of_all_registers_counts_them_in_few_queries() -> None:
    save(hazard())
    client = browser_of(make_user("leader", Role.LEADER, unit=make_unit()))

    assert queries(lambda: client.get("/ledgers/")) <= 10
    assert '<b class="num">1</b>' in text_of(client.get("/ledgers/"))


MARKUP = ["<script>alert(1)</script>", "{{ 7*7 }}{% debug %}", '=HYPERLINK("http://127.0.0.1/","x")', "𠮷龘😀"]


@pytest.mark.parametrize("text", MARKUP)
def test_markup_in_a_row_is_shown_as_text(text: str) -> None:
    client = browser_of(villager(make_village()))
    client.post(f"{HAZARDS}new/", FORM | {"unit": make_village().pk, "what": text})

    assert Hazard.objects.get().what == text
    assert "<script>alert" not in text_of(client.get(HAZARDS))


@pytest.mark.parametrize("text", ["a\u0000b", "a\u202egnp.exe", "\u001b[2Jred", "汉" * 501, "e" + "\u0301" * 400])
def test_hostile_text_in_a_row_is_refused_by_its_field(text: str) -> None:
    answer = browser_of(villager(make_village())).post(
        f"{HAZARDS}new/", FORM | {"unit": make_village().pk, "what": text}
    )

    assert (answer.status_code, Hazard.objects.count()) == (400, 0)
    assert list(answer.context["form"].errors) == ["what"]
