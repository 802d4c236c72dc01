"""The section's registers on their pages, and its panels."""

from datetime import date
from typing import Any

import pytest

from accounts.models import Role
from accounts.tests.factories import browser_of, queries
from goals.models import ImportJob, Progress, Section
from goals.tests.factories import make_unit, make_user
from goals.tests.importing import factories as books
from ledgers.registry import Ledger, all_ledgers, ledger_of
from ledgers.tests.rows import TODAY, confirm, counted_target, keeper_of, make_village, save, statuses
from livelihood import panels
from livelihood.models import Clinic, Visit
from livelihood.tests.factories import assistance, clinic, insurance, visit

pytestmark = pytest.mark.django_db
LEDGERS = list(all_ledgers("livelihood"))
CLINICS = "/ledgers/livelihood/clinics/"
FORM = {"day": "2015-05-01", "name": "南湖村卫生室", "recognised_on": "2022-09-05", "recognised_by": "区卫健局"}
FORM |= {"source_system": "own"}


def of_village(code: str = "jingkou") -> Any:
    return browser_of(make_user(f"of-{code}", Role.REPORTER, unit=make_village(code)))


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda ledger: ledger.code)
def test_every_register_answers_the_office_that_keeps_it(ledger: Ledger) -> None:
    expected = {"list": 200, "form": 403 if ledger.import_only else 200, "template": 200, "export": 200, "api": 200}

    assert statuses(ledger, keeper_of(ledger.model)) == expected


def test_a_village_adds_no_row_of_what_other_systems_keep() -> None:
    found = [statuses(ledger, make_user(ledger.code, Role.REPORTER, unit=make_village())) for ledger in LEDGERS[:2]]

    assert [(each["form"], each["template"]) for each in found] == [(403, 403), (403, 403)]


def test_a_village_adds_a_clinic_and_the_target_changes_and_voiding_it_changes_it_back(
    django_capture_on_commit_callbacks: Any,
) -> None:
    target = counted_target("livelihood.village_clinic_rate", rule="share", basis="share", goal=90)
    confirm(Clinic)
    save(clinic(day=date(2015, 1, 1)))
    client = of_village()

    def actual() -> int:
        return int(Progress.objects.get(target=target, slot=0).actual or 0)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{CLINICS}new/", FORM | {"unit": make_village().pk})
    row = Clinic.objects.get(name="南湖村卫生室")
    assert actual() == 50
    assert "南湖村卫生室" in client.get(f"/targets/{target.pk}/").content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{CLINICS}{row.pk}/void/", {"reason": "登记错误", "version": row.version})
    assert actual() == 0


def test_a_clinic_is_registered_once_in_a_village() -> None:
    save(clinic(name="南湖村卫生室"))

    answer = of_village().post(f"{CLINICS}new/", FORM | {"unit": make_village().pk})

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["name"])


def test_a_sheet_that_names_a_clinic_twice_is_refused(settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path
    save(clinic(name="南湖村卫生室"))
    heads = ["单位", "设立日", "村卫生室"]
    rows = [["jingkou", "2015-05-01", name] for name in ("甲卫生室", "甲卫生室", "南湖村卫生室", "乙卫生室")]

    books.send(of_village(), books.workbook(*rows, heads=heads), address=f"{CLINICS}excel/")

    assert [result for _n, result in books.results(ImportJob.objects.get())] == [*["refused"] * 3, "created"]


def test_the_office_imports_insurance(settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path
    ledger = ledger_of("livelihood", "insurance")
    make_village()
    heads = ["单位", "统计日", "参保年度", "户籍人口", "扣除：出国", "职工", "居民"]
    rows = [["jingkou", "2022-09-05", 2022, 110, 10, 30, residents] for residents in (60, 71)]

    books.send(
        browser_of(keeper_of(ledger.model)), books.workbook(*rows, heads=heads), address=f"{ledger.address}excel/"
    )

    job = ImportJob.objects.get()
    assert [result for _n, result in books.results(job)] == ["created", "refused"]
    assert "参保人数不能多于户籍人口减扣除" in books.said(job)


def test_names_of_households_are_masked_for_others() -> None:
    save(assistance())
    save(visit(finding="需要助浴"))
    client = browser_of(make_user("leader", Role.LEADER, unit=make_unit()))

    shown = [client.get(f"/ledgers/livelihood/{code}/").content.decode() for code in ("assistance", "visits")]

    assert ["沈某根" in shown[0], "王某珍" in shown[1]] == [False, False]


def test_a_visit_takes_no_photo(settings: Any, tmp_path: Any) -> None:
    settings.EVIDENCE_ROOT = tmp_path
    row = save(visit())
    client = of_village()

    assert client.post(f"/ledgers/livelihood/visits/{row.pk}/evidence/").status_code == 403
    assert "ev-t" not in client.get(f"/ledgers/livelihood/visits/{row.pk}/").content.decode()


def section() -> Section:
    counted_target("livelihood.village_clinic_rate", rule="share", basis="share", goal=90)
    found = Section.objects.select_related("plan__unit").get()
    Section.objects.update(code="livelihood")
    found.code = "livelihood"
    return found


def test_the_panel_of_insurance_names_villages_with_their_share_and_the_whole() -> None:
    save(insurance(unit=make_village("nanhu"), registered=60, residents=10))
    save(insurance(residents=40))
    save(insurance())

    shown = panels.insurance(section(), TODAY)

    assert shown is not None
    assert [(v["name"], v["share"], v["lacking"], v["deducted"]) for v in shown.context["villages"]] == [
        ("jingkou", 90, 10, 10),
        ("nanhu", 80, 10, 10),
    ]
    assert (shown.context["total"]["insured"], shown.context["total"]["liable"]) == (130, 150)


def test_late_visits_are_listed_by_household() -> None:
    save(visit(household="甲户", day=date(2022, 8, 1)))
    save(visit(household="乙户", day=date(2022, 8, 1)))
    save(visit(household="乙户", day=date(2022, 10, 1)))
    save(visit(household="丙户", day=date(2022, 8, 1)))
    save(visit(household="丙户", day=date(2022, 9, 1), is_last=True))
    save(visit(household="甲户", day=date(2022, 7, 1), unit=make_village("nanhu")))

    late = panels.overdue_visits(Visit.objects.valid(), TODAY)

    assert [(row.unit.code, row.household) for row in late] == [("nanhu", "甲户"), ("jingkou", "甲户")]


def test_a_visit_on_its_last_day_is_not_late() -> None:
    save(visit(day=date(2022, 9, 12), next_on=TODAY))

    assert not panels.overdue_visits(Visit.objects.valid(), TODAY).exists()


def test_the_panel_of_visits_masks_names_and_counts_what_it_leaves_out() -> None:
    for n in range(panels.SHOWN_LATE + 2):
        save(visit(household=f"王某{n}户", day=date(2022, 8, 1)))

    shown = panels.visits(section(), TODAY)

    assert shown is not None
    assert [each["name"] for each in shown.context["late"]] == ["王**"] * panels.SHOWN_LATE
    assert (shown.context["count"], shown.context["made"]) == (panels.SHOWN_LATE + 2, 0)


def test_without_rows_there_is_no_panel() -> None:
    found = section()

    assert (panels.insurance(found, TODAY), panels.visits(found, TODAY)) == (None, None)


def test_the_sections_page_takes_as_many_queries_for_one_row_as_for_many() -> None:
    address = f"/plans/{section().plan.slug}/sections/livelihood/"
    client = browser_of(make_user("leader", Role.LEADER, unit=make_unit()))
    save(insurance())
    save(visit(day=date(2022, 8, 1)))
    client.get(address)
    one = queries(lambda: client.get(address))
    for n in range(6):
        save(insurance(unit=make_village(f"v{n}")))
        save(visit(unit=make_village(f"v{n}"), day=date(2022, 8, 1)))

    answer = client.get(address)
    assert "v5" in answer.content.decode()
    assert queries(lambda: client.get(address)) == one
