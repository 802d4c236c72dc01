"""How many queries the leaders' pages take over the demonstration, whose sections have registers, works and the ten;
and that what is marked 后补 for so few of them is what a second computation finds."""

from datetime import date
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings as SettingsWrapper

from accounts.models import User
from dashboard.late import later_among, later_than, share
from dashboard.tests.conftest import DAY
from goals.asof import AsOf
from goals.models import Plan, Target
from goals.progress.store import progress_of

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
SECTIONS = ("economy", "urban_rural", "culture_tourism", "ecology", "livelihood", "safety")
PLAN = "/plans/taoyan-2022/"
TODAY, MONTHS_END, MID_MONTH = "", "2022-09-30", "2022-09-15"
MOST = 15
# Within a month nothing is stored: figures are computed from readings, registers and milestones, which takes as many
# queries as there are kinds of sources, whatever there is of each.
WITHIN = {
    "": 23,
    "items/": 23,
    "mine/": 15,
    "document/": 17,
    "sections/economy/": 21,
    "sections/urban_rural/": 17,
    "sections/culture_tourism/": 18,
    "sections/ecology/": 16,
    "sections/livelihood/": 21,
    "sections/safety/": 17,
}


@pytest.fixture
def leader(loaded: None, settings: SettingsWrapper) -> Client:
    settings.DEMO = True
    client = Client()
    client.force_login(User.objects.get(username="leader"))
    return client


def queries_of(leader: Client, address: str, day: str = TODAY) -> int:
    """Of a page that nobody has opened before, in a portal that runs."""
    asked = {"as_of": day} if day else {}
    for _again in range(2):
        for cache in ("default", "local"):
            caches[cache].clear()
        with CaptureQueriesContext(connection) as made:
            answer = leader.get(address, asked)
        assert answer.status_code == 200
    return len(made)


@pytest.mark.parametrize("page", WITHIN)
@pytest.mark.parametrize("day", [TODAY, MONTHS_END])
def test_a_page_takes_few_queries_today_and_at_a_months_end(leader: Client, page: str, day: str) -> None:
    assert queries_of(leader, PLAN + page, day) <= MOST


@pytest.mark.parametrize("page", WITHIN)
def test_a_page_takes_somewhat_more_within_a_month(leader: Client, page: str) -> None:
    assert queries_of(leader, PLAN + page, MID_MONTH) <= WITHIN[page]


@pytest.mark.parametrize("page", ["wall/", "wall/live/"])
def test_the_wall_takes_few(leader: Client, page: str) -> None:
    assert queries_of(leader, PLAN + page) <= MOST


@pytest.mark.parametrize(("day", "most"), [(TODAY, MOST), (MONTHS_END, 17), (MID_MONTH, 19)])
def test_a_target_takes_few_whatever_its_source(leader: Client, day: str, most: int) -> None:
    # Where a page says what was known then, a counted figure is computed once more.
    sources = {t.indicator.measure or t.rule: t for t in Target.objects.select_related("indicator").order_by("pk")}

    assert max(queries_of(leader, f"/targets/{target.pk}/", day) for target in sources.values()) <= most


def test_every_section_is_asked_for() -> None:
    assert {f"sections/{code}/" for code in SECTIONS} == {page for page in WITHIN if page.startswith("sections/")}


@pytest.mark.parametrize(
    "day", [date(2022, 2, 1), date(2022, 5, 17), date(2022, 8, 31), date(2022, 9, 15), date(2022, 9, 30)]
)
def test_what_is_marked_is_what_was_otherwise_as_known_then(leader: Client, day: date) -> None:
    plan = Plan.objects.select_related("unit", "profile").get()
    asof = AsOf(plan, day, date.fromisoformat(DAY))
    targets: list[Any] = list(plan.targets.select_related("indicator", "theme__section"))
    share(asof, targets)
    progress = progress_of(targets, day)

    otherwise = {t.code for t in targets if later_than(asof, t, progress[t.pk])}
    marked = {t.code for t in targets if t.pk in later_among(asof, targets)}

    assert otherwise
    assert otherwise <= marked
    # A village's row entered later that its office has confirmed later still counts nothing yet.
    assert marked - otherwise <= {"urban_rural.new_five_star_villages"}


def test_nothing_is_marked_today_nor_as_known_then(leader: Client) -> None:
    plan = Plan.objects.select_related("unit", "profile").get()
    targets = list(plan.targets.select_related("indicator"))
    today = date.fromisoformat(DAY)

    assert later_among(AsOf(plan, today, today), targets) == set()
    assert later_among(AsOf(plan, date(2022, 9, 30), today, known_then=True), targets) == set()
