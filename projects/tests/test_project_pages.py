"""The page of a work: what it shows, and who may not."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from goals.progress.recompute import recompute
from goals.tests.factories import make_unit, make_user
from projects import aftercare, inspecting, milestones, paying, postponing
from projects.inspecting import Found
from projects.models import Acceptance, Comment, Inspection, Payment, Upkeep
from projects.standing import PROJECTS
from projects.tests.factories import Cast, make_milestone
from projects.tests.pages import LIST, browser, text
from projects.versions import keep

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("query", ["", "?as_of=2022-08-17", "?as_of=2022-08-17&known=then"])
@pytest.mark.parametrize("count", [1, 6])
def test_its_queries_are_at_most_15_and_do_not_grow(cast: Cast, leader: Client, count: int, query: str) -> None:
    for n in range(count):
        make_milestone(cast.project, f"m{n}").depends_on.add(cast.project.milestones.get(is_default=True))
        made = Inspection.objects.create(project=cast.project, day=date(2022, 9, 1), inspector="x")
        made.findings.create(text="x", deadline=date(2022, 9, 2))
        Comment.objects.create(project=cast.project, text="x", author=cast.leader, written_at="2022-09-01T08:00+08:00")
    recompute([cast.project.pk], PROJECTS)
    keep([cast.project.pk])

    # Which models there are is asked once by a portal that runs.
    text(leader, f"/projects/{cast.project.pk}/{query}")
    with CaptureQueriesContext(connection) as captured:
        text(leader, f"/projects/{cast.project.pk}/{query}")

    assert len(captured) <= 15


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


def test_what_was_accepted_early_says_so_and_what_remains(cast: Cast, leader: Client) -> None:
    """The colour goes by the milestones as before: settling and handing over may follow the acceptance."""
    cast.schedule()
    aftercare.accept_project(
        cast.planner, Acceptance(project=cast.project, day=date(2022, 2, 1), result="passed", body="建设局")
    )

    page = text(leader, f"/projects/{cast.project.pk}/")

    assert "2月1日验收合格" in page and "尚余" in page and "设计、" in page
    assert "状态和进度仍按节点计" in page
