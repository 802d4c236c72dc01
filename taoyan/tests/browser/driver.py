"""A visitor in headless Chromium: logs in, looks, presses, and notes whatever the browser complains of."""

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
_FLAGS = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]


def chromium() -> str | None:
    """Where the machine's Chromium is, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def open_browser() -> Iterator[Browser]:
    """The machine's Chromium, headless."""
    flags = [*_FLAGS, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else _FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
        yield browser
        browser.close()


class Visitor:
    """Somebody at the portal. `complaints` are console errors and page errors, CSP violations among them."""

    def __init__(self, browser: Browser, address: str, *, size: dict[str, int] = DESK, scripts: bool = True) -> None:
        context = browser.new_context(viewport=size, locale="zh-CN", java_script_enabled=scripts)  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        self.address, self.page = address.rstrip("/"), context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def log_in(self, username: str, password: str) -> "Visitor":
        self.go("/login/")
        self.page.fill("#id_username", username)
        self.page.fill("#id_password", password)
        with self.page.expect_navigation():
            self.page.click(".lgn-c button[type=submit]")
        return self

    def go(self, path: str) -> Page:
        self.page.goto(self.address + path, wait_until="load")
        return self.page

    def picture(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{name}.png", full_page=True)

    def overflows(self) -> bool:
        """Is the page wider than the window?"""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def barriers(browser: Browser, visitor: Visitor) -> list[str]:
    """What axe-core finds on the visitor's page. It needs a window of its own, for the policy lets no script in."""
    context = browser.new_context(
        viewport=visitor.page.viewport_size, storage_state=visitor.page.context.storage_state(), bypass_csp=True
    )
    page = context.new_page()
    page.goto(visitor.page.url, wait_until="load")
    found = Axe().run(page).response["violations"]
    context.close()
    return [f"{page.url}: {v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]
