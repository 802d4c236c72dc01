"""搜索: everything by name, code, quote, office and initials, as far as the user may see it; and saved filters."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, Unit, User
from common import clock
from common.pinyin import initials_of
from dashboard.models import SavedFilter
from dashboard.saving import MOST
from dashboard.tests.factories import add_targets, browser_of, make_full_plan, make_leader
from goals.models import Target
from goals.tests.factories import make_office, make_unit, make_user
from projects.tests.factories import make_project

pytestmark = pytest.mark.django_db
SEARCH, SECTION = "/search/", "/plans/taoyan-2022/sections/economy/"


@pytest.fixture
def plan_leader() -> User:
    plan = make_full_plan(2)
    first = Target.objects.get(code="target.0")
    first.name = "规上工业增加值增速"
    first.save()
    make_project(plan=plan, theme=first.theme, code="road", name="环湖路改造", quote="改造环湖路三公里")
    return make_leader()


@pytest.fixture
def leader(plan_leader: User) -> Client:
    return browser_of(plan_leader)


def found(browser: Client, words: str) -> dict[str, list[str]]:
    groups = browser.get(SEARCH, {"q": words}).context["groups"]
    return {group.icon: [hit.name for hit in group.hits] for group in groups}


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("工业增加值", "gyzjz"),
        ("“小升规”企业 3家", "xsgqy3j"),
        ("重点", "zd"),
        ("银行", "yh"),
        ("API 接口", "apijk"),
        ("𠮷", "𠮷"),
        ("——", ""),
    ],
)
def test_initials_are_the_first_letters_of_the_readings(name: str, initials: str) -> None:
    assert initials_of(name) == initials


@pytest.mark.parametrize("words", ["工业增加值", "gyzjz", "GYZJZ", "target.0", "规上 gyzjz"])
def test_a_target_is_found_by_name_code_and_initials(leader: Client, words: str) -> None:
    assert found(leader, words)["target-arrow"] == ["规上工业增加值增速"]


def test_what_the_report_says_is_found_and_shown(leader: Client) -> None:
    page = leader.get(SEARCH, {"q": "环湖路三公里"})

    assert "改造环湖路三公里" in page.content.decode()
    assert found(leader, "环湖路三公里") == {"road": ["环湖路改造"]}


def test_an_office_leads_to_what_it_leads(leader: Client) -> None:
    office = make_office()
    office.name = "经济发展办公室"
    office.save()

    groups = found(leader, "jjfz")

    assert groups["building-community"] == ["经济发展办公室"]
    assert "规上工业增加值增速" in groups["target-arrow"]


def test_registers_and_the_manual_are_found(leader: Client) -> None:
    assert found(leader, "一厂多租")["stack-2"] == ["一厂多租"]
    assert found(leader, "ycdz")["stack-2"] == ["一厂多租"]
    assert "序时进度" in found(leader, "序时进度")["info-circle"]


def test_who_reads_english_finds_by_the_chinese_words_too(leader: Client) -> None:
    leader.cookies["django_language"] = "en"

    assert found(leader, "一厂多租")["stack-2"] and found(leader, "序时进度")["info-circle"]


def test_all_words_must_be_found(leader: Client) -> None:
    assert found(leader, "gyzjz 没有这个") == {}


def test_one_thing_found_in_two_ways_is_listed_once(leader: Client) -> None:
    assert found(leader, "指标1")["target-arrow"] == ["指标1"]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_who_has_no_business_finds_the_manual_alone(leader: Client, role: str) -> None:
    browser = browser_of(make_user("without", role))

    assert found(browser, "gyzjz") == {}
    assert set(found(browser, "督办")) == {"info-circle"}


def test_another_subdistricts_plan_is_not_found(leader: Client) -> None:
    browser = browser_of(make_user("far", Role.LEADER, unit=make_unit("elsewhere")))

    assert found(browser, "gyzjz") == {}
    assert found(browser, "环湖路") == {}
    assert "taoyan" not in found(browser, "taoyan").get("building-community", [])


@pytest.mark.parametrize(
    "words", ["%", "_", "'; DROP TABLE goals_target; --", '"><script>alert(1)</script>', "{{ 7*7 }}"]
)
def test_odd_words_find_what_holds_them_and_are_shown_as_text(leader: Client, words: str) -> None:
    answer = leader.get(SEARCH, {"q": words})

    assert answer.status_code == 200
    assert [hit.name for g in answer.context["groups"] for hit in g.hits if g.icon == "target-arrow"] == []
    assert "<script>alert(1)" not in answer.content.decode()


@pytest.mark.parametrize("words", ["a" * 101, "a " * 5_000, "a\x00b", "\x1b[31mred", "a\u202eb", "e" + "\u0301" * 50])
def test_what_nobody_types_is_refused_with_the_reason(leader: Client, words: str) -> None:
    answer = leader.get(SEARCH, {"q": words})

    assert answer.status_code == 400
    assert answer.context["fault"] and answer.context["groups"] == []


def test_a_script_gets_a_few_of_each_as_a_fragment(leader: Client) -> None:
    add_targets(Target.objects.all()[0].plan, list({t.theme for t in Target.objects.all()}), range(2, 12))

    answer = leader.get(SEARCH, {"q": "指标"}, headers={"HX-Request": "true"})

    assert "<html" not in answer.content.decode()
    assert [len(g.hits) for g in answer.context["groups"] if g.icon == "target-arrow"] == [4]
    fault = leader.get(SEARCH, {"q": "a" * 101}, headers={"HX-Request": "true"})
    assert fault.status_code == 200 and "搜索词过长" in fault.content.decode()


def test_its_queries_are_few_and_do_not_grow(leader: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            leader.get(SEARCH, {"q": "指标"})
        return len(captured)

    few = count()
    add_targets(Target.objects.all()[0].plan, list({t.theme for t in Target.objects.all()}), range(2, 30))

    # session, user, grants, plan, targets, works, indicators with their targets, orders, units, saved, side bar
    assert count() == few <= 15


def test_initials_follow_the_name_however_it_is_saved(plan_leader: User) -> None:
    target = Target.objects.get(code="target.1")
    target.name = "银行"
    target.save()
    assert Target.objects.get(pk=target.pk).initials == "yh"

    Unit.objects.bulk_create([Unit(code="b", name="党政办", kind="office", path="/b/")])
    assert Unit.objects.get(code="b").initials == "dzb"


def save(browser: Client, name: str = "落后的", page: str = f"{SECTION}?status=behind&page=3") -> int:
    return browser.post("/filters/save/", {"name": name, "page": page}).status_code


def test_a_filter_is_named_and_found_again(leader: Client) -> None:
    save(leader)

    page = leader.get(SEARCH).content.decode()

    assert f'href="{SECTION}?status=behind"' in page and "落后的" in page


def test_the_same_name_means_the_newer_list(leader: Client) -> None:
    save(leader)
    save(leader, page="/plans/taoyan-2022/projects/?kind=event")

    assert [f.address for f in SavedFilter.objects.all()] == ["/plans/taoyan-2022/projects/?kind=event"]


@pytest.mark.parametrize(
    "page", ["/targets/1/", "//evil.example/", "https://evil.example", "/nowhere/", "", "/logout/"]
)
def test_only_lists_of_the_portal_are_kept(leader: Client, page: str) -> None:
    assert save(leader, page=page) == 302
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "长" * 51])
def test_a_name_must_be_one(leader: Client, name: str) -> None:
    save(leader, name)

    assert not SavedFilter.objects.exists()


def test_there_is_a_limit(leader: Client, plan_leader: User) -> None:
    rows = [SavedFilter(owner=plan_leader, name=f"{n}", path=SECTION) for n in range(MOST)]
    SavedFilter.objects.bulk_create(rows)

    save(leader)

    assert SavedFilter.objects.count() == MOST


def test_they_are_their_owners_alone(leader: Client) -> None:
    save(leader)
    other = browser_of(make_leader("other"))
    kept = SavedFilter.objects.get()

    assert "落后的" not in other.get(SEARCH).content.decode()
    assert other.post(f"/filters/{kept.pk}/forget/").status_code == 404
    assert leader.post(f"/filters/{kept.pk}/forget/").status_code == 302
    assert not SavedFilter.objects.exists()


def test_every_pages_link_names_the_day_that_it_shows(leader: Client) -> None:
    page = leader.get(SECTION, {"status": "behind"}).content.decode()

    assert f'data-copy="http://testserver{SECTION}?status=behind&amp;as_of={clock.today()}"' in page
