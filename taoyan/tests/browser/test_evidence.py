"""佐证 in a real browser: chosen or dropped, with scripts and without, and no barrier in the way."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, FilePayload

from goals.tests.evidence.files import HTML, PDF, picture
from taoyan.tests.browser.driver import DESK, PHONE, Visitor, barriers

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.thorough]
Visit = Callable[..., Visitor]
AGREEMENT = FilePayload(name="厂房租赁协议.pdf", mimeType="application/pdf", buffer=PDF)
PHOTO = FilePayload(name="现场照片.png", mimeType="image/png", buffer=picture())
FALSE = FilePayload(name="现场照片.png", mimeType="image/png", buffer=HTML)
DROP = """zone => {
    const carried = new DataTransfer();
    carried.items.add(new File(["%PDF-1.4"], "拖来的.pdf", {type: "application/pdf"}));
    zone.dispatchEvent(new DragEvent("drop", {dataTransfer: carried, bubbles: true, cancelable: true}));
}"""


def open_draft(visitor: Visitor) -> None:
    """The evidence of the demonstration's draft."""
    drafts = visitor.page.request.get(f"{visitor.address}/api/v1/readings/?state=draft").json()["results"]
    visitor.go(f"/readings/{drafts[0]['id']}/evidence/")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_files_are_attached_and_removed_without_a_barrier(visit: Visit, browser: Browser, size: dict[str, int]) -> None:
    visitor = visit("reporter", size)
    page = visitor.page
    open_draft(visitor)
    assert barriers(browser, visitor) == []

    page.set_input_files("input[type=file]", [AGREEMENT, PHOTO])
    assert page.inner_text(".ev-chosen") == "厂房租赁协议.pdf、现场照片.png"
    with page.expect_navigation():
        page.click(".ev-up button")

    assert page.locator(".evl li").count() == 2
    assert barriers(browser, visitor) == []
    assert not visitor.overflows()
    for left in (1, 0):
        with page.expect_navigation():
            page.click(".evl button >> nth=0")
        assert page.locator(".evl li").count() == left
    assert visitor.complaints == []


def test_a_file_is_dropped_on_the_page(visit: Visit) -> None:
    visitor = visit("reporter")
    open_draft(visitor)

    visitor.page.eval_on_selector(".drop", DROP)

    assert visitor.page.inner_text(".ev-chosen") == "拖来的.pdf"


def test_what_is_wrong_is_said_beside_the_field(visit: Visit, browser: Browser) -> None:
    visitor = visit("reporter", PHONE)
    page = visitor.page
    open_draft(visitor)

    page.set_input_files("input[type=file]", [FALSE])
    with page.expect_navigation():
        page.click(".ev-up button")

    assert "现场照片.png：内容不是" in page.inner_text(".ev-faults")
    assert barriers(browser, visitor) == []
    assert not visitor.overflows()


def test_it_works_without_scripts(visit: Visit) -> None:
    visitor = visit("reporter", scripts=False)
    page = visitor.page
    open_draft(visitor)

    page.set_input_files("input[type=file]", [AGREEMENT])
    with page.expect_navigation():
        page.click(".ev-up button")
    assert "已上传 1 个文件" in page.content()
    with page.expect_navigation():
        page.click(".evl button")
    assert "已删除 厂房租赁协议.pdf" in page.content()
