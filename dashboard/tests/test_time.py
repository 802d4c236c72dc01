"""Any day of the year on the pages of progress: 后补, 当时所知, and what moved between two days."""

import re
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common import clock
from dashboard.compare import CAME, DOWN, FIGURE, STILL, UP, WENT, Move
from dashboard.tests.factories import browser_of, make_full_plan, make_leader
from goals.models import Adjustment, Progress, Reading, Target
from goals.progress.recompute import recompute
from goals.tests.factories import make_reading
from goals.words import Standing

pytestmark = pytest.mark.django_db
FEBRUARY = "?as_of=2022-02-28"
THEN = f"{FEBRUARY}&known=then"
SECTION = "/plans/taoyan-2022/sections/economy/"


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def leader() -> Client:
    """Two targets with figures of January and February; all were approved in time but the second's of February."""
    make_full_plan(4)
    for period, approved in ((date(2022, 1, 31), date(2022, 2, 9)), (date(2022, 2, 28), date(2022, 2, 28))):
        Reading.objects.filter(period=period).update(approved_at=at(approved), reported_at=at(approved))
    late = Target.objects.get(code="target.2").indicator
    late.readings.filter(period=date(2022, 2, 28)).update(
        value=Decimal(3), approved_at=at(date(2022, 3, 9)), reported_at=at(date(2022, 3, 9))
    )
    recompute(list(Target.objects.values_list("pk", flat=True)))
    return browser_of(make_leader())


def main_of(leader: Client, address: str) -> str:
    """What a page says, without what stands around it, and without the secret of its forms."""
    answer = leader.get(address)
    assert answer.status_code == 200
    said = answer.content.decode().split("<main")[1].split("</main>")[0]
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", said)


def number(code: str) -> int:
    return Target.objects.get(code=code).pk


def test_what_was_approved_after_the_day_counts_and_is_marked(leader: Client) -> None:
    page = main_of(leader, f"/targets/{number('target.2')}/{FEBRUARY}")

    assert "1–2月累计 3 家" in page
    assert page.count("这一天以后才通过") >= 1
    assert "当时所知：0 家" in page


def test_what_was_approved_in_time_is_not_marked(leader: Client) -> None:
    assert "后补" not in main_of(leader, f"/targets/{number('target.0')}/{FEBRUARY}")


def test_today_nothing_is_marked(leader: Client) -> None:
    assert "后补" not in main_of(leader, f"/targets/{number('target.2')}/")


def test_the_figures_that_depend_on_it_are_marked_in_lists(leader: Client) -> None:
    rows = main_of(leader, SECTION + FEBRUARY).split("<tr")

    assert [("指标0" in row, "指标2" in row) for row in rows if "后补" in row] == [(False, True)]


def test_the_overview_counts_them(leader: Client) -> None:
    assert leader.get("/" + FEBRUARY).context["later"] == 1
    assert leader.get("/").context["later"] == 0


def test_as_known_then_leaves_it_out(leader: Client) -> None:
    page = main_of(leader, f"/targets/{number('target.2')}/{THEN}")

    assert "1月累计 0 家" in page
    assert "当时所知：只含" in page
    assert "后补</span>" not in page


def test_as_known_then_stays_on_the_links(leader: Client) -> None:
    assert f"/targets/{number('target.2')}/?as_of=2022-02-28&amp;known=then" in main_of(leader, SECTION + THEN)


def test_the_months_of_the_view_are_known_by_its_day_too(leader: Client) -> None:
    context = leader.get(f"/targets/{number('target.2')}/{THEN}").context

    assert [row.data_period for row in context["months"]] == [date(2022, 1, 31), date(2022, 1, 31)]


PAGES = ["/", SECTION, "/plans/taoyan-2022/document/", "target.0", "target.2"]


@pytest.mark.parametrize("page", PAGES)
def test_the_view_as_known_then_is_the_same_whenever_it_is_opened(leader: Client, page: str) -> None:
    address = (f"/targets/{number(page)}/" if page.startswith("target") else page) + THEN
    before = main_of(leader, address)

    happens_afterwards()

    assert main_of(leader, address) == before


def test_what_happens_afterwards_moves_the_view_with_what_came_later(leader: Client) -> None:
    # else the test above could not fail
    address = f"/targets/{number('target.0')}/{FEBRUARY}"
    before = main_of(leader, address)

    happens_afterwards()

    assert main_of(leader, address) != before


def happens_afterwards() -> None:
    """A correction, a late approval, a return, an adjustment that reaches back, figures of later months."""
    moment = at(date(2022, 5, 9))
    for target in Target.objects.select_related("indicator"):
        old = target.indicator.readings.get(period=date(2022, 2, 28))
        Reading.objects.filter(pk=old.pk).update(state="superseded", superseded_at=moment)
        fields = {"unit": old.unit, "approved_at": moment, "reported_at": moment}
        make_reading(target.indicator, date(2022, 2, 28), 9, revision=2, supersedes=old, **fields)
        make_reading(target.indicator, date(2022, 3, 31), 5, **fields)
        Adjustment.objects.create(
            target=target,
            category="policy",
            applicant="office",
            meeting="meeting",
            document_number="1",
            in_force_from=date(2022, 1, 1),
            goal=Decimal(99),
            due=target.due,
            weight=Decimal(1),
            decided_at=moment,
        )
    recompute(list(Target.objects.values_list("pk", flat=True)))


def test_a_reading_that_was_returned_later_was_still_waiting_then(leader: Client) -> None:
    target = Target.objects.get(code="target.0")
    target.indicator.readings.filter(period=date(2022, 2, 28)).update(
        state="returned", approved_at=None, reviewed_at=at(date(2022, 3, 5)), reason="数字不对"
    )

    page = main_of(leader, f"/targets/{target.pk}/{THEN}")

    assert "待审核" in page
    assert "数字不对" not in page


def test_a_reading_that_was_handed_in_later_is_not_there_then(leader: Client) -> None:
    target = Target.objects.get(code="target.0")
    make_reading(
        target.indicator, date(2022, 2, 28), 777, revision=2, state="submitted", reported_at=at(date(2022, 4, 1))
    )

    assert "777" in main_of(leader, f"/targets/{target.pk}/{FEBRUARY}")
    assert "777" not in main_of(leader, f"/targets/{target.pk}/{THEN}")


@pytest.mark.parametrize("address", ["/", SECTION, "/plans/taoyan-2022/document/", "/plans/taoyan-2022/projects/"])
@pytest.mark.parametrize("query", ["as_of=2021-12-31", "as_of=2023-01-01", "as_of=soon", "compare=2021-12-31"])
def test_a_refused_day_is_named_and_the_way_back_offered(leader: Client, address: str, query: str) -> None:
    answer = leader.get(f"{address}?status=behind&{query}")

    page, name = answer.content.decode(), query.partition("=")[0]
    assert answer.status_code == 400
    assert f"{name}：" in page and 'role="alert"' in page
    assert "可选 2022-01-01 至 2022-10-12" in page
    assert f'href="{address}?status=behind"' in page


def test_two_days_show_what_moved_up_and_down(leader: Client) -> None:
    page = leader.get(f"{SECTION}?as_of=2022-02-28&compare=2022-01-31")

    assert {m.target.code: m.way for m in page.context["comparison"].moved} == {"target.0": DOWN, "target.2": UP}
    assert "1月31日 至 2月28日 的变化" in page.content.decode()


def test_without_another_day_it_is_offered_and_nothing_compared(leader: Client) -> None:
    page = leader.get(SECTION)

    assert page.context["comparison"].moves == ()
    assert 'name="compare"' in page.content.decode()


def test_an_overview_compared_says_how_completion_changed(leader: Client) -> None:
    found = leader.get("/?as_of=2022-02-28&compare=2022-01-31").context["comparison"]

    assert found.points == found.after.completion - found.before.completion > 0


def test_the_other_day_stays_on_the_links(leader: Client) -> None:
    page = main_of(leader, f"{SECTION}?compare=2022-01-31")

    assert f"/targets/{number('target.0')}/?compare=2022-01-31" in page


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [
        (("behind", 1), ("on_track", 2), UP),
        (("achieved", 2), ("at_risk", 2), DOWN),
        (("behind", 2), ("missed", 2), DOWN),
        (("no_data", None), ("behind", 1), CAME),
        (("on_track", 1), ("no_data", None), WENT),
        (("on_track", 1), ("on_track", 2), FIGURE),
        (("on_track", 1), ("on_track", 1), STILL),
    ],
)
def test_a_move_is_up_down_or_of_the_figure_alone(
    leader: Client, before: tuple[str, int | None], after: tuple[str, int | None], way: str
) -> None:
    target = Target.objects.select_related("indicator").get(code="target.0")

    def standing(status: str, actual: int | None) -> Standing:
        return Standing(target, Progress(status=status, actual=None if actual is None else Decimal(actual)))

    assert Move(standing(*before), standing(*after)).way == way


@pytest.mark.parametrize("address", ["/", SECTION, "target"])
@pytest.mark.parametrize("query", [FEBRUARY, THEN, "?as_of=2022-02-15", "?as_of=2022-02-28&compare=2022-01-31"])
def test_a_day_gone_by_takes_no_more_queries_than_a_page_may(leader: Client, address: str, query: str) -> None:
    page = f"/targets/{number('target.0')}/" if address == "target" else address
    leader.get(page + query)

    with CaptureQueriesContext(connection) as captured:
        leader.get(page + query)

    most = 18 if address == SECTION else 15  # with the panels of registers and works
    assert len(captured) <= most


def test_the_portal_goes_by_its_own_days_end(leader: Client) -> None:
    # approved at 00:30 in Shanghai on 1 March: 28 February was over, though not in UTC
    target = Target.objects.get(code="target.0")
    end = datetime(2022, 3, 1, 0, 30, tzinfo=timezone.get_default_timezone())
    target.indicator.readings.filter(period=date(2022, 2, 28)).update(approved_at=end, reported_at=end)

    assert "1月累计" in main_of(leader, f"/targets/{target.pk}/{THEN}")
    assert clock.today() == date(2022, 10, 12)
