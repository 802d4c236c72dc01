"""A closed year's figures stay, and what happens to its rows in a later year is told all the same."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.tests.factories import browser_of
from economy.tests import factories as make
from economy.tests.factories import CODE, make_village, save
from goals.models import ImportJob
from goals.tests.factories import make_plan, make_unit
from goals.tests.importing.factories import results, send, workbook
from ledgers import services
from ledgers.registry import ledger_of_model
from ledgers.tests.factories import villager

pytestmark = pytest.mark.django_db
THEN, NOW = date(2021, 3, 1), date(2022, 4, 1)


@pytest.fixture(autouse=True)
def _closed() -> None:
    make_plan("old", 2021, state="closed")


def refused(row: Any) -> list[str]:
    """The fields for which a new or changed row is refused."""
    row.unit = make_village(row.unit.code)
    try:
        services.save_row(villager(row.unit), ledger_of_model(type(row)), row)
    except ValidationError as error:
        return list(error.error_dict)
    return []


def changed(row: Any, **values: Any) -> Any:
    save(row)
    for name, value in values.items():
        setattr(row, name, value)
    return row


@pytest.mark.parametrize(
    "row",
    [
        lambda: changed(make.zone(day=THEN), cared_until=NOW),
        lambda: changed(make.stay(day=THEN), left_on=NOW, reason="停产"),
        lambda: changed(make.clearance(day=THEN, accepted_on=THEN), relapsed_on=NOW),
        lambda: changed(make.project(day=THEN, signed_on=THEN), settled_on=NOW, paid_in=900),
        lambda: changed(make.patch(day=THEN), closed_on=NOW, disposal="reclaimed"),
        lambda: changed(make.reuse(day=date(2020, 5, 1)), area=300),
    ],
)
def test_what_happens_in_a_later_year_is_told(row: Any) -> None:
    assert refused(row()) == []


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (lambda: make.zone(day=THEN), "day"),
        (lambda: make.reuse(day=date(2020, 5, 1), in_use_on=THEN), "in_use_on"),
        (lambda: changed(make.zone(day=THEN), mu=90), "day"),
        (lambda: changed(make.zone(day=date(2020, 1, 1)), cared_until=THEN), "cared_until"),
        (lambda: changed(make.clearance(day=THEN, accepted_on=THEN), accepted_on=NOW), "accepted_on"),
        (lambda: changed(make.clearance(day=date(2020, 1, 1), accepted_on=THEN), disposition="upgraded"), "day"),
        (lambda: changed(make.recognition(day=THEN), day=NOW), "day"),
        (lambda: changed(make.recognition(day=NOW), day=THEN), "day"),
    ],
)
def test_what_counted_in_the_closed_year_is_not_touched(row: Any, field: str) -> None:
    assert refused(row()) == [field]


def test_a_row_that_counted_in_the_closed_year_is_not_voided() -> None:
    row = save(make.reuse(day=date(2020, 5, 1), in_use_on=THEN))

    with pytest.raises(ValidationError) as caught:
        services.void_row(villager(row.unit), ledger_of_model(type(row)), row, "重复")

    assert list(caught.value.error_dict) == ["in_use_on"]


def test_another_subdistricts_year_is_still_open() -> None:
    elsewhere = make_unit("elsewhere", "subdistrict")
    row = make.zone(day=THEN, unit=make_unit("far", "village", elsewhere))

    services.save_row(villager(row.unit), ledger_of_model(type(row)), row)

    assert row.pk


@pytest.mark.parametrize(
    ("category", "left", "result"), [("规上工业", "2022-04-01", "changed"), ("限上批发", "", "refused")]
)
def test_a_preview_says_the_same(settings: Any, tmp_path: Any, category: str, left: str, result: str) -> None:
    settings.VAR_DIR = tmp_path
    save(make.stay(day=THEN, source_system="statistics", external_no="Y1"))
    heads = ["单位", "入库年月", "统一社会信用代码", "企业名称", "在库类别", "退库年月", "来源系统", "外部编号"]
    line = ["jingkou", "2021-03-01", CODE, "锦源纺织", category, left, "区统计", "Y1"]

    client = browser_of(villager(make_village()))
    send(client, workbook(line, heads=heads), address="/ledgers/economy/library/excel/")

    assert [is_ for _n, is_ in results(ImportJob.objects.latest("created_at"))] == [result]
