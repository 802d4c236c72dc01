"""`queue_and_operator` of the hostile inputs: what comes over the queue, and what comes more than once."""

import hashlib
import pickle
import random
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from celery.contrib.testing.worker import start_worker
from kombu import Connection, Exchange
from pytest_django.fixtures import Settings as SettingsWrapper

from audit.models import Event
from common import clock
from goals import tasks, windows
from goals.models import Closing, Mark, Progress
from goals.progress.recompute import CHUNK, mark
from goals.tests.factories import make_reading
from goals.tests.pages.factories import AUGUST, SEPTEMBER, Cast, make_cast

# A worker of its own for each test.
pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[2]
HERE = {"qo-01", "qo-02", "qo-03", "qo-04", "qo-10"}
ELSEWHERE = {
    "qo-05": "goals/tests/recomputing/test_poison.py",
    "qo-06": "taoyan/tests/test_settings.py",
    "qo-07": "taoyan/tests/test_settings.py",
    "qo-08": "taoyan/tests/test_health.py",
    "qo-09": "operations/tests/test_bad_backups.py",
}


def test_every_case_of_the_group_has_a_test() -> None:
    named = {code for code, file in ELSEWHERE.items() if f"test_{code}".replace("-", "_") in (ROOT / file).read_text()}

    assert named == set(ELSEWHERE)
    assert HERE | set(ELSEWHERE) == {f"qo-{number:02}" for number in range(1, 11)}


# A worker that takes from the queues


@pytest.fixture
def alive() -> Iterator[threading.Event]:
    """A real worker in a thread, and an event that a good task sets: whether the worker lives on."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    reached = threading.Event()

    @app.task(name="test.alive")  # type: ignore[untyped-decorator, unused-ignore]
    def ring() -> None:
        reached.set()

    kept = app.conf.task_always_eager
    app.conf.task_always_eager = False
    try:
        with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=30):
            yield reached
    finally:
        app.conf.task_always_eager = kept
        app.tasks.pop("test.alive", None)


def put(body: Any, content_type: str, **headers: Any) -> None:
    """A message as anybody who reaches the broker could write it."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.connection_for_write() as connection:
        assert isinstance(connection, Connection)
        producer = connection.Producer(exchange=Exchange("doorbell"), routing_key="doorbell")
        producer.publish(body, content_type=content_type, content_encoding="binary", headers=headers, serializer=None)


class Trap:
    """Would leave a file behind if anybody unpickled it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (Path.touch, (self.path,))


def lives(alive: threading.Event) -> bool:
    current_app.send_task("test.alive", queue="doorbell")
    return alive.wait(30)


def test_qo_01_a_pickle_on_the_queue_is_discarded_unread_and_told(
    alive: threading.Event, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    body = pickle.dumps(((Trap(tmp_path / "sprung"),), {}, {}))

    put(body, "application/x-python-serialize", id="1", task="goals.tasks.recompute_targets", lang="py")

    assert lives(alive)
    assert not (tmp_path / "sprung").exists()
    assert "x-python-serialize" in caplog.text or "decode" in caplog.text


@pytest.mark.parametrize(
    ("task", "args"),
    [
        ("os.system", ["true"]),
        ("goals.tasks.unknown", []),
        ("goals.tasks.recompute_targets", []),
        ("goals.tasks.recompute_targets", [["x"]]),
        ("goals.tasks.recompute_targets", [{"a": 1}]),
        ("goals.tasks.recompute_targets", [list(range(CHUNK + 1))]),
        ("goals.tasks.recompute_targets", [["y" * 5_000_000]]),
        ("goals.tasks.recompute_targets", [[1], "no book"]),
    ],
    ids=["foreign", "unknown", "none", "text", "mapping", "too_many", "5_mb", "book"],
)
def test_qo_02_what_no_worker_knows_or_may_do_is_discarded_and_told(
    alive: threading.Event, caplog: pytest.LogCaptureFixture, task: str, args: list[Any]
) -> None:
    current_app.send_task(task, args=args, queue="doorbell")

    assert lives(alive)
    assert [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")]


# What comes late, twice or out of order


@pytest.mark.django_db
def test_qo_03_a_task_for_what_is_gone_or_never_was_ends_without_an_error() -> None:
    cast = make_cast(frequency="monthly")
    gone = cast.target.pk
    cast.target.delete()

    tasks.recompute_targets([gone, 999_999_999])
    tasks.recompute_chunk(999_999_999)

    assert not Progress.objects.exists()


def state_hash() -> str:
    """Everything stored of progress, but for the moment of its computation."""
    columns = [field.attname for field in Progress._meta.fields if field.attname not in ("id", "computed_at")]
    rows = Progress.objects.order_by("target", "slot").values_list(*columns)
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_qo_04_tasks_delivered_three_times_in_any_order_leave_what_one_delivery_leaves(seed: int) -> None:
    cast = make_cast(frequency="monthly")
    make_reading(cast.indicator, AUGUST, 3)
    mark([cast.target.pk], "approve")
    tasks.recompute_targets([cast.target.pk])
    make_reading(cast.indicator, SEPTEMBER, 4)
    mark([cast.target.pk], "approve")
    tasks.recompute_targets([cast.target.pk])
    once = state_hash()
    deliveries = [
        lambda: tasks.recompute_targets([cast.target.pk]),
        lambda: tasks.recompute_targets([cast.target.pk]),
        tasks.sweep,
        tasks.renew,
    ] * 3
    random.Random(seed).shuffle(deliveries)

    for deliver in deliveries:
        deliver()

    assert state_hash() == once
    assert Mark.objects.get().dirty_gen == Mark.objects.get().computed_gen


def closed(cast: Cast) -> list[Any]:
    return list(Closing.objects.order_by("pk").values_list("period", "closed_at"))


@pytest.mark.django_db
def test_qo_10_a_clock_set_back_or_forward_reopens_no_month_and_closes_none_twice(settings: SettingsWrapper) -> None:
    cast = make_cast(frequency="monthly")
    windows.close_month(cast.planner, cast.plan, AUGUST)
    before = closed(cast)

    for day, hour in ((date(2022, 10, 12), 7), (date(2022, 11, 21), 9), (date(2022, 10, 12), 9)):
        with clock.pretending(day, hour):
            for ring in (tasks.sweep, tasks.renew, tasks.remind, tasks.check_stored, tasks.renew):
                ring()

    assert closed(cast) == before
    assert Progress.objects.filter(target=cast.target, slot=0).count() == 1


@pytest.mark.django_db
def test_qo_10_the_trail_is_ordered_by_its_sequence_whatever_the_clock_says() -> None:
    cast = make_cast(frequency="monthly")
    with clock.pretending(date(2022, 11, 21)):
        windows.close_month(cast.planner, cast.plan, AUGUST)
    with clock.pretending(date(2022, 10, 12)):
        windows.close_month(cast.planner, cast.plan, SEPTEMBER)

    first, second = Event.objects.filter(action="close_month").order_by("sequence")

    assert first.at > second.at
    assert second.sequence == first.sequence + 1
