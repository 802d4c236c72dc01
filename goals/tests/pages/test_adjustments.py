"""目标调整: terms side by side before they are decided, and the versions of a target."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from audit.models import Event
from common import clock
from goals.comparison import side_by_side
from goals.models import Adjustment, Plan, Target
from goals.tests.factories import make_unit, make_user
from goals.tests.pages.factories import Cast, browser_of, make_cast

pytestmark = pytest.mark.django_db
HEAD = {
    "category": "policy",
    "applicant": "经济发展办公室",
    "meeting": "党工委会议",
    "document_number": "陶街〔2022〕9号",
    "in_force_from": "2022-10-01",
}
TERMS = {"goal": "120", "baseline": "", "planned": "", "due": "2022-12-31", "weight": "1", "band": ""}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def browser(cast: Cast) -> Client:
    return browser_of(cast.planner)


def send(browser: Client, cast: Cast, step: str, **changes: str) -> Any:
    return browser.post(f"/targets/{cast.target.pk}/adjust/", HEAD | TERMS | {"step": step, "adjusted": "0"} | changes)


def adjusted(cast: Cast, day: date, goal: int) -> Adjustment:
    return Adjustment.objects.create(
        target=cast.target,
        category="policy",
        applicant="a",
        meeting="m",
        document_number=f"文{goal}",
        in_force_from=day,
        goal=Decimal(goal),
        due=cast.target.due,
        weight=Decimal(1),
        decided_at=clock.now(),
    )


def test_the_form_begins_with_the_terms_in_force(cast: Cast, browser: Client) -> None:
    adjusted(cast, date(2022, 6, 1), 110)
    adjusted(cast, date(2022, 11, 1), 150)

    form = browser.get(f"/targets/{cast.target.pk}/adjust/").context["form"]

    assert form["goal"].value() == "110"


def test_a_preview_shows_both_terms_and_decides_nothing(cast: Cast, browser: Client) -> None:
    answer = send(browser, cast, "preview")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<del>100 家</del>" in page
    assert "<ins>120 家</ins>" in page
    assert "自 2022-10-01 起生效" in page
    assert not Adjustment.objects.exists()


def test_only_what_changes_is_marked(cast: Cast, browser: Client) -> None:
    lines = send(browser, cast, "preview").context["lines"]

    assert [line.is_changed for line in lines] == [True, False, False, False, False, False]


def test_what_was_previewed_is_confirmed(cast: Cast, browser: Client) -> None:
    shown = send(browser, cast, "preview").context["form"]
    data = {field.html_name: field.value() for field in shown}

    answer = browser.post(
        f"/targets/{cast.target.pk}/adjust/", data | {"step": "confirm", "adjusted": "0"}, follow=True
    )

    found = Adjustment.objects.get()
    assert (found.goal, found.in_force_from, found.decided_by) == (120, date(2022, 10, 1), cast.planner)
    assert "陶街〔2022〕9号" in answer.content.decode()
    assert Event.objects.get().action == "adjust"


def test_planned_values_survive_the_preview(cast: Cast, browser: Client) -> None:
    Target.objects.update(pace="planned", planned={"2022-12-31": "100"})
    planned = "2022-06-30 50\n2022-12-31 120"

    preview = send(browser, cast, "preview", planned=planned)
    send(browser, cast, "confirm", planned=preview.context["form"]["planned"].value())

    assert "6月 50；12月 120" in preview.content.decode()
    assert Adjustment.objects.get().planned == {"2022-06-30": "50", "2022-12-31": "120"}


def test_going_back_keeps_what_was_written(cast: Cast, browser: Client) -> None:
    page = send(browser, cast, "edit", goal="125").content.decode()

    assert 'value="125"' in page
    assert not Adjustment.objects.exists()


def test_nothing_changed_is_no_adjustment(cast: Cast, browser: Client) -> None:
    answer = send(browser, cast, "preview", goal="100.0")

    assert answer.status_code == 400
    assert "新旧条款完全相同" in answer.content.decode()


@pytest.mark.parametrize("step", ["preview", "confirm"])
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("goal", "", "请填写目标值"),
        ("goal", "1e5", "不是数字"),
        ("due", "2023-01-01", "完成时限应在计划年度之内"),
        ("due", "2022-09-30", "生效日不能晚于完成时限"),
        ("in_force_from", "2021-12-31", "生效日应在计划年度之内"),
        ("in_force_from", "2022-02-30", "没有这一天"),
        ("in_force_from", "", ""),
        ("weight", "-1", "权重不能为负"),
        ("weight", "", ""),
        ("band", "-1", "预警区间不能为负"),
        ("planned", "2022-12-31 90", "应等于目标值"),
        ("planned", "x", "第 1 行"),
        ("category", "wish", ""),
        ("applicant", "", ""),
        ("meeting", "a\u202eb", "不可见的控制字符"),
        ("document_number", "文" * 101, "100"),
    ],
)
def test_a_wrong_term_is_refused_at_its_field(
    cast: Cast, browser: Client, step: str, field: str, value: str, said: str
) -> None:
    Target.objects.update(pace="planned" if field == "planned" else "")

    answer = send(browser, cast, step, **{field: value})

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert answer.context["form"].errors
    assert not Adjustment.objects.exists()
    assert not Event.objects.exists()


def test_the_later_of_two_planners_is_told(cast: Cast, browser: Client) -> None:
    adjusted(cast, date(2022, 6, 1), 110)

    answer = send(browser, cast, "confirm", adjusted="0")

    assert "刚刚被他人调整" in answer.content.decode()
    assert Adjustment.objects.count() == 1


def test_every_version_is_listed_with_its_day_and_the_one_in_force(cast: Cast, browser: Client) -> None:
    adjusted(cast, date(2022, 6, 1), 110)
    adjusted(cast, date(2022, 11, 1), 150)

    answer = browser.get(f"/targets/{cast.target.pk}/adjust/")

    page = answer.content.decode()
    assert [words["goal"] for _version, words in answer.context["versions"]] == ["110 家", "150 家"]
    assert answer.context["in_force"].goal == 110
    assert "2022-06-01" in page
    assert "2022-11-01" in page


def test_terms_are_compared_as_figures(cast: Cast) -> None:
    before, after = Target.objects.get(), Target.objects.get()
    before.planned, after.planned = {"2022-06-30": "50"}, {"2022-06-30": "50.00"}
    after.band = Decimal(3)

    changed = {line.name: line.after for line in side_by_side(cast.target, before, after) if line.is_changed}

    assert changed == {"预警区间": "3 个百分点"}


@pytest.mark.parametrize(
    ("state", "said"), [("draft", "可以直接编辑目标"), ("closed", "计划已年终交账，只读")], ids=["draft", "closed"]
)
def test_only_an_adopted_plan_is_adjusted(cast: Cast, browser: Client, state: str, said: str) -> None:
    Plan.objects.update(state=state)

    assert said in browser.get(f"/targets/{cast.target.pk}/adjust/").content.decode()
    assert send(browser, cast, "confirm").status_code == 400
    assert not Adjustment.objects.exists()


def test_the_target_s_form_leads_to_its_adjustment(cast: Cast, browser: Client) -> None:
    link = f'href="/targets/{cast.target.pk}/adjust/"'

    assert link in browser.get(f"/targets/{cast.target.pk}/edit/").content.decode()
    assert link in browser.get("/planner/taoyan-2022/").content.decode()


@pytest.mark.parametrize("who", ["official", "reviewer", "leader"])
def test_only_planners_adjust(cast: Cast, who: str) -> None:
    browser = browser_of(getattr(cast, who))

    assert browser.get(f"/targets/{cast.target.pk}/adjust/").status_code == 403
    assert send(browser, cast, "confirm").status_code == 403
    assert not Adjustment.objects.exists()


def test_a_planner_of_another_subdistrict_finds_no_such_target(cast: Cast) -> None:
    elsewhere = browser_of(make_user("elsewhere", Role.PLANNER, unit=make_unit("fusheng")))

    assert elsewhere.get(f"/targets/{cast.target.pk}/adjust/").status_code == 404
    assert send(elsewhere, cast, "confirm").status_code == 404


def test_nobody_adjusts_without_logging_in(cast: Cast) -> None:
    assert Client().get(f"/targets/{cast.target.pk}/adjust/")["Location"].startswith("/login/")


def test_the_page_asks_no_more_for_more_versions(cast: Cast, browser: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(f"/targets/{cast.target.pk}/adjust/")
        return len(captured)

    adjusted(cast, date(2022, 1, 1), 101)
    few = count()
    for number in range(2, 10):
        adjusted(cast, date(2022, number, 1), 100 + number)

    assert count() == few
