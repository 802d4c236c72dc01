"""The planner's posts: who holds them, appointing, handing over."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Post, PostHolder, Role, Unit, User
from accounts.tests.factories import TODAY, browser_of, make_holder, make_planner, make_post, queries
from goals.tests.factories import make_office, make_target, make_unit, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def post() -> Post:
    return make_post()


@pytest.fixture
def planner(post: Post) -> Client:
    return browser_of(make_planner())


def test_the_list_says_who_holds_what_today(planner: Client, post: Post) -> None:
    make_holder(post, make_user("past"), last=TODAY - DAY)
    make_holder(post, make_user("present"), TODAY)
    make_holder(post, make_user("deputy"), is_deputy=True)
    make_holder(post, make_user("future"), TODAY + DAY, is_deputy=True)

    [row] = planner.get("/posts/").context["rows"]

    assert [h.user.username for h in row.holding] == ["present", "deputy"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?held=no", ["vacant"]),
        ("?held=yes", ["statistics"]),
        ("?role=reporter", ["statistics"]),
        ("?role=leader", ["vacant"]),
        ("?q=stat", ["statistics"]),
        ("?q=office", ["statistics"]),
        ("?q=nothing", []),
    ],
)
def test_it_is_filtered(planner: Client, post: Post, query: str, found: list[str]) -> None:
    make_holder(post, make_user("present"))
    make_post("vacant", Role.LEADER, make_unit())

    assert [p.code for p in planner.get(f"/posts/{query}").context["rows"]] == found


def test_whose_holder_has_no_account_in_use_is_vacant(planner: Client, post: Post) -> None:
    make_holder(post, make_user("gone"))
    User.objects.filter(username="gone").update(is_active=False)

    assert len(planner.get("/posts/?held=no").context["rows"]) == 1
    assert "今天无人任职" in planner.get("/posts/of/statistics/").content.decode()


def test_a_post_is_made_and_edited(planner: Client) -> None:
    office = str(make_office().pk)
    planner.post("/posts/add/", {"code": "new", "name": "统计岗", "unit": office, "role": "reporter"})
    made = Post.objects.get(code="new")

    planner.post(
        "/posts/of/new/edit/", {"version": str(made.version), "name": "审核岗", "unit": office, "role": "reviewer"}
    )

    made.refresh_from_db()
    assert (made.name, made.role, made.unit) == ("审核岗", Role.REVIEWER, make_office())


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"role": "planner"}, "role"), ({"unit": ""}, "unit"), ({"code": "statistics"}, "code"), ({"code": "/"}, "code")],
)
def test_a_wrong_post_is_refused_at_its_field(planner: Client, changes: dict[str, str], field: str) -> None:
    given = {"code": "new", "name": "统计岗", "unit": str(make_office().pk), "role": ""} | changes

    answer = planner.post("/posts/add/", given)

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert Post.objects.count() == 1


def appoint(planner: Client, who: User, **changes: str) -> Any:
    given = {"user": str(who.pk), "held_from": "2022-10-12"} | changes
    return planner.post("/posts/of/statistics/appoint/", given, follow=True)


def test_somebody_is_appointed(planner: Client) -> None:
    answer = appoint(planner, make_user("new"), held_to="2022-12-31")

    assert "2022-12-31" in answer.content.decode()
    assert PostHolder.objects.get().user.username == "new"


def test_an_overlap_is_refused_in_words_at_the_day(planner: Client, post: Post) -> None:
    make_holder(post, make_user("王五"))

    answer = appoint(planner, make_user("new"))

    assert answer.status_code == 400
    assert "王五自 2021-01-01 起任职" in answer.content.decode()
    assert PostHolder.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"held_from": ""}, "held_from"),
        ({"held_from": "12/10/22"}, "held_from"),
        ({"held_from": "2022-02-30"}, "held_from"),
        ({"held_to": "2022-10-11"}, "held_to"),
        ({"user": ""}, "user"),
        ({"user": "999999"}, "user"),
        ({"user": "x"}, "user"),
    ],
)
def test_a_wrong_appointment_is_refused_at_its_field(planner: Client, changes: dict[str, str], field: str) -> None:
    answer = appoint(planner, make_user("new"), **changes)

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert not PostHolder.objects.exists()


def test_who_may_be_chosen_has_an_account_in_use_and_to_do_with_the_planners_units(planner: Client) -> None:
    elsewhere = Unit.objects.create(code="elsewhere", name="elsewhere", kind="subdistrict")
    make_user("stranger", Role.LEADER, unit=elsewhere)
    make_user("near", Role.LEADER, unit=make_unit())
    make_user("blank")
    make_user("gone")
    User.objects.filter(username="gone").update(is_active=False)

    people = planner.get("/posts/of/statistics/appoint/").context["form"].fields["user"].queryset

    assert {u.username for u in people} == {"planner", "near", "blank"}


def hand_over(planner: Client, holding: PostHolder, who: User, **changes: str) -> Any:
    given = {"successor": str(who.pk), "last_day": "2022-10-12", "first_day": "2022-10-13", "note": "柜子里"} | changes
    return planner.post(f"/holdings/{holding.pk}/hand-over/", given, follow=True)


def test_a_post_is_handed_over(planner: Client, post: Post) -> None:
    holding = make_holder(post, make_user("old"))

    answer = hand_over(planner, holding, make_user("new"))

    assert "柜子里" in answer.content.decode()
    days = [(h.user.username, h.held_from, h.held_to) for h in PostHolder.objects.order_by("held_from")]
    assert days == [("old", date(2021, 1, 1), date(2022, 10, 12)), ("new", date(2022, 10, 13), None)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last_day": "2020-12-31", "first_day": "2021-01-01"}, "last_day"),
        ({"first_day": "2022-10-12"}, "first_day"),
        ({"first_day": ""}, "first_day"),
        ({"successor": ""}, "successor"),
        ({"note": "a\u202eb"}, "note"),
    ],
    ids=["before it began", "on the last day", "no day", "nobody", "control characters"],
)
def test_a_wrong_hand_over_is_refused_and_changes_nothing(
    planner: Client, post: Post, changes: dict[str, str], field: str
) -> None:
    holding = make_holder(post, make_user("old"))

    answer = hand_over(planner, holding, make_user("new"), **changes)

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    holding.refresh_from_db()
    assert (holding.held_to, PostHolder.objects.count()) == (None, 1)


def test_a_holding_ends_without_a_successor(planner: Client, post: Post) -> None:
    holding = make_holder(post, make_user("old"))

    answer = planner.post(f"/holdings/{holding.pk}/end/", {"last_day": "2022-10-11"}, follow=True)

    assert "今天无人任职" in answer.content.decode()


def test_what_a_target_names_is_not_deleted(planner: Client, post: Post) -> None:
    make_target(responsible_post=post)

    assert "不能删除" in planner.post("/posts/of/statistics/delete/", follow=True).content.decode()
    assert Post.objects.exists()


def test_what_nobody_held_or_names_is(planner: Client) -> None:
    planner.post("/posts/of/statistics/delete/")

    assert not Post.objects.exists()


GETS = [
    "/posts/",
    "/posts/add/",
    "/posts/of/statistics/",
    "/posts/of/statistics/edit/",
    "/posts/of/statistics/appoint/",
]


@pytest.mark.parametrize("role", [r for r in Role if r != Role.PLANNER])
def test_only_planners_keep_posts(post: Post, role: str) -> None:
    holding = make_holder(post, make_user("old"))
    browser = browser_of(make_user("someone", role))

    for address in [*GETS, f"/holdings/{holding.pk}/hand-over/", f"/holdings/{holding.pk}/end/"]:
        assert browser.get(address).status_code == 403
        assert browser.post(address).status_code in (403, 405)
    assert browser.post("/posts/of/statistics/delete/").status_code == 403


def test_another_subdistricts_posts_are_nowhere(post: Post) -> None:
    holding = make_holder(post, make_user("old"))
    elsewhere = Unit.objects.create(code="elsewhere", name="elsewhere", kind="subdistrict")
    stranger = browser_of(make_planner("stranger", elsewhere))

    for address in [
        *GETS[2:],
        f"/holdings/{holding.pk}/hand-over/",
        f"/holdings/{holding.pk}/end/",
        "/holdings/0/end/",
    ]:
        assert stranger.get(address).status_code == 404
    assert not stranger.get("/posts/").context["rows"]


def test_a_visitor_is_sent_to_the_login() -> None:
    for address in GETS:
        assert Client().get(address).headers["Location"].startswith("/login/")


def test_the_lists_queries_do_not_grow(planner: Client, post: Post) -> None:
    make_holder(post, make_user("old"))
    few = queries(lambda: planner.get("/posts/"))
    for number in range(20):
        make_holder(make_post(f"p{number}"), make_user(f"u{number}"))

    assert queries(lambda: planner.get("/posts/")) == few


def test_a_posts_queries_do_not_grow_with_its_holders(planner: Client, post: Post) -> None:
    make_holder(post, make_user("old"))
    few = queries(lambda: planner.get("/posts/of/statistics/"))
    for number in range(20):
        make_holder(post, make_user(f"u{number}"), is_deputy=True)

    assert queries(lambda: planner.get("/posts/of/statistics/")) == few
