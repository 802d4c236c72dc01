"""How many queries the leaders' pages take over the demonstration, whose sections have registers, works and the ten;
and that what is marked 后补 for so few of them is what a second computation finds."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings as SettingsWrapper

from accounts.models import User
from dashboard.late import Seen, differs
from dashboard.tests.conftest import DAY
from goals.asof import AsOf
from goals.models import Plan, Target
from goals.progress.books import TARGETS
from goals.progress.gather import COLUMNS, as_stored
from goals.progress.store import Point, computed_at, end_of, progress_of
from projects.models import Project
from projects.standing import PROJECTS

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
SECTIONS = ("economy", "urban_rural", "culture_tourism", "ecology", "livelihood", "safety")
PLAN = "/plans/taoyan-2022/"
TODAY, MONTHS_END, MID_MONTH = "", "2022-09-30", "2022-09-15"
MOST = 15
# Within a month nothing is stored: figures are computed from readings, registers and milestones.
PAGES = ("", "items/", "mine/", "document/", *(f"sections/{code}/" for code in SECTIONS))
DAYS = {"today": TODAY, "month's end": MONTHS_END, "mid month": MID_MONTH}
VIEWS: dict[str, dict[str, str]] = {
    "as it is": {},
    "known then": {"known": "then"},
    "compared": {"compare": "2022-02-17"},
    "compared with a month's end": {"compare": "2022-02-28"},
    "compared as known then": {"compare": "2022-02-17", "known": "then"},
}


@pytest.fixture
def leader(loaded: None, settings: SettingsWrapper) -> Client:
    settings.DEMO = True
    client = Client()
    client.force_login(User.objects.get(username="leader"))
    return client


def queries_of(leader: Client, address: str, day: str = TODAY, **more: str) -> int:
    """Of a page that nobody has opened before, in a portal that runs."""
    asked = more | ({"as_of": day} if day else {})
    for _again in range(2):
        for cache in ("default", "local"):
            caches[cache].clear()
        with CaptureQueriesContext(connection) as made:
            answer = leader.get(address, asked)
        assert answer.status_code == 200
    # Once in a while a login is noted as still in use, by whatever page comes next.
    return len(made) if not any("UPDATE" in each["sql"] for each in made) else queries_of(leader, address, day, **more)


def most_of(leader: Client, addresses: Iterable[str]) -> dict[str, int]:
    """What takes more than it may: on any day, in any view."""
    found = {
        f"{address} {day} {view}": queries_of(leader, address, DAYS[day], **VIEWS[view])
        for address in addresses
        for day in DAYS
        for view in VIEWS
    }
    return {what: count for what, count in found.items() if count > MOST}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_takes_few_queries_on_any_day_in_any_view(leader: Client, page: str) -> None:
    assert most_of(leader, [PLAN + page]) == {}


@pytest.mark.parametrize("page", ["wall/", "wall/live/"])
def test_the_wall_takes_few(leader: Client, page: str) -> None:
    assert queries_of(leader, PLAN + page) <= MOST


def test_a_target_takes_few_whatever_its_source(leader: Client) -> None:
    sources = {t.indicator.measure or t.rule: t for t in Target.objects.select_related("indicator").order_by("pk")}

    assert most_of(leader, [f"/targets/{target.pk}/" for target in sources.values()]) == {}


def test_a_work_takes_few_whatever_its_kind(leader: Client) -> None:
    kinds = {work.kind: work for work in Project.objects.order_by("pk")}

    assert most_of(leader, [f"/projects/{work.pk}/" for work in kinds.values()]) == {}


@pytest.mark.parametrize(
    "day", [date(2022, 2, 1), date(2022, 5, 17), date(2022, 8, 31), date(2022, 9, 15), date(2022, 9, 30)]
)
def test_what_is_marked_is_what_was_otherwise_as_known_then(leader: Client, day: date) -> None:
    plan = Plan.objects.select_related("unit", "profile").get()
    asof = AsOf(plan, day, date.fromisoformat(DAY))
    targets: list[Any] = list(plan.targets.select_related("indicator", "theme__section"))
    for target in targets:
        target.plan = plan
    seen = Seen(asof)
    progress, then = seen.find(targets), progress_of(targets, day, known_then=True)

    otherwise = {t.code for t in targets if differs(then[t.pk], progress[t.pk])}
    marked = {t.code for t in targets if t.pk in seen.later}

    assert otherwise
    assert otherwise <= marked
    # A village's row entered later that its office has confirmed later still counts nothing yet.
    assert marked - otherwise <= {"urban_rural.new_five_star_villages"}


def test_nothing_is_marked_today_nor_as_known_then(leader: Client) -> None:
    plan = Plan.objects.select_related("unit", "profile").get()
    targets = list(plan.targets.select_related("indicator"))
    today = date.fromisoformat(DAY)

    for asof in (AsOf(plan, today, today), AsOf(plan, date(2022, 9, 30), today, known_then=True)):
        seen = Seen(asof)
        seen.find(targets)
        assert not seen.later


@pytest.mark.parametrize("day", [date(2022, 3, 31), date(2022, 8, 31), date(2022, 9, 30)])
def test_what_is_computed_for_a_day_is_what_is_stored_for_it(leader: Client, day: date) -> None:
    # Together with another day and another moment, as pages ask for it.
    targets = list(Target.objects.select_related("plan__unit", "plan__profile", "indicator").order_by("pk"))
    works = list(Project.objects.counted().select_related("plan__profile"))
    points = [Point(date(2022, 2, 17)), Point(day), Point(day, end_of(date(2022, 5, 5)))]

    for subjects, book in ((targets, TARGETS), (works, PROJECTS)):
        computed, stored = computed_at(subjects, points, book=book), progress_of(subjects, day, book=book)
        assert {pk: told(row) for pk, row in computed[points[1]].items()} == {
            pk: told(row) for pk, row in stored.items()
        }
        for point in points:
            alone = computed_at(subjects, [point], book=book)[point]
            assert {pk: told(row) for pk, row in computed[point].items()} == {pk: told(r) for pk, r in alone.items()}


def told(row: Any) -> dict[str, Any]:
    return {name: value for name, value in zip(COLUMNS, as_stored(row), strict=True) if name != "computed_at"}
