"""September of the demonstration, by its users: reported, checked, returned, corrected, approved."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from goals.demonstration import PASSWORD
from goals.tests.evidence.files import PDF
from taoyan.tests.browser.driver import DESK, PHONE, Visitor

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.thorough]
SEPTEMBER = "2022-09-30"
DIGITAL, INVESTMENT, EMERGING = (
    f"economy.{name}_growth"
    for name in ("digital_core_value_added", "manufacturing_investment", "emerging_value_added")
)
DIGITAL_NAME, INVESTMENT_NAME = "数字经济核心产业增加值增速", "制造业投资增速"
COMPLEXES = "culture_tourism.complex_count"
# How long the side bar takes to slide away, in milliseconds.
SLIDES = 400
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Office:
    """Everybody of the demonstration at their desks, and a look at each page on a desk's and a phone's screen."""

    def __init__(self, browser: Browser, address: str, pictures: Path) -> None:
        self.browser, self.address, self.pictures = browser, address, pictures
        self.people: dict[str, Visitor] = {}

    def open(self, who: str, path: str) -> Page:
        if who not in self.people:
            self.people[who] = Visitor(self.browser, self.address).log_in(who, PASSWORD)
        return self.people[who].go(path)

    def look(self, who: str, name: str) -> None:
        visitor = self.people[who]
        for size, screen in ((PHONE, "390"), (DESK, "1440")):
            visitor.page.set_viewport_size(size)  # type: ignore[arg-type]
            visitor.page.wait_for_timeout(SLIDES)
            visitor.picture(self.pictures, f"{name}-{screen}")
            assert not visitor.overflows(), f"{name} at {screen}"

    def forget_refusal(self, who: str) -> None:
        """The browser notes that a form was refused; that is no complaint."""
        assert [c for c in self.people[who].complaints if "400 (Bad Request)" not in c] == []
        self.people[who].complaints.clear()

    def states(self, unit: str) -> dict[str, str]:
        """By indicator how the unit's newest figure of September stands, as the leader's REST client sees it."""
        page = self.open("leader", "/")
        query = f"unit={unit}&period_after=2022-09-01&period_before={SEPTEMBER}&page_size=500"
        rows = page.request.get(f"{self.address}/api/v1/readings/?{query}").json()["results"]
        return {row["indicator"]: row["state"] for row in sorted(rows, key=lambda row: row["revision"])}


@pytest.fixture
def office(browser: Browser, own_portal: str, tmp_path: Path) -> Iterator[Office]:
    office = Office(browser, own_portal, tmp_path / "pictures")
    yield office
    for visitor in office.people.values():
        visitor.page.context.close()


def cell(page: Page, code: str, name: str = "value", unit: str = "economy_office") -> Locator:
    return page.locator(f'input[name="{name}|{code}|{unit}|{SEPTEMBER}"]')


def press(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.click(selector)


def message(page: Page) -> str:
    return page.inner_text(".msg")


def upload(page: Page, book: openpyxl.Workbook) -> None:
    content = BytesIO()
    book.save(content)
    page.set_input_files("input[type=file]", FilePayload(name="九月.xlsx", mimeType=XLSX, buffer=content.getvalue()))
    press(page, "text=上传并预览")


def report_by_own_sheet(office: Office) -> None:
    """An office's own sheet, its columns matched once; the proof that review asked for goes with the draft."""
    page = office.open("reporter", "/report/")
    expect(page.locator(f'tr[data-row^="{EMERGING}|"] [data-hint]')).to_contain_text("请核对后再报")
    page = office.open("reporter", "/report/excel/")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    name = page.request.get(f"{office.address}/api/v1/indicators/{EMERGING}/").json()["name"]
    sheet.append(["事项", "何时", "本月增速", "补充"])
    sheet.append([name, "2022年9月", 16.9, "区统计局快报数"])
    upload(page, book)
    for column, heading in {"name": "事项", "period": "何时", "value": "本月增速", "note": "补充"}.items():
        page.select_option(f"select[name={column}]", heading)
    office.look("reporter", "excel-matching")
    press(page, "text=记住对应并读取")
    press(page, "text=确认，存为草稿")
    page = office.open("reporter", "/report/")
    press(page, f'tr[data-row^="{EMERGING}|"] a.evb')
    page.set_input_files("input[type=file]", FilePayload(name="快报.pdf", mimeType="application/pdf", buffer=PDF))
    press(page, ".ev-up button")


def report_by_sheet(office: Office) -> None:
    """What is odd is said at once, and handed in with its reason alone."""
    page = office.open("reporter", "/report/")
    cell(page, DIGITAL).fill("222")
    cell(page, DIGITAL).press("Enter")
    expect(page.locator(f'tr[data-row^="{DIGITAL}|"] [data-hint]')).to_contain_text("相差很大")
    expect(page.locator(f'tr[data-row^="{DIGITAL}|"] [data-hint]')).to_contain_text("请在说明中写明原因")
    # What lacks its reason is left out; who ticks it all the same is refused.
    expect(page.locator(f'tr[data-row^="{DIGITAL}|"] input[name=pick]')).not_to_be_checked()
    page.check(f'tr[data-row^="{DIGITAL}|"] input[name=pick]')
    press(page, "#bar button[name=submit]")
    expect(page.locator(f'tr[data-row^="{DIGITAL}|"] [data-hint]')).to_contain_text("请在说明中写明原因")
    office.look("reporter", "report-refused")
    office.forget_refusal("reporter")
    cell(page, DIGITAL).fill("22.6")
    office.look("reporter", "report-filled")
    press(page, "#bar button[name=submit]")
    assert "已提交 3 项" in message(page)
    assert "现在没有应报的数据" in page.inner_text("main")


def report_by_template(office: Office) -> None:
    """An office fills in the template that it downloads, and says on the preview why a figure is odd."""
    page = office.open("culture_office.reporter", "/report/excel/")
    with page.expect_download() as downloading:
        page.click("text=下载模板")
    book = openpyxl.load_workbook(BytesIO(downloading.value.path().read_bytes()))
    sheet = book.worksheets[0]
    heads = {str(head.value): place for place, head in enumerate(sheet[2], start=1)}
    name = page.request.get(f"{office.address}/api/v1/indicators/{COMPLEXES}/").json()["name"]
    row = next(row for row in range(3, sheet.max_row + 1) if name in str(sheet.cell(row, heads["指标"]).value))
    sheet.cell(row, heads["本期"]).value = 0.5
    upload(page, book)
    assert "按整数计" in page.inner_text(".im-tb")
    office.look("culture_office.reporter", "excel-asks")
    page.fill(".im-word", "一处尚在装修，按半处计")
    press(page, "text=确认并提交")
    assert "已写入：新增 1 行" in message(page)
    office.look("culture_office.reporter", "excel-written")


def review(office: Office) -> None:
    """One goes back with a reason, by keyboard; what is quiet is approved at once."""
    page = office.open("reviewer", "/review/")
    row = page.locator("tr.rv-r", has_text=INVESTMENT_NAME)
    row.locator("[data-open]").click()
    office.look("reviewer", "review-open")
    row.locator("input[name=ids]").focus()
    page.keyboard.press("r")
    page.keyboard.type("还有一个项目在补资料，核实后再报")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "已退回" in message(page)
    page.click("text=选中无提醒的")
    press(page, "#bulk button[type=submit]")
    assert "已通过" in message(page)
    for who in ("culture_office.reviewer",):
        page = office.open(who, "/review/")
        office.look(who, f"review-{who}")
        while page.locator("tr.rv-r").count():
            press(page, "tr.rv-r >> nth=0 >> text=通过")


def correct(office: Office) -> None:
    """What came back is handed in again; an approved figure is corrected, old beside new."""
    page = office.open("reporter", "/report/")
    expect(page.locator(f'tr[data-row^="{INVESTMENT}|"] [data-hint]')).to_contain_text("核实后再报")
    office.look("reporter", "report-returned")
    cell(page, INVESTMENT).fill("31.0")
    press(page, "#bar button[name=submit]")
    press(page, f'tr:has-text("{DIGITAL_NAME}"):has-text("9月") >> text=更正')
    page.fill("#id_value", "22.9")
    page.fill("#id_note", "漏报一家")
    office.look("reporter", "report-correct")
    press(page, "text=提交更正")
    page = office.open("reviewer", "/review/")
    corrected = page.locator("tr.rv-r", has_text=DIGITAL_NAME)
    assert corrected.locator("del").inner_text() == "22.6"
    corrected.locator("[data-open]").click()
    page.locator("tr.rv-r", has_text=INVESTMENT_NAME).locator("[data-open]").click()
    assert "核实后再报" in page.inner_text(".rv-h >> nth=0") + page.inner_text(".rv-h >> nth=-1")
    office.look("reviewer", "review-corrections")
    while page.locator("tr.rv-r").count():
        press(page, "tr.rv-r >> nth=0 >> text=通过")


def test_a_month_is_reported_checked_returned_corrected_and_approved(office: Office) -> None:
    report_by_own_sheet(office)
    report_by_sheet(office)
    report_by_template(office)
    review(office)
    correct(office)

    for unit in ("economy_office", "culture_office"):
        assert set(office.states(unit).values()) == {"approved"}
    for who in ("reporter", "culture_office.reporter"):
        assert "现在没有应报的数据" in office.open(who, "/report/").inner_text("main")
    page = office.open("leader", "/plans/taoyan-2022/sections/economy/")
    assert page.locator("tr", has_text=DIGITAL_NAME).locator("text=22.9").count()
    office.look("leader", "section")
    assert {who: visitor.complaints for who, visitor in office.people.items()} == {who: [] for who in office.people}
