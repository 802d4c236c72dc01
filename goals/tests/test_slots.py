"""Each round of periodic work happens once, also with two beats, and what died half way is done after all."""

import runpy
import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings as SettingsWrapper

from common import clock
from goals import daily, slots, tasks
from goals.models import Notice, ReportingUnit, Slot
from goals.tests.pages.factories import SEPTEMBER, Cast, make_cast

pytestmark = pytest.mark.django_db
really_at_once = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")
DEADLINE = date(2022, 10, 10)
SERVER = Path(__file__).resolve().parents[2] / "scripts" / "gunicorn.conf.py"


@pytest.fixture
def cast() -> Cast:
    cast = make_cast(frequency="monthly")
    ReportingUnit.objects.update(first_day=SEPTEMBER, last_day=SEPTEMBER)
    return cast


def begun(minutes_ago: int, *, ended: bool = False) -> Slot:
    moment = timezone.now() - timedelta(minutes=minutes_ago)
    return Slot.objects.create(
        task="remind", slot=DEADLINE.isoformat(), begun_at=moment, ended_at=moment if ended else None
    )


def beat(hour: int = 8, minute: int = 0, day: date = DEADLINE) -> None:
    with clock.pretending(day, hour=hour, minute=minute):
        tasks.remind()


# A slot


def test_who_claims_first_has_it() -> None:
    assert slots.claim("remind", "2022-10-10") is not None
    assert slots.claim("remind", "2022-10-10") is None


def test_other_days_and_other_tasks_are_other_slots() -> None:
    assert slots.claim("remind", "2022-10-10") is not None
    assert slots.claim("remind", "2022-10-11") is not None
    assert slots.claim("check", "2022-10-10") is not None


def test_once_does_the_work_and_ends_the_slot() -> None:
    done: list[str] = []

    assert slots.once("check", "a day", lambda: done.append("work")) is True
    assert slots.once("check", "a day", lambda: done.append("work")) is False

    assert (done, slots.is_done("check", "a day")) == (["work"], True)


def test_failed_work_leaves_the_slot_begun_and_not_ended() -> None:
    def fail() -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        slots.once("check", "a day", fail)

    assert Slot.objects.get().ended_at is None
    assert slots.once("check", "a day", lambda: None) is False


def test_an_insert_that_comes_second_claims_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking and writing somebody else may write."""
    create = Slot.objects.create
    looked: list[bool] = []

    def late(**fields: object) -> Slot:
        looked.append(True)
        create(**fields)
        return create(**fields)

    monkeypatch.setattr(Slot.objects, "create", late)

    assert slots.claim("remind", "2022-10-10") is None
    assert looked == [True]


@really_at_once
@pytest.mark.django_db(transaction=True)
def test_of_eight_beats_at_once_one_does_the_work() -> None:
    done: list[int] = []
    for day in range(10):
        in_threads(8, lambda day=day: slots.once("remind", f"day {day}", lambda: done.append(day)))  # type: ignore[misc]

    assert done == list(range(10))


@really_at_once
@pytest.mark.django_db(transaction=True)
def test_of_eight_heirs_at_once_one_takes_a_dead_round_over() -> None:
    begun(minutes_ago=31)
    done: list[str] = []

    in_threads(8, lambda: slots.once("remind", DEADLINE.isoformat(), lambda: done.append("work")))

    assert done == ["work"]


@really_at_once
@pytest.mark.django_db(transaction=True)
def test_with_two_beats_at_once_everybody_is_reminded_once() -> None:
    cast = make_cast(frequency="monthly")
    ReportingUnit.objects.update(first_day=SEPTEMBER, last_day=SEPTEMBER)

    in_threads(2, beat)

    assert Notice.objects.filter(user=cast.official).count() == 1
    assert Slot.objects.count() == 1


def in_threads(count: int, action: Callable[[], object]) -> None:
    gate, failures = threading.Barrier(count), []

    def run() -> None:
        gate.wait()
        try:
            action()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _each in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


# The daily work


def test_nothing_happens_before_half_past_seven(cast: Cast) -> None:
    beat(hour=7, minute=29)
    assert not Slot.objects.exists()

    beat(hour=7, minute=30)
    assert Notice.objects.filter(user=cast.official).count() == 1


def test_a_beat_that_slept_is_made_up_for_later_in_the_day(cast: Cast) -> None:
    beat(hour=22)

    assert Notice.objects.filter(user=cast.official).count() == 1


def test_a_second_beat_finds_the_day_done(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    beat()

    def fail(day: date) -> None:
        raise AssertionError("twice")

    monkeypatch.setattr("goals.daily.reminders.remind", fail)
    beat()
    beat(hour=23)


def test_the_next_day_is_a_round_of_its_own(cast: Cast) -> None:
    beat()
    beat(day=date(2022, 10, 11))

    assert Notice.objects.filter(user=cast.official).count() == 2


def test_reminders_are_written_on_a_sunday_too(cast: Cast) -> None:
    beat(day=date(2022, 10, 16))

    assert Notice.objects.filter(user=cast.official).count() == 1


def test_a_round_that_began_just_now_is_left_to_who_began_it(cast: Cast) -> None:
    begun(minutes_ago=29)

    beat()

    assert not Notice.objects.exists()


def test_a_round_that_died_is_taken_over_after_half_an_hour(cast: Cast) -> None:
    begun(minutes_ago=31)

    beat()

    assert Notice.objects.filter(user=cast.official).count() == 1
    assert slots.is_done("remind", DEADLINE.isoformat())


def test_a_round_that_ended_long_ago_is_not_taken_over(cast: Cast) -> None:
    begun(minutes_ago=300, ended=True)

    beat()

    assert not Notice.objects.exists()


def test_a_day_that_is_done_costs_one_query(cast: Cast, django_assert_num_queries: Callable[[int], object]) -> None:
    beat()

    # The day's round; without EMAIL_URL nothing is asked of mails.
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        beat()


def test_the_nightly_check_happens_once_a_night(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr("goals.tasks.recomputing.nightly", lambda: done.append("check"))

    for day in (DEADLINE, DEADLINE, date(2022, 10, 11)):
        with clock.pretending(day, hour=3):
            tasks.check_stored()

    assert done == ["check", "check"]


@pytest.mark.parametrize("task", tasks.NIGHTLY)
def test_the_beat_rings_for_all_that_is_done_at_night(task: Any, settings: SettingsWrapper) -> None:
    (rung,) = [entry for entry in settings.CELERY_BEAT_SCHEDULE.values() if entry["task"] == task.name]

    assert rung["schedule"].hour == {settings.CHECK_HOUR}


def test_the_one_servers_thread_does_it_from_that_hour_on(
    monkeypatch: pytest.MonkeyPatch, settings: SettingsWrapper, tmp_path: Path
) -> None:
    settings.VAR_DIR = settings.EVIDENCE_ROOT = tmp_path
    ring = runpy.run_path(str(SERVER))["_timetable"]()
    tomorrow = timezone.localtime() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow.replace(hour=3))

    ring()
    ring()

    done = sorted(Slot.objects.values_list("task", flat=True))
    assert done == ["check", "clear_deliveries", "clear_evidence", "clear_imports", "propose_orders", "renew"]


def test_the_beat_rings_for_reminders(settings: SettingsWrapper) -> None:
    rung = settings.CELERY_BEAT_SCHEDULE["remind"]

    assert rung["task"] == tasks.remind.name
    assert daily.REMIND_AT.minute % settings.REMIND_MINUTES == 0


@pytest.mark.parametrize(("redis", "threads"), [("", 3), ("redis://broker", 0)])
def test_the_one_server_rings_by_threads_of_its_own(
    redis: str, threads: int, settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = redis
    started: list[tuple[int, Callable[[], object]]] = []

    class Thread:
        def __init__(self, *, target: object, args: tuple[int, Callable[[], object]], daemon: bool) -> None:
            started.append(args)

        def start(self) -> None:
            pass

    monkeypatch.setattr(threading, "Thread", Thread)

    runpy.run_path(str(SERVER))["post_worker_init"](None)

    assert len(started) == threads


def test_the_one_servers_thread_reminds(cast: Cast) -> None:
    ring = runpy.run_path(str(SERVER))["_timetable"]()

    with clock.pretending(DEADLINE):
        ring()

    assert Notice.objects.filter(user=cast.official).count() == 1
    assert not Slot.objects.filter(task="check").exists()
