"""我的填报 in a real browser: by keyboard, from Excel, over a lost connection, an expired session and two tabs."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from taoyan.tests.browser.driver import PHONE, Visitor

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.thorough]
Visit = Callable[..., Visitor]
_numbers = itertools.count()
HALF_YEAR = "2022-06-30"


class Planner:
    """A planner at the REST API, who sets up what a test needs to be due."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def post(self, path: str, **body: Any) -> None:
        token = next(c["value"] for c in self.visitor.page.context.cookies() if c["name"] == "csrftoken")
        answer = self.visitor.page.request.post(
            f"{self.visitor.address}/api/v1/{path}",
            data=body,
            headers={"X-CSRFToken": token, "Referer": self.visitor.address},
        )
        assert answer.ok, answer.text()

    def ask(self, unit: str, count: int, **terms: Any) -> list[str]:
        """An adopted plan with so many targets, of each of which the unit owes the half year's figure."""
        plan = f"z-test-{next(_numbers)}"
        self.visitor.go("/")
        self.post("plans/", slug=plan, name=plan, unit="taoyan", start="2022-01-01", end="2022-12-31")
        self.post("sections/", plan=plan, code="s", name="s")
        self.post("themes/", plan=plan, section="s", code="t", name="t")
        codes = [f"{plan}.{number}" for number in range(count)]
        rule = {"level": "level", "share": "share"}.get(terms.get("basis", "amount"), "total")
        for code in codes:
            indicator = {"code": code, "name": code, "basis": "amount", "frequency": "half_yearly"} | terms
            self.post("indicators/", reporting_units=[unit], **indicator)
            target = {"plan": plan, "theme": "t", "indicator": code, "code": code, "name": code, "goal": 100}
            self.post("targets/", rule=rule, comparator="at_least", lead_office=unit, **target)
        self.post(f"plans/{plan}/adopt/")
        return codes


@pytest.fixture
def planner(visit: Visit) -> Planner:
    visitor = visit("planner")
    visitor.go("/")
    return Planner(visitor)


def cell(page: Page, code: str, name: str = "value", unit: str = "culture_office") -> Locator:
    return page.locator(f'input[name="{name}|{code}|{unit}|{HALF_YEAR}"]')


def row(page: Page, code: str, unit: str = "culture_office") -> Locator:
    return page.locator(f'tr[data-row="{code}|{unit}|{HALF_YEAR}"]')


def type_into(page: Page, code: str, text: str) -> None:
    cell(page, code).fill(text)
    cell(page, code).press("ArrowUp")


def paste(page: Page, text: str) -> None:
    """What Ctrl V brings into the cell that has the focus."""
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData('text/plain', text);
            const paste = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
            document.activeElement.dispatchEvent(paste);
        }""",
        text,
    )


def saved(page: Page) -> None:
    expect(page.locator("#bar [data-saved]")).to_contain_text("草稿已自动保存")


def test_fifteen_figures_take_at_most_sixty_strokes_besides_the_figures(visit: Visit, planner: Planner) -> None:
    codes = planner.ask("construction_office", 15)
    official = visit("construction_office.reporter")
    page = official.go("/report/")
    first = cell(page, codes[0], unit="construction_office")
    first.focus()
    strokes = 0

    for number in range(15):
        page.keyboard.type(str(10 + number))
        page.keyboard.press("Enter")
        strokes += 1
    # What else was due stays out: only what is ticked and filled goes.
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
        strokes += 1

    assert "已提交" in page.inner_text(".msg")
    assert strokes <= 60
    assert not any(cell(page, code, unit="construction_office").count() for code in codes)
    assert official.complaints == []


def test_a_column_pasted_from_excel_fills_downwards(visit: Visit, planner: Planner) -> None:
    codes = planner.ask("culture_office", 3)
    page = visit("culture_office.reporter").go("/report/")

    cell(page, codes[0]).focus()
    paste(page, "11\r\n1,200\r\n13\r\n")

    assert [cell(page, code).input_value() for code in codes] == ["11", "1,200", "13"]
    saved(page)


def test_a_pasted_line_fills_a_share_and_its_note(visit: Visit, planner: Planner) -> None:
    (code,) = planner.ask("culture_office", 1, basis="share")
    page = visit("culture_office.reporter").go("/report/")

    cell(page, code, "numerator").focus()
    paste(page, "98\t100\t核对过")

    typed = [cell(page, code, name).input_value() for name in ("numerator", "denominator", "note")]
    assert typed == ["98", "100", "核对过"]


def test_what_is_typed_saves_itself(visit: Visit, planner: Planner) -> None:
    (code,) = planner.ask("culture_office", 1)
    official = visit("culture_office.reporter")
    page = official.go("/report/")

    type_into(page, code, "61")
    saved(page)
    page = official.go("/report/")

    assert cell(page, code).input_value() == "61"
    expect(row(page, code).locator("[data-outlook-of] .pill")).to_be_visible()


def test_a_lost_connection_loses_nothing(visit: Visit, planner: Planner) -> None:
    (code,) = planner.ask("culture_office", 1)
    official = visit("culture_office.reporter")
    page = official.go("/report/")

    page.context.set_offline(True)
    type_into(page, code, "62")
    expect(page.locator("#bar [data-lost]")).to_contain_text("保存在本机")
    page.context.set_offline(False)

    saved(page)
    expect(page.locator("#bar [data-lost]")).to_be_hidden()
    assert cell(official.go("/report/"), code).input_value() == "62"


def test_an_expired_session_loses_nothing(visit: Visit, planner: Planner) -> None:
    (code,) = planner.ask("culture_office", 1)
    official = visit("culture_office.reporter")
    page = official.go("/report/")

    page.context.clear_cookies(name="sessionid")
    type_into(page, code, "63")
    expect(page.locator("#bar [data-lost]")).to_contain_text("登录已过期")
    official.log_in("culture_office.reporter", "taoyan-demo-2022")
    page = official.go("/report/")

    expect(cell(page, code)).to_have_value("63")
    saved(page)


def test_another_users_figures_are_not_restored_for_the_next_one(visit: Visit, planner: Planner) -> None:
    (code,) = planner.ask("culture_office", 1)
    official = visit("culture_office.reporter")
    page = official.go("/report/")

    page.context.clear_cookies(name="sessionid")
    type_into(page, code, "63")
    expect(page.locator("#bar [data-lost]")).to_contain_text("登录已过期")
    official.log_in("reporter", "taoyan-demo-2022")
    page = official.go("/report/")

    assert "63" not in page.locator("input[data-figure]").evaluate_all("cells => cells.map(c => c.value)")


def test_the_later_of_two_tabs_is_told_and_decides(visit: Visit, planner: Planner) -> None:
    (code,) = planner.ask("culture_office", 1)
    first, second = visit("culture_office.reporter"), visit("culture_office.reporter")
    early, late = first.go("/report/"), second.go("/report/")

    type_into(early, code, "5")
    saved(early)
    type_into(late, code, "7")

    hint = row(late, code).locator("[data-hint]")
    expect(hint).to_contain_text("改为 5")
    assert cell(first.go("/report/"), code).input_value() == "5"
    hint.get_by_text("用我填的").click()
    saved(late)
    assert cell(first.go("/report/"), code).input_value() == "7"


def test_what_is_no_figure_is_said_at_once(visit: Visit, planner: Planner) -> None:
    (code,) = planner.ask("culture_office", 1, maximum=100)
    page = visit("culture_office.reporter").go("/report/")

    type_into(page, code, "131")

    expect(row(page, code).locator("[data-hint]")).to_contain_text("大于该指标的最大值 100")
    assert cell(page, code).get_attribute("aria-invalid") == "true"
    assert not row(page, code).locator("input[name=pick]").is_checked()


def test_the_definition_is_one_click_away(visit: Visit, planner: Planner) -> None:
    (code,) = planner.ask("culture_office", 1)
    page = visit("culture_office.reporter").go("/report/")

    row(page, code).locator("summary").click()

    expect(row(page, code).locator(".dcard dl")).to_contain_text("填报口径")


def test_the_chosen_rows_panel_keeps_reason_and_note_the_same(visit: Visit, planner: Planner) -> None:
    (code,) = planner.ask("culture_office", 1, maximum=None, basis="share")
    official = visit("culture_office.reporter")
    page = official.go("/report/")

    cell(page, code, "numerator").fill("120")
    cell(page, code, "denominator").fill("100")
    saved(page)
    panel = page.locator("#row-panel")
    expect(panel.locator(".hintbox")).to_contain_text("须写明原因")
    with page.expect_response(lambda a: "/report/cell/" in a.url and "%E5%90%AB" in (a.request.post_data or "")):
        panel.locator("#why").fill("含往年结转")
        panel.locator("#why").press("Tab")
    expect(row(page, code).locator("[data-hint]")).not_to_contain_text("请在说明中写明原因")

    assert cell(page, code, "note").input_value() == "含往年结转"
    expect(row(page, code).locator("input[name=pick]")).to_be_checked()
    page = official.go("/report/")
    assert cell(page, code, "note").input_value() == "含往年结转"
    # Half a share is refused on its way, which the browser notes.
    assert [said for said in official.complaints if "400 (Bad Request)" not in said] == []


def test_files_are_attached_in_the_panel_and_the_row_is_chosen_again(visit: Visit, planner: Planner) -> None:
    (code,) = planner.ask("culture_office", 1)
    page = visit("culture_office.reporter").go("/report/")
    cell(page, code).fill("5")
    panel = page.locator("#row-panel")
    pdf = FilePayload(name="合同.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n")
    panel.locator("input[type=file]").set_input_files(pdf)

    with page.expect_navigation():
        panel.locator(".ev-up button").click()

    expect(panel.locator("h2")).to_have_text(code)
    expect(panel.locator(".evl")).to_contain_text("合同.pdf")


def test_on_a_phone_the_panel_is_a_sheet_that_escape_closes(visit: Visit, planner: Planner) -> None:
    (code,) = planner.ask("culture_office", 1)
    page = visit("culture_office.reporter", size=PHONE).go("/report/")
    panel = page.locator("#row-panel")
    expect(panel).to_be_hidden()

    row(page, code).locator("[data-more]").click()
    expect(panel.locator("h2")).to_have_text(code)
    page.keyboard.press("Escape")

    expect(panel).to_be_hidden()
    assert page.evaluate("document.activeElement.hasAttribute('data-more')")


def test_the_summary_is_seen_before_anything_is_handed_in(visit: Visit, planner: Planner) -> None:
    (code,) = planner.ask("culture_office", 1)
    page = visit("culture_office.reporter").go("/report/")
    cell(page, code).fill("5")
    with page.expect_navigation():
        page.click("text=预览汇总")
    assert code in page.inner_text(".rp-pv")
    with page.expect_navigation():
        page.locator("main button[name=submit]").click()

    assert "已提交" in page.inner_text(".msg")
    assert not cell(page, code).count()


def test_a_row_is_reported_on_its_own_page_without_scripts(visit: Visit, planner: Planner) -> None:
    (code,) = planner.ask("culture_office", 1)
    page = visit("culture_office.reporter", scripts=False).go("/report/")
    with page.expect_navigation():
        row(page, code).locator("[data-more]").click()

    page.fill(f"input[name='value|{code}|culture_office|{HALF_YEAR}']", "8")
    with page.expect_navigation():
        page.locator("main button[name=submit]").click()

    assert "已提交 1 项" in page.content()


def test_the_queue_is_worked_off_by_keyboard(visit: Visit, planner: Planner) -> None:
    codes = planner.ask("culture_office", 2)
    page = visit("culture_office.reporter").go("/report/")
    for code in codes:
        cell(page, code).fill("5")
    with page.expect_navigation():
        cell(page, codes[0]).press("Control+Enter")
    reviewer = visit("culture_office.reviewer")
    page = reviewer.go("/review/")
    waiting = page.locator("tr.rv-r").count()

    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("a")
    assert "已通过" in page.inner_text(".msg")
    page.keyboard.press("r")
    page.keyboard.type("请附清单")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert "已退回" in page.inner_text(".msg")
    assert page.locator("tr.rv-r").count() == waiting - 2
    assert reviewer.complaints == []
