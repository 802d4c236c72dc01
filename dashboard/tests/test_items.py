"""全部事项: the list that every count of the overview leads to."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, Unit
from dashboard.tests.factories import add_targets, browser_of, make_full_plan, make_issued, make_leader
from goals.models import Plan, Programme
from goals.progress.recompute import recompute
from goals.tests.factories import make_office, make_user
from projects.models import Project
from projects.standing import PROJECTS
from projects.tests.factories import TODAY, make_milestone, make_project

pytestmark = pytest.mark.django_db
ADDRESS = "/plans/taoyan-2022/items/"


def make_work(plan: Plan, code: str = "work", **fields: object) -> Project:
    """A work that should have its design since March."""
    work = make_project(plan, code, theme=plan.themes.all()[0], **fields)
    make_milestone(work, "设计", date(2022, 3, 31))
    recompute([work.pk], PROJECTS)
    return work


@pytest.fixture
def plan() -> Plan:
    plan = make_full_plan(4)
    make_work(plan)
    return plan


@pytest.fixture
def leader(plan: Plan) -> Client:
    return browser_of(make_leader())


def names(client: Client, **asked: str) -> list[str]:
    return [i.name for group in client.get(ADDRESS, asked).context["groups"] for i in group.items]


def test_targets_and_works_stand_in_one_list_by_section(leader: Client) -> None:
    assert names(leader) == ["指标0", "指标2", "work", "指标1", "指标3"]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({"status": "behind"}, ["指标0", "指标2", "work"]),
        ({"status": "on_track"}, ["指标1", "指标3"]),
        ({"status": "lagging"}, ["指标0", "指标2", "work"]),
        ({"status": "missed"}, []),
        ({"status": "nonsense"}, ["指标0", "指标2", "work", "指标1", "指标3"]),
        ({"kind": "project"}, ["work"]),
        ({"section": "safety"}, ["指标1", "指标3"]),
        ({"office": "nobody"}, ["指标0", "指标2", "work", "指标1", "指标3"]),
        ({"q": "指标3"}, ["指标3"]),
        ({"q": "'); DROP"}, []),
        ({"status": "behind", "kind": "target"}, ["指标0", "指标2"]),
    ],
)
def test_it_filters(leader: Client, asked: dict[str, str], shown: list[str]) -> None:
    assert names(leader, **asked) == shown


def test_its_count_is_the_overviews(leader: Client) -> None:
    counts = leader.get("/").context["o"].overall.counts

    for status, count in counts.items():
        assert len(names(leader, status=status)) == count


def test_a_programme_picks_what_carries_it(leader: Client, plan: Plan) -> None:
    programme = Programme.objects.create(plan=plan, code="year", name="提速年")
    plan.targets.get(code="target.1").memberships.create(programme=programme)
    Project.objects.get().memberships.create(programme=programme)

    assert names(leader, programme="year") == ["work", "指标1"]


def test_an_office_picks_what_it_leads(leader: Client, plan: Plan) -> None:
    plan.targets.filter(code="target.3").update(lead_office=make_office("other"))

    assert names(leader, office="other") == ["指标3"]


def test_the_day_is_kept_and_counts(leader: Client) -> None:
    page = leader.get(ADDRESS, {"as_of": "2022-01-31", "status": "behind"})

    assert page.context["shown"] == 0
    assert 'name="as_of" value="2022-01-31"' in page.content.decode()


def test_a_work_says_how_long_it_is_overdue(leader: Client) -> None:
    late = (TODAY - date(2022, 3, 31)).days

    assert f"逾期 {late} 天" in leader.get(ADDRESS, {"as_of": TODAY.isoformat(), "kind": "project"}).content.decode()


def test_a_swap_gets_the_rows_alone(leader: Client) -> None:
    rows = leader.get(ADDRESS, headers={"HX-Request": "true"}).content.decode()

    assert "指标0" in rows
    assert "<html" not in rows


def test_names_are_data_never_markup(leader: Client, plan: Plan) -> None:
    plan.targets.filter(code="target.0").update(name="<script>alert(1)</script>")

    assert "<script>alert(1)" not in leader.get(ADDRESS, {"q": '"><script>'}).content.decode()


def test_a_stranger_sees_no_other_subdistricts_list(plan: Plan) -> None:
    other = Unit.objects.create(code="other", name="other", kind="subdistrict")
    stranger = browser_of(make_user("stranger", Role.LEADER, unit=other))

    assert stranger.get(ADDRESS).status_code == 404
    assert browser_of(make_user("auditor", Role.AUDITOR)).get(ADDRESS).status_code == 404
    assert Client().get(ADDRESS).headers["Location"].startswith("/login/")


def test_its_queries_do_not_grow_with_the_items(leader: Client, plan: Plan) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert leader.get(ADDRESS).status_code == 200
        return len(captured)

    make_issued(plan.targets.get(code="target.0"))
    few = count()
    add_targets(plan, list(plan.themes.all()), range(4, 40))
    for n in range(6):
        make_issued(make_work(plan, f"more.{n}", weight=Decimal(2)), number=n + 2)

    assert count() == few <= 15
