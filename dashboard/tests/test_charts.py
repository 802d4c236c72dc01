"""Charts: the same figures drawn, in a line, as a table and as a file; what is late or missing is drawn too."""

import csv
import io
import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role, User
from dashboard import charts
from dashboard.chart import Chart
from dashboard.tests.factories import browser_of, make_full_plan, make_leader
from goals.models import Allocation, Target
from goals.models.progress import Status
from goals.progress.recompute import recompute
from goals.progress.store import months_of, year_of
from goals.tests.factories import make_indicator, make_reading, make_target, make_unit, make_user
from goals.words import Standing

pytestmark = pytest.mark.django_db
AS_OF = date(2022, 4, 15)
WORDS = dict(Status.choices)


def standing_of(target: Target, as_of: date = AS_OF) -> Standing:
    recompute([target.pk])
    row, months = year_of(target, as_of)
    return Standing(target, row, months)


def chart_of(target: Target, as_of: date = AS_OF) -> Chart:
    return charts.of_target(standing_of(target, as_of), [], as_of)


def csv_of(browser: Client, address: str, code: str) -> list[list[str]]:
    answer = browser.get(address, {"download": code, "as_of": "2022-04-15"})
    assert answer["Content-Type"].startswith("text/csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


def test_a_year_holds_actual_pace_and_forecast() -> None:
    target = make_target(goal=Decimal(12))
    make_reading(target.indicator, date(2022, 1, 31), 2)
    make_reading(target.indicator, date(2022, 2, 28), 1)

    drawn = chart_of(target)

    assert drawn.data["actual"] == [2.0, 3.0]
    assert drawn.data["pace"] == [float(month) for month in range(1, 13)]
    assert drawn.data["forecast"] == [None] * 9 + [18.0]
    assert [key.look for key in drawn.legend] == ["act", "exp", "fc", "stale"]
    assert list(drawn.rows[1]) == ["2月", Decimal(3), Decimal(2), None]


def test_last_year_stands_beside_a_total() -> None:
    target = make_target(goal=Decimal(12))
    for year, value in ((2021, 4), (2022, 2)):
        make_reading(target.indicator, date(year, 1, 31), value)

    assert chart_of(target).data["last"][0] == 4.0


def test_months_that_are_late_are_marked_and_named() -> None:
    target = make_target()
    make_reading(target.indicator, date(2022, 1, 31), 5)

    drawn = chart_of(target)

    # February was due on 10 March, March on 10 April
    assert drawn.data["stale"] == [2, 3]
    assert any("2月、3月" in note for note in drawn.notes)


def test_a_month_in_part_reported_is_provisional() -> None:
    villages = [make_unit(code, "village", make_unit()) for code in ("jingkou", "nanhu")]
    target = make_target(indicator=make_indicator("space", *villages))
    for village in villages:
        make_reading(target.indicator, date(2022, 1, 31), 10, unit=village)
    make_reading(target.indicator, date(2022, 2, 28), 10, unit=villages[0])

    drawn = chart_of(target)

    assert drawn.data["partial"] == {"month": 2, "reported": 1, "expected": 2}
    assert drawn.data["actual"] == [20.0]
    assert any("暂计" in note for note in drawn.notes)


def test_without_data_the_pace_is_drawn_and_the_reason_said() -> None:
    drawn = chart_of(make_target(goal=Decimal(12)))

    assert drawn.data["actual"] == [] and drawn.data["pace"][11] == 12.0
    assert "还没有完整一期的数据" in drawn.reading and not drawn.empty


def test_what_is_in_doubt_is_drawn_without_a_pace() -> None:
    target = make_target(in_doubt=True)
    make_reading(target.indicator, date(2022, 1, 31), 5)

    drawn = chart_of(target)

    assert drawn.data["actual"] == [5.0] and drawn.data["target"] is None
    assert drawn.data["pace"] == [None] * 12
    assert any("口径待核" in note for note in drawn.notes)


def test_a_plan_without_a_month_says_so_instead() -> None:
    target = make_target()

    trend = charts.completion_trend(target.plan, [target], {})
    by_status = charts.status_by_month([target], {}, WORDS)

    assert trend.empty and by_status.empty


def test_every_month_counts_every_target_once() -> None:
    plan = make_full_plan(4)
    targets = list(plan.targets.all())

    drawn = charts.status_by_month(targets, months_of(targets, date(2022, 2, 28)), WORDS)

    sums = [sum(series["values"][month] or 0 for series in drawn.data["series"]) for month in range(12)]
    assert sums == [4, 4] + [0] * 10
    assert all(series["values"][2] is None for series in drawn.data["series"])
    assert "2月底" in drawn.reading


def make_village_target(**terms: Any) -> Target:
    villages = [make_unit(code, "village", make_unit()) for code in ("jingkou", "nanhu")]
    target = make_target(indicator=make_indicator("space", *villages, unit_of_measure="㎡"), goal=Decimal(120), **terms)
    for village, value in zip(villages, (30, 5), strict=True):
        make_reading(target.indicator, date(2022, 1, 31), value, unit=village)
        make_reading(target.indicator, date(2022, 2, 28), 1, unit=village)
        make_reading(target.indicator, date(2022, 3, 31), 1, unit=village)
        Allocation.objects.create(target=target, unit=village, goal=Decimal(60))
    return target


def test_units_stand_in_their_own_order_with_their_part_of_the_pace() -> None:
    target = make_village_target()

    page = browser_of(make_leader()).get(f"/targets/{target.pk}/", {"as_of": "2022-04-15"})

    drawn = page.context["by_unit"]
    # by the end of March a quarter of each part
    assert drawn.data["rows"] == [["jingkou", 32.0, 60.0, 15.0, False], ["nanhu", 7.0, 60.0, 15.0, True]]
    assert "低于应到：nanhu" in drawn.reading
    assert drawn.rows[1][4] == "低于应到"


def test_one_unit_alone_is_no_chart() -> None:
    target = make_target()
    make_reading(target.indicator, date(2022, 1, 31), 5)

    assert charts.villages(standing_of(target), [(make_unit(), Decimal(5), None)]) is None


@pytest.fixture
def leader() -> User:
    make_full_plan(4)
    return make_leader()


@pytest.mark.parametrize("code", ["trend", "status", "multiples"])
def test_a_section_hands_out_each_of_its_charts_as_data(leader: User, code: str) -> None:
    table = csv_of(browser_of(leader), "/plans/taoyan-2022/sections/economy/", code)

    assert len(table) == (3 if code == "multiples" else 13)
    assert all(len(line) == len(table[0]) for line in table)


def test_numbers_in_the_file_are_those_of_the_table(leader: User) -> None:
    target = Target.objects.get(code="target.1")

    table = csv_of(browser_of(leader), f"/targets/{target.pk}/", "path")

    assert table[0][0] == "月份"
    assert table[2][:3] == ["2月", "2", "2"]
    assert table[3][1] == ""


def test_text_that_looks_like_a_formula_stays_text_in_the_file(leader: User) -> None:
    Target.objects.filter(code="target.0").update(name='=HYPERLINK("http://127.0.0.1/","x")')

    table = csv_of(browser_of(leader), "/plans/taoyan-2022/sections/economy/", "multiples")

    assert table[1][0] == '\'=HYPERLINK("http://127.0.0.1/","x")'


def test_negative_numbers_stay_numbers_in_the_file() -> None:
    indicator = make_indicator("growth", basis="rate")
    target = make_target(indicator=indicator, rule="growth", goal=Decimal(10))
    make_reading(indicator, date(2022, 1, 31), "-3.5")
    recompute([target.pk])

    table = csv_of(browser_of(make_leader()), f"/targets/{target.pk}/", "path")

    assert table[1][1] == "-3.5"


def test_a_chart_that_the_page_does_not_have_is_the_page(leader: User) -> None:
    answer = browser_of(leader).get("/plans/taoyan-2022/sections/economy/", {"download": "nothing"})

    assert "<html" in answer.content.decode()


def test_nobody_gets_the_data_of_a_page_that_they_may_not_see(leader: User) -> None:
    address = f"/targets/{Target.objects.all()[0].pk}/"
    far = make_user("far", Role.LEADER, unit=make_unit("elsewhere"))

    assert browser_of(far).get(address, {"download": "path"}).status_code == 404
    assert browser_of(make_user("auditor", Role.AUDITOR)).get(address, {"download": "path"}).status_code == 404


@pytest.mark.parametrize(
    "name", ["</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{a|<img src=x onerror=alert(1)>}"]
)
def test_a_name_with_markup_is_data(leader: User, name: str) -> None:
    Target.objects.filter(code="target.0").update(name=name)

    page = browser_of(leader).get("/plans/taoyan-2022/sections/economy/").content.decode()

    assert "<script>alert(1)" not in page and "<img src=x" not in page
    found = re.search(r'<script id="d-multiples" type="application/json">(.*?)</script>', page, re.S)
    assert found and name in [item["name"] for item in json.loads(found[1])["items"]]


@pytest.mark.parametrize("address", ["/plans/taoyan-2022/", "/plans/taoyan-2022/sections/economy/"])
def test_each_chart_has_title_reading_figures_table_and_file(leader: User, address: str) -> None:
    page = browser_of(leader).get(address, {"as_of": "2022-02-28"}).content.decode()

    cards = re.findall(r'<section class="card chc".*?</section>', page, re.S)
    assert cards
    for card in cards:
        assert re.search(r"<h2[^>]*>[^<]+</h2>", card)
        assert re.search(r'role="img" aria-label="[^"]*\d', card)
        assert re.search(r'<p class="cf">[^<]+', card)
        assert "<table" in card and "download=" in card and "data-png" in card
