"""Who may do what with hooks and with the addresses they reach, and what the trail says of it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Role, User
from audit.models import Event
from common.errors import Conflict, Forbidden, StaleVersion
from goals.models import AllowedAddress, Delivery, Hook
from goals.tests.factories import make_plan, make_unit, make_user
from goals.tests.pages.factories import Cast
from goals.tests.webhooks.factories import make_delivery, make_hook
from goals.tests.webhooks.receiver import Receiver
from goals.webhooks import keeping, secrets

pytestmark = pytest.mark.django_db
URL = "https://data.example.cn/in"


@pytest.fixture
def administrator() -> User:
    return make_user("administrator", Role.ADMINISTRATOR)


def draft(**terms: object) -> Hook:
    return Hook(**({"name": "district", "address": URL, "unit": make_unit()} | terms))  # type: ignore[arg-type]


def test_a_planner_makes_a_hook_and_gets_its_secret_which_is_not_stored(cast: Cast) -> None:
    secret = keeping.save_hook(cast.planner, draft())

    hook = Hook.objects.get()
    assert secret == secrets.secret_of(hook)
    assert hook.owner == cast.planner
    assert secret not in {str(value) for value in Hook.objects.values_list().get()}
    event = Event.objects.get(record="hook")
    assert (event.action, event.after["address"]) == ("save", URL)
    assert not {"salt", "fingerprint"} & set(event.after)


@pytest.mark.parametrize("who", ["leader", "reviewer", "official"])
def test_nobody_else_makes_one(cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        keeping.save_hook(getattr(cast, who), draft())


def test_an_administrator_sees_no_facts_and_hands_none_out(cast: Cast, administrator: User) -> None:
    with pytest.raises(Forbidden):
        keeping.save_hook(administrator, draft())


def test_a_planner_of_elsewhere_keeps_no_hook_of_this_unit(cast: Cast) -> None:
    stranger = make_user("stranger", Role.PLANNER, unit=make_unit("elsewhere"))
    hook = make_hook(cast.planner)

    with pytest.raises(Forbidden):
        keeping.save_hook(stranger, draft())
    hook.unit = make_unit("elsewhere")
    with pytest.raises(Forbidden):
        keeping.save_hook(stranger, hook)
    assert list(Hook.objects.visible_to(stranger)) == []


def test_whoever_saves_it_answers_for_it(cast: Cast) -> None:
    colleague = make_user("colleague", Role.PLANNER, unit=make_unit())
    hook = make_hook(cast.planner)

    assert keeping.save_hook(colleague, hook) is None

    assert Hook.objects.get().owner == colleague


@pytest.mark.parametrize(
    ("field", "terms"),
    [
        ("address", {"address": "ftp://a.cn/"}),
        ("address", {"address": "https://user:word@a.cn/"}),
        ("on_status", {"on_status": False, "on_approval": False}),
        ("name", {"name": ""}),
    ],
)
def test_what_is_wrong_is_named(cast: Cast, field: str, terms: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as refused:
        keeping.save_hook(cast.planner, draft(**terms))

    assert list(refused.value.error_dict) == [field]
    assert not Hook.objects.exists()


def test_a_plan_that_the_planner_does_not_see_is_none(cast: Cast) -> None:
    plan = make_plan("elsewhere")
    plan.unit = make_unit("elsewhere")
    plan.save()

    with pytest.raises(ValidationError):
        keeping.save_hook(cast.planner, draft(plan=plan))


def test_a_hook_changed_meanwhile_is_not_overwritten(cast: Cast) -> None:
    hook = make_hook(cast.planner)
    Hook.objects.get().save()

    with pytest.raises(StaleVersion):
        keeping.save_hook(cast.planner, hook)


def test_a_new_secret_ends_the_old_one(cast: Cast) -> None:
    hook = make_hook(cast.planner)
    old = secrets.secret_of(hook)

    new = keeping.new_secret(cast.planner, hook)

    assert new != old
    assert secrets.secret_of(Hook.objects.get()) == new


def test_a_deleted_hook_takes_its_messages_along(cast: Cast) -> None:
    hook = make_hook(cast.planner)
    make_delivery(hook)

    keeping.delete_hook(cast.planner, hook)

    assert not Delivery.objects.exists()
    assert Event.objects.filter(record="hook", action="delete").exists()


def test_a_test_tells_at_once_how_it_went(cast: Cast, hook: Hook, receiver: Receiver) -> None:
    assert keeping.send_test(cast.planner, hook).state == Delivery.State.DELIVERED

    receiver.behaviour = "failing"
    failed = keeping.send_test(cast.planner, hook)
    assert (failed.state, failed.tries.get().status) == (Delivery.State.FAILED, 503)


def test_a_hook_switched_off_is_not_tested(cast: Cast, hook: Hook) -> None:
    hook.is_active = False

    with pytest.raises(Conflict):
        keeping.send_test(cast.planner, hook)


def test_a_message_is_sent_again_when_asked(cast: Cast, hook: Hook) -> None:
    message = make_delivery(hook, state=Delivery.State.DELIVERED, next_at=timezone.now() + timedelta(hours=1))

    keeping.send_again(cast.planner, message.pk)

    assert list(Delivery.objects.due()) == [message]


def test_not_one_that_is_too_old_or_on_its_way(cast: Cast, hook: Hook) -> None:
    old = make_delivery(hook, age=timedelta(days=3), state=Delivery.State.EXPIRED)
    moving = make_delivery(hook, claimed_until=timezone.now() + timedelta(minutes=1))

    for message in (old, moving):
        with pytest.raises(Conflict):
            keeping.send_again(cast.planner, message.pk)

    assert Delivery.objects.get(pk=old.pk).state == Delivery.State.EXPIRED


def test_a_leader_sends_nothing_again(cast: Cast, hook: Hook) -> None:
    message = make_delivery(hook)

    with pytest.raises(Forbidden):
        keeping.send_again(cast.leader, message.pk)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" Data.Example.CN. ", "data.example.cn"),
        ("10.1.2.0/24", "10.1.2.0/24"),
        ("127.0.0.1", "127.0.0.1/32"),
        ("::1", "::1/128"),
    ],
)
def test_an_administrator_allows_hosts_and_networks(administrator: User, written: str, kept: str) -> None:
    keeping.allow(administrator, AllowedAddress(address=written))

    assert AllowedAddress.objects.get().address == kept
    assert Event.objects.get(record="hookaddress").after["address"] == kept


@pytest.mark.parametrize(
    "written", ["", "a b.cn", "http://a.cn/", "*.cn", "10.1.2.3/24", "0.0.0.0/0", "2130706433", "-a.cn"]
)
def test_what_is_no_host_or_network_or_too_wide_is_refused(administrator: User, written: str) -> None:
    with pytest.raises(ValidationError) as refused:
        keeping.allow(administrator, AllowedAddress(address=written))

    assert list(refused.value.error_dict) == ["address"]


def test_an_address_stands_once(administrator: User) -> None:
    keeping.allow(administrator, AllowedAddress(address="a.cn"))

    with pytest.raises(ValidationError):
        keeping.allow(administrator, AllowedAddress(address="A.cn"))


def test_an_administrator_takes_an_address_back(administrator: User) -> None:
    entry = keeping.allow(administrator, AllowedAddress(address="a.cn"))

    keeping.disallow(administrator, entry.pk)

    assert not AllowedAddress.objects.exists()
    with pytest.raises(Conflict):
        keeping.disallow(administrator, entry.pk)


def test_a_planner_allows_no_address(cast: Cast) -> None:
    entry = AllowedAddress.objects.create(address="a.cn")

    with pytest.raises(Forbidden):
        keeping.allow(cast.planner, AllowedAddress(address="b.cn"))
    with pytest.raises(Forbidden):
        keeping.disallow(cast.planner, entry.pk)
