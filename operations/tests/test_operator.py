"""The operator's page: who may, what it shows, what it sets going again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role, User
from audit.models import Event
from goals import recomputing, slots
from goals.models import Delivery, Hook, Mark, RecomputeChunk, RecomputeRun, Sweep, Target
from goals.progress.recompute import sweep
from goals.tests.factories import make_office, make_plan, make_target, make_targets, make_user
from goals.tests.pages.factories import browser_of
from operations.state import alarms, state

pytestmark = pytest.mark.django_db
POSTED = ["/operator/runs/start/", "/operator/marks/retry/", "/operator/deliveries/retry/"]


@pytest.fixture
def administrator() -> User:
    return make_user("admin", Role.ADMINISTRATOR)


@pytest.fixture
def browser(administrator: User) -> Client:
    return browser_of(administrator)


def parked_mark() -> Mark:
    return Mark.objects.create(
        target=make_target(), marked_at=timezone.now(), attempts=3, parked=True, reason="approve"
    )


def failed_run() -> RecomputeRun:
    if not Target.objects.exists():
        make_target()
    run = recomputing.start_run()
    RecomputeChunk.objects.update(state="parked", attempts=3, error="RuntimeError('broken')")
    recomputing.tend()
    return run


@pytest.mark.parametrize("role", [r for r in Role.values if r != Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_sees_it_or_does_anything_on_it(role: str) -> None:
    run = failed_run()
    browser = browser_of(make_user("other", role))

    assert browser.get("/operator/").status_code == 403
    for path in (*POSTED, f"/operator/runs/{run.pk}/cancel/", f"/operator/runs/{run.pk}/retry/"):
        assert browser.post(path, {"scope": "all"}).status_code == 403
    assert RecomputeRun.objects.count() == 1
    assert RecomputeChunk.objects.get().state == "parked"


def test_who_is_not_logged_in_is_asked_to() -> None:
    assert Client().get("/operator/")["Location"].startswith("/login/")


def test_nothing_is_done_by_a_visit(browser: Client) -> None:
    for path in (*POSTED, "/operator/runs/1/cancel/", "/operator/runs/1/retry/"):
        assert browser.get(path).status_code == 405


def test_a_run_that_there_isnt_is_not_found(browser: Client) -> None:
    assert browser.post("/operator/runs/99/cancel/").status_code == 404
    assert browser.post("/operator/runs/99/retry/").status_code == 404


def test_it_says_that_all_is_well_when_it_is(browser: Client) -> None:
    sweep()
    Event.objects.create(
        sequence=10**6, at=timezone.now() + timedelta(days=999), action="backup", record="backup", after={}
    )

    said = browser.get("/operator/").content.decode()

    assert "一切正常" in said
    assert "没有配置 Redis" in said


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda: None, "清扫停了"),
        (parked_mark, "1 项重算失败三次"),
        (failed_run, "1 块搁置"),
        (
            lambda: Mark.objects.create(target=make_target(), marked_at=timezone.now() - timedelta(hours=1)),
            "等了 5 分钟",
        ),
    ],
)
def test_it_says_what_has_to_be_looked_at(browser: Client, spoil: Callable[[], object], said: str) -> None:
    spoil()

    assert said in browser.get("/operator/").content.decode()


def test_a_sweep_of_long_ago_is_an_alarm() -> None:
    Sweep.objects.create(pk=1, ran_at=timezone.now() - timedelta(minutes=10))

    assert any("清扫" in said for said in alarms(state()))


def test_a_broker_that_doesnt_answer_is_an_alarm(settings: Any, browser: Client) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    answer = browser.get("/operator/").content.decode()

    assert "Redis 没有答复" in answer
    assert "doorbell" in answer


def test_a_parked_mark_is_shown_and_tried_again(browser: Client, django_capture_on_commit_callbacks: Any) -> None:
    mark = parked_mark()

    assert f"目标 {mark.pk}" in browser.get("/operator/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/operator/marks/retry/")

    mark.refresh_from_db()
    assert (mark.parked, mark.dirty_gen) == (False, mark.computed_gen)
    assert Event.objects.filter(action="retry_marks", after={"count": 1}).count() == 1


def test_where_nothing_is_parked_the_page_says_so(browser: Client) -> None:
    answer = browser.post("/operator/marks/retry/", follow=True)

    assert "没有搁置的重算" in answer.content.decode()
    assert not Event.objects.filter(action="retry_marks").exists()


def test_messages_that_wait_are_sent_now(browser: Client) -> None:
    later = timezone.now() + timedelta(minutes=30)
    waiting = make_delivery(attempts=3, next_at=later)

    browser.post("/operator/deliveries/retry/")

    waiting.refresh_from_db()
    assert waiting.next_at < later
    assert Event.objects.filter(action="retry_deliveries").count() == 1


def make_delivery(**fields: Any) -> Delivery:
    office = make_office()
    hook = Hook.objects.create(name="h", address="https://h/", owner=make_user("owner"), unit=office, salt="s")
    fields = {"made_at": timezone.now(), "next_at": timezone.now()} | fields
    return Delivery.objects.create(hook=hook, event=Delivery.Event.STATUS, body="{}", **fields)


def test_a_run_is_started_shown_with_its_progress_and_cancelled(browser: Client) -> None:
    make_target()

    browser.post("/operator/runs/start/", {"scope": "today"})
    run = RecomputeRun.objects.get()
    page = browser.get("/operator/").content.decode()

    assert (run.scope, run.state) == ("today", "running")
    assert '<progress class="op-bar" max="100" value="0"' in page
    assert 'hx-trigger="every 2s"' in page
    browser.post(f"/operator/runs/{run.pk}/cancel/")
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert 'hx-trigger="every 2s"' not in browser.get("/operator/").content.decode()


def test_what_moves_is_asked_for_alone(browser: Client) -> None:
    fragment = browser.get("/operator/", headers={"HX-Request": "true"}).content.decode()

    assert fragment.lstrip().startswith('<div id="runs"')
    assert "<html" not in fragment


def test_a_second_run_is_refused_in_words(browser: Client) -> None:
    make_target()
    browser.post("/operator/runs/start/", {"scope": "all"})

    answer = browser.post("/operator/runs/start/", {"scope": "all"}, follow=True)

    assert "已有一次全部重算" in answer.content.decode()
    assert RecomputeRun.objects.count() == 1


@pytest.mark.parametrize("scope", ["", "everything", "<script>", "a\x00b"])
def test_a_scope_that_there_isnt_starts_nothing(browser: Client, scope: str) -> None:
    assert browser.post("/operator/runs/start/", {"scope": scope}).status_code == 302
    assert not RecomputeRun.objects.exists()


def test_a_parked_piece_is_shown_with_its_error_and_tried_again(browser: Client) -> None:
    run = failed_run()

    assert "RuntimeError(&#x27;broken&#x27;)" in browser.get("/operator/").content.decode()
    browser.post(f"/operator/runs/{run.pk}/retry/")

    assert RecomputeChunk.objects.get().state == "waiting"
    recomputing.work_off(run.pk)
    run.refresh_from_db()
    assert run.state == "done"


def test_the_last_rounds_of_periodic_work_are_shown(browser: Client) -> None:
    slots.once("renew", "2022-10-12", lambda: None)
    slots.claim("remind", "2022-10-11")

    answer = browser.get("/operator/").content.decode()

    assert "2022-10-11" in answer
    assert "没有完成" in answer


def test_its_queries_dont_grow_with_what_there_is(browser: Client) -> None:
    parked_mark()
    failed_run()
    make_delivery(attempts=1)
    browser.get("/operator/")
    with CaptureQueriesContext(connection) as few:
        browser.get("/operator/")
    targets = make_targets(make_plan("many"), [f"t{n}" for n in range(40)], make_office())
    Mark.objects.bulk_create(Mark(target=t, marked_at=timezone.now(), parked=True) for t in targets)
    RecomputeChunk.objects.bulk_create(
        RecomputeChunk(run=RecomputeRun.objects.get(), book="target", first=n, last=n, state="parked")
        for n in range(40)
    )

    with CaptureQueriesContext(connection) as many:
        browser.get("/operator/")

    assert len(many) == len(few)
