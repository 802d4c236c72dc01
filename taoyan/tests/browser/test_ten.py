"""The ten livelihood projects of the demonstration, by its users: from the candidates through the ballot and the
committee to the board, and one of them to its acceptance and first upkeep check."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page

from goals.tests.evidence.files import picture
from taoyan.tests.browser.conftest import demonstration
from taoyan.tests.browser.driver import barriers, chromium
from taoyan.tests.browser.test_month import Office, message, press

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.thorough]
TEN = "/plans/taoyan-2022/ten/"
LIST = f"{TEN}candidates/"
# The demonstration's candidates, before the assembly has met.
BEFORE = """
from livelihood.models import Ballot, Candidate, Decision, Survey
from projects.models import Project
for model in (Survey, Decision, Ballot):
    model.objects.all().delete()
Candidate.objects.update(votes=None, is_chosen=None, reason="", place=None, project=None)
Project.objects.filter(code__startswith="livelihood.project_").delete()
"""
PAPERS = {"held_on": "2022-01-20", "rule_number": "1号", "entitled": "61", "present": "59", "issued": "59"}
PAPERS |= {"returned": "59", "valid": "58", "spoiled": "1", "limit": "10", "seats": "10"}
VOTES = (55, 53, 50, 47, 44, 42, 39, 36, 33, 30, 5, 24, 20, 17, 15, 13, 11, 9, 7, 28)
CHARGING = "电动自行车集中充电点"
PHOTO = FilePayload(name="现场.png", mimeType="image/png", buffer=picture(size=(64, 36)))


@pytest.fixture
def office(browser: Browser, tmp_path: Path) -> Iterator[Office]:
    if chromium() is None:
        pytest.skip("needs Chromium")
    with demonstration(tmp_path, BEFORE) as address:
        opened = Office(browser, address, tmp_path / "pictures")
        yield opened
        for visitor in opened.people.values():
            visitor.page.context.close()


def fill(page: Page, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        page.fill(f"main [name={name}]", value)


def save(page: Page) -> None:
    press(page, "main form.pf-f button[type=submit]")


def look(office: Office, who: str, name: str) -> None:
    """At both widths, in both languages, without a barrier."""
    office.look(who, name)
    assert barriers(office.browser, office.people[who]) == []
    page = office.people[who].page
    press(page, ".lang button[value=en]")
    office.look(who, f"{name}-en")
    press(page, ".lang button[value=zh-hans]")


def test_the_ten_go_from_candidates_to_the_board_and_one_to_its_first_upkeep_check(office: Office) -> None:
    change_a_candidate(office)
    count_the_ballot(office)
    decide(office)
    publish(office)
    work = report_with_a_photo(office)
    accept_and_keep_up(office, work)
    ask_people(office)
    assert [c for v in office.people.values() for c in v.complaints] == []


def change_a_candidate(office: Office) -> None:
    page = office.open("planner", LIST)
    look(office, "planner", "candidates")
    row = page.locator("tr", has_text=CHARGING)
    row.get_by_role("link", name="编辑").click()
    page.select_option("[name=kind]", "event")
    save(page)
    assert message(page) == "已保存。"

    assert office.open("leader", LIST).get_by_role("link", name="编辑").count() == 0


def count_the_ballot(office: Office) -> None:
    """One vote more than people were there is refused; the count that adds up is ranked."""
    page = office.open("planner", f"{TEN}ballot/")
    look(office, "planner", "ballot")
    page.goto(f"{office.address}{TEN}ballot/")
    fill(page, PAPERS | {f"votes_{n}": str(votes) for n, votes in enumerate(VOTES, start=1)})
    fill(page, {"votes_1": "60"})
    save(page)
    assert page.inner_text("#id_votes_1_error") == "得票不能多于实到人数。"
    office.forget_refusal("planner")

    fill(page, {"votes_1": "55"})
    save(page)
    assert "第 10 名" in page.locator("tr", has_text="垃圾分类智能化管理推广").inner_text()


def decide(office: Office) -> None:
    """The committee takes the eleventh for the tenth, and says why."""
    page = office.open("planner", f"{TEN}decision/")
    look(office, "planner", "decision")
    page.goto(f"{office.address}{TEN}decision/")
    fill(page, {"decided_on": "2022-02-10", "number": "3号"})
    page.get_by_label("垃圾分类智能化管理推广", exact=True).uncheck()
    page.get_by_label(CHARGING, exact=True).check()
    save(page)
    assert page.inner_text("#id_reason_10_error") == "与票荐结果不一致，请写明理由。"
    office.forget_refusal("planner")

    fill(page, {"reason_10": "已有区级专项资金，另行推进。", "reason_20": "飞线充电隐患突出。"})
    save(page)
    assert "飞线充电隐患突出。" in page.locator("tr", has_text=CHARGING).inner_text()


def publish(office: Office) -> None:
    """Nine are works of the plan already; the tenth gets its stage goals."""
    assert "民生实事清单还没有公布" in office.open("leader", TEN).inner_text("main")
    page = office.open("planner", f"{TEN}publish/")
    look(office, "planner", "publish")
    page.goto(f"{office.address}{TEN}publish/")
    assert page.locator("main input[type=date]").count() == 1
    fill(page, {"due_20": "2022-12-30"})
    save(page)
    assert message(page) == "清单已公布。"

    board = office.open("leader", TEN)
    assert board.locator(".lvb > li").count() == 10
    assert "飞线充电隐患突出。" in board.inner_text("main")
    target = board.request.get(f"{office.address}/plans/taoyan-2022/sections/livelihood/").text()
    assert "十大民生实事" in target


def report_with_a_photo(office: Office) -> str:
    """The lead office reports the first stage with its photo, the planner accepts it, and the board shows the photo."""
    page = office.open("safety_office.reporter", TEN)
    page.locator(".lvc", has_text=CHARGING).locator("a").first.click()
    work = page.url.removeprefix(office.address)
    page.locator("a[aria-label='佐证 方案']").click()
    page.set_input_files("main input[type=file]", PHOTO)
    press(page, "main form:has(input[type=file]) button[type=submit]")
    page.goto(office.address + work)
    page.get_by_role("link", name="报完成 方案").click()
    press(page, "main form button[type=submit]")

    planner = office.open("planner", work)
    with planner.expect_navigation():
        planner.get_by_role("button", name="验收 方案").click()
    board = office.open("leader", TEN)
    image = board.locator(".lvc", has_text=CHARGING).locator("img")
    image.scroll_into_view_if_needed()
    board.wait_for_function("() => [...document.querySelectorAll('.lvc img')].every(i => i.complete && i.naturalWidth)")
    assert board.locator(".lvc img").count() == 1
    return work


def accept_and_keep_up(office: Office, work: str) -> None:
    """A leader accepts the work, its office hands it over and makes the first check."""
    leader = office.open("leader", work)
    leader.get_by_role("link", name="项目验收").click()
    fill(leader, {"body": "区级部门", "day": "2022-10-12"})
    leader.select_option("main [name=result]", "passed")
    press(leader, "main form button[type=submit]")

    reporter = office.open("safety_office.reporter", work)
    assert reporter.get_by_role("link", name="项目验收").count() == 0
    reporter.get_by_role("link", name="移交管养").click()
    fill(reporter, {"item": "充电设施", "maintainer": "物业", "begins": "2022-10-12", "every_months": "1"})
    press(reporter, "main form button[type=submit]")
    reporter.get_by_role("link", name="应查").first.click()
    fill(reporter, {"done_on": "2022-10-12"})
    reporter.select_option("main [name=result]", "good")
    press(reporter, "main form button[type=submit]")

    card = office.open("leader", TEN).locator(".lvc", has_text=CHARGING).inner_text()
    assert "10月12日验收合格" in card and "10月12日管养检查" in card and "下次管养检查" in card
    look(office, "leader", "board")


def ask_people(office: Office) -> None:
    page = office.open("planner", TEN)
    page.locator(".lvc", has_text=CHARGING).get_by_role("link", name="满意度测评").click()
    fill(page, {"day": "2022-10-12", "issued": "59", "returned": "58", "valid": "50"})
    fill(page, {"satisfied": "30", "fairly": "15", "dissatisfied": "5"})
    save(page)

    assert "满意率 90.0%" in office.open("leader", TEN).inner_text(f".lvc:has-text('{CHARGING}')")
