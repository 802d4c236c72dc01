"""外发通知 and 外发地址: who sees them, what is shown once, and what the buttons do."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Role
from accounts.tests.factories import queries
from goals.models import AllowedAddress, Attempt, Delivery, Hook
from goals.tests.factories import make_unit, make_user
from goals.tests.pages.factories import Cast, browser_of
from goals.tests.webhooks.factories import make_delivery, make_hook
from goals.tests.webhooks.receiver import Receiver
from goals.webhooks import secrets

pytestmark = pytest.mark.django_db
FORM = {"name": "区平台", "address": "https://data.example.cn/in", "on_status": "on", "is_active": "on"}


@pytest.fixture
def browser(cast: Cast) -> Client:
    return browser_of(cast.planner)


@pytest.fixture
def administrator(cast: Cast) -> Client:
    return browser_of(make_user("administrator", Role.ADMINISTRATOR))


def shown(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.mark.parametrize("who", ["leader", "reviewer", "official"])
def test_hooks_are_for_planners(cast: Cast, hook: Hook, who: str) -> None:
    browser, message = browser_of(getattr(cast, who)), make_delivery(hook)

    pages = [
        "/hooks/",
        "/hooks/add/",
        f"/hooks/{hook.pk}/",
        f"/hooks/{hook.pk}/edit/",
        f"/hooks/messages/{message.pk}/",
    ]
    buttons = [f"/hooks/{hook.pk}/{each}/" for each in ("test", "secret", "delete")]
    answers = [browser.get(path) for path in pages] + [
        browser.post(path) for path in [*buttons, f"/hooks/messages/{message.pk}/send/"]
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert Delivery.objects.count() == 1


def test_a_planner_of_elsewhere_does_not_see_them(cast: Cast, hook: Hook) -> None:
    browser = browser_of(make_user("stranger", Role.PLANNER, unit=make_unit("elsewhere")))
    message = make_delivery(hook)

    for path in (f"/hooks/{hook.pk}/", f"/hooks/{hook.pk}/edit/", f"/hooks/messages/{message.pk}/"):
        assert browser.get(path).status_code == 404
    for path in (f"/hooks/{hook.pk}/test/", f"/hooks/{hook.pk}/delete/", f"/hooks/messages/{message.pk}/send/"):
        assert browser.post(path).status_code == 404
    assert hook.name not in shown(browser, "/hooks/")


@pytest.mark.parametrize("who", ["leader", "planner"])
def test_addresses_are_for_administrators(cast: Cast, hook: Hook, who: str) -> None:
    browser, entry = browser_of(getattr(cast, who)), AllowedAddress.objects.get()

    assert browser.get("/hooks/addresses/").status_code == 403
    assert browser.post("/hooks/addresses/", {"address": "a.cn"}).status_code == 403
    assert browser.post(f"/hooks/addresses/{entry.pk}/delete/").status_code == 403
    assert AllowedAddress.objects.count() == 1


def test_a_new_hook_shows_its_secret_once(browser: Client) -> None:
    answer = browser.post("/hooks/add/", FORM | {"unit": make_unit().pk})

    hook = Hook.objects.get()
    secret = secrets.secret_of(hook)
    assert secret is not None
    assert secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    for path in (f"/hooks/{hook.pk}/", f"/hooks/{hook.pk}/edit/", "/hooks/"):
        assert secret not in shown(browser, path)


def test_what_is_wrong_stands_beside_its_field(browser: Client) -> None:
    answer = browser.post("/hooks/add/", FORM | {"unit": make_unit().pk, "address": "ftp://a.cn/"})

    assert answer.status_code == 400
    assert "应为 http:// 或 https:// 开头的网址" in answer.content.decode()
    assert not Hook.objects.exists()


def test_a_unit_that_the_planner_does_not_plan_for_is_no_choice(browser: Client) -> None:
    answer = browser.post("/hooks/add/", FORM | {"unit": make_unit("elsewhere").pk})

    assert answer.status_code == 400


def test_an_edit_of_what_was_changed_meanwhile_is_refused(browser: Client, hook: Hook) -> None:
    form = FORM | {"unit": hook.unit_id, "version": hook.version}
    Hook.objects.get().save()

    assert browser.post(f"/hooks/{hook.pk}/edit/", form).status_code == 400

    form["version"] = Hook.objects.get().version
    assert browser.post(f"/hooks/{hook.pk}/edit/", form).status_code == 302
    assert (Hook.objects.get().name, Hook.objects.get().on_approval) == ("区平台", False)


def test_a_test_leads_to_the_answer(browser: Client, hook: Hook, receiver: Receiver) -> None:
    receiver.behaviour = "failing"

    answer = browser.post(f"/hooks/{hook.pk}/test/", follow=True)

    said = answer.content.decode()
    assert "试发没有送达" in said
    assert all(part in said for part in ("503", "维护中", "对方未接受", "127.0.0.1"))


def test_a_message_shows_what_was_answered_as_text(browser: Client, hook: Hook) -> None:
    message = make_delivery(hook)
    Attempt.objects.create(delivery=message, at=message.made_at, took_ms=1, status=500, answer="<script>x</script>")

    said = shown(browser, f"/hooks/messages/{message.pk}/")

    assert "&lt;script&gt;" in said
    assert "<script>x" not in said


def test_what_expired_says_so_and_has_no_button(browser: Client, hook: Hook) -> None:
    old = make_delivery(hook, age=timedelta(days=4), state=Delivery.State.EXPIRED)

    assert "3 天内没有送达" in shown(browser, f"/hooks/messages/{old.pk}/")
    assert f"/hooks/messages/{old.pk}/send/" not in shown(browser, f"/hooks/{hook.pk}/")
    assert browser.post(f"/hooks/messages/{old.pk}/send/", follow=True).status_code == 200
    assert Delivery.objects.get().state == Delivery.State.EXPIRED


def test_a_message_is_sent_again(browser: Client, hook: Hook) -> None:
    message = make_delivery(hook, state=Delivery.State.DELIVERED)

    browser.post(f"/hooks/messages/{message.pk}/send/")

    assert Delivery.objects.get().state == Delivery.State.PENDING


def test_the_messages_are_filtered_by_state(browser: Client, hook: Hook) -> None:
    arrived, waiting = make_delivery(hook, state=Delivery.State.DELIVERED), make_delivery(hook)

    said = shown(browser, f"/hooks/{hook.pk}/?state=delivered")

    assert str(arrived.pk) in said
    assert str(waiting.pk) not in said


def test_a_new_secret_and_a_deletion(browser: Client, hook: Hook) -> None:
    old = secrets.secret_of(hook)

    said = browser.post(f"/hooks/{hook.pk}/secret/").content.decode()
    assert str(secrets.secret_of(Hook.objects.get())) in said
    assert str(old) not in said

    assert browser.post(f"/hooks/{hook.pk}/delete/").status_code == 302
    assert not Hook.objects.exists()


def test_an_administrator_keeps_the_addresses(administrator: Client) -> None:
    assert administrator.post("/hooks/addresses/", {"address": "data.example.cn", "note": ""}).status_code == 302
    assert administrator.post("/hooks/addresses/", {"address": "0.0.0.0/0", "note": ""}).status_code == 400
    entry = AllowedAddress.objects.get()
    assert "data.example.cn" in shown(administrator, "/hooks/addresses/")

    administrator.post(f"/hooks/addresses/{entry.pk}/delete/")

    assert not AllowedAddress.objects.exists()


def test_the_lists_take_no_more_queries_for_more_rows(cast: Cast, browser: Client, hook: Hook) -> None:
    make_delivery(hook)
    few = queries(lambda: shown(browser, "/hooks/")), queries(lambda: shown(browser, f"/hooks/{hook.pk}/"))
    for n in range(5):
        make_delivery(make_hook(cast.planner, name=f"hook{n}", plan=cast.plan))
        make_delivery(hook)

    many = queries(lambda: shown(browser, "/hooks/")), queries(lambda: shown(browser, f"/hooks/{hook.pk}/"))

    assert many == few
