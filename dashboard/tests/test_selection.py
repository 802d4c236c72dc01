"""A list of any selection as Excel: what was ticked, else what the filters let through; text stays text."""

import io
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role, User
from dashboard.tests.factories import add_targets, browser_of, make_full_plan, make_leader
from goals.models import Plan, Reading, Target
from goals.tests.factories import make_unit, make_user
from projects.models import Project
from projects.standing import touch
from projects.tests.factories import make_milestone, make_project

pytestmark = pytest.mark.django_db
TARGETS, PROJECTS = "/plans/taoyan-2022/selection/targets/", "/plans/taoyan-2022/selection/projects/"
HOSTILE = [
    '=HYPERLINK("http://127.0.0.1/","x")',
    "@SUM(1+1)",
    "+86 10 1234",
    "-2+3+cmd|' /C calc'!A0",
    "\t=1+1",
    "＝1+1",
]


@pytest.fixture
def plan() -> Plan:
    return make_full_plan(4)


@pytest.fixture
def leader(plan: Plan) -> Client:
    return browser_of(make_leader())


def sheet_of(browser: Client, address: str, asked: Any = None) -> list[tuple[Any, ...]]:
    answer = browser.get(address, asked or {})
    assert answer.status_code == 200, answer.content.decode()[:300]
    assert answer["Cache-Control"] == "private, no-store"
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))


def codes(rows: list[tuple[Any, ...]]) -> list[str]:
    place = rows[0].index("代码")
    return [row[place] for row in rows[1:]]


def test_the_whole_plan_without_filters(leader: Client) -> None:
    assert codes(sheet_of(leader, TARGETS)) == ["target.0", "target.2", "target.1", "target.3"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"section": "economy"}, ["target.0", "target.2"]),
        ({"section": "economy", "status": "behind"}, ["target.0", "target.2"]),
        ({"status": "on_track"}, ["target.1", "target.3"]),
        ({"q": "指标3"}, ["target.3"]),
    ],
)
def test_what_the_filters_let_through(leader: Client, asked: dict[str, str], found: list[str]) -> None:
    assert codes(sheet_of(leader, TARGETS, asked | {"as_of": "2022-02-28"})) == found


def test_what_was_ticked_and_nothing_else(leader: Client) -> None:
    wanted = [Target.objects.get(code=code).pk for code in ("target.0", "target.3")]

    assert codes(sheet_of(leader, TARGETS, {"pick": wanted, "status": "behind"})) == ["target.0", "target.3"]


@pytest.mark.parametrize("pick", [["-1"], ["9" * 30], ["1e3"], ["a\x00b"], ["١"], ["999999"]])
def test_ticks_that_name_nothing_are_refused(leader: Client, pick: list[str]) -> None:
    answer = leader.get(TARGETS, {"pick": pick})

    assert answer.status_code == 400
    assert "无可导出" in answer.content.decode()


def test_another_plans_target_cannot_be_ticked_in(leader: Client, plan: Plan) -> None:
    other = Plan.objects.create(slug="far", name="far", unit=make_unit("elsewhere"), year=2022, profile=plan.profile)
    Target.objects.filter(code="target.3").update(plan=other)

    assert leader.get(TARGETS, {"pick": [Target.objects.get(code="target.3").pk]}).status_code == 400


def test_numbers_are_numbers_and_each_row_has_its_link(leader: Client) -> None:
    rows = sheet_of(leader, TARGETS, {"as_of": "2022-02-28", "q": "指标1"})

    row = dict(zip(rows[0], rows[1], strict=True))
    assert (row["目标"], row["实际"], row["应到"]) == (12, 2, 2)
    assert row["链接"].endswith(f"/targets/{Target.objects.get(code='target.1').pk}/?as_of=2022-02-28")


@pytest.mark.parametrize("name", [*HOSTILE, "<script>alert(1)</script>", "𠮷龘😀"])
def test_a_name_is_text_whatever_it_looks_like(leader: Client, name: str) -> None:
    Target.objects.filter(code="target.0").update(name=name)
    answer = leader.get(TARGETS, {"section": "economy"})

    content = io.BytesIO(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    cell = openpyxl.load_workbook(content).worksheets[0]["C2"]
    assert (cell.value, cell.data_type) == (name, "s")


def test_works_by_filter_and_by_tick(leader: Client, plan: Plan) -> None:
    event = make_project(plan, "festival", kind="event", name="黄酒节")
    road = make_project(plan, "road", name="环湖路")

    assert codes(sheet_of(leader, PROJECTS, {"kind": "event"})) == ["festival"]
    assert set(codes(sheet_of(leader, PROJECTS))) == {"festival", "road"}
    assert codes(sheet_of(leader, PROJECTS, {"pick": [road.pk], "kind": "event"})) == ["road"]
    assert event.pk != road.pk


def test_targets_and_works_together_by_filter_and_by_tick(leader: Client, plan: Plan) -> None:
    road, target = make_project(plan, "road", name="环湖路"), Target.objects.get(code="target.1")
    items = "/plans/taoyan-2022/selection/items/"

    assert len(codes(sheet_of(leader, items))) == 5
    assert [row[2] for row in sheet_of(leader, items, {"kind": "project"})[1:]] == ["road"]
    picked = [f"target-{target.pk}", f"project-{road.pk}", "user-1"]
    both = sheet_of(leader, items, {"pick": picked, "kind": "project"})[1:]
    assert {(row[1], row[2]) for row in both} == {("项目", "road"), ("指标", "target.1")}
    assert 'name="pick"' in leader.get("/plans/taoyan-2022/items/").content.decode()


def test_the_lists_offer_it_with_their_filters(leader: Client) -> None:
    page = leader.get("/plans/taoyan-2022/sections/economy/", {"status": "behind", "as_of": "2022-02-28"})

    said = page.content.decode()
    assert f'action="{TARGETS}"' in said
    assert '<input type="hidden" name="status" value="behind">' in said
    assert '<input type="hidden" name="section" value="economy">' in said
    assert said.count('name="pick"') == 2


def test_nobody_takes_away_what_they_may_not_see(plan: Plan) -> None:
    outsiders: list[User] = [
        make_user("far", Role.LEADER, unit=make_unit("elsewhere")),
        make_user("auditor", Role.AUDITOR),
        make_user("admin", Role.ADMINISTRATOR),
    ]

    assert {browser_of(user).get(TARGETS).status_code for user in outsiders} == {404}


def test_an_unknown_kind_is_404(leader: Client) -> None:
    assert leader.get("/plans/taoyan-2022/selection/users/").status_code == 404


def test_the_queries_do_not_grow(leader: Client, plan: Plan) -> None:
    make_project(plan, "first")

    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            leader.get(address)
        return len(captured)

    few = count(TARGETS), count(PROJECTS)
    add_targets(plan, list(plan.themes.all()), range(4, 30))
    for number in range(5):
        make_project(plan, f"work{number}")
    assert Project.objects.count() == 6

    assert (count(TARGETS), count(PROJECTS)) == few
    # the works' progress is computed here, where it is stored in the portal
    assert max(few) <= 19


def test_as_known_then_leaves_out_what_came_later_and_says_so(leader: Client) -> None:
    day = {"as_of": "2022-02-28"}
    late = Target.objects.get(code="target.1")
    moment = datetime(2022, 2, 20, 9, tzinfo=timezone.get_default_timezone())
    Reading.objects.update(approved_at=moment, reported_at=moment)
    late.indicator.readings.filter(period=date(2022, 2, 28)).update(approved_at=moment + timedelta(days=17))

    for address in (TARGETS, "/plans/taoyan-2022/selection/items/"):
        now, then = sheet_of(leader, address, day), sheet_of(leader, address, day | {"known": "then"})
        code, actual = now[0].index("代码"), now[0].index("实际")
        changed = {a[code] for a, b in zip(now[1:], then[1:], strict=True) if a[actual] != b[actual]}
        assert changed == {"target.1"}
        assert then[1][-1].endswith("?as_of=2022-02-28&known=then")
        assert now[1][-1].endswith("?as_of=2022-02-28")


def test_works_as_known_then_had_not_done_what_was_accepted_later(leader: Client, plan: Plan) -> None:
    road = make_project(plan, "road", name="环湖路")
    moment = datetime(2022, 3, 9, 9, tzinfo=timezone.get_default_timezone())
    make_milestone(road, due=date(2022, 2, 10), state="accepted", done_on=date(2022, 2, 10), decided_at=moment)
    touch([road], "changed")
    day = {"as_of": "2022-02-28"}

    now, then = sheet_of(leader, PROJECTS, day), sheet_of(leader, PROJECTS, day | {"known": "then"})

    done = now[0].index("完成率 %")
    # The other half of its weight is the step that every work begins with.
    assert (now[1][done], then[1][done]) == (50, 0)
