"""A red target of the demonstration gets its order, by its users: signed for, extended, answered, returned, answered
again, verified and closed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from goals.demonstration import PASSWORD
from taoyan.tests.browser.driver import DESK, PHONE, Visitor, barriers

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.thorough]
TARGET = "制造业投资增速"
LIST = "/plans/taoyan-2022/orders/"
HOLDER = "deputy.economy"


class People:
    """The demonstration's users, each logged in once."""

    def __init__(self, browser: Browser, address: str, pictures: Path) -> None:
        self.browser, self.address, self.pictures = browser, address, pictures
        self.known: dict[str, Visitor] = {}

    def visitor(self, who: str) -> Visitor:
        if who not in self.known:
            self.known[who] = Visitor(self.browser, self.address).log_in(who, PASSWORD)
        return self.known[who]

    def open(self, who: str, path: str) -> Page:
        return self.visitor(who).go(path)

    def look(self, who: str, name: str) -> None:
        visitor = self.visitor(who)
        for size, screen in ((PHONE, "390"), (DESK, "1440")):
            visitor.page.set_viewport_size(size)  # type: ignore[arg-type]
            visitor.picture(self.pictures, f"{name}-{screen}")
            assert not visitor.overflows(), f"{name} at {screen}"
        assert barriers(self.browser, visitor) == []

    def complaints(self, who: str) -> list[str]:
        return [c for c in self.visitor(who).complaints if "400 (Bad Request)" not in c]


@pytest.fixture
def people(browser: Browser, own_portal: str, tmp_path: Path) -> Iterator[People]:
    found = People(browser, own_portal, tmp_path / "pictures")
    yield found
    for visitor in found.known.values():
        visitor.page.context.close()


def press(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.click(selector)


def take(people: People, who: str, step: str, **fields: str) -> Page:
    """From what waits for the user to the order, to its step, and back."""
    page = people.open(who, LIST)
    press(page, f'.od-w a.ti:has-text("号 {TARGET}")')
    press(page, f'.od-do a[href$="/{step}/"]')
    for name, value in fields.items():
        if name == "grant":
            page.check(f'input[name="grant"][value="{value}"]')
        else:
            page.fill(f'[name="{name}"]', value)
    press(page, "form.pf-f button[type=submit]")
    expect(page.locator(".msg")).to_contain_text("已保存")
    return page


def issue(people: People) -> str:
    """From the proposal; a deadline that has passed is refused beside its field. The order's address."""
    page = people.open("leader", LIST)
    row = page.locator(".od-w li", has_text=TARGET)
    with page.expect_navigation():
        row.locator("a.btn-p").click()
    page.fill('[name="requirement"]', "逐个项目过堂，月底前报出追赶安排。")
    page.fill('[name="deadline"]', "2022-10-11")
    press(page, "form.cb button.btn-p")
    expect(page.locator("#id_deadline_error")).to_contain_text("已经过去")
    page.fill('[name="deadline"]', "")
    page.fill('[name="working_days"]', "10")
    press(page, "form.cb button.btn-p")
    expect(page.locator(".msg")).to_contain_text("已签发")
    expect(page.locator(".paper")).to_contain_text("2022年10月26日")
    people.look("leader", "issued")
    return page.url.removeprefix(people.address)


def test_a_red_target_gets_its_order_from_the_proposal_to_the_closing(people: People) -> None:
    order = issue(people)

    take(people, "reporter", "sign")
    take(people, "reporter", "extend", new_deadline="2022-11-09", reason="上级会议改期")
    page = take(people, "leader", "decide", grant="yes")
    expect(page.locator(".paper")).to_contain_text("最初 2022年10月26日")
    take(people, "reporter", "feedback", done="过堂 11 个项目", problem="两个项目用地未批", next_step="周五再报")
    people.look("reporter", "answered")
    take(people, HOLDER, "apply", result="追赶安排已报出")
    take(people, "planner", "return", reason="缺两个项目")
    page = take(people, HOLDER, "apply", result="已补齐")
    assert page.locator('.od-do a[href$="/close/"]').count() == 0
    assert page.request.get(f"{people.address}{order}close/").status == 403
    take(people, "planner", "verify", opinion="属实")
    page = take(people, "leader", "close", opinion="同意销号")

    expect(page.locator("h1")).to_contain_text("已销号")
    people.look("leader", "closed")
    expect(people.open("reporter", order).locator(".od-col")).to_contain_text("不能再办理")
    assert page.locator('.od-st li:has-text("退回")').count() == 1
    assert [c for who in people.known for c in people.complaints(who)] == []
