"""The pages of works: what they show, who may not, and that their queries don't grow."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from goals.models import Plan
from goals.progress.recompute import recompute
from goals.tests.factories import make_office, make_unit, make_user
from projects import aftercare, inspecting, milestones, paying, planning, postponing
from projects.inspecting import Found
from projects.models import Acceptance, Comment, Confirmation, Inspection, Milestone, Payment, Project, Upkeep
from projects.standing import PROJECTS
from projects.tests.factories import Cast, make_milestone, make_project, make_theme

pytestmark = pytest.mark.django_db
LIST = "/plans/taoyan-2022/projects/"


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


@pytest.fixture
def planner(cast: Cast) -> Client:
    return browser(cast.planner)


@pytest.fixture
def reporter(cast: Cast) -> Client:
    return browser(cast.reporter)


@pytest.fixture
def leader(cast: Cast) -> Client:
    return browser(cast.leader)


# The list.


def test_the_list_shows_works_with_their_pace_and_routine_ones_without_colour(cast: Cast, leader: Client) -> None:
    cast.schedule()
    make_project(cast.plan, "routine", name="常规一项", tier="routine")

    page = text(leader, LIST)

    assert "work" in page and "落后" in page and "已晚 195 天" in page
    assert "常规一项" in page and '<span class="tg tg-q">常规</span>' in page


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, 3),
        ({"status": "behind"}, 1),
        ({"status": "achieved"}, 3),
        ({"tier": "routine"}, 1),
        ({"kind": "event"}, 1),
        ({"kind": "none"}, 3),
        ({"lead_office": "office"}, 2),
        ({"section": "nowhere"}, 0),
        ({"blocker": "land"}, 1),
        ({"q": "second"}, 1),
        ({"q": "没有"}, 0),
    ],
)
def test_it_filters(cast: Cast, leader: Client, asked: dict[str, str], shown: int) -> None:
    cast.schedule()
    make_project(cast.plan, "second", kind="event", blocker="land")
    make_project(cast.plan, "routine", tier="routine", lead_office=make_office("other_office"))

    # A status that no work has, and a kind that is none, ask for nothing.
    assert leader.get(LIST, asked).context["shown"] == shown


def test_a_swap_gets_the_rows_alone(leader: Client) -> None:
    rows = leader.get(LIST, headers={"HX-Request": "true"}).content.decode()

    assert "work" in rows and "<html" not in rows


def test_the_gantt_chart_draws_every_milestone_with_its_name(cast: Cast, leader: Client) -> None:
    cast.schedule()

    page = text(leader, LIST + "?view=gantt")

    assert page.count("<circle") == 3
    assert "<title>施工 已晚 12 天</title>" in page
    assert " style=" not in page


def test_what_is_searched_for_is_shown_as_text(leader: Client) -> None:
    assert "<script>alert(1)" not in text(leader, LIST + "?q=<script>alert(1)</script>")


def test_a_day_is_asked_for_as_everywhere(cast: Cast, leader: Client) -> None:
    cast.schedule()

    assert "序时正常" in text(leader, LIST + "?as_of=2022-03-15")
    assert leader.get(LIST + "?as_of=never").status_code == 400


def make_many(plan: Plan, numbers: range) -> None:
    theme, office = make_theme(plan), make_office()
    common: dict[str, Any] = {"plan": plan, "theme": theme, "kind": "event", "lead_office": office}
    common |= {"start": plan.start, "due": plan.end, "first_due": plan.end}
    made = Project.objects.bulk_create(Project(code=f"p{n}", name=f"项目{n}", order=n, **common) for n in numbers)
    Milestone.objects.bulk_create(
        Milestone(project=p, name=f"节点{m}", order=m, due=date(2022, m, 28), first_due=date(2022, m, 28))
        for p in made
        for m in range(1, 11)
    )
    recompute([p.pk for p in made], PROJECTS)


def counted(client: Client, query: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(LIST + query).context["shown"] > 10
    return len(captured)


def must_not_grow(cast: Cast, client: Client, few: int, many: int) -> None:
    recompute([cast.project.pk], PROJECTS)
    make_many(cast.plan, range(few))
    queries = ("", "?view=gantt", "?status=behind&view=gantt")
    first = [counted(client, query) for query in queries]
    make_many(cast.plan, range(few, many))

    assert [counted(client, query) for query in queries] == first
    assert max(first) <= 15


def test_queries_of_list_and_gantt_do_not_grow_with_the_works(cast: Cast, leader: Client) -> None:
    must_not_grow(cast, leader, 15, 60)


@pytest.mark.thorough
def test_they_are_at_most_15_with_159_works_and_1600_milestones_and_with_ten_times_as_many(
    cast: Cast, leader: Client
) -> None:
    must_not_grow(cast, leader, 158, 1_590)


# The page of a work.


def test_a_works_page_tells_all_about_it(cast: Cast, planner: Client) -> None:
    cast.schedule()
    inspection = Inspection(project=cast.project, day=date(2022, 9, 1), inspector="督查办")
    inspecting.record(cast.planner, inspection, [Found("铣刨料占道", date(2022, 9, 5))])
    for kind, amount in (("budget", 640), ("contract", 600), ("paid", 100)):
        payment = Payment(
            project=cast.project, kind=kind, day=date(2022, 5, 1), amount=Decimal(amount), source="区财政"
        )
        paying.save_payment(cast.planner, payment)
    aftercare.accept_project(
        cast.planner, Acceptance(project=cast.project, day=date(2022, 3, 1), result="passed", body="建设局")
    )
    upkeep = Upkeep(project=cast.project, item="保洁", maintainer="保洁队", begins=date(2022, 3, 2), every_months=1)
    aftercare.hand_over(cast.planner, upkeep)

    page = text(planner, f"/projects/{cast.project.pk}/")

    for said in ("施工", "晚 195 天", "铣刨料占道", "逾期未改", "640", "建设局", "合格", "保洁队", "4月2日应查"):
        assert said in page, said
    assert " style=" not in page and "onclick" not in page


def test_a_moved_date_shows_the_first(cast: Cast, leader: Client) -> None:
    cast.schedule()
    asked = postponing.request(cast.reporter, cast.project, cast.step("验收"), date(2022, 12, 20), "雨季")
    postponing.decide(cast.leader, asked, grant=True)

    page = text(leader, f"/projects/{cast.project.pk}/")

    assert "2022-12-20" in page and "最初 2022-11-30" in page


@pytest.mark.parametrize("count", [1, 6])
def test_its_queries_do_not_grow_with_what_hangs_on_it(cast: Cast, leader: Client, count: int) -> None:
    for n in range(count):
        make_milestone(cast.project, f"m{n}").depends_on.add(cast.project.milestones.first())
        made = Inspection.objects.create(project=cast.project, day=date(2022, 9, 1), inspector="x")
        made.findings.create(text="x", deadline=date(2022, 9, 2))
        Comment.objects.create(project=cast.project, text="x", author=cast.leader, written_at="2022-09-01T08:00+08:00")
    recompute([cast.project.pk], PROJECTS)

    with CaptureQueriesContext(connection) as captured:
        text(leader, f"/projects/{cast.project.pk}/")

    assert len(captured) <= 26


def test_buttons_are_there_for_who_may(cast: Cast) -> None:
    cast.schedule()
    where = f"/projects/{cast.project.pk}/"
    report, accept = "报完成", f"/milestones/{cast.step('设计').pk}/accept/"

    assert report in text(browser(cast.reporter), where)
    assert report not in text(browser(cast.other), where)
    milestones.report_done(cast.reporter, cast.step("设计"), date(2022, 4, 1))
    assert accept in text(browser(cast.planner), where)
    assert accept not in text(browser(cast.reporter), where)


def test_a_closed_plans_work_has_no_buttons(cast: Cast, planner: Client) -> None:
    cast.plan.state, cast.plan.closed_at = "closed", "2022-10-12T08:00+08:00"
    cast.plan.save()

    page = text(planner, f"/projects/{cast.project.pk}/")

    assert f"/projects/{cast.project.pk}/inspect/" not in page and f"/projects/{cast.project.pk}/pay/" not in page


# Who may not.


def test_who_does_not_see_the_plan_gets_404(cast: Cast) -> None:
    far = browser(make_user("far", Role.PLANNER, unit=make_unit("elsewhere")))
    step = cast.project.milestones.get()

    for address in (
        *(
            LIST,
            f"/projects/{cast.project.pk}/",
            f"/projects/{cast.project.pk}/note/",
            f"/milestones/{step.pk}/report/",
        ),
        *(
            f"/projects/{cast.project.pk}/edit/",
            f"/projects/{cast.project.pk}/schedule/",
            f"/milestones/{step.pk}/files/",
        ),
        *(f"{LIST}new/", f"{LIST}import/", "/plans/taoyan-2022/inspections/", "/plans/taoyan-2022/routine/"),
        *(f"/themes/{cast.project.theme_id}/routine/", f"/milestones/{step.pk}/edit/"),
    ):
        assert far.get(address).status_code == 404, address
    assert far.post(f"/projects/{cast.project.pk}/comment/", {"text": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("note", {"other", "reviewer", "leader"}),
        ("postpone", {"other", "reviewer", "leader"}),
        ("pay", {"other", "reviewer", "leader"}),
        ("upkeep", {"other", "reviewer", "leader"}),
        ("inspect", {"other", "reviewer", "reporter"}),
        ("accept", {"other", "reviewer", "reporter"}),
        ("edit", {"other", "reviewer", "reporter", "leader"}),
        ("schedule", {"other", "reviewer", "reporter", "leader"}),
        ("milestones/new", {"other", "reviewer", "reporter", "leader"}),
    ],
)
def test_what_one_sees_but_may_not_do_is_403(cast: Cast, name: str, refused: set[str]) -> None:
    address = f"/projects/{cast.project.pk}/{name}/"

    for who in ("reporter", "reviewer", "other", "planner", "leader"):
        expected = 403 if who in refused else 200
        assert browser(getattr(cast, who)).get(address).status_code == expected, who


def test_an_unknown_step_is_404(cast: Cast, planner: Client) -> None:
    assert planner.get(f"/projects/{cast.project.pk}/dance/").status_code == 404


# Steps.


def test_a_milestone_goes_from_report_through_return_to_acceptance(
    cast: Cast, reporter: Client, leader: Client
) -> None:
    cast.schedule()
    where = f"/milestones/{cast.step('设计').pk}/"

    reporter.post(where + "report/", {"done_on": "2022-04-01", "report": "图已出"})
    assert cast.step("设计").state == "reported"
    leader.post(where + "return/", {"reason": "缺一张"})
    assert "缺一张" in text(reporter, f"/projects/{cast.project.pk}/")
    reporter.post(where + "report/", {"done_on": "2022-04-02"})
    answer = leader.post(where + "accept/")
    assert (answer.status_code, cast.step("设计").state) == (302, "accepted")


def test_what_is_wrong_stands_beside_its_field_and_keeps_what_was_typed(cast: Cast, reporter: Client) -> None:
    only = cast.project.milestones.get()

    answer = reporter.post(f"/milestones/{only.pk}/report/", {"done_on": "2022-12-01", "report": "写了很多"})

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "完成日不能晚于今天" in page and "写了很多" in page


def test_an_inspection_takes_its_findings_a_line_each(cast: Cast, leader: Client) -> None:
    said = {"day": "2022-09-01", "inspector": "街道领导", "findings": "2022-09-10 扬尘\n2022-09-11 占道"}
    leader.post(f"/projects/{cast.project.pk}/inspect/", said)
    wrong = leader.post(f"/projects/{cast.project.pk}/inspect/", said | {"findings": "2022-09-10 扬尘\n明天 占道"})

    assert Inspection.objects.get().findings.count() == 2
    assert "第 2 行" in wrong.content.decode()


def test_a_finding_is_put_right_and_rechecked_on_pages(cast: Cast, reporter: Client, planner: Client) -> None:
    inspection = Inspection(project=cast.project, day=date(2022, 9, 1), inspector="督查办")
    finding = inspecting.record(cast.planner, inspection, [Found("扬尘", date(2022, 9, 5))]).findings.get()

    assert planner.get(f"/findings/{finding.pk}/rectify/").status_code == 403
    reporter.post(f"/findings/{finding.pk}/rectify/", {"day": "2022-09-04", "text": "已喷淋"})
    assert "已喷淋" in text(planner, f"/findings/{finding.pk}/recheck/")
    planner.post(f"/findings/{finding.pk}/recheck/", {"passed": "yes"})
    finding.refresh_from_db()
    assert finding.state == "closed"


def test_a_postponement_is_asked_and_decided_on_pages(cast: Cast, reporter: Client, leader: Client) -> None:
    cast.schedule()
    step = cast.step("验收")
    reporter.post(f"/milestones/{step.pk}/postpone/", {"new_due": "2022-12-20", "reason": "雨季"})
    asked = cast.project.postponements.get()

    assert reporter.get(f"/postponements/{asked.pk}/decide/").status_code == 403
    assert "雨季" in text(leader, f"/postponements/{asked.pk}/decide/")
    leader.post(f"/postponements/{asked.pk}/decide/", {"grant": "yes"})
    assert cast.step("验收").due == date(2022, 12, 20)


def test_money_is_entered_and_struck_on_pages(cast: Cast, reporter: Client) -> None:
    reporter.post(f"/projects/{cast.project.pk}/pay/", {"kind": "budget", "day": "2022-05-01", "amount": "1,234.5"})
    payment = Payment.objects.get()
    assert payment.amount == Decimal("1234.5")

    assert browser(cast.other).get(f"/payments/{payment.pk}/delete/").status_code == 403
    reporter.post(f"/payments/{payment.pk}/delete/")
    assert not Payment.objects.exists()


def test_a_work_is_accepted_handed_over_and_checked_on_pages(cast: Cast, reporter: Client, planner: Client) -> None:
    where = f"/projects/{cast.project.pk}/"
    planner.post(where + "accept/", {"day": "2022-09-01", "result": "passed", "body": "建设局"})
    upkeep = {"item": "保洁", "maintainer": "保洁队", "begins": "2022-09-02", "every_months": "1"}
    reporter.post(where + "upkeep/", upkeep)
    check = cast.project.upkeeps.get().checks.get()

    assert browser(cast.other).get(f"/upkeep-checks/{check.pk}/").status_code == 403
    reporter.post(f"/upkeep-checks/{check.pk}/", {"done_on": "2022-10-02", "result": "good"})
    assert cast.project.upkeeps.get().checks.count() == 2


def test_a_note_puts_a_work_on_the_districts_page(cast: Cast, reporter: Client, leader: Client) -> None:
    said = {"progress": "停工", "problem": "管位要区里统筹", "blocker": "district"}
    reporter.post(f"/projects/{cast.project.pk}/note/", said)

    assert "管位要区里统筹" in text(leader, "/district/")
    assert browser(make_user("auditor", Role.AUDITOR)).get("/district/").status_code == 403


# Comments.


def test_comments_stand_on_works_and_targets(cast: Cast, leader: Client) -> None:
    leader.post(f"/projects/{cast.project.pk}/comment/", {"text": "盯一下 @planner"})

    assert "盯一下" in text(browser(cast.planner), f"/projects/{cast.project.pk}/")
    assert "在批注中提到您" in text(browser(cast.planner), "/notices/")


def test_a_comment_is_shown_as_text(cast: Cast, leader: Client) -> None:
    leader.post(f"/projects/{cast.project.pk}/comment/", {"text": "<script>alert(1)</script>"})

    assert "<script>alert(1)" not in text(leader, f"/projects/{cast.project.pk}/")


def test_a_refused_comment_keeps_its_words(cast: Cast, leader: Client) -> None:
    answer = leader.post(f"/projects/{cast.project.pk}/comment/", {"text": "@没有这个人 看"})

    assert answer.status_code == 400
    assert "@没有这个人 看" in answer.content.decode()


def test_a_comment_is_withdrawn_by_its_author(cast: Cast, leader: Client, planner: Client) -> None:
    leader.post(f"/projects/{cast.project.pk}/comment/", {"text": "说错了"})
    where = f"/comments/{Comment.objects.get().pk}/withdraw/"

    assert planner.post(where).status_code == 403
    leader.post(where)
    page = text(leader, f"/projects/{cast.project.pk}/")
    assert "说错了" not in page and "已撤回" in page


# The planner's pages.


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
