"""Delivering: signed, once by whoever claims it, again until it arrives, never when too old. Against a real server."""

import hashlib
import hmac
import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from goals import reporting
from goals.models import AllowedAddress, Attempt, Delivery, Hook
from goals.models.reading import State as ReadingState
from goals.tests.factories import make_reading
from goals.tests.pages.factories import JANUARY, Cast
from goals.tests.webhooks.factories import make_delivery, make_hook
from goals.tests.webhooks.receiver import Receiver, running
from goals.webhooks import delivery, outbox, secrets
from goals.webhooks.delivery import deliver, deliver_due, pause_after
from goals.webhooks.sending import post

pytestmark = pytest.mark.django_db
State = Delivery.State


def test_an_approval_arrives_signed(cast: Cast, hook: Hook, receiver: Receiver) -> None:
    reading = make_reading(cast.indicator, JANUARY, 5, state=ReadingState.SUBMITTED, entered_by=cast.official)
    reporting.approve(cast.reviewer, reading.pk)

    assert deliver_due() == 1

    (headers, body), sent = receiver.received[0], Delivery.objects.get()
    secret = secrets.secret_of(hook)
    assert secret is not None
    signed = hmac.new(secret.encode(), headers["X-Taoyan-Timestamp"].encode() + b"." + body, hashlib.sha256)
    assert headers["X-Taoyan-Signature"] == f"v1={signed.hexdigest()}"
    assert (headers["X-Taoyan-Event"], headers["X-Taoyan-Delivery"]) == ("reading.approved", str(sent.pk))
    assert abs(int(headers["X-Taoyan-Timestamp"]) - timezone.now().timestamp()) < 60
    assert json.loads(body)["facts"][0]["reading"] == reading.pk
    assert (sent.state, sent.attempts) == (State.DELIVERED, 1)


def test_what_arrived_is_not_sent_again(hook: Hook, receiver: Receiver) -> None:
    make_delivery(hook)

    assert (deliver_due(), deliver_due()) == (1, 0)

    assert len(receiver.received) == 1


def test_what_failed_is_due_again_after_a_pause_and_arrives_in_the_end(hook: Hook, receiver: Receiver) -> None:
    receiver.behaviour = "failing"
    message = make_delivery(hook)

    deliver_due()

    message.refresh_from_db()
    assert (message.state, message.attempts, deliver_due()) == (State.PENDING, 1, 0)
    assert timezone.now() < message.next_at <= timezone.now() + timedelta(seconds=30)
    receiver.behaviour = "ok"
    Delivery.objects.update(next_at=timezone.now())

    deliver_due()

    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.DELIVERED, 2)
    tries = message.tries.values_list("status", "problem", "answer", "peer")
    assert list(tries) == [(503, "refused", "维护中", "127.0.0.1"), (202, "", "thanks", "127.0.0.1")]
    assert len({headers["X-Taoyan-Delivery"] for headers, _body in receiver.received}) == 1


def test_pauses_double_up_to_an_hour() -> None:
    pauses = [pause_after(n).total_seconds() for n in (1, 2, 3, 7, 8, 100)]

    assert pauses == [30, 60, 120, 1920, 3600, 3600]


@pytest.mark.parametrize("behaviour", ["redirecting", "failing"])
def test_what_is_not_accepted_waits(hook: Hook, receiver: Receiver, behaviour: str) -> None:
    receiver.behaviour = behaviour
    make_delivery(hook)

    deliver_due()

    assert Delivery.objects.get().state == State.PENDING
    assert len(receiver.paths) == 1


def test_older_than_three_days_it_expires_unsent(hook: Hook, receiver: Receiver) -> None:
    make_delivery(hook, age=timedelta(days=3))
    young = make_delivery(hook, age=timedelta(days=2, hours=23))

    deliver_due()

    assert set(Delivery.objects.values_list("state", flat=True)) == {State.EXPIRED, State.DELIVERED}
    assert [headers["X-Taoyan-Delivery"] for headers, _body in receiver.received] == [str(young.pk)]


def test_not_even_by_a_doorbell_is_an_old_one_sent(hook: Hook, receiver: Receiver) -> None:
    old = make_delivery(hook, age=timedelta(days=3, seconds=1))

    delivery.deliver_some([str(old.pk)])

    assert receiver.received == []


def test_an_address_that_was_taken_off_the_list_is_not_reached(hook: Hook, receiver: Receiver) -> None:
    make_delivery(hook)
    AllowedAddress.objects.all().delete()

    deliver_due()

    assert receiver.received == []
    assert (Attempt.objects.get().problem, Delivery.objects.get().state) == ("not_allowed", State.PENDING)


def test_a_hook_that_is_silent_does_not_hold_up_the_others(cast: Cast, hook: Hook, receiver: Receiver) -> None:
    with running("failing") as broken:
        silent = make_hook(cast.planner, broken.url)
        for age in (5, 4, 3):
            make_delivery(silent, next_at=timezone.now() - timedelta(minutes=age))
        make_delivery(hook)

        assert deliver_due() == 1

        assert (len(broken.received), len(receiver.received)) == (1, 1)


def test_a_sweep_ends_after_its_time(hook: Hook, receiver: Receiver) -> None:
    make_delivery(hook)

    assert deliver_due(seconds=-1) == 0

    assert deliver_due() == 1


def test_who_is_switched_off_gets_it_once_switched_on(hook: Hook, receiver: Receiver) -> None:
    message = make_delivery(hook)
    Hook.objects.update(is_active=False)

    assert (deliver_due(), deliver(message.pk)) == (0, None)

    Hook.objects.update(is_active=True)
    assert deliver_due() == 1


def test_what_its_owner_may_not_see_any_more_stays_here(cast: Cast, hook: Hook, receiver: Receiver) -> None:
    reading = make_reading(cast.indicator, JANUARY, 5)
    make_delivery(hook, about=[reading.pk])
    cast.planner.grants.all().delete()

    deliver_due()

    assert receiver.received == []
    assert Delivery.objects.get().state == State.WITHHELD


def test_nor_does_anything_leave_for_an_owner_who_left(cast: Cast, hook: Hook, receiver: Receiver) -> None:
    make_delivery(hook)
    cast.planner.is_active = False
    cast.planner.save()

    deliver_due()

    assert receiver.received == []


def test_with_another_secret_key_nothing_is_signed(hook: Hook, receiver: Receiver, settings: Any) -> None:
    make_delivery(hook)
    settings.SECRET_KEY = "another" * 10

    deliver_due()

    assert receiver.received == []
    assert Attempt.objects.get().problem == "secret"


def test_a_worker_that_died_leaves_it_to_the_next(hook: Hook, receiver: Receiver) -> None:
    make_delivery(hook, claimed_until=timezone.now() + timedelta(minutes=1))
    assert deliver_due() == 0

    Delivery.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))

    assert deliver_due() == 1


def test_while_one_worker_has_it_in_hand_another_finds_nothing(
    hook: Hook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    message, seen = make_delivery(hook), list[bool | None]()

    def sending(*sent: Any) -> Any:
        seen.append(deliver(message.pk))
        return post(*sent)

    monkeypatch.setattr(delivery, "post", sending)

    assert deliver(message.pk) is True
    assert seen == [None]
    assert len(receiver.received) == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite takes writers in turn")
@pytest.mark.django_db(transaction=True)
def test_two_workers_deliver_a_message_once(hook: Hook, receiver: Receiver) -> None:
    message = make_delivery(hook)
    begin, results = threading.Barrier(2), list[bool | None]()

    def work() -> None:
        begin.wait()
        results.append(deliver(message.pk))
        connection.close()

    workers = [threading.Thread(target=work) for _n in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()

    assert sorted(results, key=str) == [None, True]
    assert len(receiver.received) == 1


def test_a_commit_rings_for_a_worker(hook: Hook, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    rung: list[Any] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **more: rung.append((name, more["args"])))

    outbox.ring(["1"])

    assert rung == [("goals.tasks.deliver", [["1"]])]


def test_a_broker_that_is_away_is_no_error(hook: Hook, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"

    def away(*_args: Any, **_more: Any) -> None:
        raise OSError

    monkeypatch.setattr(current_app, "send_task", away)

    outbox.ring(["1"])


def test_messages_of_three_months_ago_are_forgotten_but_none_that_waits(hook: Hook) -> None:
    make_delivery(hook, age=timedelta(days=90), state=State.DELIVERED)
    kept = make_delivery(hook, age=timedelta(days=89), state=State.DELIVERED)
    waiting = make_delivery(hook, age=timedelta(days=90))

    delivery.clear_old()

    assert set(Delivery.objects.values_list("pk", flat=True)) == {kept.pk, waiting.pk}


def test_a_person_may_send_what_is_due_by_hand(hook: Hook, receiver: Receiver, capsys: Any) -> None:
    make_delivery(hook)

    call_command("deliver")

    assert "1 delivered" in capsys.readouterr().out
    assert len(receiver.received) == 1
