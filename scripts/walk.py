"""The newcomer's walk (`make walk`): clone, `make run`, report, review, look, pull; then a second start and DEMO=0.

Everything happens in a fresh clone of what is committed here, in a real browser, with the address and the users that
`make run` prints. Pictures go to `var/walk/`. Any complaint of the browser fails the walk.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from taoyan.tests.browser.driver import DESK, PHONE, Visitor, barriers, free_port, open_browser  # noqa: E402

PICTURES = ROOT / "var" / "walk"
FIRST_START, SECOND_START = 180, 5
TARGET, INDICATOR = "数字经济核心产业增加值增速", "economy.digital_core_value_added_growth"
REPORTED = 30.6


@dataclass
class Running:
    """A served portal: its address, what it printed, and how long it took."""

    address: str
    printed: str
    seconds: float

    @property
    def password(self) -> str:
        found = re.search(r"password: (\S+?)\)?$", self.printed, re.MULTILINE)
        assert found, self.printed
        return found[1]


def step(said: str) -> None:
    print(f"· {said}", flush=True)


@contextmanager
def make_run(clone: Path, *options: str) -> Iterator[Running]:
    """`make run` in the clone, until the block ends. Raises TimeoutError after three minutes."""
    port, log = free_port(), clone.parent / f"run-{time.monotonic_ns()}.log"
    kept = {k: v for k, v in os.environ.items() if k not in UNSET}
    begun = time.monotonic()
    with log.open("w") as out:
        served = subprocess.Popen(
            ["make", "run", f"PORT={port}", *options],
            cwd=clone,
            env=kept,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        while not answers(f"http://127.0.0.1:{port}/readyz"):
            if served.poll() is not None or time.monotonic() - begun > FIRST_START:
                raise TimeoutError(log.read_text())
            time.sleep(0.1)
        seconds = time.monotonic() - begun
        printed = log.read_text()
        address = re.search(r"http://127\.0\.0\.1:\d+/", printed)
        assert address, printed
        yield Running(address[0], printed, seconds)
    finally:
        os.killpg(served.pid, signal.SIGTERM)
        served.wait()


# What the suite or a shell may have set; a newcomer has none of it.
UNSET = {"DATABASE_URL", "REDIS_URL", "TEST_REDIS_URL", "DEBUG", "DEMO", "TAOYAN_TODAY", "SECRET_KEY", "VIRTUAL_ENV"}


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def behind(visitor: Visitor) -> str:
    """The target's line in the list that the overview's 落后事项 leads to; empty when it isn't behind."""
    page = visitor.go("/")
    with page.expect_navigation():
        page.locator(".ch-r a[href$='status=lagging']").click()
    row = page.locator("tr", has_text=TARGET)
    return row.first.inner_text() if row.count() else ""


def report_and_review(browser: Browser, portal: Running) -> None:
    leader = Visitor(browser, portal.address).log_in("leader", portal.password)
    before = behind(leader)
    assert before, "the target should lag before the figure comes"
    leader.picture(PICTURES, "1-behind-before")
    step(f"the leader sees: {' '.join(before.split())}")

    official = Visitor(browser, portal.address).log_in("reporter", portal.password)
    page = official.go("/report/")
    cell = page.locator(f"input[name^='value|{INDICATOR}']").first
    cell.fill(str(REPORTED))
    official.picture(PICTURES, "2-report")
    with page.expect_navigation():
        page.click("button[name=submit]")
    assert "等待审核" in page.inner_text("main"), page.inner_text("main")
    step(f"the official has reported {REPORTED}")

    reviewer = Visitor(browser, portal.address).log_in("reviewer", portal.password)
    page = reviewer.go("/review/")
    reviewer.picture(PICTURES, "3-review")
    with page.expect_navigation():
        page.locator("table.rv tr", has_text=TARGET).locator(".btn-ok").click()
    assert "已通过" in page.inner_text("main")
    step("the reviewer has approved it")

    assert behind(leader) == "", "the target should be on pace now"
    leader.picture(PICTURES, "4-behind-after")
    complain([leader, official, reviewer])
    step("the leader sees it among what is behind no more")


def pull(clone: Path, portal: Running) -> None:
    """The same number by REST, with a token that `add_user` prints."""
    env = os.environ | {"DEBUG": "1", "DEMO": "1", "DATABASE_URL": f"sqlite:///{clone / 'var/demo.sqlite3'}"}
    command = [".venv/bin/python", "manage.py", "add_user", "puller", "--role", "leader", "--token"]
    printed = subprocess.run(command, cwd=clone, env=env, check=True, capture_output=True, text=True).stdout
    token = printed.split()[-1]
    request = urllib.request.Request(f"{portal.address}api/v1/targets/?code={INDICATOR}")
    request.add_header("Authorization", f"Token {token}")
    with urllib.request.urlopen(request, timeout=20) as answer:
        progress = json.load(answer)["results"][0]["progress"]
    assert (progress["actual"], progress["status"]) == (REPORTED, "on_track"), progress
    step(f"REST says {progress['actual']}, {progress['status']}, data through {progress['data_period']}")


def look_around(browser: Browser, portal: Running) -> None:
    """Every page, as wide as a desk and as a phone: no complaint, no barrier, nothing too wide."""
    pages = {
        "leader": ["/", "/plans/taoyan-2022/sections/economy/", "/targets/8/"],
        "reporter": ["/report/"],
        "reviewer": ["/review/"],
        "planner": [
            *("/planner/taoyan-2022/", "/targets/8/edit/", "/indicators/economy.grain_output/edit/"),
            *("/units/", "/posts/", "/posts/of/deputy_economy/"),
        ],
        "admin": ["/users/", "/users/add/"],
        "auditor": ["/audit/"],
    }
    for size in (DESK, PHONE):
        for who, paths in pages.items():
            visitor = Visitor(browser, portal.address, size=size).log_in(who, portal.password)
            for path in paths:
                visitor.go(path)
                visitor.picture(PICTURES, f"{who}{path.replace('/', '-').rstrip('-')}-{size['width']}")
                found = barriers(browser, visitor)
                assert not found, found
                assert not visitor.overflows(), f"{path} is wider than {size['width']}"
            complain([visitor])
    step(f"every page looked at; pictures in {PICTURES.relative_to(ROOT)}")


def complain(visitors: list[Visitor]) -> None:
    found = [c for v in visitors for c in v.complaints]
    assert not found, found


def first_visit(browser: Browser, portal: Running) -> None:
    """What a first look at the overview costs on the wire."""
    visitor = Visitor(browser, portal.address).log_in("leader", portal.password)
    session = visitor.page.context.cookies()
    context = browser.new_context()
    context.add_cookies(session)  # type: ignore[arg-type]
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(portal.address, wait_until="networkidle")
    total = sum(sizes) / 1024
    assert total <= 450, f"{total:.0f} KB"
    step(f"a first visit to the overview is {total:.0f} KB on the wire")


def plain_portal(browser: Browser, clone: Path) -> None:
    """DEMO=0: the plan, no figures, one administrator whose password was printed once."""
    with make_run(clone, "DEMO=0") as portal:
        password = re.search(r"shown only once: (\S+)", portal.printed)
        assert password, portal.printed
        visitor = Visitor(browser, portal.address).log_in("admin", password[1])
        assert "/account/password/" in visitor.page.url, visitor.page.url
        visitor.page.fill("#id_old_password", password[1])
        for field in ("#id_new_password1", "#id_new_password2"):
            visitor.page.fill(field, "Clear-water-22")
        with visitor.page.expect_navigation():
            visitor.page.click(".ac-f button[type=submit]")
        visitor.go("/")
        assert "/users/" in visitor.page.url, visitor.page.url
        assert "演示" not in visitor.page.inner_text("body")
    with make_run(clone, "DEMO=0") as portal:
        assert "shown only once" not in portal.printed
    step("DEMO=0 has one administrator, told once")


def main() -> None:
    shutil.rmtree(PICTURES, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder, open_browser() as browser:
        clone = Path(folder) / "portal"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        step("cloned")
        with make_run(clone) as portal:
            step(f"`make run` was ready after {portal.seconds:.1f} s (at most {FIRST_START})")
            report_and_review(browser, portal)
            pull(clone, portal)
            look_around(browser, portal)
            first_visit(browser, portal)
        with make_run(clone) as portal:
            step(f"the second time after {portal.seconds:.1f} s (aim: {SECOND_START})")
        plain_portal(browser, clone)
    print("the walk is done")


if __name__ == "__main__":
    main()
