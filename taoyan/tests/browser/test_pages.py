"""Every page in a real browser: without a complaint, without a barrier, as wide as the window."""

from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from taoyan.tests.browser.driver import DESK, PHONE, Visitor, barriers

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.thorough]
Visit = Callable[..., Visitor]
PAGES = {
    "leader": [
        *("/", "/?as_of=2022-06-30", "/plans/taoyan-2022/sections/economy/", "/targets/8/", "/targets/28/"),
        *("/?by=office", "/plans/taoyan-2022/items/", "/plans/taoyan-2022/items/?status=lagging"),
        *("/plans/taoyan-2022/document/", "/plans/taoyan-2022/document/?as_of=2022-06-30&known=then&status=behind"),
        *("/?as_of=2022-09-30&compare=2022-06-30", "/targets/5/?as_of=2022-09-30&known=then"),
        "/plans/taoyan-2022/sections/economy/?as_of=2022-09-15&compare=2022-08-31",
        *("/plans/taoyan-2022/mine/", "/search/", "/search/?q=gyzjz", "/search/?q=经济", "/feedback/?page=/targets/8/"),
    ],
    "deputy.economy": ["/plans/taoyan-2022/mine/", "/plans/taoyan-2022/mine/?as_of=2022-08-31"],
    "reporter": ["/report/", "/report/excel/", "/notices/", "/account/tokens/"],
    "reviewer": ["/review/", "/notices/"],
    "planner": [
        *("/planner/taoyan-2022/", "/targets/8/edit/", "/indicators/economy.grain_output/edit/"),
        *("/feedback/inbox/", "/feedback/inbox/?state=all"),
        *("/units/", "/units/add/", "/posts/", "/posts/of/deputy_economy/", "/posts/of/deputy_economy/appoint/"),
        *("/holdings/1/hand-over/", "/help/", "/plans/taoyan-2022/assignments/"),
        *("/plans/taoyan-2022/calendar/", "/calendar/holidays/", "/targets/8/adjust/", "/plans/taoyan-2022/load/"),
        *("/plans/taoyan-2022/spot-checks/", "/profiles/", "/profiles/1/new/", "/feeds/", "/plans/"),
        *("/hooks/", "/hooks/add/", "/developers/"),
        *("/plans/taoyan-2022/ten/", "/plans/taoyan-2022/ten/candidates/", "/plans/taoyan-2022/sections/livelihood/"),
        *("/indicators/add/?from=economy.grain_output", "/plans/taoyan-2022/wall/links/"),
        *("/plans/taoyan-2022/bulletins/", "/plans/taoyan-2022/ranking/"),
    ],
    "admin": ["/users/", "/users/add/", "/users/1/", "/users/1/tokens/", "/hooks/addresses/", "/operator/"],
    "auditor": ["/account/", "/account/password/", "/audit/", "/audit/120/", "/help/"],
}


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("who", PAGES)
def test_a_page_has_no_complaint_no_barrier_and_fits(
    visit: Visit, browser: Browser, who: str, size: dict[str, int]
) -> None:
    visitor = visit(who, size)

    for path in PAGES[who]:
        visitor.go(path)

        assert "演示数据" in visitor.page.inner_text("body")
        assert barriers(browser, visitor) == []
        assert not visitor.overflows(), path
    assert visitor.complaints == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_login_has_no_barrier(browser: Browser, portal: str, size: dict[str, int]) -> None:
    visitor = Visitor(browser, portal, size=size)
    visitor.go("/login/")

    assert barriers(browser, visitor) == []
    assert visitor.complaints == []
    visitor.page.context.close()


def test_the_charts_are_drawn(visit: Visit) -> None:
    visitor = visit("leader")

    visitor.go("/targets/8/")

    visitor.page.wait_for_selector("[data-chart=path][data-drawn] canvas")
    visitor.page.wait_for_selector("svg.ch-gauge .ga-is")
    visitor.page.hover("[data-chart=path] canvas")
    assert visitor.complaints == []


def test_a_filter_swaps_the_rows_and_the_address(visit: Visit) -> None:
    visitor = visit("leader")
    page = visitor.go("/plans/taoyan-2022/sections/economy/")

    page.select_option("select[name=status]", "behind")
    page.wait_for_url("**status=behind**")

    assert page.locator("#rows tbody tr").count() == 5
    assert visitor.complaints == []


def test_a_leaders_list_is_copied_as_a_message(visit: Visit) -> None:
    visitor = visit("deputy.economy")
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visitor.go("/plans/taoyan-2022/mine/")

    page.click("details.cm >> nth=0 >> summary")
    page.click("[data-box=cm-lag]")
    page.wait_for_function("document.querySelector('.cm [role=status]').textContent === '已复制'")

    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("【我分管的落后事项】截至10月12日")
    assert len(text) <= 200
    assert visitor.complaints == []


def test_a_deputys_page_is_printed_on_one_sheet(visit: Visit) -> None:
    for who in ("deputy.economy", "deputy.construction"):
        page = visit(who).go("/plans/taoyan-2022/mine/")

        sheet = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))

        assert len(sheet.pages) == 1
        assert float(sheet.pages[0].mediabox.width) > float(sheet.pages[0].mediabox.height)


def test_the_arrow_keys_go_through_the_months(visit: Visit) -> None:
    visitor = visit("leader")
    page = visitor.go("/plans/taoyan-2022/sections/economy/?as_of=2022-06-30&status=behind")

    page.focus(".asof-s")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**as_of=2022-05-31**")

    assert "status=behind" in page.url
    assert page.evaluate("document.activeElement.className") == "asof-s"
    assert visitor.complaints == []


def test_everything_is_said_in_english_too(visit: Visit, browser: Browser) -> None:
    visitor = visit("leader")
    page = visitor.go("/")

    with page.expect_navigation():
        page.click(".lang button[value=en]")

    assert "Behind schedule" in page.inner_text("body")
    assert "Sample data" in page.inner_text("body")
    assert "综合完成率" not in page.inner_text("h1")
    assert barriers(browser, visitor) == []


def test_reporting_and_reviewing_work_without_scripts(visit: Visit) -> None:
    official = visit("shaojialou.reporter", scripts=False)
    official.go("/report/")
    assert "现在没有应报的数据" in official.page.content()

    office = visit("culture_office.reporter", scripts=False)
    page = office.go("/report/")
    page.fill("input[name^='value|culture_tourism.complex_count']", "0")
    with page.expect_navigation():
        page.click("button[name=submit]")
    assert "已提交 1 项" in page.content()

    reviewer = visit("culture_office.reviewer", scripts=False)
    page = reviewer.go("/review/")
    with page.expect_navigation():
        page.click(".act .btn-ok")
    assert "已通过" in page.content()


def test_a_request_with_two_lengths_is_refused_and_the_connection_closed(portal: str) -> None:
    """hd-04 of bad-inputs.yaml, at the server itself."""
    import socket

    host, port = portal.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        head = b"POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
        connection.sendall(head + b"0\r\n\r\n")
        answer = b""
        while part := connection.recv(4_096):
            answer += part

    assert answer.startswith(b"HTTP/1.1 400")
