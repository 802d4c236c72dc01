"""总览: where the whole plan stands, on any day."""

import re
from datetime import date
from typing import Any

import brotli
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, Unit
from common import clock
from dashboard.models import Ranking
from dashboard.tests.factories import (
    add_targets,
    browser_of,
    make_full_plan,
    make_issued,
    make_leader,
    make_post,
)
from goals.models import Plan, Programme, Reading
from goals.models.progress import Status
from goals.progress.recompute import recompute
from goals.tests.factories import (
    make_indicator,
    make_office,
    make_plan,
    make_reading,
    make_target,
    make_unit,
    make_user,
)
from livelihood.models import Candidate, Decision
from projects.standing import PROJECTS
from projects.tests.factories import TODAY, make_milestone, make_project

pytestmark = pytest.mark.django_db


# A month's end is stored; within a month all is computed, and so is what was known then.
ANOTHER_DAY = (
    "?as_of=2022-02-28",
    "?as_of=2022-02-15",
    "?as_of=2022-02-15&known=then",
    "?as_of=2022-02-15&compare=2022-01-20",
    "?as_of=2022-02-15&compare=2022-01-20&known=then",
    "?compare=2022-01-20",
)


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_visitor_is_sent_to_the_login_page() -> None:
    answer = Client().get("/")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login/")


def test_it_says_how_many_targets_stand_where() -> None:
    make_full_plan(4)

    page = browser_of(make_leader()).get("/")

    assert page.context["o"].overall.targets == 4
    assert sum(page.context["o"].overall.counts.values()) == 4
    assert "4 项指标综合完成" in page.content.decode()


def test_behind_targets_are_listed_worst_first_with_what_it_takes() -> None:
    make_full_plan(3)

    worst = browser_of(make_leader()).get("/").context["worst"]

    assert [s.status for s in worst] == ["behind", "behind"]
    assert worst[0].said.catch_up_shown == "每期 1.2 家"
    assert worst[0].said.gap_shown == "差 2 家"


def test_an_earlier_day_shows_that_day_and_stays_on_the_links() -> None:
    make_full_plan(2)

    page = browser_of(make_leader()).get("/?as_of=2022-01-31")

    assert page.context["o"].targets.completion < 20
    assert "/plans/taoyan-2022/sections/economy/?as_of=2022-01-31" in page.content.decode()


@pytest.mark.parametrize("raw", ["yesterday", "2021-12-31", "2023-01-01", "2022-02-30", "２０２２-01-31"])
def test_a_day_that_cannot_be_asked_for_is_refused_in_words(raw: str) -> None:
    make_full_plan(1)

    page = browser_of(make_leader()).get("/", {"as_of": raw})

    assert page.status_code == 400
    assert 'role="alert"' in page.content.decode()


def test_an_approved_figure_is_on_the_next_request() -> None:
    plan = make_full_plan(1)
    leader = browser_of(make_leader())
    before = leader.get("/").context["o"].targets.completion
    target = plan.targets.get()
    target.indicator.readings.update(value=12)
    recompute([target.pk])

    assert leader.get("/").context["o"].targets.completion > before


def test_a_stranger_sees_no_other_subdistricts_plan() -> None:
    make_full_plan(1)
    other = Unit.objects.create(code="other", name="other", kind="subdistrict")
    stranger = browser_of(make_user("stranger", Role.LEADER, unit=other))

    assert stranger.get("/plans/taoyan-2022/").status_code == 404
    assert "还没有年度计划" in stranger.get("/").content.decode()


def test_an_auditor_sees_no_business() -> None:
    make_full_plan(1)
    auditor = browser_of(make_user("auditor", Role.AUDITOR))

    assert auditor.get("/").headers["Location"] == "/audit/"
    assert auditor.get("/plans/taoyan-2022/").status_code == 404


def test_an_administrator_is_sent_to_users_and_roles() -> None:
    answer = browser_of(make_user("admin", Role.ADMINISTRATOR)).get("/")

    assert answer.headers["Location"] == "/users/"


def test_who_has_no_role_is_told_so() -> None:
    assert "没有业务页面" in browser_of(make_user("nobody")).get("/").content.decode()


def test_leaders_and_planners_see_how_duties_and_data_stand() -> None:
    make_full_plan(2)
    make_user("王五", Role.REPORTER, unit=make_office())
    planner = browser_of(make_user("planner", Role.PLANNER, unit=make_unit()))

    for browser in (browser_of(make_leader()), planner):
        page = browser.get("/")

        found = page.context["oversight"]
        assert (found.duties.share.part, found.duties.share.whole) == (1, 4)
        assert (found.freshness.approved, found.freshness.passed) == (4, 18)
        assert (found.complete.part, found.complete.whole) == (2, 2)
        assert "已到期 18 期次，通过 4" in page.content.decode()
        assert "缺审核员 1" in page.content.decode()


def test_it_names_no_person_there() -> None:
    make_full_plan(2)
    make_user("王五", Role.REPORTER, unit=make_office())

    assert "王五" not in browser_of(make_leader()).get("/").content.decode()


@pytest.mark.parametrize("role", [Role.REPORTER, Role.REVIEWER])
def test_others_do_not(role: str) -> None:
    make_full_plan(2)
    official = browser_of(make_user("official", role, unit=make_office()))

    page = official.get("/")

    assert page.context["oversight"] is None
    assert "责任与数据" not in page.content.decode()


def test_an_earlier_day_has_no_duties_for_they_are_a_matter_of_now() -> None:
    make_full_plan(2)

    assert browser_of(make_leader()).get("/?as_of=2022-01-31").context["oversight"] is None


def test_an_empty_plan_has_words_instead_of_charts() -> None:
    make_plan("taoyan-2022")

    page = browser_of(make_leader()).get("/").content.decode()

    assert "还没有走势" in page
    assert "没有落后事项" in page


def test_a_plan_of_next_year_is_shown_as_of_its_first_day() -> None:
    plan = make_plan("taoyan-2023", 2023)
    make_target(plan)

    assert browser_of(make_leader()).get("/").context["asof"].day == date(2023, 1, 1)


def make_everything(plan: Plan, numbers: range) -> None:
    """Works beside the targets, each second one behind, with an order on one, one of the ten, and a programme."""
    office, theme = make_office(), plan.themes.all()[0]
    programme, _new = Programme.objects.get_or_create(
        plan=plan, code="year", defaults={"name": "提速年", "group": "三个年"}
    )
    for n in numbers:
        work = make_project(plan, f"work.{n}", theme=theme, lead_office=office, responsible_post=make_post(plan.unit))
        make_milestone(work, "设计", date(2022, 3, 31), **({} if n % 2 else {"state": "accepted", "done_on": TODAY}))
        work.memberships.create(programme=programme)
        Candidate.objects.create(
            plan=plan, number=n + 1, place=n + 1, name=work.name, cost=1, lead_office=office, project=work
        )
        if n % 2:
            make_issued(work, number=n + 1)
    recompute([w.pk for w in plan.projects.all()], PROJECTS)
    Decision.objects.update_or_create(
        plan=plan, defaults={"decided_on": date(2022, 1, 10), "published_on": date(2022, 1, 20), "number": "1"}
    )


@pytest.mark.parametrize("address", ["/", "/plans/taoyan-2022/", *(f"/{query}" for query in ANOTHER_DAY)])
def test_its_queries_are_at_most_15_and_do_not_grow_with_the_items(address: str) -> None:
    # session, user, how the tables stand, grants, plan with sections, targets, works, orders, progress of both,
    # milestones, programmes; today: the duties; of another day: the registers' settings, all that is counted with what
    # came later, readings
    plan = make_full_plan(6)
    make_everything(plan, range(2))
    leader = browser_of(make_leader())
    few = queries(leader, address)
    add_targets(plan, list(plan.themes.all()), range(6, 60))
    make_everything(plan, range(2, 12))

    assert queries(leader, address) == few <= 15


@pytest.mark.parametrize("query", ["", *ANOTHER_DAY])
def test_its_queries_are_the_same_in_a_database_of_100_plans(query: str) -> None:
    plan = make_full_plan(4)
    make_everything(plan, range(2))
    leader = browser_of(make_leader())
    few = queries(leader, f"/plans/taoyan-2022/{query}")
    for n in range(100):
        make_target(make_plan(f"other-{n}", 2001 + n % 20), make_indicator(f"other.{n}"), code="other")

    assert queries(leader, f"/plans/taoyan-2022/{query}") == few <= 15


@pytest.mark.thorough
def test_the_demonstrations_page_is_at_most_30_kb_with_brotli(
    settings: object, django_capture_on_commit_callbacks: object
) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        call_command("load_demo", stdout=open("/dev/null", "w"))  # noqa: SIM115
    answer = browser_of(make_leader("someone")).get("/", headers={"accept-encoding": "br"})

    assert answer.headers["Content-Encoding"] == "br"
    assert len(answer.content) <= 30 * 1024
    assert "演示数据" in brotli.decompress(answer.content).decode()
    assert Plan.objects.get().year == clock.today().year


def behind(plan: Plan) -> Any:
    """The first target that lags."""
    return plan.targets.get(code="target.0")


def test_every_count_leads_to_its_list_on_the_same_day() -> None:
    make_full_plan(4)

    page = browser_of(make_leader()).get("/?as_of=2022-02-28").content.decode()

    assert 'href="/plans/taoyan-2022/items/?status=behind&amp;as_of=2022-02-28"' in page
    assert 'href="/plans/taoyan-2022/items/?as_of=2022-02-28"' in page


def test_works_count_beside_targets_and_roll_up_apart() -> None:
    plan = make_full_plan(2)
    make_everything(plan, range(2))

    found = browser_of(make_leader()).get("/").context["o"]

    assert (found.overall.targets, found.targets.targets, found.works.targets) == (4, 2, 2)
    assert found.overall.counts[Status.BEHIND] >= found.targets.counts[Status.BEHIND] + 1
    # One of two works has done one of its two milestones.
    assert found.works.completion == 25


def test_it_says_since_which_month_something_lags() -> None:
    make_full_plan(1)

    page = browser_of(make_leader()).get("/?as_of=2022-02-28")

    assert page.context["worst"][0].since == date(2022, 2, 28)
    assert "2月起" in page.content.decode()


def test_what_lags_for_months_says_the_first_of_them() -> None:
    plan = make_full_plan(1)
    make_reading(plan.targets.get().indicator, date(2022, 3, 31), 0)
    recompute([plan.targets.get().pk])

    assert browser_of(make_leader()).get("/?as_of=2022-03-31").context["worst"][0].since == date(2022, 2, 28)


def test_a_status_that_fell_since_the_month_before_is_named() -> None:
    plan = make_full_plan(1)
    indicator = plan.targets.get().indicator
    indicator.readings.filter(period=date(2022, 1, 31)).update(value=3)
    recompute([plan.targets.get().pk])

    page = browser_of(make_leader()).get("/?as_of=2022-02-28")
    later = browser_of(make_leader("second")).get("/?as_of=2022-03-31")

    assert [i.name for i in later.context["o"].down] == [] and page.context["o"].up == []
    make_reading(indicator, date(2022, 3, 31), 0)
    make_reading(indicator, date(2022, 4, 30), 0)
    recompute([plan.targets.get().pk])
    fallen = browser_of(make_leader("third")).get("/?as_of=2022-04-30")
    assert [i.name for i in fallen.context["o"].down] == ["指标0"]
    assert "下降 1 项" in fallen.content.decode()


def test_a_plan_with_nothing_behind_says_so() -> None:
    plan = make_full_plan(2)
    for target in plan.targets.all():
        target.indicator.readings.update(value=6)
    recompute([t.pk for t in plan.targets.all()])

    page = browser_of(make_leader()).get("/").content.decode()

    assert "没有落后事项" in page
    assert "需盯办" not in page


def test_a_plan_without_figures_says_that_instead() -> None:
    plan = make_full_plan(2)
    Reading.objects.all().delete()
    recompute([t.pk for t in plan.targets.all()])

    page = browser_of(make_leader()).get("/").content.decode()

    assert "还没有审核通过的数据" in page
    assert "还没有可以判断的数据" in page


def test_an_item_with_an_order_leads_to_it_and_one_without_to_a_new_one() -> None:
    plan = make_full_plan(3)
    order = make_issued(behind(plan), number=17)
    other = plan.targets.get(code="target.2")

    page = browser_of(make_leader()).get("/").content.decode()

    assert f'href="/orders/{order.pk}/">17号' in page
    assert f'href="/orders/new/target/{behind(plan).pk}/"' not in page
    assert f'href="/orders/new/target/{other.pk}/"' in page


def test_only_leaders_are_offered_to_issue_one() -> None:
    make_full_plan(1)
    reporter = browser_of(make_user("reporter", Role.REPORTER, unit=make_office()))

    assert "发督办" not in reporter.get("/").content.decode()


def test_a_draft_is_not_shown_to_who_does_not_prepare_orders() -> None:
    plan = make_full_plan(1)
    make_issued(behind(plan), number=None, state="draft", issued_on=None, issued_by=None, deadline=None)
    reporter = browser_of(make_user("reporter", Role.REPORTER, unit=make_office()))

    assert "拟办" in browser_of(make_leader()).get("/").content.decode()
    assert "拟办" not in reporter.get("/").content.decode()


def test_an_order_is_not_there_before_it_was_issued() -> None:
    plan = make_full_plan(1)
    make_issued(behind(plan))

    assert browser_of(make_leader()).get("/?as_of=2022-08-31").context["orders"] == []


def test_offices_are_listed_by_the_share_of_their_items_on_pace() -> None:
    plan = make_full_plan(4)
    better = make_office("better")
    plan.targets.filter(code="target.1").update(lead_office=better)

    page = browser_of(make_leader()).get("/")

    assert [(o.office.code, o.on_pace, o.targets) for o in page.context["offices"]] == [
        ("better", 1, 1),
        ("office", 1, 3),
    ]
    assert 'href="/plans/taoyan-2022/items/?office=better"' in page.content.decode()


def test_villages_are_not_listed_until_the_planner_wants_them() -> None:
    plan = make_full_plan(2)
    village = make_unit("jingkou", "village", make_unit())
    plan.targets.filter(code="target.1").update(lead_office=village)
    leader = browser_of(make_leader())

    assert [o.office.code for o in leader.get("/").context["offices"]] == ["office"]
    Ranking.objects.create(plan=plan, villages=True)
    assert [o.office.code for o in leader.get("/").context["offices"]] == ["jingkou", "office"]


def test_the_list_of_offices_can_be_switched_off() -> None:
    Ranking.objects.create(plan=make_full_plan(2), offices=False)

    page = browser_of(make_leader()).get("/")

    assert page.context["offices"] is None
    assert "牵头单位达序" not in page.content.decode()


def test_the_ten_and_the_programmes_have_their_place() -> None:
    plan = make_full_plan(1)
    make_everything(plan, range(3))

    page = browser_of(make_leader()).get("/")

    assert [i.name for i in page.context["o"].items.ten] == ["work.0", "work.1", "work.2"]
    row = page.context["programmes"]["三个年"][0]
    assert (row.name, row.total) == ("提速年", 3)
    assert 'href="/plans/taoyan-2022/items/?programme=year"' in page.content.decode()


def test_the_ten_are_not_there_before_they_were_published() -> None:
    plan = make_full_plan(1)
    make_everything(plan, range(3))

    assert browser_of(make_leader()).get("/?as_of=2022-01-15").context["o"].items.ten == []


def test_a_first_visit_takes_at_most_450_kb_with_brotli() -> None:
    """The page with all that it asks for: styles, scripts, icons, and the fonts that the styles name."""
    make_full_plan(4)
    answer = browser_of(make_leader()).get("/", headers={"accept-encoding": "br"})
    page = brotli.decompress(answer.content).decode()
    static = settings.BASE_DIR / "static"
    asked = {static / path for path in re.findall(r'(?:href|src)="/static/([^"#]+)', page)}
    fonts = set()
    for sheet in [path for path in asked if path.suffix == ".css"]:
        named = re.findall(r'url\("?([^")]+\.woff2)', sheet.read_text())
        fonts |= {(sheet.parent / name).resolve() for name in named}

    size = len(answer.content) + sum(path.stat().st_size for path in fonts)
    size += sum(len(brotli.compress(path.read_bytes())) for path in asked)

    assert {path.suffix for path in asked} == {".css", ".js", ".svg"}
    assert len(fonts) == 3
    assert size <= 450 * 1024


def test_in_english_a_sentence_ends_before_the_next_begins() -> None:
    client = browser_of(make_leader())
    client.cookies["django_language"] = "en"
    plan = make_full_plan(2)
    recompute([t.pk for t in plan.targets.all()])

    page = client.get("/").content.decode()

    assert "%.<em>" not in page
    assert "%. <em>" in page
