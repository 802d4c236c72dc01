"""总览: where the whole plan stands, on any day."""

from datetime import date

import brotli
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, Unit
from common import clock
from dashboard.tests.factories import add_targets, browser_of, make_full_plan, make_leader
from goals.models import Plan
from goals.progress.recompute import recompute
from goals.tests.factories import make_office, make_plan, make_target, make_unit, make_user

pytestmark = pytest.mark.django_db


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

    assert page.context["overall"].targets == 4
    assert sum(page.context["overall"].counts.values()) == 4
    assert "4 项指标综合完成" in page.content.decode()


def test_behind_targets_are_listed_worst_first_with_what_it_takes() -> None:
    make_full_plan(3)

    worst = browser_of(make_leader()).get("/").context["worst"]

    assert [s.status for s in worst] == ["behind", "behind"]
    assert worst[0].catch_up_shown == "每期 1.2 家"
    assert worst[0].gap_shown == "差 2 家"


def test_an_earlier_day_shows_that_day_and_stays_on_the_links() -> None:
    make_full_plan(2)

    page = browser_of(make_leader()).get("/?as_of=2022-01-31")

    assert page.context["overall"].completion < 20
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
    before = leader.get("/").context["overall"].completion
    target = plan.targets.get()
    target.indicator.readings.update(value=12)
    recompute([target.pk])

    assert leader.get("/").context["overall"].completion > before


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


@pytest.mark.parametrize("address", ["/", "/?as_of=2022-02-15"])
def test_its_queries_are_at_most_12_and_do_not_grow_with_the_targets(address: str) -> None:
    # session, user, grants, plan, targets, progress (three where it isn't stored), sections, months; today: the
    # spans of reporting, who is there for what, what was handed in
    plan = make_full_plan(29)
    leader = browser_of(make_leader())
    few = queries(leader, address)
    add_targets(plan, list(plan.themes.all()), range(29, 290))

    assert queries(leader, address) == few <= 12


def test_the_demonstrations_page_is_at_most_25_kb_with_brotli(
    settings: object, django_capture_on_commit_callbacks: object
) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        call_command("load_demo", stdout=open("/dev/null", "w"))  # noqa: SIM115
    answer = browser_of(make_leader("someone")).get("/", headers={"accept-encoding": "br"})

    assert answer.headers["Content-Encoding"] == "br"
    assert len(answer.content) <= 25 * 1024
    assert "演示数据" in brotli.decompress(answer.content).decode()
    assert Plan.objects.get().year == clock.today().year
