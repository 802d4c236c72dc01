"""As fast for a province as for a street: scenarios of both, each in a database of its own, measured in one process.

Run by `bench/run.py` in a process of its own, for Django knows one database; its figures come back as JSON.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench import harness
from bench.imports import peak
from bench.statement import all_current, of_plan

TODAY = "2022-10-12"
SIZE = os.environ.get("BENCH_SIZE", "province")
PREFIX = os.environ.get("BENCH_NAME", "taoyan_bench")
ROUNDS, SAMPLE = 3, 1_000
WORD = {"province": "a province", "district": "a district"}


def measured(_compare: Any, _result: Any) -> None:
    """In a process of its own; what it measured, also where it fell, joins the others' figures."""
    with harness.postgres() as admin:
        out = harness.ROOT / "var" / "bench-scale.json"
        out.parent.mkdir(exist_ok=True)
        out.unlink(missing_ok=True)
        command = [sys.executable, str(Path(__file__).resolve()), "measure", admin, str(out)]
        ended = subprocess.run(command, cwd=harness.ROOT).returncode
        lines = json.loads(out.read_text()) if out.exists() else []
        harness.LINES.extend(lines)
        if ended:
            raise RuntimeError(f"the process that measured the scale ended with {ended}")


@contextmanager
def on(name: str) -> Iterator[None]:
    """Django's connection to another of the bench's databases, for as long."""
    from django.db import connection

    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = f"{PREFIX}_{name}"
    connection.ensure_connection()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def make_databases(admin: str) -> None:
    """An empty one, migrated once, and copies of it for the scenes. The big one stays connected."""
    import psycopg2

    names = ["street", "district", *([SIZE] if SIZE != "district" else [])]
    address = harness.make_database(admin, f"{PREFIX}_empty")
    harness.set_up(address, today=TODAY)
    from django.db import connection

    connection.close()
    server = psycopg2.connect(admin)
    server.autocommit = True
    for name in names:
        server.cursor().execute(f"DROP DATABASE IF EXISTS {PREFIX}_{name} WITH (FORCE)")
        server.cursor().execute(f"CREATE DATABASE {PREFIX}_{name} TEMPLATE {PREFIX}_empty")
    server.close()
    connection.settings_dict["NAME"] = f"{PREFIX}_{SIZE}"
    os.environ["DATABASE_URL"] = f"{address.rpartition('/')[0]}/{PREFIX}_{SIZE}"


def execute(*statements: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def generating() -> None:
    """The rows a second of `make_scenario`, against those of COPY of the same rows into the same tables."""
    from goals.scenario import make
    from goals.scenario.rows import TABLES

    tables = [model._meta.db_table for model, _columns, _rows in TABLES]
    empty = f"TRUNCATE {', '.join(tables)} CASCADE"
    shares = []
    with on("district"):
        for _round in range(ROUNDS):
            execute(empty)
            ours = harness.seconds(lambda: make("district", 1))
            dumps = [_dumped(table) for table in tables]
            execute(empty)
            shares.append(harness.seconds(lambda: _copied(tables, dumps)) / ours)  # noqa: B023
        execute("ANALYZE")
    name = "rows a second of make_scenario district, as a share of those of COPY of the same rows"
    harness.result(name, shares, 0.5, at_least=True)


def _dumped(table: str) -> StringIO:
    from django.db import connection

    found = StringIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} TO STDOUT", found)
    return found


def _copied(tables: list[str], dumps: list[StringIO]) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for table, lines in zip(tables, dumps, strict=True):
            lines.seek(0)
            cursor.copy_expert(f"COPY {table} FROM STDIN", lines)


def scenes() -> None:
    """A street and the big scene, with today's rows everywhere and the first plan's months."""
    from django.db import connection

    from goals.models import Target
    from goals.progress.recompute import recompute
    from goals.scenario import make

    for name in ("street", SIZE):
        with on(name):
            if name != "district":
                print(f"{name}: {sum(make(name, 1).values()):,} rows", flush=True)
            recompute(Target.objects.filter(plan__slug="scenario0001-2022").values_list("pk", flat=True))
            execute("ANALYZE")
            if name == SIZE:
                _run(2)
            connection.close()
            execute("VACUUM ANALYZE")


def _run(workers: int) -> tuple[float, float]:
    """A full recompute of the current rows by so many processes: the seconds it took, and the largest of them in MB."""
    from goals.models import RecomputeRun
    from goals.recomputing import runs, start_run

    run = start_run(scope=RecomputeRun.Scope.TODAY, reason="bench")
    command = [sys.executable, str(Path(__file__).resolve()), "work", str(run.pk)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started: list[Any] = [subprocess.Popen(command, cwd=harness.ROOT, **pipes) for _worker in range(workers)]
    for each in started:
        assert each.stdout.readline() == "ready\n"
    begun = time.perf_counter()
    for each in started:
        each.stdin.write("go\n")
        each.stdin.flush()
    sizes = [float(each.stdout.readline()) for each in started]
    taken = time.perf_counter() - begun
    for each in started:
        each.wait()
    found = runs().get(pk=run.pk)
    assert found.state == RecomputeRun.State.DONE and found.done == found.total, found
    return taken, max(sizes)


def recomputing() -> None:
    from goals.models import Target

    count = Target.objects.count()
    ours, sizes, against, two = [], [], [], []
    for _round in range(ROUNDS):
        # Each finds a table without what the others left behind.
        execute("VACUUM goals_progress")
        statement = harness.seconds(all_current)
        execute("VACUUM goals_progress")
        one, size = _run(1)
        execute("VACUUM goals_progress")
        both, _size = _run(2)
        print(f"statement {statement:.1f} s, one worker {one:.1f} s, two {both:.1f} s", flush=True)
        ours.append(one)
        sizes.append(size)
        against.append(one / statement)
        two.append(one / both)
    what = f"full recompute of {WORD[SIZE]}'s {count:,} current rows"
    harness.result(f"{what}, one process, against one SQL statement of the same sums and rows", against, 2.5)
    harness.result(f"peak memory of that process, in MB ({WORD[SIZE]})", sizes, 300)
    harness.result(f"{what}: one worker's time against two workers'", two, 1.4, at_least=True)
    plain = by_orm(ROUNDS)
    ratios = [each / (one / count) for each, one in zip(plain, ours, strict=True)]
    name = f"one target at a time by plain ORM ({SAMPLE:,}, scaled) against {what}"
    harness.result(name, ratios, 100, at_least=True)


def by_orm(rounds: int) -> list[float]:
    """Seconds a target, for a sample taken from all over, in as many parts."""
    from bench.plainly import recompute_one
    from goals.models import Target

    ids = list(Target.objects.order_by("pk").values_list("pk", flat=True))
    sample = ids[:: max(1, len(ids) // SAMPLE)][:SAMPLE]
    part = len(sample) // rounds
    found = []
    for number in range(rounds):
        some = sample[number * part : (number + 1) * part]
        begun = time.perf_counter()
        for pk in some:
            recompute_one(pk)
        found.append((time.perf_counter() - begun) / len(some))
    return found


def one_plan() -> None:
    """A plan of 80 in the big tables, against one statement over the same 80."""
    from goals.models import Plan, Target
    from goals.progress.recompute import recompute

    plans = list(Plan.objects.order_by("pk").values_list("pk", flat=True))[::40][:30]
    ids = {pk: list(Target.objects.filter(plan=pk).values_list("pk", flat=True)) for pk in plans}
    ratios = []
    for pk in plans:
        of_plan(pk)
        recompute(ids[pk], today_only=True)
        statement = min(harness.seconds(lambda: of_plan(pk)) for _try in range(3))  # noqa: B023
        ours = min(harness.seconds(lambda: recompute(ids[pk], today_only=True)) for _try in range(3))  # noqa: B023
        ratios.append(ours / statement)
    harness.result(f"one plan of 80 recomputed in {WORD[SIZE]}'s tables against one statement of the 80", ratios, 3)


def in_parts(parts: list[tuple[str, Callable[[], None]]]) -> None:
    for name, part in parts:
        harness.attempt(f"scale: {name}", part)


def measure(admin: str, out: str) -> int:
    from bench import hot

    fallen: BaseException | None = None
    try:
        make_databases(admin)
        in_parts([("generating", generating), ("scenes", scenes), ("recompute", recomputing), ("one plan", one_plan)])
        in_parts(hot.parts(on, SIZE, WORD[SIZE]))
    except Exception as error:
        fallen = error
        harness.fell("scale", error)
    Path(out).write_text(json.dumps(harness.LINES, ensure_ascii=False))
    return 0 if fallen is None else 1


def work(run_id: int) -> None:
    """A worker: ready, go, then its size."""
    import django

    django.setup()
    from django.db import connection

    from goals.recomputing import work_off

    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    work_off(run_id)
    print(peak(), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "work":
        work(int(sys.argv[2]))
    else:
        sys.exit(measure(sys.argv[2], sys.argv[3]))
