"""Links to the wall: made by leaders and planners, opening the wall of one plan and nothing else."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import PostHolder, Role, Token, Unit, User
from audit.models import Event
from dashboard import wall_links
from dashboard.models import WallLink
from dashboard.tests.factories import browser_of, make_full_plan, make_leader, make_post
from goals.models import Plan
from goals.tests.factories import make_office, make_unit, make_user

pytestmark = pytest.mark.django_db
MAKE = {"name": "三楼会议室", "days": "30"}


@pytest.fixture
def plan() -> Plan:
    return make_full_plan(4)


def key_of(plan: Plan, name: str = "三楼会议室", days: int = 30) -> str:
    return wall_links.make(make_leader(f"leader-{name}"), plan, name=name, days=days)[1]


def change(**fields: Any) -> None:
    WallLink.objects.update(**fields)


def test_a_leader_makes_one_and_its_address_opens_the_wall_without_a_login(plan: Plan) -> None:
    page = browser_of(make_leader()).post("/plans/taoyan-2022/wall/links/", MAKE)

    address = page.context["address"]
    assert address in page.content.decode()
    wall = Client().get(address)
    assert wall.status_code == 200
    assert "年度工作大屏" in wall.content.decode()


def test_a_planner_makes_one_too(plan: Plan) -> None:
    planner = browser_of(make_user("planner", Role.PLANNER, unit=make_unit()))

    assert "address" in planner.post("/plans/taoyan-2022/wall/links/", MAKE).context


def test_the_address_is_shown_once_and_kept_nowhere(plan: Plan) -> None:
    leader = browser_of(make_leader())
    address = leader.post("/plans/taoyan-2022/wall/links/", MAKE).context["address"]
    key = address.rstrip("/").rpartition("/")[2]

    assert key not in leader.get("/plans/taoyan-2022/wall/links/").content.decode()
    assert key not in str(list(WallLink.objects.values())) + str(list(Event.objects.values()))


def test_making_and_revoking_are_in_the_trail(plan: Plan) -> None:
    leader = browser_of(make_leader())
    leader.post("/plans/taoyan-2022/wall/links/", MAKE)

    leader.post(f"/wall-links/{WallLink.objects.get().pk}/revoke/")

    assert list(Event.objects.order_by("pk").values_list("action", flat=True)) == ["make_wall_link", "revoke_wall_link"]


@pytest.mark.parametrize("role", [Role.REPORTER, Role.REVIEWER, Role.DATA_FEED])
def test_others_may_neither_see_nor_make_nor_revoke_links(plan: Plan, role: str) -> None:
    key_of(plan)
    official = browser_of(make_user("official", role, unit=make_office()))

    assert official.get("/plans/taoyan-2022/wall/links/").status_code == 403
    assert official.post("/plans/taoyan-2022/wall/links/", MAKE).status_code == 403
    assert official.post(f"/wall-links/{WallLink.objects.get().pk}/revoke/").status_code == 403
    assert WallLink.objects.get().revoked_at is None


def test_a_leader_of_another_subdistrict_finds_none_of_it(plan: Plan) -> None:
    key_of(plan)
    other = Unit.objects.create(code="other", name="other", kind="subdistrict")
    stranger = browser_of(make_user("stranger", Role.LEADER, unit=other))

    assert stranger.get("/plans/taoyan-2022/wall/").status_code == 404
    assert stranger.get("/plans/taoyan-2022/wall/live/").status_code == 404
    assert stranger.get("/plans/taoyan-2022/wall/links/").status_code == 404
    assert stranger.post(f"/wall-links/{WallLink.objects.get().pk}/revoke/").status_code == 404


def test_the_list_says_which_can_still_be_used(plan: Plan) -> None:
    key_of(plan, name="旧屏")
    change(revoked_at=timezone.now())
    key_of(plan, name="新屏")

    page = browser_of(make_leader()).get("/plans/taoyan-2022/wall/links/").content.decode()

    assert page.index("新屏") < page.index("旧屏") < page.index("已撤销")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name": "", "days": "30"}, "name"),
        ({"name": "x" * 101, "days": "30"}, "name"),
        ({"name": "a\u202eb", "days": "30"}, "name"),
        ({"name": "屏", "days": "3650"}, "days"),
        ({"name": "屏", "days": "NaN"}, "days"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_made(
    plan: Plan, sent: dict[str, str], field: str
) -> None:
    page = browser_of(make_leader()).post("/plans/taoyan-2022/wall/links/", sent)

    assert page.status_code == 400
    assert field in page.context["form"].errors
    assert not WallLink.objects.exists()


def test_two_links_in_use_have_two_names(plan: Plan) -> None:
    leader = browser_of(make_leader())
    leader.post("/plans/taoyan-2022/wall/links/", MAKE)

    assert leader.post("/plans/taoyan-2022/wall/links/", MAKE).status_code == 400
    change(revoked_at=timezone.now())
    assert leader.post("/plans/taoyan-2022/wall/links/", MAKE).status_code == 200


def test_no_more_than_twenty_are_in_use(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wall_links, "MOST", 1)
    key_of(plan)

    page = browser_of(make_leader()).post("/plans/taoyan-2022/wall/links/", {"name": "另一块屏", "days": "7"})

    assert page.status_code == 400
    assert "最多 1 个链接" in page.content.decode()


@pytest.mark.parametrize("tail", ["", "live/"])
def test_an_expired_link_is_refused_with_the_reason(plan: Plan, tail: str) -> None:
    key = key_of(plan)
    change(expires_at=timezone.now() - timedelta(seconds=1))

    answer = Client().get(f"/wall/{key}/{tail}")

    assert answer.status_code == 403
    assert "这个大屏链接已过期" in answer.content.decode()
    assert "综合完成率" not in answer.content.decode()


@pytest.mark.parametrize("tail", ["", "live/"])
def test_a_revoked_link_is_refused_with_the_reason(plan: Plan, tail: str) -> None:
    key = key_of(plan)
    change(revoked_at=timezone.now())

    answer = Client().get(f"/wall/{key}/{tail}")

    assert answer.status_code == 403
    assert "这个大屏链接已撤销" in answer.content.decode()


@pytest.mark.parametrize("alter", [str.upper, lambda key: key[:-1], lambda key: key + "A", lambda _key: "x" * 5000])
@pytest.mark.parametrize("tail", ["", "live/"])
def test_an_altered_link_opens_nothing(plan: Plan, alter: Any, tail: str) -> None:
    answer = Client().get(f"/wall/{alter(key_of(plan))}/{tail}")

    assert answer.status_code == 404
    assert "没有这一页" in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/plans/taoyan-2022/",
        "/plans/taoyan-2022/wall/",
        "/plans/taoyan-2022/wall/live/",
        "/plans/taoyan-2022/wall/links/",
        "/plans/taoyan-2022/sections/economy/",
    ],
)
def test_after_the_wall_every_other_page_still_asks_for_a_login(plan: Plan, address: str) -> None:
    key, screen = key_of(plan), Client()
    screen.get(f"/wall/{key}/")

    for asked in (address, f"{address}?key={key}", f"{address}?token={key}"):
        assert screen.get(asked).headers["Location"].startswith("/login/")


@pytest.mark.parametrize("kind", ["Token", "Bearer", "Basic"])
def test_its_key_is_no_token_of_the_api(plan: Plan, kind: str) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"{kind} {key_of(plan)}")

    assert client.get("/api/v1/plans/").status_code == 401
    assert client.get("/api/v1/plans/taoyan-2022/summary/").status_code == 401


def test_a_token_of_the_api_opens_no_wall(plan: Plan) -> None:

    key = Token.issue(make_leader(), name="test", scope="read")[1]

    assert Client().get(f"/wall/{key}/").status_code == 404


def test_no_session_is_made(plan: Plan) -> None:
    screen = Client()

    answer = screen.get(f"/wall/{key_of(plan)}/")

    assert not answer.cookies
    assert not Session.objects.exists()


def test_it_shows_the_same_to_whoever_is_logged_in(plan: Plan) -> None:
    stranger = make_user("stranger", Role.AUDITOR)

    assert browser_of(stranger).get(f"/wall/{key_of(plan)}/").status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_done_with_it_but_look(plan: Plan, method: str) -> None:
    answer = getattr(Client(), method)(f"/wall/{key_of(plan)}/")

    assert answer.status_code == 405


def test_its_address_is_kept_out_of_caches_referrers_and_indexes(plan: Plan) -> None:
    answer = Client().get(f"/wall/{key_of(plan)}/")

    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_its_use_is_noted_once_a_minute(plan: Plan) -> None:
    key = key_of(plan)
    Client().get(f"/wall/{key}/")
    first = WallLink.objects.get().last_used_at

    Client().get(f"/wall/{key}/live/")
    assert WallLink.objects.get().last_used_at == first

    change(last_used_at=timezone.now() - timedelta(minutes=2))
    Client().get(f"/wall/{key}/live/")
    again = WallLink.objects.get().last_used_at
    assert first is not None and again is not None and again > first


def test_a_link_lives_by_real_time_whatever_day_the_portal_pretends(plan: Plan) -> None:
    key_of(plan, days=1)

    left = WallLink.objects.get().expires_at - timezone.now()

    assert timedelta(hours=23) < left <= timedelta(days=1)


def deactivate(maker: User) -> None:
    User.objects.filter(pk=maker.pk).update(is_active=False)


def take_the_role(maker: User) -> None:
    maker.grants.all().delete()


def leave_the_post(maker: User) -> None:
    maker.grants.all().delete()
    holder = PostHolder.objects.create(
        post=make_post(make_unit(), "former"), user=maker, held_from=date(2021, 1, 1), held_to=date(2022, 10, 11)
    )
    assert holder.post.role == Role.LEADER


@pytest.mark.parametrize("lose", [deactivate, take_the_role, leave_the_post])
@pytest.mark.parametrize("tail", ["", "live/"])
def test_it_opens_nothing_once_its_maker_may_make_none(plan: Plan, lose: Callable[[User], None], tail: str) -> None:
    key = key_of(plan)
    assert Client().get(f"/wall/{key}/{tail}").status_code == 200
    change(last_used_at=None)

    lose(WallLink.objects.get().made_by)

    answer = Client().get(f"/wall/{key}/{tail}")
    assert answer.status_code == 403
    assert "建立人已不能建立链接" in answer.content.decode()
    assert "综合完成率" not in answer.content.decode()
    assert WallLink.objects.get().last_used_at is None


def test_it_opens_again_for_a_maker_who_is_leader_by_a_post(plan: Plan) -> None:
    key = key_of(plan)
    maker = WallLink.objects.get().made_by
    take_the_role(maker)

    make_post(make_unit(), "deputy_b", maker)

    assert Client().get(f"/wall/{key}/").status_code == 200


def test_the_list_says_whose_maker_may_make_none(plan: Plan) -> None:
    key_of(plan, name="旧屏")
    take_the_role(WallLink.objects.get().made_by)
    key_of(plan, name="新屏")

    page = browser_of(make_leader()).get("/plans/taoyan-2022/wall/links/").content.decode()

    assert page.count("建立人已不能建立链接") == 1
    assert page.index("旧屏") < page.index("建立人已不能建立链接")


def test_the_list_asks_for_the_rights_of_a_maker_once_however_many_links(plan: Plan) -> None:
    planner, leader = make_user("planner", Role.PLANNER, unit=make_unit()), browser_of(make_leader())
    wall_links.make(planner, plan, name="0", days=1)
    leader.get("/plans/taoyan-2022/wall/links/")
    with CaptureQueriesContext(connection) as few:
        leader.get("/plans/taoyan-2022/wall/links/")
    for n in range(1, 8):
        wall_links.make(planner, plan, name=str(n), days=1)

    with CaptureQueriesContext(connection) as many:
        leader.get("/plans/taoyan-2022/wall/links/")

    assert len(many) == len(few)
