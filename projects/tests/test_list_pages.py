"""The list of works and its Gantt chart."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from goals.progress.recompute import recompute
from goals.tests.factories import make_office
from projects.standing import PROJECTS
from projects.tests.factories import Cast, make_many, make_project
from projects.tests.pages import LIST, text

pytestmark = pytest.mark.django_db


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
