"""大屏 in a real browser: it turns, refreshes without a new page, and says when it lost the connection."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from taoyan.tests.browser.driver import Visitor, barriers

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.thorough]
Visit = Callable[..., Visitor]
SCREEN = {"width": 1920, "height": 1080}
WALL = "/plans/taoyan-2022/wall/"


def link(visit: Visit, name: str) -> str:
    """A new link's address, made by the planner."""
    page = visit("planner").go("/plans/taoyan-2022/wall/links/")
    page.fill("#id_name", name)
    page.click("form.pf-f button[type=submit]")
    return page.inner_text(".pp-key")


def shown(page: Page) -> str:
    return str(page.evaluate("document.querySelector('.wturn:not([hidden])').dataset.turn"))


@pytest.fixture
def screen(visit: Visit, browser: Browser, portal: str) -> Visitor:
    """A screen without a login, on which time can be moved."""
    visitor = Visitor(browser, portal, size=SCREEN)
    visitor.page.clock.install()
    return visitor


def test_a_screen_shows_it_whole_without_a_login(visit: Visit, browser: Browser, screen: Visitor) -> None:
    screen.page.goto(link(visit, "完整"), wait_until="load")

    assert "综合完成率" in screen.page.inner_text("body")
    assert not screen.overflows()
    assert screen.page.evaluate("document.querySelector('.wg').getBoundingClientRect().bottom") <= 1080
    cut = "[...document.querySelectorAll('.wp')].filter(e => e.scrollHeight > e.clientHeight + 2).length"
    assert screen.page.evaluate(cut) == 0
    assert barriers(browser, screen) == []
    assert screen.complaints == []
    assert screen.page.context.cookies() == []


def test_nothing_on_it_is_smaller_than_14_pixels(visit: Visit, screen: Visitor) -> None:
    screen.page.goto(link(visit, "字号"), wait_until="load")

    small = """[...document.querySelectorAll('#wall *')].filter(e => [...e.childNodes].some(n => n.nodeType === 3 &&
      n.textContent.trim()) && parseFloat(getComputedStyle(e).fontSize) < 13.9).map(e => e.className).join()"""
    assert screen.page.evaluate(small) == ""


def test_it_turns_through_the_sections(visit: Visit, screen: Visitor) -> None:
    page = screen.page
    page.goto(link(visit, "轮播"), wait_until="load")
    assert shown(page) == ""

    page.clock.run_for(12_500)
    assert shown(page) == "economy"
    assert page.locator("g.is-on").get_attribute("data-section") == "economy"

    page.clock.run_for(12_500)
    assert shown(page) == "urban_rural"


def test_it_refreshes_what_is_on_it_and_never_the_page(visit: Visit, screen: Visitor) -> None:
    page = screen.page
    page.goto(link(visit, "刷新"), wait_until="load")
    page.evaluate("document.body.dataset.mine = 'kept'; document.querySelector('.wt-n').textContent = 'old'")
    page.clock.run_for(12_500)

    with page.expect_response("**/live/"):
        page.clock.run_for(50_000)
    page.wait_for_function("document.querySelector('.wt-n').textContent !== 'old'")

    assert page.evaluate("document.body.dataset.mine") == "kept"
    assert shown(page) != ""
    assert screen.complaints == []


def test_it_says_since_when_the_connection_is_lost_and_takes_it_back(visit: Visit, screen: Visitor) -> None:
    page = screen.page
    page.goto(link(visit, "断线"), wait_until="load")
    page.route("**/live/", lambda route: route.abort())
    page.clock.run_for(61_000)
    page.wait_for_selector("#lost:not([hidden])")

    said = page.inner_text("#lost")
    assert "连接已断开" in said and "正在重试" in said and "{" not in said
    assert "综合完成率" in page.inner_text("#wall")

    page.unroute("**/live/")
    page.clock.run_for(11_000)
    page.wait_for_selector("#lost", state="hidden")


def test_a_revoked_link_takes_the_picture_away(visit: Visit, screen: Visitor) -> None:
    page = screen.page
    page.goto(link(visit, "撤销"), wait_until="load")
    planner = visit("planner").go("/plans/taoyan-2022/wall/links/")
    planner.click("tr:has-text('撤销') button:has-text('撤销')")

    page.clock.run_for(61_000)
    page.wait_for_selector("body.is-closed")

    assert page.inner_text("#wall") == ""
    assert "已失效" in page.inner_text("#lost")


def test_the_overview_leads_to_it(visit: Visit) -> None:
    page = visit("leader", SCREEN).go("/")

    page.click("a:has-text('大屏')")
    page.wait_for_url("**" + WALL)

    assert "综合完成率" in page.inner_text("#wall")
