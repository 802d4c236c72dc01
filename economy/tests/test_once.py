"""What the registers hold once: said in forms and previews by the field, held by the database."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from accounts.tests.factories import browser_of, queries
from economy.models import Grain, GrainZone, LibraryStay, Recognition
from economy.tests import factories as make
from economy.tests.factories import CODE, code, make_village, save
from goals.models import ImportJob
from goals.tests.factories import make_plan
from goals.tests.importing.factories import results, said, send, workbook
from ledgers import services
from ledgers.registry import ledger_of
from ledgers.tests.factories import villager

pytestmark = pytest.mark.django_db
LATER = date(2022, 9, 20)


def check(code: str, row: Any) -> dict[str, list[str | None]]:
    """The fields that the service names when it saves the row."""
    row.unit = make_village(row.unit.code)
    user = villager(row.unit)
    try:
        services.save_row(user, ledger_of("economy", code), row)
    except ValidationError as error:
        return {name: [each.code for each in found] for name, found in error.error_dict.items()}
    return {}


@pytest.mark.parametrize(
    ("register", "stands", "comes", "field"),
    [
        ("enterprises", make.enterprise(), make.enterprise(firm="别名"), "credit_code"),
        ("library", make.stay(), make.stay(day=LATER.replace(month=10, day=1)), "credit_code"),
        ("library", make.stay(left_on=LATER.replace(month=10, day=1)), make.stay(), "credit_code"),
        ("ratings", make.rating(), make.rating(grade="d"), "credit_code"),
        ("recognitions", make.recognition(), make.recognition(day=LATER), "credit_code"),
        ("clearances", make.clearance(accepted_on=LATER), make.clearance(day=LATER), "firm"),
        ("projects", make.project(), make.project(investor="别家"), "what"),
        ("grain", make.grain(), make.grain(basis="statistics"), "season"),
        ("grain-zones", make.zone(), make.zone(day=LATER), "zone"),
        ("grain-zones", make.zone(cared_until=LATER), make.zone(keeper="别人"), "zone"),
        ("farmland", make.patch(), make.patch(kind="non_grain"), "patch"),
    ],
)
def test_a_second_row_of_the_same_is_refused_by_its_field(register: str, stands: Any, comes: Any, field: str) -> None:
    save(_again(stands))

    assert check(register, _again(comes)) == {field: ["unique"]}


@pytest.mark.parametrize(
    ("register", "stands", "comes"),
    [
        ("library", make.stay(day=date(2020, 1, 1), left_on=date(2021, 1, 1)), make.stay()),
        ("ratings", make.rating(year=2020), make.rating()),
        ("recognitions", make.recognition(), make.recognition(day=LATER, is_renewal=True)),
        ("recognitions", make.recognition(revoked_on=LATER), make.recognition(day=LATER)),
        ("recognitions", make.recognition(), make.recognition(kind="little_giant")),
        ("clearances", make.clearance(accepted_on=LATER, relapsed_on=LATER), make.clearance(day=LATER)),
        ("projects", make.project(ended_on=LATER), make.project()),
        ("grain", make.grain(day=date(2021, 7, 1)), make.grain()),
        ("grain-zones", make.zone(cared_until=LATER), make.zone(day=date(2022, 9, 21))),
        ("requests", make.request(), make.request()),
    ],
)
def test_what_came_to_its_end_may_come_again(register: str, stands: Any, comes: Any) -> None:
    save(_again(stands))

    assert check(register, _again(comes)) == {}


def _again(row: Any) -> Any:
    """A copy: the rows above are made once for all tests."""
    names = [f.attname for f in row._meta.concrete_fields if f.attname not in ("id", "unit_id", "author_id")]
    return type(row)(unit=make_village(row.unit.code), **{name: getattr(row, name) for name in names})


def test_a_voided_row_stands_against_none() -> None:
    row = save(make.recognition())
    Recognition.objects.filter(pk=row.pk).update(voided_at=timezone.now())

    assert check("recognitions", make.recognition()) == {}


def test_a_changed_row_does_not_stand_against_itself() -> None:
    row = save(make.grain())
    row.basis = "statistics"

    assert check("grain", row) == {}
    assert Grain.objects.get().basis == "statistics"


def test_the_database_holds_it_too() -> None:
    save(make.stay())

    with pytest.raises(IntegrityError):
        save(make.stay(day=LATER.replace(month=10, day=1)))


def test_saving_a_row_of_a_register_with_two_such_rules_takes_few_queries() -> None:
    make_plan(state="adopted")
    row, user = make.zone(unit=make_village()), villager(make_village())

    assert queries(lambda: services.save_row(user, ledger_of("economy", "grain-zones"), row)) <= 12


HEADS = ["单位", "入库年月", "统一社会信用代码", "企业名称", "在库类别", "退库年月", "来源系统", "外部编号"]


def upload(*lines: list[Any]) -> ImportJob:
    rows = [["jingkou", *line] for line in lines]
    client = browser_of(villager(make_village()))
    send(client, workbook(*rows, heads=HEADS), address="/ledgers/economy/library/excel/")
    return ImportJob.objects.latest("created_at")


@pytest.fixture
def var(settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path


@pytest.mark.usefixtures("var")
def test_a_preview_refuses_what_stands_already() -> None:
    save(make.stay())

    known = ["2022-10-01", CODE, "锦源纺织", "规上工业", "", "", ""]

    job = upload(known, ["2022-10-01", code(2), "乙", "规上工业", "", "", ""])

    assert [is_ for _n, is_ in results(job)] == ["refused", "created"]
    assert "这家企业仍在库" in said(job)


@pytest.mark.usefixtures("var")
def test_a_preview_refuses_two_lines_of_the_same() -> None:
    job = upload(["2022-08-01", CODE, "甲", "规上工业", "", "", ""], ["2022-09-01", CODE, "甲", "限上批发", "", "", ""])

    assert [is_ for _n, is_ in results(job)] == ["refused", "refused"]


@pytest.mark.usefixtures("var")
def test_a_preview_takes_a_change_of_a_known_row() -> None:
    save(make.stay(source_system="statistics", external_no="Y1"))

    job = upload(["2022-09-01", CODE, "锦源纺织", "限上批发", "", "区统计", "Y1"])

    assert [is_ for _n, is_ in results(job)] == ["changed"]


@pytest.mark.usefixtures("var")
def test_a_wrong_credit_code_in_a_sheet_is_refused_by_its_column() -> None:
    job = upload(["2022-09-01", CODE[:-1] + "Z", "甲", "规上工业", "", "", ""])

    assert list(job.rows[0]["errors"]) == ["credit_code"]
    assert LibraryStay.objects.count() == 0


def test_one_zone_is_not_counted_for_two_villages() -> None:
    save(make.zone())

    assert check("grain-zones", make.zone(unit=make_village("nanhu"))) == {"zone": ["unique"]}
    assert GrainZone.objects.count() == 1
