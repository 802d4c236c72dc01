"""The admin: users and roles, for administrators alone, every change in the trail."""

import pytest
from django.test import Client

from accounts.models import Grant, Role, Token, User
from audit.models import Event
from goals.tests.factories import make_office, make_user

pytestmark = pytest.mark.django_db


def admin() -> Client:
    user = make_user("admin", Role.ADMINISTRATOR)
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


def grants(*rows: tuple[str, str]) -> dict[str, str]:
    data = {"grants-TOTAL_FORMS": str(len(rows)), "grants-INITIAL_FORMS": "0"}
    for number, (role, unit) in enumerate(rows):
        data |= {f"grants-{number}-role": role, f"grants-{number}-unit": unit}
    return data


def change(client: Client, user: User, **data: str) -> object:
    fields = {"username": user.username, "name": "新名字", "is_active": "on"}
    return client.post(f"/admin/accounts/user/{user.pk}/change/", fields | data)


def test_a_role_is_granted_and_told_to_the_trail() -> None:
    client, user, office = admin(), make_user("someone"), make_office()

    answer = change(client, user, **grants((Role.REPORTER, str(office.pk))))

    assert answer.status_code == 302  # type: ignore[attr-defined]
    assert Grant.objects.filter(user=user, role=Role.REPORTER, unit=office).exists()
    event = Event.objects.latest("pk")
    assert (event.action, event.actor_name) == ("administer", "admin")
    assert event.after["roles"] == [["reporter", "office"]]


def test_an_administrator_gets_no_other_role() -> None:
    client, user = admin(), make_user("someone")

    answer = change(client, user, **grants((Role.ADMINISTRATOR, ""), (Role.REVIEWER, "")))

    assert "系统管理员不得兼任其他角色" in answer.content.decode()  # type: ignore[attr-defined]
    assert not Grant.objects.filter(user=user).exists()


def test_who_administers_follows_from_the_role() -> None:
    client, user = admin(), make_user("someone")

    change(client, user, **grants((Role.ADMINISTRATOR, "")))

    user.refresh_from_db()
    assert user.is_staff and user.is_superuser


def test_no_account_is_deleted() -> None:
    client, user = admin(), make_user("someone")

    assert client.post(f"/admin/accounts/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403


def test_tokens_are_seen_and_revoked_never_made() -> None:
    client = admin()
    token, key = Token.issue(make_user("machine"), name="t", scope="read")

    assert client.get("/admin/accounts/token/add/").status_code == 403
    assert key not in client.get(f"/admin/accounts/token/{token.pk}/change/").content.decode()


@pytest.mark.parametrize("role", [r for r in Role if r != Role.ADMINISTRATOR])
def test_nobody_else_comes_in(role: str) -> None:
    client = Client()
    client.force_login(make_user("someone", role))

    assert client.get("/admin/").status_code == 302
    assert client.get("/admin/accounts/user/").status_code == 302


def test_a_stray_staff_flag_opens_nothing() -> None:
    user = make_user("leader", Role.LEADER)
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))

    assert client.get("/admin/accounts/user/").status_code == 403


@pytest.mark.parametrize("address", ["user/", "user/add/", "postholder/", "token/"])
def test_its_pages_open(address: str) -> None:
    assert admin().get(f"/admin/accounts/{address}").status_code == 200
