"""大屏: what is on it, and what it takes."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, Unit
from dashboard import wall_links
from dashboard.models import Ranking
from dashboard.tests.factories import add_targets, browser_of, make_full_plan, make_leader
from dashboard.wall import wall_of
from dashboard.wall_drawing import FLOOR, TOP, trend_of
from goals.models import Plan, Target
from goals.models.progress import Status
from goals.progress.recompute import recompute
from goals.progress.summary import plan_summary
from goals.tests.bad_inputs import cases, named
from goals.tests.factories import make_office, make_plan, make_unit, make_user

pytestmark = pytest.mark.django_db
WALL = "/plans/taoyan-2022/wall/"


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.fixture
def plan() -> Plan:
    return make_full_plan(4)


def test_it_says_how_the_plan_stands_and_of_which_day(plan: Plan) -> None:
    page = browser_of(make_leader()).get(WALL).content.decode()

    summary = plan_summary(plan, date(2022, 10, 12)).overall
    assert f"{summary.completion:.1f}<small>%</small>" in page
    assert f"{summary.expected_completion:.1f}%" in page
    assert "2022-10-12" in page
    assert 'data-now="2022-10-12T' in page


@pytest.mark.parametrize("role", [Role.REPORTER, Role.REVIEWER, Role.PLANNER])
def test_everybody_who_sees_the_plan_may_open_it(plan: Plan, role: str) -> None:
    assert browser_of(make_user("official", role, unit=make_office())).get(WALL).status_code == 200


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_who_sees_no_business_finds_no_wall(plan: Plan, role: str) -> None:
    assert browser_of(make_user("official", role)).get(WALL).status_code == 404


def test_a_visitor_without_a_link_is_sent_to_the_login(plan: Plan) -> None:
    assert Client().get(WALL).headers["Location"].startswith("/login/")


def test_its_script_gets_what_is_on_it_and_no_page_around_it(plan: Plan) -> None:
    live = browser_of(make_leader()).get(WALL + "live/").content.decode()

    assert "综合完成率" in live
    assert "<html" not in live
    assert "wall.js" not in live


def test_a_script_whose_login_has_ended_is_told_so(plan: Plan) -> None:
    answer = Client().get(WALL + "live/", headers={"HX-Request": "true"})

    assert answer.status_code == 401


def test_an_approved_figure_is_on_the_next_refresh(plan: Plan) -> None:
    leader = browser_of(make_leader())
    before = leader.get(WALL + "live/").context["wall"].overall.completion
    target = plan.targets.first()
    assert target is not None
    target.indicator.readings.update(value=12)
    recompute([target.pk])

    assert leader.get(WALL + "live/").context["wall"].overall.completion > before


def test_what_lags_turns_through_the_plan_and_its_sections(plan: Plan) -> None:
    turns = wall_of(plan).turns

    assert [turn.code for turn in turns] == ["", "economy", "safety"]
    assert turns[0].late == turns[1].late + turns[2].late
    worst = turns[0].items[0]
    assert (worst.status, worst.gap, worst.office) == ("behind", "差 2 家", "office")


def test_only_the_first_turn_is_shown_before_its_script_runs(plan: Plan) -> None:
    page = browser_of(make_leader()).get(WALL).content.decode()

    assert '<div class="wturn" data-turn="">' in page
    assert '<div class="wturn" data-turn="economy" hidden>' in page


def test_a_section_without_anything_behind_says_so(plan: Plan) -> None:
    for target in plan.targets.all():
        target.indicator.readings.update(value=12)
    recompute(list(plan.targets.values_list("pk", flat=True)))

    assert "没有落后和偏慢的事项" in browser_of(make_leader()).get(WALL).content.decode()


def test_a_vessel_is_as_full_as_its_section_and_its_waterline_stands_at_its_pace(plan: Plan) -> None:
    wall = wall_of(plan)

    for vessel, (_section, part) in zip(wall.vessels.vessels, wall.summary.sections, strict=True):
        assert part.completion is not None and part.expected_completion is not None and vessel.line is not None
        assert vessel.height / (FLOOR - TOP) == pytest.approx(float(part.completion) / 100, abs=0.002)
        assert (FLOOR - vessel.line) / (FLOOR - TOP) == pytest.approx(float(part.expected_completion) / 100, abs=0.002)
        assert vessel.y + vessel.height == pytest.approx(FLOOR)


def test_a_section_without_a_completion_has_an_empty_vessel_and_a_word(plan: Plan) -> None:
    Target.objects.filter(theme__section__code="safety").update(rule="decline", comparator="below_last_year", goal=None)
    recompute(list(plan.targets.values_list("pk", flat=True)))

    wall = wall_of(plan)

    assert (wall.vessels.vessels[1].filled, wall.vessels.vessels[1].height) == (None, 0)
    assert "不计完成率" in browser_of(make_leader()).get(WALL).content.decode()


def test_every_item_has_its_mark(plan: Plan) -> None:
    wall = wall_of(plan)

    marks = [status for _section, marks in wall.marks for status in marks]
    assert len(marks) == wall.items.targets == sum(wall.items.counts.values()) == 4
    assert {s: marks.count(s) for s in Status.values} == dict(wall.items.counts)


def test_offices_are_told_by_items_on_pace_and_people_not_at_all(plan: Plan) -> None:
    make_user("王五", Role.REPORTER, unit=make_office())

    page = browser_of(make_leader()).get(WALL).content.decode()

    assert "牵头指标中达序的项数" in page
    assert "王五" not in page


def test_offices_are_not_told_where_the_planner_wants_none(plan: Plan) -> None:
    Ranking.objects.create(plan=plan, offices=False)

    assert "牵头指标中达序的项数" not in browser_of(make_leader()).get(WALL).content.decode()


def test_villages_are_told_only_where_the_planner_wants_them(plan: Plan) -> None:
    village = make_unit("village", Unit.Kind.VILLAGE, make_unit())
    Target.objects.filter(pk=plan.targets.first().pk).update(lead_office=village)  # type: ignore[union-attr]
    recompute(list(plan.targets.values_list("pk", flat=True)))
    leader, key = browser_of(make_leader()), wall_links.make(make_leader("maker"), plan, name="屏", days=1)[1]

    def told(client: Client, address: str) -> set[str]:
        return {o.office.code for o in client.get(address).context["wall"].offices}

    assert told(leader, WALL) == told(Client(), f"/wall/{key}/live/") == {"office"}
    Ranking.objects.create(plan=plan, villages=True)
    assert told(leader, WALL) == told(Client(), f"/wall/{key}/live/") == {"office", "village"}


def test_a_plan_without_anything_has_words_instead_of_figures() -> None:
    make_plan("taoyan-2022")

    page = browser_of(make_leader()).get(WALL).content.decode()

    assert "还没有计入完成率的数据" in page
    assert "没有办理中的督办单" in page
    assert "NaN" not in page and "None" not in page


def test_a_plan_of_next_year_shows_its_first_day() -> None:
    assert wall_of(make_plan("taoyan-2023", 2023)).as_of == date(2023, 1, 1)


@pytest.mark.parametrize("case", [c for c in cases("text_fields") if c["expect"] == "store_escaped"], ids=named)
def test_names_with_markup_are_text_on_it(plan: Plan, case: dict[str, Any]) -> None:
    Target.objects.update(name=case["in"][:200])

    page = browser_of(make_leader()).get(WALL)

    assert page.context["wall"].turns[0].items[0].name == case["in"][:200]
    for markup in ("<script>alert", "<img src=x", "<a hx-get"):
        assert markup not in page.content.decode()


def test_the_course_is_drawn_within_its_frame() -> None:
    data = {"actual": [0.0, 130.0, None], "pace": [8.3, 16.7, *[None] * 10]}

    trend = trend_of(data)

    assert trend.actual == "52.0,300.0 85.8,14.0"
    assert trend.figure == 130.0
    assert trend_of({"actual": [], "pace": [None] * 12}).last is None


def test_it_takes_at_most_15_queries_however_many_targets_there_are(plan: Plan) -> None:
    # a link: the link with its plan, what its maker may, its use; both: targets, progress, sections, months, works with
    # progress, orders, the ten, accidents, hazards with the names of their fields
    leader, screen = browser_of(make_leader()), Client()
    key = wall_links.make(make_leader("maker"), plan, name="屏", days=1)[1]
    addresses = [(leader, WALL), (leader, WALL + "live/"), (screen, f"/wall/{key}/"), (screen, f"/wall/{key}/live/")]
    few = [queries(client, address) for client, address in addresses]
    add_targets(plan, list(plan.themes.all()), range(4, 120))

    many = [queries(client, address) for client, address in addresses]

    assert max(few) <= 15
    assert [n - m for n, m in zip(many, few, strict=True)] == [0, 0, -1, 0]  # the link's use was noted already


def test_the_percentages_on_it_are_rounded_once(plan: Plan) -> None:
    wall = wall_of(plan)

    assert wall.lead == wall.overall.completion - wall.overall.expected_completion  # type: ignore[operator]
    assert isinstance(wall.overall.completion, Decimal)
