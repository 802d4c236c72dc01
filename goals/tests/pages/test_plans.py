"""年度计划: the list, and a draft from an uploaded file: previewed, then loaded."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from audit.models import Event
from goals.models import Indicator, Plan
from goals.tests.factories import make_indicator, make_plan, make_target, make_unit, make_user
from goals.tests.pages.factories import Cast, browser_of, make_cast

pytestmark = pytest.mark.django_db
DOCUMENT = "第一段。争取新增4家企业。\n第二段。"
Alter = Callable[[dict[str, Any]], object]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def browser(cast: Cast) -> Client:
    return browser_of(cast.planner)


def plan_file() -> dict[str, Any]:
    """A small plan: one section, one theme, one target, one programme."""
    target = {
        "code": "economy.new_firms",
        "name": "新增企业",
        "quote": "争取新增4家企业",
        "rule": "total",
        "comparator": "at_least",
        "value": "4",
        "unit": "家",
        "due": "2023-12-31",
    }
    theme = {"code": "economy.growth", "name": "提质增效", "paragraph": 1, "targets": [target]}
    section = {"code": "economy", "label": "经济发展", "heading": "一、经济", "themes": [theme]}
    item = {"code": "programme.one", "name": "攻坚", "suggested": ["economy.new_firms"]}
    return {
        "plan": {"code": "taoyan-2023", "title": "2023年工作计划", "year": 2023, "source": "report.txt"},
        "preamble": {"programmes": [{"code": "three", "name": "三大行动", "items": [item]}]},
        "sections": [section],
    }


def upload(
    browser: Client, text: str | bytes | None = None, document: str | bytes | None = DOCUMENT, **fields: str
) -> Any:
    raw = yaml.safe_dump(plan_file(), allow_unicode=True) if text is None else text
    files: dict[str, Any] = {"file": SimpleUploadedFile("plan.yaml", raw.encode() if isinstance(raw, str) else raw)}
    if document is not None:
        content = document.encode() if isinstance(document, str) else document
        files["document"] = SimpleUploadedFile("report.txt", content)
    return browser.post("/plan-file/", files | fields)


def test_the_plans_one_sees_are_listed_newest_first(cast: Cast) -> None:
    make_plan("taoyan-2021", year=2021, state="closed")
    elsewhere = make_plan("fusheng-2022")
    elsewhere.unit = make_unit("fusheng")
    elsewhere.save()

    answer = browser_of(cast.official).get("/plans/")

    assert [plan.slug for plan, _may in answer.context["plans"]] == ["taoyan-2022", "taoyan-2021"]
    page = answer.content.decode()
    assert "已印发" in page
    assert "已交账" in page
    assert "上传并预览" not in page


def test_a_planner_finds_the_way_to_each_plan(browser: Client) -> None:
    page = browser.get("/plans/").content.decode()

    assert 'href="/planner/taoyan-2022/"' in page
    assert "上传并预览" in page


def test_a_preview_says_what_would_change_and_stores_nothing(browser: Client) -> None:
    events = Event.objects.count()

    answer = upload(browser)

    assert answer.status_code == 200
    assert "economy.new_firms" in answer.content.decode()
    assert Plan.objects.count() == 1
    assert Event.objects.count() == events


def test_what_was_previewed_is_loaded_as_a_draft(cast: Cast, browser: Client) -> None:
    token = upload(browser).context["token"]

    browser.post("/plan-file/load/", {"token": token})

    plan = Plan.objects.get(slug="taoyan-2023")
    assert (plan.state, plan.document) == (Plan.State.DRAFT, DOCUMENT)
    assert plan.targets.get().goal == 4
    event = Event.objects.latest("sequence")
    assert (event.action, event.actor_name, event.role) == ("load_plan", "planner", "planner")


def test_a_second_load_changes_nothing_and_says_so(browser: Client) -> None:
    browser.post("/plan-file/load/", {"token": upload(browser).context["token"]})

    assert "没有改动" in upload(browser).content.decode()


def test_lines_of_a_document_from_windows_are_the_same(browser: Client) -> None:
    token = upload(browser, document=b"\xef\xbb\xbf" + DOCUMENT.replace("\n", "\r\n").encode()).context["token"]

    browser.post("/plan-file/load/", {"token": token})

    assert Plan.objects.get(slug="taoyan-2023").document == DOCUMENT


@pytest.mark.parametrize("token", ["", "x", "a:b:c"])
def test_what_was_not_previewed_is_not_loaded(browser: Client, token: str) -> None:
    answer = browser.post("/plan-file/load/", {"token": token}, follow=True)

    assert "预览已过期" in answer.content.decode()
    assert Plan.objects.count() == 1


def _target(data: dict[str, Any]) -> dict[str, Any]:
    return data["sections"][0]["themes"][0]["targets"][0]  # type: ignore[no-any-return]


MISTAKES: dict[str, tuple[Alter, str]] = {
    "unknown rule": (lambda d: _target(d).update(rule="magic"), "economy.new_firms: rule"),
    "a rule that is a list": (lambda d: _target(d).update(rule=["total"]), "economy.new_firms: rule"),
    "a comparator that is a list": (lambda d: _target(d).update(comparator=[]), "economy.new_firms: comparator"),
    "no figure": (lambda d: _target(d).update(value="四"), "economy.new_firms: value"),
    "a figure too long": (lambda d: _target(d).update(value=10**4000), "economy.new_firms: value"),
    "no such day": (lambda d: _target(d).update(due="2023-02-30"), "economy.new_firms: due"),
    "another year": (lambda d: _target(d).update(due="2024-01-01"), "economy.new_firms: due"),
    "planned on no day": (lambda d: _target(d).update(planned={"soon": "1"}), "economy.new_firms: planned"),
    "a quote not in the text": (lambda d: _target(d).update(quote="没有这句"), "economy.new_firms: quote"),
    "a name that is no text": (lambda d: _target(d).update(name=5), "economy.new_firms: name"),
    "a name with a zero": (lambda d: _target(d).update(name="a\0b"), "economy.new_firms: name"),
    "a paragraph without end": (lambda d: _target(d).update(paragraph=float("inf")), "economy.new_firms: paragraph"),
    "a paragraph that is a list": (lambda d: _target(d).update(paragraph=[1]), "economy.new_firms: paragraph"),
    "a code with a zero": (lambda d: _target(d).update(code="a\0b"), "economy.growth: code"),
    "a code twice": (lambda d: _target(d).update(code="economy"), "economy: code"),
    "a bad code": (lambda d: d["plan"].update(code="陶堰 2023"), "slug"),
    "no year": (lambda d: d["plan"].update(year="2023"), "plan: year"),
    "an address that is none": (lambda d: d["plan"].update(source_url="javascript:x"), "document_url"),
    "a preamble that is text": (lambda d: d.update(preamble="前言"), "preamble"),
    "a suggestion that is a number": (lambda d: _programme(d).update(suggested=5), "programme.one: suggested"),
    "a suggestion that is a list": (lambda d: _programme(d).update(suggested=[[1]]), "programme.one: suggested"),
    "an unknown suggestion": (lambda d: _programme(d).update(suggested=["nothing"]), "programme.one: suggested"),
    "sections that are none": (lambda d: d.update(sections={"a": 1}), "plan: sections"),
}


def _programme(data: dict[str, Any]) -> dict[str, Any]:
    return data["preamble"]["programmes"][0]["items"][0]  # type: ignore[no-any-return]


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_told_with_entry_and_field(browser: Client, case: str) -> None:
    change, said = MISTAKES[case]
    data = plan_file()
    change(data)

    answer = upload(browser, yaml.safe_dump(data, allow_unicode=True))

    assert answer.status_code == 400
    assert any(said in line for line in answer.context["mistakes"]), answer.context["mistakes"]
    assert Plan.objects.count() == 1
    assert Indicator.objects.count() == 1


@pytest.mark.parametrize(
    "text",
    [
        "[",
        "- a\n- b",
        "plan: 5",
        "plan: {due: 2022-02-30}",
        "[" * 3_000,
        "a: &x [1, 1]\nplan: {code: *x}",
        "plan: !!python/object/apply:os.getcwd []",
        "\x00",
        "plan: {year: " + "9" * 5_000 + "}",
    ],
    ids=["no yaml", "a list", "no plan", "no day", "deep", "aliases", "objects", "a zero", "a long number"],
)
def test_a_file_that_is_no_plan_is_refused(browser: Client, text: str) -> None:
    answer = upload(browser, text)

    assert answer.status_code == 400
    assert answer.context["mistakes"]


@pytest.mark.parametrize(
    ("file", "document", "field"),
    [(b"", DOCUMENT, "file"), (b"\xff\xfe\x00", DOCUMENT, "file"), (b"a" * 1_000_001, DOCUMENT, "file")],
    ids=["empty", "not text", "too large"],
)
def test_a_file_that_cannot_be_read_is_refused_at_its_field(
    browser: Client, file: bytes, document: str, field: str
) -> None:
    answer = upload(browser, file, document)

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]


def test_the_document_is_asked_for(browser: Client) -> None:
    answer = upload(browser, document=None)

    assert any("plan: source" in line for line in answer.context["mistakes"])
    assert browser.post("/plan-file/", {}).status_code == 400


def test_a_planner_of_another_subdistrict_loads_nothing_here(cast: Cast) -> None:
    elsewhere = browser_of(make_user("elsewhere", Role.PLANNER, unit=make_unit("fusheng")))
    token = upload(browser_of(cast.planner)).context["token"]

    answer = elsewhere.post("/plan-file/load/", {"token": token})

    assert answer.status_code == 400
    assert answer.context["mistakes"] == ["只有计划管理员可以修改。"]
    assert not Plan.objects.filter(slug="taoyan-2023").exists()


@pytest.mark.parametrize("who", ["official", "reviewer", "leader"])
def test_only_planners_load(cast: Cast, who: str) -> None:
    browser = browser_of(getattr(cast, who))

    assert upload(browser).status_code == 403
    assert browser.post("/plan-file/load/", {"token": "x"}).status_code == 403


def test_who_sees_no_business_sees_no_plans(cast: Cast) -> None:
    assert browser_of(make_user("auditor", Role.AUDITOR, unit=make_unit())).get("/plans/").status_code == 403
    assert Client().get("/plans/")["Location"].startswith("/login/")


def test_the_list_asks_no_more_for_more_plans(browser: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get("/plans/")
        return len(captured)

    few = count()
    for number in range(10):
        make_target(make_plan(f"plan-{number}", year=2030 + number), make_indicator(f"more.{number}"))

    assert count() == few


def test_who_plans_for_several_units_says_whose_plan_it_is(cast: Cast) -> None:
    make_unit("fusheng")
    browser = browser_of(make_user("district", Role.PLANNER))

    previewed = upload(browser, unit="fusheng")
    browser.post("/plan-file/load/", {"token": previewed.context["token"]})

    assert Plan.objects.get(slug="taoyan-2023").unit.code == "fusheng"
    assert Indicator.objects.get(code="economy.new_firms").reporting.get().unit.code == "fusheng"


def test_who_plans_for_one_is_not_asked(browser: Client) -> None:
    make_unit("fusheng")

    assert "计划单位" not in browser.get("/plans/").content.decode()


@pytest.mark.parametrize("code", ["", "nowhere", "office"])
def test_a_unit_that_has_no_plans_is_refused(cast: Cast, code: str) -> None:
    make_unit("fusheng")

    answer = upload(browser_of(make_user("district", Role.PLANNER)), unit=code)

    assert answer.status_code == 400
    assert "unit" in answer.context["form"].errors


def test_a_unit_that_one_does_not_plan_for_is_not_taken(browser: Client) -> None:
    make_unit("fusheng")

    previewed = upload(browser, unit="fusheng")
    browser.post("/plan-file/load/", {"token": previewed.context["token"]})

    assert Plan.objects.get(slug="taoyan-2023").unit.code == "taoyan"
