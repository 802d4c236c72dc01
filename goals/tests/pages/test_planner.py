"""The planner's pages: adopt a plan, edit a target, edit an indicator."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Post
from audit.models import Event
from goals.models import Plan, ReportingUnit, Target
from goals.tests.factories import make_indicator, make_office, make_target
from goals.tests.pages.factories import Cast, browser_of, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    cast = make_cast()
    Plan.objects.update(state=Plan.State.DRAFT)
    cast.plan.refresh_from_db()
    return cast


def edit(client: Client, address: str, **changes: Any) -> Any:
    """The form as the page shows it, with changes, sent."""
    form = client.get(address).context["form"]
    data: dict[str, Any] = {"version": form.instance.version}
    for field in form:
        value = field.value()
        if value not in (None, False):
            shown = [getattr(v, "pk", v) for v in value] if isinstance(value, list | tuple) else value
            data[field.html_name] = shown
    data = {k: v for k, v in (data | changes).items() if v is not None}
    return client.post(address, data)


def test_a_plan_whose_targets_have_lead_offices_is_adopted(cast: Cast) -> None:
    answer = browser_of(cast.planner).post("/planner/taoyan-2022/adopt/", follow=True)

    assert "计划已印发" in answer.content.decode()
    assert Plan.objects.get().state == Plan.State.ADOPTED


def test_a_missing_lead_office_is_named_and_stops_the_adoption(cast: Cast) -> None:
    Target.objects.update(lead_office=None)
    browser = browser_of(cast.planner)

    answer = browser.post("/planner/taoyan-2022/adopt/", follow=True)

    assert "firms" in answer.content.decode()
    assert "缺牵头单位" in answer.content.decode()
    assert Plan.objects.get().state == Plan.State.DRAFT


def test_a_responsible_post_that_nobody_holds_stops_it_too(cast: Cast) -> None:
    Target.objects.update(responsible_post=Post.objects.create(code="deputy", name="副主任", unit=cast.office))
    browser = browser_of(cast.planner)

    answer = browser.post("/planner/taoyan-2022/adopt/", follow=True).content.decode()

    assert "firms 新增企业：分管岗位“副主任”今天无人任职。" in answer
    assert "无人任职</small>" in answer
    assert Plan.objects.get().state == Plan.State.DRAFT


def test_units_without_a_reporter_or_reviewer_are_named_and_stop_nothing(cast: Cast) -> None:
    make_target(cast.plan, make_indicator("more", make_office("lonely")), lead_office=make_office("unreviewed"))
    browser = browser_of(cast.planner)

    unmanned = browser.get("/planner/taoyan-2022/").context["unmanned"]
    browser.post("/planner/taoyan-2022/adopt/")

    assert [u.code for u in unmanned.reporting] == ["lonely"]
    assert [u.code for u in unmanned.reviewing] == ["unreviewed"]
    assert Plan.objects.get().state == Plan.State.ADOPTED


def test_where_nothing_lacks_an_owner_nothing_is_said(cast: Cast) -> None:
    assert "还没有责任人" not in browser_of(cast.planner).get("/planner/taoyan-2022/").content.decode()


def test_a_plan_is_not_closed_before_its_year_is_over(cast: Cast) -> None:
    Plan.objects.update(state=Plan.State.ADOPTED)

    answer = browser_of(cast.planner).post("/planner/taoyan-2022/close/", follow=True)

    assert "计划年度还没有结束" in answer.content.decode()


def test_a_targets_terms_are_edited_while_the_plan_is_a_draft(cast: Cast) -> None:
    other = make_office("other_office")

    answer = edit(
        browser_of(cast.planner),
        f"/targets/{cast.target.pk}/edit/",
        goal="1,500",
        pace="planned",
        planned="2022-06-30 500\n2022-12-31 1500",
        cooperating_offices=[other.pk],
    )

    target = Target.objects.get()
    assert answer.status_code == 302
    assert target.goal == 1500
    assert target.planned == {"2022-06-30": "500", "2022-12-31": "1500"}
    assert list(target.cooperating_offices.all()) == [other]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("goal", "很多", "不是数字"),
        ("goal", "1e5", "不是数字"),
        ("goal", "", "请填写目标值"),
        ("due", "2023-01-01", "完成时限应在计划年度之内"),
        ("due", "01/02/22", "日期应写作"),
        ("weight", "-1", "权重不能为负"),
        ("rule", "share", "该规则不适用于这一填报口径"),
        ("planned", "2022-06-31 5", "第 1 行"),
        ("planned", "2022-06-30 5\n2022-06-30 6", "第 2 行"),
        ("name", "a\u202eb", "不可见的控制字符"),
        ("name", "", ""),
    ],
)
def test_a_wrong_term_is_refused_at_its_field_and_kept(cast: Cast, field: str, value: str, said: str) -> None:
    changes = {field: value} | ({"pace": "planned"} if field == "planned" else {})
    events = Event.objects.count()

    answer = edit(browser_of(cast.planner), f"/targets/{cast.target.pk}/edit/", **changes)

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert answer.context["form"].errors
    assert Target.objects.get().version == cast.target.version
    assert Event.objects.count() == events


def test_an_adopted_plans_terms_change_by_adjustment_alone(cast: Cast) -> None:
    Plan.objects.update(state=Plan.State.ADOPTED)

    edit(browser_of(cast.planner), f"/targets/{cast.target.pk}/edit/", goal="5", note="改了备注")

    target = Target.objects.get()
    assert (target.goal, target.note) == (100, "改了备注")


def test_the_later_of_two_editors_is_told_and_keeps_the_text(cast: Cast) -> None:
    browser = browser_of(cast.planner)

    answer = edit(browser, f"/targets/{cast.target.pk}/edit/", name="新名字", version="0")

    assert "已被他人修改" in answer.content.decode()
    assert "新名字" in answer.content.decode()
    assert Target.objects.get().name == cast.target.name


def test_an_indicators_new_reporting_units_report_from_today(cast: Cast) -> None:
    other = make_office("other_office")

    edit(browser_of(cast.planner), "/indicators/firms/edit/", reporting_units=[other.pk], deadline_day="15")

    spans = {r.unit: (r.first_day, r.last_day) for r in ReportingUnit.objects.all()}
    assert spans[other][0] == date(2022, 10, 12)
    assert spans[cast.office][1] == date(2022, 10, 11)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("deadline_day", "32", "31"),
        ("minimum", "9", "最大值不能小于最小值"),
        ("reporting_units", [], "请指定填报单位"),
        ("basis", "level", "不能改变填报口径"),
    ],
)
def test_a_wrong_indicator_is_refused_at_its_field(cast: Cast, field: str, value: object, said: str) -> None:
    changes: dict[str, Any] = {field: value, "maximum": "5"}

    answer = edit(browser_of(cast.planner), "/indicators/firms/edit/", **changes)

    assert answer.status_code == 400
    assert said in answer.content.decode()
    cast.indicator.refresh_from_db()
    assert cast.indicator.version == 1


@pytest.mark.parametrize("who", ["official", "reviewer", "leader"])
def test_only_planners_plan(cast: Cast, who: str) -> None:
    browser = browser_of(getattr(cast, who))

    for address in ("/planner/taoyan-2022/", f"/targets/{cast.target.pk}/edit/", "/indicators/firms/edit/"):
        assert browser.get(address).status_code == 403
    assert browser.post("/planner/taoyan-2022/adopt/").status_code == 403
    assert browser.post("/planner/taoyan-2022/close/").status_code == 403


def test_the_planners_page_asks_no_more_for_more_targets(cast: Cast) -> None:
    browser = browser_of(cast.planner)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get("/planner/taoyan-2022/")
        return len(captured)

    few = count()
    for number in range(20):
        make_target(cast.plan, make_indicator(f"more.{number}", cast.office))

    assert count() == few
