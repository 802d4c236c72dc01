"""Registers in a real browser: a village enters a row, its target changes and names it; voiding changes it back."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from goals.demonstration import PASSWORD
from taoyan.tests.browser.conftest import demonstration
from taoyan.tests.browser.driver import Visitor, barriers, chromium

pytestmark = pytest.mark.thorough
# By section: who enters which row into which register, and the target that it feeds (and by how much).
ROWS: dict[str, tuple[str, str, dict[str, str], str, float | None]] = {
    "safety": (
        "jinshu.reporter",
        "accidents",
        {
            "day": "2022-09-10",
            "what": "叉车侧翻",
            "kind": "industry",
            "in_statistics": "yes",
            "recognised_by": "区应急局",
        },
        "safety.accidents",
        None,
    ),
    "economy": (
        "nanhu.reporter",
        "reuse",
        {"day": "2022-08-01", "place": "老供销社", "kind": "idle_plant", "area": "120", "owner": "村集体", "way": "let"}
        | {"user": "加工点", "in_use_on": "2022-09-28"},
        "economy.idle_space_revitalised",
        120,
    ),
    "livelihood": (
        "hengdan.reporter",
        "clinics",
        {"day": "2022-03-01", "name": "横旦村东岸卫生室", "recognised_on": "2022-09-15", "recognised_by": "区卫健局"},
        "livelihood.village_clinic_rate",
        None,
    ),
    "urban_rural": (
        "shaojialou.reporter",
        "stars",
        {"day": "2022-09-20", "star": "party"},
        "urban_rural.new_five_star_villages",
        1,
    ),
    "culture_tourism": (
        "jingkou.reporter",
        "festivals",
        {"day": "2022-01-20", "season": "winter", "name": "冬捕节", "place": "泾口"},
        "culture_tourism.four_seasons",
        1,
    ),
}


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A portal of these tests' own; each of them changes another target."""
    if chromium() is None:
        pytest.skip("needs Chromium")
    with demonstration(tmp_path_factory.mktemp("registers")) as address:
        yield address


def figure(visitor: Visitor, code: str) -> dict[str, Any]:
    """A target's number and progress, asked of the API with the browser's session."""
    answer = visitor.page.request.get(f"{visitor.address}/api/v1/targets/?code={code}")
    return answer.json()["results"][0]  # type: ignore[no-any-return]


def enter(visitor: Visitor, section: str, ledger: str, values: dict[str, str]) -> None:
    """Fill the register's form in and save it."""
    page = visitor.go(f"/ledgers/{section}/{ledger}/")
    page.click("text=登记 >> nth=0")
    for name, value in values.items():
        field = page.locator(f"form.pf-f [name={name}]")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    with page.expect_navigation():
        page.click("form.pf-f button[type=submit]")


@pytest.mark.parametrize("section", ROWS)
def test_a_village_enters_a_row_its_target_changes_and_voiding_changes_it_back(
    changing: str, browser: Browser, section: str
) -> None:
    who, ledger, values, code, more = ROWS[section]
    visitor = Visitor(browser, changing).log_in(who, PASSWORD)
    before = figure(visitor, code)["progress"]

    enter(visitor, section, ledger, values)
    row = visitor.page.url
    after = figure(visitor, code)

    assert after["progress"]["actual"] != before["actual"]
    if more is not None:
        assert after["progress"]["actual"] == before["actual"] + more
    visitor.go(f"/targets/{after['id']}/")
    assert visitor.page.locator(f"a[href='{row.removeprefix(visitor.address)}']").count() >= 1
    visitor.page.goto(row)
    visitor.page.click("text=作废")
    visitor.page.fill("[name=reason]", "演示用")
    with visitor.page.expect_navigation():
        visitor.page.click("form.pf-f button[type=submit]")
    assert figure(visitor, code)["progress"]["actual"] == before["actual"]
    assert visitor.complaints == []
    visitor.page.context.close()


def test_a_register_that_feeds_no_target_counts_its_rows_on_its_sections_page(changing: str, browser: Browser) -> None:
    visitor = Visitor(browser, changing).log_in("jingkou.reporter", PASSWORD)
    card = "a.lg-card:has-text('垃圾分类') b"
    before = int(visitor.go("/plans/taoyan-2022/sections/ecology/").inner_text(card))

    values = {"place": "一组", "taking_part": "92", "accuracy": "88.5", "score": "90"}
    enter(visitor, "ecology", "waste-sorting", values)

    assert int(visitor.go("/plans/taoyan-2022/sections/ecology/").inner_text(card)) == before + 1
    visitor.page.context.close()


SECTIONS = ["economy", "urban_rural", "culture_tourism", "ecology", "livelihood", "safety"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sections_and_their_registers_have_no_barrier_and_fit(visit: Any, browser: Browser, language: str) -> None:
    for size in ({"width": 1440, "height": 900}, {"width": 390, "height": 844}):
        visitor = visit("planner", size)
        if language == "en":
            with visitor.page.expect_navigation():
                visitor.page.click("button[name=language][value=en]")
        for section in SECTIONS:
            visitor.go(f"/plans/taoyan-2022/sections/{section}/")
            assert barriers(browser, visitor) == []
            assert not visitor.overflows(), section
        for path in ("/ledgers/", "/ledgers/lists/", "/ledgers/safety/hazards/", "/ledgers/safety/hazards/settings/"):
            visitor.go(path)
            assert barriers(browser, visitor) == []
            assert not visitor.overflows(), path
        assert visitor.complaints == []
