"""The pages of Excel in and out: who may, what they show, how columns are matched once and remembered."""

from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from goals.models import ColumnMap, ImportJob, Reading
from goals.tests.factories import make_indicator, make_office, make_unit, make_user
from goals.tests.importing.factories import GOOD, HEADS, confirm, preview, results, send, workbook
from goals.tests.pages.factories import Cast, browser_of

pytestmark = pytest.mark.django_db
OWN = ["任务名称（简写）", "办理部门", "何时", "九月数"]
OWN_ROW = ["firms", "office", "2022-09", 12]


def test_nobody_uploads_without_logging_in(cast: Cast) -> None:
    assert "/login/" in Client().get("/report/excel/")["Location"]
    assert "/login/" in send(Client(), workbook(GOOD))["Location"]


@pytest.mark.parametrize("who", ["reviewer", "leader", "planner"])
def test_who_reports_nothing_uploads_nothing(cast: Cast, who: str) -> None:
    browser = browser_of(getattr(cast, who))

    assert browser.get("/report/excel/").status_code == 403
    assert send(browser, workbook(GOOD)).status_code == 403
    assert not ImportJob.objects.exists()


def test_a_template_of_another_unit_is_refused(cast: Cast) -> None:
    make_office("other_office")

    answer = browser_of(cast.official).get("/report/excel/?template=1&unit=other_office&period=2022-09-30")

    assert answer.status_code == 403


@pytest.mark.parametrize("query", ["template=1", "template=1&unit=office&period=x", "template=1&unit=office"])
def test_a_template_needs_a_unit_and_a_period(cast: Cast, query: str) -> None:
    assert browser_of(cast.official).get(f"/report/excel/?{query}").status_code == 400


def test_a_preview_is_its_uploaders_own(cast: Cast) -> None:
    job = preview(browser_of(cast.official), workbook(GOOD))
    colleague = browser_of(make_user("colleague", Role.REPORTER, unit=cast.office))

    assert colleague.get(f"/imports/{job.pk}/").status_code == 404
    for action in ("confirm", "discard", "match", "read"):
        assert colleague.post(f"/imports/{job.pk}/{action}/", {"choice": "draft"}).status_code == 404
    assert "/login/" in Client().get(f"/imports/{job.pk}/")["Location"]
    assert not Reading.objects.exists()


def test_writing_takes_a_post(cast: Cast) -> None:
    browser = browser_of(cast.official)
    job = preview(browser, workbook(GOOD))

    for action in ("confirm", "discard", "match", "read"):
        assert browser.get(f"/imports/{job.pk}/{action}/").status_code == 405


def test_the_preview_shows_rows_counts_and_reasons(cast: Cast) -> None:
    browser = browser_of(cast.official)
    job = preview(browser, workbook(GOOD, ["firms", "office", "2022-08", "约300", ""]))

    page = browser.get(f"/imports/{job.pk}/").content.decode()

    assert "1 行被拒绝，整个文件不能写入" in page
    assert "<b>本期</b>：不是数字" in page
    assert 'name="choice"' not in page


def test_only_the_refused_rows_are_shown_when_asked(cast: Cast) -> None:
    browser = browser_of(cast.official)
    job = preview(browser, workbook(GOOD, ["firms", "office", "2022-08", "约300", ""]))

    lines = browser.get(f"/imports/{job.pk}/?only=refused").context["lines"]

    assert [line["number"] for line in lines] == [3]


def test_a_preview_without_faults_offers_both_confirmations(cast: Cast) -> None:
    browser = browser_of(cast.official)

    page = browser.get(f"/imports/{preview(browser, workbook(GOOD)).pk}/").content.decode()

    assert 'value="draft"' in page
    assert 'value="submitted"' in page


def test_throwing_away_removes_preview_and_file(cast: Cast, var: object) -> None:
    browser = browser_of(cast.official)
    job = preview(browser, workbook(GOOD))

    browser.post(f"/imports/{job.pk}/discard/")

    assert not ImportJob.objects.exists()
    assert not list(var.rglob("*.xlsx"))  # type: ignore[attr-defined]


def test_what_was_written_is_not_thrown_away(cast: Cast) -> None:
    browser = browser_of(cast.official)
    job = preview(browser, workbook(GOOD))
    confirm(browser, job)

    browser.post(f"/imports/{job.pk}/discard/")

    assert ImportJob.objects.get().state == "confirmed"
    assert Reading.objects.exists()


def test_unknown_headings_are_matched_once_and_remembered(cast: Cast) -> None:
    browser = browser_of(cast.official)
    job = preview(browser, workbook(OWN_ROW, heads=OWN))
    assert job.state == "matching"

    chosen = dict(zip(["code", "unit", "period", "value"], OWN, strict=True))
    browser.post(f"/imports/{job.pk}/match/", chosen)

    job.refresh_from_db()
    assert results(job) == [(2, "created")]
    again = preview(browser, workbook(OWN_ROW[::-1], heads=OWN[::-1]))
    assert results(again) == [(2, "created")]


def test_each_unit_remembers_its_own_matching(cast: Cast) -> None:
    ColumnMap.objects.create(kind="readings", unit=make_unit(), signature="x", columns={})
    browser = browser_of(cast.official)
    job = preview(browser, workbook(OWN_ROW, heads=OWN))

    browser.post(f"/imports/{job.pk}/match/", dict(zip(["code", "unit", "period", "value"], OWN, strict=True)))

    assert ColumnMap.objects.get(unit=cast.office).columns["value"] == "九月数"


@pytest.mark.parametrize(
    "chosen", [{}, {"code": OWN[0]}, {"code": OWN[0], "value": OWN[0]}, {"code": OWN[0], "value": "别的"}]
)
def test_half_a_matching_is_refused_and_not_remembered(cast: Cast, chosen: dict[str, str]) -> None:
    browser = browser_of(cast.official)
    job = preview(browser, workbook(OWN_ROW, heads=OWN))

    browser.post(f"/imports/{job.pk}/match/", chosen)

    job.refresh_from_db()
    assert job.state == "matching"
    assert not ColumnMap.objects.exists()


def test_a_wrong_matching_can_be_changed_from_the_preview(cast: Cast) -> None:
    browser = browser_of(cast.official)
    job = preview(browser, workbook(["firms", "office", "2022-09", 1, 2], heads=[*HEADS[:4], "全年数"]))

    browser.post(
        f"/imports/{job.pk}/match/", {"code": HEADS[0], "unit": HEADS[1], "period": HEADS[2], "value": "全年数"}
    )

    job.refresh_from_db()
    assert job.rows[0]["values"]["value"] == "2"
    assert "全年数" in browser.get(f"/imports/{job.pk}/?match=1").content.decode()


def test_the_recent_uploads_are_ones_own(cast: Cast) -> None:
    preview(browser_of(cast.official), workbook(GOOD), unit="office")
    colleague = make_user("colleague", Role.REPORTER, unit=cast.office)

    assert "表.xlsx" in browser_of(cast.official).get("/report/excel/").content.decode()
    assert "表.xlsx" not in browser_of(colleague).get("/report/excel/").content.decode()


def test_a_shown_file_name_is_a_name_alone(cast: Cast) -> None:
    browser = browser_of(cast.official)
    send(browser, workbook(GOOD), name="..\\..\\a\u202eb<script>.xlsx")

    assert ImportJob.objects.get().name == "ab<script>.xlsx"
    assert "<script>.xlsx" not in browser.get(f"/imports/{ImportJob.objects.get().pk}/").content.decode()


def queries_of(cast: Cast, action: object) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        action()  # type: ignore[operator]
    return len(found)


@pytest.mark.parametrize("choice", ["draft", "submitted"])
def test_the_number_of_queries_does_not_grow_with_the_rows(cast: Cast, choice: str) -> None:
    """Upload, preview page and confirmation; the rows are new, drafts and approved ones."""
    browser = browser_of(cast.official)
    counts = []
    for size in (2, 20):
        indicators = [make_indicator(f"i{size}.{n}", cast.office, frequency="monthly") for n in range(size)]
        content = workbook(*([i.code, "office", "2022-09", 1, ""] for i in indicators))
        jobs: list[ImportJob] = []
        counts.append(
            (
                queries_of(cast, lambda content=content, jobs=jobs: jobs.append(preview(browser, content))),
                queries_of(cast, lambda jobs=jobs: browser.get(f"/imports/{jobs[0].pk}/")),
                queries_of(cast, lambda jobs=jobs: confirm(browser, jobs[0], choice)),
            )
        )
        assert jobs[0].state == "ready"

    assert counts[0] == counts[1]


def test_a_workbook_is_sent_as_a_download(cast: Cast) -> None:
    answer = browser_of(cast.official).get("/report/excel/?template=1&unit=office&period=2022-09-30")

    assert answer["Content-Disposition"].startswith("attachment")
    assert openpyxl.load_workbook(BytesIO(answer.content)).sheetnames[0] == "填报"
