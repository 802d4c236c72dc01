"""The planner's pages of works, and the sheets."""

from datetime import date

import pytest
from django.test import Client

from projects import inspecting, planning
from projects.models import Confirmation, Inspection, Project
from projects.tests.factories import Cast, make_project
from projects.tests.pages import LIST, text

pytestmark = pytest.mark.django_db


def test_a_work_is_made_and_edited(cast: Cast, planner: Client) -> None:
    said = {"code": "new", "name": "新项目", "theme": cast.project.theme_id, "kind": "event", "tier": "headline"}
    said |= {"start": "2022-01-01", "due": "2022-11-30", "weight": "1", "lead_office": cast.office.pk, "version": "0"}
    answer = planner.post(f"{LIST}new/", said)
    made = Project.objects.get(code="new")
    assert answer.headers["Location"] == f"/projects/{made.pk}/"

    wrong = planner.post(f"/projects/{made.pk}/edit/", said | {"due": "2023-05-01", "version": made.version})
    assert wrong.status_code == 400 and "日期应在计划年度之内" in wrong.content.decode()
    stale = planner.post(f"/projects/{made.pk}/edit/", said | {"name": "改名", "version": "99"})
    assert stale.status_code == 400 and Project.objects.get(code="new").name == "新项目"


def test_a_milestone_is_added_and_edited(cast: Cast, planner: Client) -> None:
    said = {"name": "开工", "order": "1", "weight": "1", "due": "2022-05-31", "version": "0"}
    planner.post(f"/projects/{cast.project.pk}/milestones/new/", said)
    step = cast.step("开工")

    planner.post(f"/milestones/{step.pk}/edit/", said | {"due": "2022-06-30", "version": step.version})
    assert cast.step("开工").due == date(2022, 6, 30)
    wrong = planner.post(f"/milestones/{step.pk}/edit/", said | {"due": "2023-06-30", "version": step.version + 1})
    assert wrong.status_code == 400


def rows(*stages: tuple[str, str, str, str]) -> dict[str, str]:
    return {
        f"{name}-{number}": value
        for number, each in enumerate(stages, start=1)
        for name, value in zip(("name", "weight", "days", "after"), each, strict=True)
    }


def test_scheduling_begins_with_the_template_of_the_kind_or_one_asked_for(cast: Cast, planner: Client) -> None:
    where = f"/projects/{cast.project.pk}/schedule/"

    assert "竣工验收" in text(planner, where)
    assert "征求意见" in text(planner, where + "?template=rules")


def test_a_schedule_is_tried_out_and_then_taken(cast: Cast, planner: Client) -> None:
    # Around the National Day week: Sunday 9 October is worked in return.
    where = f"/projects/{cast.project.pk}/schedule/"
    said = rows(("设计", "1", "20", ""), ("施工", "2", "60", "1"), ("", "", "", ""))

    tried = planner.post(where, said | {"preview": "1"}).content.decode()
    assert "采用这些日期" in tried and cast.project.milestones.get().is_default
    planner.post(where, said | {"apply": "1"})
    assert [(m.name, m.due) for m in cast.project.milestones.all()] == [
        ("设计", date(2022, 10, 9)),
        ("施工", date(2022, 12, 30)),
    ]


def test_what_cannot_be_kept_is_shown_and_not_taken(cast: Cast, planner: Client) -> None:
    where = f"/projects/{cast.project.pk}/schedule/"
    said = rows(("施工", "1", "270", ""))

    page = planner.post(where, said | {"preview": "1"}).content.decode()
    assert "排不下" in page and "比时限晚 21 个工作日" in page and "采用这些日期" not in page
    assert planner.post(where, said | {"apply": "1"}).status_code == 400
    assert cast.project.milestones.get().is_default


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("设计", "重", "5", ""), "权重"),
        (("设计", "1", "五", ""), "工期应为"),
        (("设计", "1", "5", "9"), "不是一行的序号"),
        (("设计", "1", "5", "1"), "前置节点"),
    ],
)
def test_a_wrong_row_is_named(cast: Cast, planner: Client, row: tuple[str, str, str, str], said: str) -> None:
    answer = planner.post(f"/projects/{cast.project.pk}/schedule/", rows(row) | {"preview": "1"})

    assert answer.status_code == 400 and said in answer.content.decode()


# Sheets.


def test_a_themes_routine_commitments_are_confirmed_on_one_sheet(cast: Cast, reporter: Client, leader: Client) -> None:
    routine = make_project(cast.plan, "routine", name="常规一项", tier="routine")
    where = f"/themes/{routine.theme_id}/routine/"
    assert "常规一项" in text(leader, where) and leader.post(where).status_code == 403

    reporter.post(where, {f"word-{routine.pk}": "done", f"note-{routine.pk}": "已办结"})
    assert Confirmation.objects.get().period == date(2022, 6, 30)
    wrong = reporter.post(where, {f"word-{routine.pk}": "stuck", f"note-{routine.pk}": ""})
    assert wrong.status_code == 400 and "请写明" in wrong.content.decode()
    assert "已确认" in text(leader, "/plans/taoyan-2022/routine/")


def test_inspections_of_a_unit_in_a_month_stand_together(cast: Cast, leader: Client) -> None:
    for day in (1, 20):
        inspection = Inspection(project=cast.project, day=date(2022, 9, day), inspector="督查办")
        inspecting.record(cast.planner, inspection)

    page = text(leader, "/plans/taoyan-2022/inspections/")
    assert "2022-09 · office" in page and "分 2 天进行" in page


def test_the_section_and_target_pages_lead_to_works(cast: Cast, leader: Client) -> None:
    cast.schedule()
    planning.save_project(cast.planner, cast.project)

    page = text(leader, "/plans/taoyan-2022/sections/section/")
    assert f"/projects/{cast.project.pk}/" in page and "view=gantt&amp;section=section" in page
