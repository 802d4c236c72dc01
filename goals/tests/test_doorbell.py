"""The broker is only a doorbell: refused, hanging or answering, an approval is stored and reaches the figures."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.db import connection
from pytest_django.fixtures import Settings as SettingsWrapper

from common import ringing
from goals import reporting
from goals.models import Mark, Progress, Reading
from goals.models.reading import State
from goals.progress import recompute as recomputing
from goals.progress.recompute import recompute, sweep
from goals.tests.factories import make_reading
from goals.tests.pages.factories import JANUARY, Cast, browser_of, make_cast

REDIS = os.environ.get("TEST_REDIS_URL", "")
SHORT = {"socket_timeout": 1, "socket_connect_timeout": 1, "retry_on_timeout": False}


class DeadBroker:
    """A port that refuses, or one that takes every connection and never answers."""

    def __init__(self, *, hangs: bool) -> None:
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self.socket.getsockname()[1]}/0"
        self.taken: list[socket.socket] = []
        if hangs:
            self.socket.listen(16)
            threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                self.taken.append(self.socket.accept()[0])
            except OSError:
                return

    def close(self) -> None:
        for each in [*self.taken, self.socket]:
            each.close()


@pytest.fixture(params=["refused", "hanging"])
def broker(request: pytest.FixtureRequest, settings: SettingsWrapper) -> Iterator[DeadBroker]:
    dead = DeadBroker(hangs=request.param == "hanging")
    settings.REDIS_URL = dead.url
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    kept = {name: app.conf[name] for name in ("broker_url", "broker_transport_options", "task_always_eager")}
    app.conf.update(broker_url=dead.url, broker_transport_options=SHORT, task_always_eager=False)
    app.pool.force_close_all()
    app.amqp._producer_pool = app._pool = None
    yield dead
    app.conf.update(**kept)
    app.amqp._producer_pool = app._pool = None
    dead.close()


def actual_of(cast: Cast) -> Any:
    return Progress.objects.get(target=cast.target, slot=0).actual


def submitted(cast: Cast) -> Reading:
    reading = make_reading(cast.indicator, JANUARY, 5, state=State.SUBMITTED, entered_by=cast.official)
    recompute([cast.target.pk])
    return reading


@pytest.mark.django_db
def test_with_a_dead_broker_an_approval_is_stored_answers_and_is_in_the_figures_after_the_sweep(
    broker: DeadBroker, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    cast = make_cast(frequency="monthly")
    reading = submitted(cast)
    tried: list[str] = []
    send = current_app.send_task

    def spy(name: str, **more: Any) -> Any:
        tried.append(name)
        return send(name, **more)

    monkeypatch.setattr(recomputing.current_app, "send_task", spy)

    with django_capture_on_commit_callbacks(execute=True):
        answer = browser_of(cast.reviewer).post(f"/review/{reading.pk}/approve/")

    reading.refresh_from_db()
    assert answer.status_code == 302
    assert reading.state == State.APPROVED
    assert tried == ["goals.tasks.recompute_targets"]
    assert len(broker.taken) <= 1
    assert actual_of(cast) is None

    sweep()

    assert actual_of(cast) == 5


@pytest.mark.django_db
def test_a_dead_broker_is_left_alone_for_a_while_after_it_did_not_answer(
    broker: DeadBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def refuse(name: str, **more: Any) -> None:
        tried.append(name)
        raise OSError("away")

    monkeypatch.setattr(recomputing.current_app, "send_task", refuse)

    for _time in range(3):
        recomputing.ring([1])
    monkeypatch.setattr(ringing.time, "monotonic", lambda: time.time() + 10**6)
    recomputing.ring([1])

    assert tried == ["goals.tasks.recompute_targets"] * 2


@pytest.mark.django_db
def test_without_a_broker_the_request_itself_computes(django_capture_on_commit_callbacks: Any) -> None:
    cast = make_cast(frequency="monthly")
    reading = submitted(cast)

    with django_capture_on_commit_callbacks(execute=True):
        reporting.approve(cast.reviewer, reading.pk)

    assert actual_of(cast) == 5


@pytest.mark.django_db
def test_a_failing_recompute_is_tried_three_times_then_parked_and_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast = make_cast(frequency="monthly")
    recomputing.mark([cast.target.pk], "test")

    def fail(ids: Any) -> int:
        raise RuntimeError("broken")

    monkeypatch.setattr(recomputing, "recompute", fail)
    for _time in range(4):
        sweep()

    mark = Mark.objects.get()
    assert (mark.attempts, mark.parked) == (3, True)


@pytest.mark.django_db
def test_a_new_day_renews_todays_rows(settings: SettingsWrapper) -> None:
    cast = make_cast(frequency="monthly")
    recompute([cast.target.pk])
    settings.TAOYAN_TODAY = "2022-10-13"

    sweep()

    assert Progress.objects.get(slot=0).as_of.isoformat() == "2022-10-13"


@pytest.mark.django_db
def test_a_change_during_a_recompute_is_not_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast(frequency="monthly")
    recomputing.mark([cast.target.pk], "first")
    recompute([cast.target.pk])
    recomputing.mark([cast.target.pk], "second")

    mark = Mark.objects.get()

    assert mark.dirty_gen > mark.computed_gen
    assert (mark.reason, sweep()) == ("second", 1)


@pytest.mark.django_db
def test_a_task_for_a_target_that_is_gone_ends_quietly() -> None:
    assert recompute([999_999]) == 0


@pytest.mark.skipif(not REDIS or connection.vendor == "sqlite", reason="needs TEST_REDIS_URL and PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_with_redis_and_one_worker_the_figure_arrives(settings: SettingsWrapper) -> None:
    cast = make_cast(frequency="monthly")
    reading = submitted(cast)
    settings.REDIS_URL = REDIS
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    app.conf.update(broker_url=REDIS, broker_transport_options=SHORT, task_always_eager=False)
    app.amqp._producer_pool = app._pool = None
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "taoyan", "worker", "-P", "threads", "-c", "1", "--without-gossip"],
        cwd=Path(__file__).resolve().parents[2],
        env=os.environ | {"DATABASE_URL": database_url(), "REDIS_URL": REDIS, "DEBUG": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        reporting.approve(cast.reviewer, reading.pk)
        deadline = time.monotonic() + 60
        while actual_of(cast) is None and time.monotonic() < deadline:
            time.sleep(0.1)

        assert actual_of(cast) == 5
    finally:
        worker.terminate()
        worker.wait()
        app.conf.update(broker_url="memory://", task_always_eager=True)
        app.amqp._producer_pool = app._pool = None


def database_url() -> str:
    """The test database, for another process."""
    at = connection.settings_dict
    return f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT'] or 5432}/{at['NAME']}"
