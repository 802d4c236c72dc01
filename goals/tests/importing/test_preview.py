"""A preview says row by row what would be created, changed, unchanged or refused, and writes nothing."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from accounts.models import Grant, Role
from audit.models import Event
from goals.importing.readings import Readings
from goals.models import ImportJob, Reading
from goals.models.reading import State
from goals.tests.factories import make_indicator, make_office, make_reading, make_unit
from goals.tests.importing.factories import GOOD, HEADS, preview, results, said, workbook
from goals.tests.pages.factories import AUGUST, SEPTEMBER, Cast, browser_of

pytestmark = pytest.mark.django_db


def row(**changes: Any) -> list[Any]:
    return list((dict(zip(HEADS, GOOD, strict=True)) | changes).values())


def test_a_preview_writes_no_figure_and_no_event(cast: Cast) -> None:
    events = Event.objects.count()

    job = preview(browser_of(cast.official), workbook(GOOD))

    assert (job.state, results(job)) == ("ready", [(2, "created")])
    assert not Reading.objects.exists()
    assert Event.objects.count() == events


def test_each_row_is_created_changed_or_unchanged(cast: Cast) -> None:
    make_reading(cast.indicator, AUGUST, 7)
    make_reading(cast.indicator, SEPTEMBER, 12)

    rows = [row(期="2022-07-31"), row(期="2022-08-31"), row()]
    job = preview(browser_of(cast.official), workbook(*rows))

    assert results(job) == [(2, "created"), (3, "changed"), (4, "unchanged")]
    assert job.rows[1]["shown"]["before"] == "7"


def test_an_equal_draft_is_unchanged_and_a_differing_one_changed(cast: Cast) -> None:
    make_reading(cast.indicator, AUGUST, 12, state=State.DRAFT)
    make_reading(cast.indicator, SEPTEMBER, 5, state=State.DRAFT)

    job = preview(browser_of(cast.official), workbook(row(期="2022-08-31"), row()))

    assert results(job) == [(2, "unchanged"), (3, "changed")]


def test_figures_under_review_are_not_overtaken(cast: Cast) -> None:
    make_reading(cast.indicator, SEPTEMBER, 5, state=State.SUBMITTED)

    job = preview(browser_of(cast.official), workbook(GOOD))

    assert (job.state, results(job)) == ("refused", [(2, "refused")])
    assert "正在审核" in said(job)


def test_what_was_returned_is_named(cast: Cast) -> None:
    make_reading(cast.indicator, SEPTEMBER, 5, state=State.RETURNED)

    job = preview(browser_of(cast.official), workbook(GOOD))

    assert results(job) == [(2, "created")]
    assert "原报 5 已退回" in said(job)


@pytest.mark.parametrize(
    "period",
    [
        "2022-09-30",
        "2022-09",
        "2022年9月",
        "2022年9月份",
        "202209",
        202209,
        "9月",
        "2022/9",
        "第三季度",
        date(2022, 9, 30),
    ],
)
def test_a_period_is_read_as_people_write_it(cast: Cast, period: object) -> None:
    job = preview(browser_of(cast.official), workbook(row(期=period)), period="2022-08-31")

    assert (job.state, job.rows[0]["values"]["period"]) == ("ready", "2022-09-30")


@pytest.mark.parametrize("period", ["9", "1999-09", "2022-13", "上月", "2022-09-15", date(2022, 9, 15), "#", 3.5])
def test_another_period_is_refused_at_its_column(cast: Cast, period: object) -> None:
    job = preview(browser_of(cast.official), workbook(row(期=period)), period="2022-08-31")

    assert job.state == "refused"
    assert list(job.rows[0]["errors"]) == ["period"]


def test_without_columns_for_them_unit_and_period_are_those_of_the_upload(cast: Cast) -> None:
    content = workbook(["firms", 3], heads=["指标代码", "数值"])

    job = preview(browser_of(cast.official), content, unit="office", period="2022-09-30")

    assert results(job) == [(2, "created")]
    assert job.rows[0]["shown"]["period"] == "2022-09"


def test_a_name_that_the_unit_reports_once_stands_for_its_code(cast: Cast) -> None:
    job = preview(browser_of(cast.official), workbook(["firms", "office", "2022-09", 3], heads=["指标", *HEADS[1:4]]))

    assert results(job) == [(2, "created")]


def test_a_name_that_the_unit_reports_twice_is_refused(cast: Cast) -> None:
    twin = make_indicator("twin", cast.office, frequency="monthly")
    twin.name = "firms"
    twin.save()

    job = preview(browser_of(cast.official), workbook(["firms", "office", "2022-09", 3], heads=["指标", *HEADS[1:4]]))

    assert "不止一个指标叫“firms”" in said(job)


def test_a_share_is_a_numerator_and_a_denominator(cast: Cast) -> None:
    make_indicator("share", cast.office, basis="share", frequency="monthly")
    heads = [*HEADS[:3], "分子", "分母"]

    job = preview(browser_of(cast.official), workbook(["share", "office", "2022-09", 98, 100], heads=heads))

    assert results(job) == [(2, "created")]
    assert job.rows[0]["shown"]["value"] == "98 / 100"


def test_rows_left_empty_are_left_out_and_counted(cast: Cast) -> None:
    job = preview(browser_of(cast.official), workbook(GOOD, row(期="2022-08-31", 数值=None)))

    assert results(job) == [(2, "created")]
    assert "1 行没有填写" in said(job)


def test_a_sheet_without_a_figure_is_said_to_be_empty(cast: Cast) -> None:
    job = preview(browser_of(cast.official), workbook(row(数值=None)))

    assert job.state == "failed"
    assert "没有数据不等于零" in said(job)


def test_a_missing_figure_with_a_note_is_refused(cast: Cast) -> None:
    job = preview(browser_of(cast.official), workbook(row(数值=None, 说明="没有")))

    assert list(job.rows[0]["errors"]) == ["value"]


def test_a_unit_that_nobody_knows_is_refused_by_name(cast: Cast) -> None:
    job = preview(browser_of(cast.official), workbook(row(填报单位="新办公室")))

    assert "没有单位“新办公室”" in said(job)


def test_a_unit_of_another_subdistrict_is_a_unit_that_nobody_knows(cast: Cast) -> None:
    make_unit("far")

    job = preview(browser_of(cast.official), workbook(row(填报单位="far")))

    assert "没有单位“far”" in said(job)


def test_several_own_units_fit_in_one_file(cast: Cast) -> None:
    other = make_office("other_office")
    make_indicator("others", other, frequency="monthly")
    Grant.objects.create(user=cast.official, role=Role.REPORTER, unit=other)

    job = preview(browser_of(cast.official), workbook(GOOD, ["others", "other_office", "2022-09", 1, ""]))

    assert results(job) == [(2, "created"), (3, "created")]


def test_the_services_own_checks_stand_beside_their_columns(cast: Cast) -> None:
    cast.indicator.maximum = Decimal(10)
    cast.indicator.save()

    job = preview(browser_of(cast.official), workbook(GOOD, row(期="2022-12-31", 数值=1)))

    assert [list(r["errors"]) for r in job.rows] == [["value"], ["period"]]


def test_a_note_with_a_telephone_number_is_warned_of(cast: Cast) -> None:
    job = preview(browser_of(cast.official), workbook(row(说明="找 13800138000")))

    assert job.state == "ready"
    assert "手机号" in said(job)


def test_the_file_is_kept_under_a_name_of_the_portals_own(cast: Cast, var: Path) -> None:
    job = preview(browser_of(cast.official), workbook(GOOD))

    assert [path.name for path in (var / "imports").iterdir()] == [f"{job.pk}.xlsx"]


def test_a_file_that_cannot_be_read_leaves_nothing(cast: Cast, var: Path) -> None:
    browser_of(cast.official).post("/report/excel/", {})

    assert not ImportJob.objects.exists()
    assert not (var / "imports").exists()


def test_headings_are_known_in_every_language(cast: Cast) -> None:
    with translation.override("en"):
        heads = [str(Readings().column(code).heading) for code in ("name", "unit", "period", "value")]

    job = preview(browser_of(cast.official), workbook(["firms", "office", "2022-09", 3], heads=heads))

    assert results(job) == [(2, "created")]
