"""任务分解表, as Excel and as YAML: who leads, who cooperates, who answers, by when."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from accounts.models import Post
from goals.assignments import load_assignments
from goals.loading import PlanFileError
from goals.models import Plan, ReportingUnit, Target
from goals.tests.factories import make_indicator, make_office, make_plan, make_reading, make_target, make_unit

pytestmark = pytest.mark.django_db
HEADS = ["code", "分管领导", "牵头单位", "配合单位", "完成时限"]


@pytest.fixture
def target() -> Target:
    other = make_office("other")
    Post.objects.create(code="deputy", name="经济线副主任", unit=make_unit())
    return make_target(make_plan(), make_indicator("firms", make_unit()), lead_office=other)


def sheet(folder: Path, *rows: list[Any], heads: list[str] = HEADS) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (heads, *rows):
        page.append(row)
    path = folder / "sheet.xlsx"
    book.save(path)
    return path


def test_an_excel_sheet_is_applied(target: Target, tmp_path: Path) -> None:
    make_office()

    changed = load_assignments(
        sheet(tmp_path, ["firms", "经济线副主任", "office", "other、taoyan", date(2022, 11, 30)], [None] * 5)
    )

    target.refresh_from_db()
    assert len(changed) == 1
    assert str(target.lead_office) == "office" and str(target.responsible_post) == "经济线副主任"
    assert target.due == date(2022, 11, 30)
    assert {u.code for u in target.cooperating_offices.all()} == {"other", "taoyan"}
    assert [r.unit.code for r in ReportingUnit.objects.all()] == ["office"]


def test_applying_it_again_changes_nothing(target: Target, tmp_path: Path) -> None:
    path = sheet(tmp_path, ["firms", "deputy", "other", None, "2022-11-30"])
    load_assignments(path)

    assert load_assignments(path) == []


def test_a_dry_run_tells_and_changes_nothing(target: Target, tmp_path: Path) -> None:
    make_office()

    changed = load_assignments(sheet(tmp_path, ["firms", None, "office", None, None]), dry_run=True)

    target.refresh_from_db()
    assert changed
    assert str(target.lead_office) == "other"


def test_who_has_reported_goes_on_reporting(target: Target, tmp_path: Path) -> None:
    make_office()
    make_reading(target.indicator, date(2022, 1, 31), 1, unit=make_unit())

    load_assignments(sheet(tmp_path, ["firms", None, "office", None, None]))

    assert [r.unit.code for r in ReportingUnit.objects.all()] == ["taoyan"]


@pytest.mark.parametrize(
    ("row", "named"),
    [
        (["nobody", None, "other", None, None], "code"),
        (["firms", None, None, None, None], "牵头单位"),
        (["firms", "nobody", "other", None, None], "分管领导"),
        (["firms", None, "other", "nobody", None], "配合单位"),
        (["firms", None, "other", None, "soon"], "完成时限"),
        (["firms", None, "other", None, "2023-01-31"], "完成时限"),
    ],
)
def test_a_mistake_names_its_row_and_column(target: Target, tmp_path: Path, row: list[Any], named: str) -> None:
    with pytest.raises(PlanFileError, match=f"sheet.xlsx 1: {named}"):
        load_assignments(sheet(tmp_path, row))


def test_an_adopted_plans_due_date_changes_by_adjustment(target: Target, tmp_path: Path) -> None:
    Plan.objects.update(state=Plan.State.ADOPTED)

    with pytest.raises(PlanFileError, match="adjust"):
        load_assignments(sheet(tmp_path, ["firms", None, "other", None, "2022-11-30"]))


@pytest.mark.parametrize(
    ("name", "text"), [("sheet.yaml", "a: 1"), ("sheet.yaml", "- 1"), ("sheet.yaml", "{"), ("sheet.xlsx", "no")]
)
def test_a_file_that_is_no_sheet_is_refused(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")

    with pytest.raises(PlanFileError, match=name):
        load_assignments(path)
