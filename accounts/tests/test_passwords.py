"""What a password must be, and when a new one is asked for: lg-20 and lg-21 of bad-inputs.yaml."""

import io
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Grant, PastPassword, Role, Token, User
from accounts.passwords import REMEMBERED
from accounts.tests.logins import PASSWORD, browser, is_logged_in, log_in, with_password
from audit.models import Event
from goals.tests.factories import make_user

pytestmark = pytest.mark.django_db
GOOD = "Clear-water-22"
UNFIT = {
    "7 characters": "Ab3-xyz",
    "one class": "abcdefghijkl",
    "digits alone": "8302750194",
    "user name": "my-official-words",
    "user name in other letters": "my-ＯＦＦＩＣＩＡＬ-words",
    "common": "password1",
    "too long": "Ab3-" * 300,
}


@pytest.fixture
def user() -> User:
    return with_password()


def change(client: Client, new: str, old: str = PASSWORD, **more: str) -> Any:
    fields = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post("/account/password/", fields | more)


@pytest.mark.parametrize("password", UNFIT.values(), ids=UNFIT)
def test_lg_20_an_unfit_password_is_refused_on_the_page(user: User, password: str) -> None:
    answer = change(browser(user), password)

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


@pytest.mark.parametrize("password", UNFIT.values(), ids=UNFIT)
def test_lg_20_so_it_is_by_add_user(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))

    with pytest.raises(CommandError):
        call_command("add_user", "official", "--role", "leader", "--password-stdin")

    assert not User.objects.exists()


def administrator() -> Client:
    admin = with_password("admin", Role.ADMINISTRATOR)
    User.objects.filter(pk=admin.pk).update(is_staff=True, is_superuser=True)
    return browser(admin)


def issue(client: Client, user: User, password: str) -> Any:
    fields = {"password1": password, "password2": password, "usable_password": "true", "set-password": "1"}
    return client.post(f"/admin/accounts/user/{user.pk}/password/", fields)


@pytest.mark.parametrize("password", UNFIT.values(), ids=UNFIT)
def test_lg_20_and_so_it_is_by_the_admin(user: User, password: str) -> None:
    assert issue(administrator(), user, password).status_code == 200
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_lg_20_none_of_the_last_five_is_taken_again(user: User) -> None:
    passwords = [PASSWORD, *(f"Clear-water-{n}" for n in range(REMEMBERED))]
    client = browser(user)
    for old, new in pairwise(passwords):
        assert change(client, new, old).status_code == 302

    for used in passwords[1:]:
        assert change(client, used, passwords[-1]).status_code == 200, used
    assert change(client, passwords[0], passwords[-1]).status_code == 302
    assert PastPassword.objects.filter(user=user).count() == REMEMBERED


def test_lg_20_the_password_of_before_they_were_remembered_counts() -> None:
    user = with_password()
    PastPassword.objects.all().delete()
    client = browser(user)

    assert change(client, PASSWORD).status_code == 200
    assert change(client, GOOD).status_code == 302
    assert change(client, PASSWORD, GOOD).status_code == 200


def test_passwords_are_remembered_hashed(user: User) -> None:
    assert PASSWORD not in PastPassword.objects.get().encoded


@pytest.mark.parametrize("password", ["Clear-water", "clear_22", "明镜止水澄澈见底a", "WATERWAY7"])
def test_two_classes_are_enough(password: str) -> None:
    validate_password(password, User(username="someone"))


def test_a_name_of_two_letters_may_be_inside() -> None:
    validate_password(GOOD, User(username="wa"))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"old_password": "wrong"}, "old_password"),
        ({"new_password2": "Other-water-22"}, "new_password2"),
        ({"old_password": "x" * 2_000}, "old_password"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(user: User, fields: dict[str, str], field: str) -> None:
    answer = change(browser(user), GOOD, **fields)

    assert list(answer.context["form"].errors) == [field]


def test_the_change_is_told_to_the_trail_without_the_password(user: User) -> None:
    client = browser(user)

    answer = change(client, GOOD)

    event = Event.objects.latest("pk")
    assert answer["Location"] == "/account/"
    assert (event.action, event.actor_name, event.record_id) == ("change_password", "official", "official")
    assert GOOD not in str(vars(event))
    assert is_logged_in(client)
    assert log_in(password=GOOD).status_code == 302


# lg-21


def aged(user: User, days: int) -> User:
    User.objects.filter(pk=user.pk).update(password_changed_at=timezone.now() - timedelta(days=days))
    return user


def issued(user: User) -> User:
    User.objects.filter(pk=user.pk).update(must_change_password=True)
    return user


PAGES = ["/", "/account/", "/report/", "/review/", "/targets/1/", "/admin/"]


@pytest.mark.parametrize("path", PAGES)
def test_lg_21_with_a_password_of_90_days_only_the_change_page_opens(user: User, path: str) -> None:
    answer = browser(aged(user, 90)).get(path)

    assert answer["Location"] == f"/account/password/?next={path}"


@pytest.mark.parametrize("path", PAGES)
def test_lg_21_so_it_is_with_an_issued_password(user: User, path: str) -> None:
    assert browser(issued(user)).get(path)["Location"] == f"/account/password/?next={path}"


def test_lg_21_a_password_of_89_days_opens_everything(user: User) -> None:
    assert is_logged_in(browser(aged(user, 89)))


def test_lg_21_the_change_opens_the_page_that_was_asked_for(user: User) -> None:
    client = browser(issued(user))

    asked = client.get("/account/", follow=True)
    answer = change(client, GOOD, next=asked.context["next"])

    assert "别人代设的" in asked.content.decode()
    assert answer["Location"] == "/account/"
    assert is_logged_in(client)


def test_lg_21_the_change_leads_nowhere_else(user: User) -> None:
    assert change(browser(issued(user)), GOOD, next="//evil.example")["Location"] == "/account/"


def test_lg_21_the_old_password_does_not_count_as_a_new_one(user: User) -> None:
    client = browser(aged(user, 91))

    assert change(client, PASSWORD).status_code == 200
    assert not is_logged_in(client)


def test_lg_21_language_and_logout_stay_open(user: User) -> None:
    client = browser(issued(user))

    assert client.post("/i18n/setlang/", {"language": "en", "next": "/account/password/"}).status_code == 302
    assert '<html lang="en">' in client.get("/account/password/").content.decode()
    assert client.post("/logout/")["Location"] == "/login/"


def test_lg_21_the_api_says_so_to_a_session_and_asks_nothing_of_a_token(user: User) -> None:
    client = browser(issued(user))

    answer = client.get("/api/v1/units/")
    key = Token.issue(user, name="t", scope="read")[1]

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "password_change_required")
    assert Client().get("/api/v1/units/", headers={"authorization": f"Token {key}"}).status_code == 200


def test_lg_21_a_script_is_told_where_to_change_it(user: User) -> None:
    answer = browser(issued(user)).get("/report/", headers={"hx-request": "true"})

    assert (answer.status_code, answer.json()) == (403, {"change_password": "/account/password/?next=/"})


def test_lg_21_a_password_that_an_administrator_sets_is_an_issued_one(user: User) -> None:
    issue(administrator(), user, "Issued-by-them-1")

    client = Client()
    assert log_in(password="Issued-by-them-1", client=client).status_code == 302
    assert client.get("/account/")["Location"].startswith("/account/password/")
    assert Event.objects.filter(action="administer", record_id="official").exists()


def test_lg_21_so_is_that_of_a_user_made_in_the_admin() -> None:
    grants = {"grants-TOTAL_FORMS": "0", "grants-INITIAL_FORMS": "0"}
    fields = {"username": "新来的", "name": "新来的", "usable_password": "true", "password1": GOOD, "password2": GOOD}

    administrator().post("/admin/accounts/user/add/", fields | grants)

    assert User.objects.get(username="新来的").must_renew_password


def test_lg_21_machines_are_not_asked(user: User) -> None:
    User.objects.filter(pk=aged(issued(user), 100).pk).update(is_machine=True)

    assert is_logged_in(browser(user))


def test_lg_21_nor_are_accounts_of_before_passwords_had_an_age(user: User) -> None:
    User.objects.filter(pk=user.pk).update(password_changed_at=None)

    assert is_logged_in(browser(user))


@pytest.mark.parametrize(("option", "asked"), [((), False), (("--must-change",), True)])
def test_lg_21_add_user_asks_for_a_change_when_told_to(
    monkeypatch: pytest.MonkeyPatch, option: tuple[str, ...], asked: bool
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(GOOD + "\n"))

    call_command("add_user", "someone", "--role", "leader", "--password-stdin", *option, stdout=io.StringIO())

    assert User.objects.get().must_renew_password is asked


def test_lg_21_the_first_administrator_changes_the_printed_password() -> None:
    call_command("first_administrator", stdout=io.StringIO())

    assert User.objects.get().must_renew_password


def test_an_administrators_own_password_is_changed_with_the_old_one_at_hand() -> None:
    client = administrator()
    admin = User.objects.get(username="admin")

    assert issue(client, admin, GOOD)["Location"] == "/account/password/"
    assert client.get("/admin/password_change/")["Location"] == "/account/password/"
    assert User.objects.get(pk=admin.pk).check_password(PASSWORD)


def test_logging_out_of_the_admin_is_told_to_the_trail() -> None:
    client = administrator()

    client.post("/admin/logout/")

    assert Event.objects.latest("pk").action == "logout"
    assert not is_logged_in(client)


def test_who_does_not_administer_is_told_so_by_the_admin() -> None:
    client = browser(with_password())

    answer = client.get("/admin/", follow=True)

    assert answer.status_code == 403
    assert "无权进行此操作" in answer.content.decode()


def test_the_admin_has_no_login_of_its_own(settings: Any) -> None:
    settings.AXES_ENABLED = True
    administrator()

    for _try in range(6):
        answer = Client().post("/admin/login/", {"username": "admin", "password": PASSWORD})

        assert answer["Location"].startswith("/login/")
    assert Grant.objects.filter(user__username="admin").exists()


def test_a_new_user_of_a_taken_name_is_refused_by_the_admin() -> None:
    make_user("official")
    fields = {"username": "ＯFFICIAL", "name": "x", "usable_password": "true", "password1": GOOD, "password2": GOOD}

    answer = administrator().post(
        "/admin/accounts/user/add/", fields | {"grants-TOTAL_FORMS": "0", "grants-INITIAL_FORMS": "0"}
    )

    assert answer.status_code == 200
    assert User.objects.filter(username__iexact="official").count() == 1


def test_too_short_says_how_long() -> None:
    with pytest.raises(ValidationError, match="至少 8 个字符"):
        validate_password("Ab3-xyz")
