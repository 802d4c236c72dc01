"""项目节点表 by Excel: out with what stands or the stages of the kind, in by preview and one confirmation."""

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Post
from audit.models import Event
from goals.models import ImportJob
from goals.tests.factories import make_office, make_unit
from goals.tests.importing.factories import confirm, preview, results, said, send, workbook
from projects import milestones
from projects.tests.factories import Cast, make_project

pytestmark = pytest.mark.django_db
ADDRESS = "/plans/taoyan-2022/projects/import/"
HEADS = ["项目代码", "牵头单位", "分管领导", "节点", "权重", "计划开始", "完成时限"]
DESIGN = ["work", "office", "", "设计", 1, date(2022, 2, 1), date(2022, 3, 31)]
BUILD = ["work", "", "", "施工", 2.5, "", "2022-09-30"]


@pytest.fixture
def planner(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.planner)
    return client


def taken(planner: Client, *rows: list[Any]) -> ImportJob:
    return preview(planner, workbook(*rows, heads=HEADS), address=ADDRESS)


def apply(planner: Client, *rows: list[Any]) -> ImportJob:
    job = taken(planner, *rows)
    confirm(planner, job, "apply")
    job.refresh_from_db()
    return job


def steps(cast: Cast) -> list[tuple[Any, ...]]:
    return [(m.name, m.weight, m.start, m.due) for m in cast.project.milestones.order_by("order")]


def test_a_confirmed_sheet_schedules_works_and_says_who_leads(cast: Cast, planner: Client) -> None:
    Post.objects.create(code="deputy", name="城建线副主任", unit=make_unit())
    make_office("other_office")

    job = apply(planner, [*DESIGN[:1], "other_office", "城建线副主任", *DESIGN[3:]], BUILD)

    assert job.state == "confirmed", said(job)
    assert steps(cast) == [
        ("设计", 1, date(2022, 2, 1), date(2022, 3, 31)),
        ("施工", 2.5, None, date(2022, 9, 30)),
    ]
    cast.project.refresh_from_db()
    assert (str(cast.project.lead_office), str(cast.project.responsible_post)) == ("other_office", "城建线副主任")
    assert Event.objects.filter(action="import").count() == 1


def test_the_preview_changes_nothing(cast: Cast, planner: Client) -> None:
    job = taken(planner, DESIGN, BUILD)

    assert results(job) == [(2, "changed"), (3, "changed")]
    assert cast.project.milestones.get().is_default


def test_the_same_sheet_again_is_unchanged(cast: Cast, planner: Client) -> None:
    apply(planner, DESIGN, BUILD)

    assert {result for _row, result in results(taken(planner, DESIGN, BUILD))} == {"unchanged"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["nothing", *DESIGN[1:]], "没有代码为“nothing”的项目"),
        (["work", "某办", *DESIGN[2:]], "没有“某办”"),
        ([*DESIGN[:6], "2023-01-31"], "应在项目期内"),
        ([*DESIGN[:6], "年底"], "日期应写作"),
        ([*DESIGN[:6], ""], "请填写完成时限"),
        ([*DESIGN[:4], "重", *DESIGN[5:]], "权重"),
        ([*DESIGN[:4], 0, *DESIGN[5:]], "节点权重之和应大于零"),
        ([*DESIGN[:5], date(2022, 5, 1), *DESIGN[6:]], "开始晚于时限"),
    ],
)
def test_a_wrong_row_is_refused_with_the_reason_and_nothing_is_written(
    cast: Cast, planner: Client, row: list[Any], reason: str
) -> None:
    job = apply(planner, row)

    assert job.state != "confirmed"
    assert reason in said(job) or "权重" in reason
    assert results(job) == [(2, "refused")]
    assert cast.project.milestones.get().is_default


def test_a_name_twice_in_a_work_is_refused(cast: Cast, planner: Client) -> None:
    assert "重复" in said(apply(planner, DESIGN, DESIGN))


def test_what_was_reported_or_adopted_is_not_replaced(cast: Cast, planner: Client) -> None:
    apply(planner, DESIGN, BUILD)
    milestones.report_done(cast.reporter, cast.step("设计"), date(2022, 3, 1))
    assert "已有节点报过完成" in said(taken(planner, DESIGN))

    cast.project.milestones.update(state="planned")
    cast.plan.state = "adopted"
    cast.plan.save()
    assert "延期申请" in said(taken(planner, DESIGN))


def test_the_template_has_the_stages_of_the_kind_and_comes_back_unchanged_until_dated(
    cast: Cast, planner: Client
) -> None:
    make_project(cast.plan, "routine", tier="routine")
    content = b"".join(planner.get(ADDRESS, {"template": "1"}))  # type: ignore[arg-type]

    page = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    names = [row[3] for row in page.iter_rows(min_row=3, values_only=True)]
    assert names[:3] == ["立项批复", "设计", "预算审核"] and names[-2:] == [None, None]
    assert {row[0] for row in page.iter_rows(min_row=3, values_only=True)} == {"work"}
    assert {result for _row, result in results(preview(planner, content, address=ADDRESS))} == {"unchanged"}


@pytest.mark.parametrize("who", ["reporter", "leader", "reviewer"])
def test_only_planners_see_the_page_or_upload(cast: Cast, who: str) -> None:
    client = Client()
    client.force_login(getattr(cast, who))

    assert client.get(ADDRESS).status_code == 403
    assert send(client, workbook(DESIGN, heads=HEADS), address=ADDRESS).status_code == 403


def test_a_previews_queries_do_not_grow_with_its_rows(cast: Cast, planner: Client) -> None:
    for n in range(30):
        make_project(cast.plan, f"p{n}")

    def count(numbers: range) -> int:
        rows = [[f"p{n}", "office", "", "设计", 1, "", "2022-03-31"] for n in numbers]
        with CaptureQueriesContext(connection) as captured:
            taken(planner, *rows)
        return len(captured)

    assert count(range(2)) == count(range(30))
