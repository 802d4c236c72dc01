"""The login, the account and the pages of what went wrong, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from taoyan.tests.browser.driver import DESK, PHONE, Visitor, barriers

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.thorough]
Visit = Callable[..., Visitor]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("path", ["/review/", "/review/1/approve/"])
def test_a_refusal_has_no_barrier_and_fits(visit: Visit, browser: Browser, path: str, size: dict[str, int]) -> None:
    visitor = visit("leader", size)

    page = visitor.go(path)

    assert "填写的内容" in page.inner_text("main")
    assert barriers(browser, visitor) == []
    assert not visitor.overflows()


def test_the_eye_shows_the_password(browser: Browser, portal: str) -> None:
    visitor = Visitor(browser, portal)
    page = visitor.go("/login/")

    page.fill("#id_password", "secret")
    page.click("#show-password")
    assert page.get_attribute("#id_password", "type") == "text"
    page.click("#show-password")

    assert page.get_attribute("#id_password", "type") == "password"
    assert visitor.complaints == []
    page.context.close()


def test_without_scripts_there_is_no_eye_and_a_login_all_the_same(visit: Visit) -> None:
    visitor = visit("leader", DESK, scripts=False)

    assert "/login/" not in visitor.page.url
    visitor.page.context.clear_cookies()
    assert not visitor.go("/login/").is_visible("#show-password")
