"""What everybody waits for, in a province as in a street: approvals, the pages of one plan; and the server's memory."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from bench import harness

On = Callable[[str], AbstractContextManager[None]]
Part = tuple[str, Callable[[], None]]
PLAN, LEADER = "scenario0001-2022", "scenario0001.leader"
ROUNDS, EACH = 7, 15
APPROVALS, FIRST, LAST = 200, 1_000, 10_000


def parts(on: On, size: str, word: str) -> list[Part]:
    return [
        ("one approval", lambda: one_approval(on, size, word)),
        ("pages", lambda: pages(on, size, word)),
        ("approve to visible", lambda: approving(word)),
        ("memory", memory),
    ]


def one_approval(on: On, size: str, word: str) -> None:
    """The recompute of the target that an approval has marked, turn and turn about."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from goals.models import Target
    from goals.progress.recompute import recompute

    def block(name: str) -> float:
        """The median of some targets of the first plan."""
        with on(name):
            ids = list(Target.objects.filter(plan__slug=PLAN).values_list("pk", flat=True)[: EACH + 1])
            taken = []
            for pk in ids:
                _mark(pk)
                taken.append(harness.seconds(lambda: recompute([pk])))  # noqa: B023
        return statistics.median(taken[1:])

    block("street"), block(size)
    ratios = [block(size) / block("street") for _round in range(ROUNDS)]
    harness.result(f"recompute after one approval in {word} against a street", ratios, 1.3)
    pk = Target.objects.filter(plan__slug=PLAN).values_list("pk", flat=True)[0]
    _mark(pk)
    with CaptureQueriesContext(connection) as asked:
        recompute([pk])
    own = [q["sql"] for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    harness.result("queries of a recompute after one approval", [len(own)], 8)


def _mark(pk: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE goals_mark SET dirty_gen = dirty_gen + 1 WHERE target_id = %s", [pk])


def pages(on: On, size: str, word: str) -> None:
    """总览 and targets/ of the first plan: the server's time and its queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User

    clients: dict[str, Client] = {}

    def block(name: str, path: str) -> tuple[float, int]:
        with on(name):
            if name not in clients:
                clients[name] = Client()
                clients[name].force_login(User.objects.get(username=LEADER))
            client, taken = clients[name], []
            for _time in range(EACH + 2):
                begun = time.perf_counter()
                assert client.get(path).status_code == 200, path
                taken.append(time.perf_counter() - begun)
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            return statistics.median(taken[2:]), len(asked)

    for said, path in (("总览", f"/plans/{PLAN}/"), ("targets/", f"/api/v1/targets/?plan={PLAN}")):
        block(size, path), block("street", path)
        found = [(block(size, path), block("street", path)) for _round in range(ROUNDS)]
        times = [big[0] / small[0] for big, small in found]
        harness.result(f"{said} of one plan in {word} against a street", times, 1.2)
        queries = [big[1] / small[1] for big, small in found]
        harness.result(f"queries of {said} in {word} against a street", queries, 1)


def approving(word: str) -> None:
    """From the approval to the stored figure, with Redis and one worker; the 95th percentile in shares of 2 seconds."""
    from celery import current_app
    from django.conf import settings

    with harness.redis() as address:
        command = [sys.executable, "-m", "celery", "-A", "taoyan", "worker", "-P", "threads", "-c", "1"]
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        environment = os.environ | {"REDIS_URL": address}
        worker = subprocess.Popen(command, cwd=harness.ROOT, env=environment, **quiet)
        settings.REDIS_URL = address
        current_app.conf.update(broker_url=address, task_always_eager=False)
        try:
            shares = [seconds / 2 for seconds in _approved(APPROVALS)]
        finally:
            settings.REDIS_URL = ""
            current_app.conf.update(broker_url="memory://", task_always_eager=True)
            worker.terminate()
            worker.wait()
    # The first waits for the worker to start.
    worst = statistics.quantiles(shares[1:], n=20)[-1]
    name = f"approval to new figure in {word}, 95th percentile of {APPROVALS}, Redis and one worker, in shares of 2 s"
    harness.result(name, [worst], 1)


def _approved(count: int) -> list[float]:
    """Approve figures that wait, plan after plan; the seconds until each was seen in its target's progress."""
    from accounts.models import User
    from goals import reporting
    from goals.models import Progress, Reading, Target

    waiting = Reading.objects.filter(state="submitted").select_related("indicator", "unit__parent")
    taken = []
    for reading in waiting.order_by("pk")[: count + 1]:
        assert reading.unit.parent is not None
        reviewer = User.objects.get(username=f"{reading.unit.parent.code}.reviewer")
        target = Target.objects.get(indicator=reading.indicator_id)
        today = Progress.objects.filter(target=target, slot=0)
        before = today.values_list("computed_at", flat=True).first()
        begun = time.perf_counter()
        reporting.approve(reviewer, reading.pk)
        while today.values_list("computed_at", flat=True).first() == before:
            time.sleep(0.005)
            assert time.perf_counter() - begun < 60, "the worker did not answer"
        taken.append(time.perf_counter() - begun)
    return taken


def memory() -> None:
    """What a web process holds after 10,000 requests, against after 1,000."""
    from accounts.models import Token, User
    from bench import rest

    key = Token.issue(User.objects.get(username=LEADER), name="bench", scope="read")[1]
    headers = {"Authorization": f"Token {key}"}
    paths = [f"/api/v1/targets/?plan={PLAN}&page_size={size}" for size in (5, 20, 80)]
    paths += [f"/api/v1/targets/?plan={PLAN}&fields=code,name", "/api/v1/plans/", "/login/", "/readyz"]
    with rest.served(1) as pid:
        sizes = {}
        for number in range(1, LAST + 1):
            rest.ask(paths[number % len(paths)], headers)
            if number in (FIRST, LAST):
                sizes[number] = _resident(pid)
    ratio = sizes[LAST] / sizes[FIRST]
    harness.result(f"memory of a web process after {LAST:,} requests against after {FIRST:,}", [ratio], 1.05)


def _resident(parent: int) -> int:
    """What the server's one worker holds, in kB."""
    (worker,) = subprocess.run(["pgrep", "-P", str(parent)], capture_output=True, text=True, check=True).stdout.split()
    return int(Path(f"/proc/{worker}/status").read_text().partition("VmRSS:")[2].split()[0])
