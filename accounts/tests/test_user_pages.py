"""The administrator's accounts and roles."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.administration import issued_password
from accounts.models import Grant, Role, User
from accounts.tests.factories import browser_of, make_holder, make_post, queries
from audit.models import Event
from goals.tests.factories import make_office, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    return browser_of(make_user("admin", Role.ADMINISTRATOR))


def add(admin: Client, **changes: str) -> Any:
    return admin.post("/users/add/", {"username": "new", "name": "新人", "role": "", "unit": ""} | changes)


def grant(admin: Client, user: User, role: str, unit: object = "") -> Any:
    return admin.post(f"/users/{user.pk}/grant/", {"role": role, "unit": str(getattr(unit, "pk", unit))})


def test_a_new_account_has_a_password_that_is_shown_once_and_must_be_changed(admin: Client) -> None:
    answer = add(admin, role=Role.REPORTER, unit=str(make_office().pk))

    password = answer.context["password"]
    user = User.objects.get(username="new")
    assert password in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert user.check_password(password) and user.must_change_password
    assert Grant.objects.get(user=user).unit == make_office()
    assert password not in admin.get(f"/users/{user.pk}/").content.decode()
    assert password not in str(Event.objects.latest("sequence").after)


def test_an_issued_password_has_every_kind_of_character_and_is_never_the_same() -> None:
    passwords = {issued_password() for _time in range(50)}

    assert len(passwords) == 50
    for password in passwords:
        assert all(re.search(kind, password) for kind in ("[a-z]", "[A-Z]", "[0-9]", "-"))
        assert not re.search("[0O1lIi]", password)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "a b"}, "username"),
        ({"username": "admin"}, "username"),
        ({"username": ""}, "username"),
        ({"name": ""}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"role": "king"}, "role"),
        ({"unit": "999999"}, "unit"),
    ],
)
def test_a_wrong_account_is_refused_at_its_field(admin: Client, changes: dict[str, str], field: str) -> None:
    answer = add(admin, **changes)

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert User.objects.count() == 1


def test_a_role_is_granted_for_a_unit_and_revoked(admin: Client) -> None:
    user = make_user("someone")

    grant(admin, user, Role.REVIEWER, make_office())
    given = Grant.objects.get(user=user)
    admin.post(f"/grants/{given.pk}/revoke/")

    assert (given.role, given.unit) == (Role.REVIEWER, make_office())
    assert not Grant.objects.filter(user=user).exists()
    actions = list(Event.objects.order_by("sequence").values_list("action", flat=True))
    assert actions == ["grant", "revoke"]
    assert Event.objects.latest("sequence").before["roles"] == [["reviewer", "office"]]


@pytest.mark.parametrize("first", [Role.ADMINISTRATOR, Role.LEADER])
def test_an_administrator_combines_with_nothing(admin: Client, first: str) -> None:
    user = make_user("someone", first)
    second = Role.LEADER if first == Role.ADMINISTRATOR else Role.ADMINISTRATOR

    answer = grant(admin, user, second)

    assert answer.status_code == 400
    assert "不得兼任其他角色" in answer.content.decode()
    assert user.grants.count() == 1


def test_who_holds_a_post_with_a_role_does_not_become_administrator(admin: Client) -> None:
    user = make_user("someone")
    make_holder(make_post(), user)

    assert "不能任系统管理员" in grant(admin, user, Role.ADMINISTRATOR).content.decode()
    assert not user.grants.exists()


def test_the_same_role_is_not_granted_twice(admin: Client) -> None:
    user = make_user("someone", Role.LEADER)

    assert "已有这一角色" in grant(admin, user, Role.LEADER).content.decode()


def test_who_may_enter_djangos_admin_follows_from_the_role(admin: Client) -> None:
    user = make_user("someone")

    grant(admin, user, Role.ADMINISTRATOR)
    user.refresh_from_db()
    assert user.is_staff
    admin.post(f"/grants/{user.grants.get().pk}/revoke/")
    user.refresh_from_db()
    assert not user.is_staff


def test_nobody_changes_the_own_roles_password_or_state(admin: Client) -> None:
    me = User.objects.get(username="admin")
    before = me.password

    assert grant(admin, me, Role.LEADER).status_code == 400
    for address in (f"/grants/{me.grants.get().pk}/revoke/", f"/users/{me.pk}/active/", f"/users/{me.pk}/password/"):
        assert "本人" in admin.post(address, follow=True).content.decode()

    me.refresh_from_db()
    assert (me.is_active, me.password, me.grants.count()) == (True, before, 1)
    assert not Event.objects.exists()


def test_a_switched_off_account_is_out_with_the_next_click(admin: Client) -> None:
    user = make_user("someone", Role.LEADER, unit=make_unit())
    browser = browser_of(user)
    assert browser.get("/").status_code == 200

    admin.post(f"/users/{user.pk}/active/", {"active": "0"})

    assert browser.get("/").status_code == 302
    admin.post(f"/users/{user.pk}/active/", {"active": "1"})
    assert User.objects.get(pk=user.pk).is_active


def test_a_new_password_takes_the_old_ones_place(admin: Client) -> None:
    user = make_user("someone")
    user.set_password("old")
    user.save()

    password = admin.post(f"/users/{user.pk}/password/").context["password"]

    user.refresh_from_db()
    assert user.check_password(password) and user.must_change_password
    assert Event.objects.latest("sequence").action == "issue_password"


def test_a_machine_has_no_password(admin: Client) -> None:
    machine = make_user("machine", Role.DATA_FEED)
    User.objects.filter(pk=machine.pk).update(is_machine=True)

    answer = admin.post(f"/users/{machine.pk}/password/", follow=True)

    assert "机器账号没有密码" in answer.content.decode()


def test_a_name_is_changed(admin: Client) -> None:
    user = make_user("someone")

    admin.post(f"/users/{user.pk}/", {"name": "新名字"})

    assert User.objects.get(pk=user.pk).name == "新名字"
    assert Event.objects.latest("sequence").action == "rename_user"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?role=leader", ["boss"]),
        ("?role=reporter", ["official"]),
        ("?active=False", ["gone"]),
        ("?q=bo", ["boss"]),
        ("?q=nothing", []),
    ],
)
def test_the_list_is_filtered_by_role_granted_or_held(admin: Client, query: str, found: list[str]) -> None:
    make_user("boss", Role.LEADER)
    make_holder(make_post(), make_user("official"))
    make_user("gone")
    User.objects.filter(username="gone").update(is_active=False)

    assert [u.username for u in admin.get(f"/users/{query}").context["rows"]] == found


def test_it_shows_which_role_a_post_brings(admin: Client) -> None:
    make_holder(make_post(), make_user("official"))

    page = admin.get("/users/?q=official").content.decode()

    assert "statistics" in page
    assert "填报员 · office" in page


@pytest.mark.parametrize("role", [r for r in Role if r != Role.ADMINISTRATOR])
def test_only_administrators_keep_accounts(role: str) -> None:
    someone = make_user("someone", role)
    browser = browser_of(someone)

    for address in ("/users/", "/users/add/", f"/users/{someone.pk}/"):
        assert browser.get(address).status_code == 403
    for address in (f"/users/{someone.pk}/grant/", f"/grants/{someone.grants.get().pk}/revoke/"):
        assert browser.post(address, {"role": Role.ADMINISTRATOR}).status_code == 403
    for address in (f"/users/{someone.pk}/active/", f"/users/{someone.pk}/password/", "/users/add/"):
        assert browser.post(address).status_code == 403
    assert User.objects.count() == 1 and someone.grants.count() == 1


@pytest.mark.parametrize("role", [r for r in Role if r != Role.ADMINISTRATOR])
def test_djangos_admin_is_closed_to_everybody_else(role: str) -> None:
    someone = make_user("someone", role)
    User.objects.filter(pk=someone.pk).update(is_staff=True)
    browser = browser_of(someone)

    for name in ("user", "postholder", "token"):
        assert browser.get(f"/admin/accounts/{name}/").status_code == 403


def test_djangos_admin_appoints_nobody() -> None:
    admin = make_user("admin", Role.ADMINISTRATOR)
    User.objects.filter(pk=admin.pk).update(is_staff=True, is_superuser=True)
    holding = make_holder(make_post(), make_user("someone"))
    browser = browser_of(User.objects.get(pk=admin.pk))

    assert browser.get("/admin/accounts/postholder/add/").status_code == 403
    assert browser.post(f"/admin/accounts/postholder/{holding.pk}/change/", {"held_to": ""}).status_code == 403


def test_a_visitor_is_sent_to_the_login() -> None:
    for address in ("/users/", "/users/add/", "/users/1/"):
        assert Client().get(address).headers["Location"].startswith("/login/")


def test_who_is_not_there_is_not_found(admin: Client) -> None:
    for address in ("/users/999999/", "/users/99999999999999999999/"):
        assert admin.get(address).status_code == 404
    assert admin.post("/grants/999999/revoke/").status_code == 404


def test_the_lists_queries_do_not_grow(admin: Client) -> None:
    make_holder(make_post(), make_user("official", Role.LEADER))
    few = queries(lambda: admin.get("/users/"))
    for number in range(20):
        make_holder(make_post(f"p{number}"), make_user(f"u{number}", Role.LEADER, Role.REVIEWER))

    assert queries(lambda: admin.get("/users/")) == few
