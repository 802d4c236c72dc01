"""The planner's tree of units."""

import pytest
from django.test import Client

from accounts.models import Grant, Post, Role, Unit, User
from accounts.tests.factories import browser_of, make_planner, make_post, queries
from audit.models import Event
from goals.tests.factories import make_office, make_plan, make_unit, make_user

pytestmark = pytest.mark.django_db
ADDRESSES = ["/units/", "/units/add/", "/units/office/edit/"]


@pytest.fixture
def planner() -> Client:
    make_office()
    return browser_of(make_planner())


def unit(**changes: str) -> dict[str, str]:
    return {"version": "1", "code": "new", "name": "新办公室", "kind": "office"} | changes


def test_it_shows_the_tree_with_the_posts_of_each(planner: Client) -> None:
    make_post()

    rows = planner.get("/units/").context["rows"]

    assert [(u.code, u.depth, u.post_count) for u in rows] == [("taoyan", 1, 0), ("office", 2, 1)]


@pytest.mark.parametrize(
    ("query", "found"),
    [("?kind=office", ["office"]), ("?q=tao", ["taoyan"]), ("?q=nothing", []), ("?kind=village", [])],
)
def test_it_is_filtered_and_searched(planner: Client, query: str, found: list[str]) -> None:
    assert [u.code for u in planner.get(f"/units/{query}").context["rows"]] == found


@pytest.mark.parametrize("query", ["?kind=castle", "?q=%00", "?q=" + "x" * 101])
def test_a_filter_that_means_nothing_is_said_beside_its_name(planner: Client, query: str) -> None:
    answer = planner.get(f"/units/{query}")

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


def test_a_filtered_list_stays_filtered_on_its_next_page(planner: Client) -> None:
    for number in range(101):
        make_unit(f"village.{number}", "village", make_unit())

    page = planner.get("/units/?kind=village").content.decode()

    assert "?kind=village&amp;page=2" in page
    assert len(planner.get("/units/?kind=village&page=2").context["rows"]) == 1


def test_a_unit_is_added_below_another(planner: Client) -> None:
    assert planner.get("/units/add/?parent=office").context["form"].instance.parent.code == "office"

    answer = planner.post("/units/add/", unit(parent=str(make_office().pk)))

    assert answer.status_code == 302
    assert Unit.objects.get(code="new").path == "/taoyan/office/new/"
    assert Event.objects.latest("sequence").record_id == "new"


def test_a_move_takes_what_is_below_along(planner: Client) -> None:
    make_unit("team", "task_force", make_office())
    other = make_office("other_office")

    planner.post("/units/office/edit/", unit(name="office", parent=str(other.pk)))

    assert Unit.objects.get(code="team").path == "/taoyan/other_office/office/team/"


def test_wf_16_a_unit_never_stands_below_itself(planner: Client) -> None:
    answer = planner.post("/units/taoyan/edit/", unit(kind="subdistrict", parent=str(make_office().pk)))

    assert answer.status_code == 400
    assert "上级单位不能是本单位或其下级" in answer.content.decode()
    assert Unit.objects.get(code="taoyan").parent is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "有空格"}, "code"),
        ({"code": "office"}, "code"),
        ({"name": ""}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"kind": "castle"}, "kind"),
        ({"parent": ""}, "parent"),
        ({"parent": "999999"}, "parent"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_written(
    planner: Client, changes: dict[str, str], field: str
) -> None:
    answer = planner.post("/units/add/", unit(parent=str(make_office().pk)) | changes)

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert Unit.objects.count() == 2


def test_the_later_of_two_editors_is_told(planner: Client) -> None:
    answer = planner.post("/units/office/edit/", unit(version="0", parent=str(make_unit().pk)))

    assert "已被他人修改" in answer.content.decode()


def test_a_code_stays(planner: Client) -> None:
    planner.post("/units/office/edit/", unit(code="renamed", name="改名", parent=str(make_unit().pk)))

    assert Unit.objects.get(name="改名").code == "office"


def test_what_nothing_refers_to_is_deleted(planner: Client) -> None:
    planner.post("/units/office/delete/")

    assert not Unit.objects.filter(code="office").exists()


@pytest.mark.parametrize("refer", [make_post, lambda: make_user("someone", Role.REPORTER, unit=make_office())])
def test_what_is_referred_to_is_a_conflict_in_words(planner: Client, refer: object) -> None:
    refer()  # type: ignore[operator]

    answer = planner.post("/units/office/delete/", follow=True)

    assert "不能删除" in answer.content.decode()
    assert Unit.objects.filter(code="office").exists()


@pytest.mark.parametrize("role", [r for r in Role if r != Role.PLANNER])
@pytest.mark.parametrize("address", ADDRESSES)
def test_only_planners_keep_units(role: str, address: str) -> None:
    make_office()
    browser = browser_of(make_user("someone", role))

    assert browser.get(address).status_code == 403
    assert browser.post("/units/office/delete/").status_code == 403


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_visitor_is_sent_to_the_login(address: str) -> None:
    assert Client().get(address).headers["Location"].startswith("/login/")


def test_another_subdistricts_units_are_nowhere() -> None:
    make_office()
    elsewhere = Unit.objects.create(code="elsewhere", name="elsewhere", kind="subdistrict")
    stranger = browser_of(make_planner("stranger", elsewhere))

    assert [u.code for u in stranger.get("/units/").context["rows"]] == ["elsewhere"]
    assert stranger.get("/units/office/edit/").status_code == 404
    assert stranger.post("/units/office/delete/").status_code == 404
    assert stranger.post("/units/add/", unit(parent=str(make_office().pk))).status_code == 400


def test_who_plans_here_and_reports_there_keeps_only_the_units_here(planner: Client) -> None:
    elsewhere = Unit.objects.create(code="elsewhere", name="elsewhere", kind="subdistrict")
    Grant.objects.create(user=User.objects.get(), role=Role.REPORTER, unit=elsewhere)

    assert [u.code for u in planner.get("/units/").context["rows"]] == ["taoyan", "office"]
    assert planner.get("/units/elsewhere/edit/").status_code == 404


@pytest.mark.parametrize("code", ["%00", "a b", "..%2f", "x" * 101])
def test_what_is_no_code_is_nowhere(planner: Client, code: str) -> None:
    assert planner.get(f"/units/{code}/edit/").status_code == 404
    assert planner.get(f"/units/add/?parent={code}").status_code == 200


def test_its_queries_do_not_grow_with_the_units(planner: Client) -> None:
    make_plan()
    few = queries(lambda: planner.get("/units/"))
    for number in range(20):
        Post.objects.create(code=f"p{number}", name="p", unit=make_unit(f"v{number}", "village", make_unit()))

    assert queries(lambda: planner.get("/units/")) == few
