"""Charts and finding in a real browser: hovered, read by keyboard, saved as files, and never against the policy."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from taoyan.tests.browser.driver import DESK, PHONE, Visitor

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.thorough]
Visit = Callable[..., Visitor]
# The kinds: a trend, statuses and small ones; a year and units; this year beside last.
PAGES = ["/", "/plans/taoyan-2022/sections/economy/", "/targets/8/", "/targets/28/", "/targets/1/?as_of=2022-03-15"]
NOTE = """() => {
  window.violations = [];
  document.addEventListener('securitypolicyviolation', e => window.violations.push(e.violatedDirective));
}"""


def drawn(page: Page) -> int:
    """How many charts the page drew once somebody was there."""
    page.evaluate(NOTE)
    page.mouse.move(200, 200)
    page.mouse.move(210, 220)
    page.wait_for_selector("[data-chart]:not([data-drawn])", state="detached")
    return page.locator("[data-drawn]").count()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("path", PAGES)
def test_every_chart_is_hovered_and_read_by_keyboard_without_a_report(
    visit: Visit, path: str, size: dict[str, int]
) -> None:
    visitor = visit("leader", size)
    page = visitor.go(path)

    count = drawn(page)
    for index in range(count):
        chart = page.locator("[data-drawn]").nth(index)
        chart.scroll_into_view_if_needed()
        for share in (0.2, 0.5, 0.8):
            box = chart.bounding_box()
            assert box is not None
            page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)
        if chart.get_attribute("tabindex") == "0":
            chart.focus()
            for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End", "Home", "Escape"):
                page.keyboard.press(key)

    assert count > 0
    assert page.evaluate("window.violations") == []
    assert visitor.complaints == []
    assert not visitor.overflows()


def test_the_arrow_keys_say_what_the_table_holds(visit: Visit) -> None:
    page = visit("leader").go("/targets/8/")
    drawn(page)
    chart, said = page.locator("#chart-path [data-chart]"), page.locator("#chart-path [data-said]")

    chart.focus()
    page.keyboard.press("ArrowRight")
    first = said.inner_text()
    page.keyboard.press("ArrowRight")

    row = page.locator("#chart-path tbody tr").nth(1)
    assert first.startswith("1月，")
    assert said.inner_text().startswith("2月，")
    assert all(cell in said.inner_text() for cell in row.locator("td").all_text_contents())
    page.keyboard.press("Escape")
    assert said.inner_text() == ""


def test_a_chart_is_saved_as_picture_and_as_data(visit: Visit) -> None:
    visitor = visit("leader")
    page = visitor.go("/plans/taoyan-2022/sections/economy/")
    drawn(page)

    with page.expect_download() as picture:
        page.click("#chart-status [data-png]")
    with page.expect_download() as data:
        page.click("#chart-status a[download]")

    assert picture.value.suggested_filename.endswith(".png")
    assert picture.value.path().read_bytes().startswith(b"\x89PNG")
    assert data.value.suggested_filename.endswith(".csv")
    assert data.value.path().read_text(encoding="utf-8-sig").startswith("月份,")
    assert visitor.complaints == []


def test_the_search_suggests_while_typing_and_is_left_by_keyboard(visit: Visit) -> None:
    visitor = visit("leader")
    page = visitor.go("/account/")

    page.keyboard.press("/")
    page.wait_for_load_state("networkidle")
    page.keyboard.type("gyzjz", delay=30)
    page.wait_for_selector("#q-found a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/targets/**")

    assert "规上工业增加值" in page.inner_text("h1")
    assert visitor.complaints == []


def test_a_named_filter_leads_back_to_the_list_as_it_was(visit: Visit) -> None:
    visitor = visit("leader")
    page = visitor.go("/plans/taoyan-2022/sections/economy/")

    page.select_option("select[name=status]", "behind")
    page.wait_for_url("**status=behind**")
    page.click(".svf summary")
    page.fill("#svf-n", "经济落后项")
    with page.expect_navigation():
        page.click(".svf button[type=submit]")
    page.goto(f"{visitor.address}/search/")
    page.click("text=经济落后项")
    page.wait_for_url("**status=behind**")

    assert page.locator("#rows tbody tr").count() == 5
    assert visitor.complaints == []


def test_what_is_wrong_with_a_page_reaches_the_planner_and_comes_back_answered(visit: Visit) -> None:
    visitor = visit("reporter")
    page = visitor.go("/targets/8/?as_of=2022-08-31")
    page.click(".pf-f")
    page.wait_for_url("**/feedback/**")
    page.fill("#id_text", "八月的数与村里的不一致")
    with page.expect_navigation():
        page.click(".fw button[type=submit]")

    planner = visit("planner")
    desk = planner.go("/feedback/inbox/")
    assert "/targets/8/?as_of=2022-08-31" in desk.inner_text("main")
    desk.click(".fd-f summary")
    desk.fill(".fd-f textarea", "已核对，村里漏报一处，已补。")
    with desk.expect_navigation():
        desk.click(".fd-f button[value=done]")

    visitor.go("/feedback/")
    assert "村里漏报一处" in page.inner_text("main")
    assert visitor.complaints == [] and planner.complaints == []
