"""`make bench`: how fast, as ratios of two things measured in the same run on PostgreSQL.

Prints them, and writes them to `bench/results.json`: name, ratio (median), bound, holds, spread (of the middle half of
the runs, as a share of the median). Makes and drops databases of its own on the server that `BENCH_POSTGRES` names.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg2

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from bench import imports, registers, rest  # noqa: E402

ADMIN = os.environ.get("BENCH_POSTGRES", "postgres://postgres@127.0.0.1/postgres")
REDIS = os.environ.get("BENCH_REDIS", "redis://127.0.0.1:6379/6")
NAME = os.environ.get("BENCH_NAME", "taoyan_bench")
DATABASE_URL = ADMIN.rsplit("/", 1)[0] + "/" + NAME

TARGETS, MONTHS = 1_600, 24
# What the same sums cost when nothing else is done with them: year to date and last year's, by target.
SUMS = """
SELECT t.id, SUM(r.value) FILTER (WHERE r.period >= %(start)s), SUM(r.value) FILTER (WHERE r.period < %(start)s),
       COUNT(*) FILTER (WHERE r.period >= %(start)s)
FROM goals_target t JOIN goals_reading r ON r.indicator_id = t.indicator_id
WHERE r.state = 'approved' AND r.period BETWEEN %(before)s AND %(end)s GROUP BY t.id
"""


def seconds(action: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def compare(name: str, slow: Callable[[], Any], fast: Callable[[], Any], bound: float, runs: int) -> dict[str, Any]:
    """Turn and turn about, after one of each to warm up; the median of the ratios."""
    slow(), fast()
    return result(name, [seconds(slow) / seconds(fast) for _run in range(runs)], bound)


def result(name: str, ratios: Sequence[float], bound: float) -> dict[str, Any]:
    middle = statistics.median(ratios)
    low, _half, high = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else (middle,) * 3
    line = {
        "name": name,
        "ratio": round(middle, 3),
        "bound": bound,
        "holds": middle <= bound,
        "spread": round((high - low) / middle, 3) if middle else 0.0,
    }
    print(f"{line['ratio']:>9} (at most {bound}, spread {line['spread']:.0%})  {name}", flush=True)
    return line


def make_database() -> None:
    connection = psycopg2.connect(ADMIN)
    connection.autocommit = True
    for statement in (f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", f"CREATE DATABASE {NAME}"):
        connection.cursor().execute(statement)
    connection.close()


def set_up() -> None:
    """Django on a database of the bench's own, with the demonstration in it."""
    os.environ.update(
        DATABASE_URL=DATABASE_URL,
        DJANGO_SETTINGS_MODULE="taoyan.settings",
        DEMO="1",
        SECRET_KEY="b" * 60,
        ALLOWED_HOSTS="testserver",
        HTTPS="0",
        TAOYAN_TODAY="2022-10-12",
        REDIS_URL="",
    )
    make_database()
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ROOT_URLCONF = "bench.urls"
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    # The throttle is not what is measured.
    settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = {"token": None, "address": None}
    call_command("migrate", verbosity=0)
    with open(os.devnull, "w") as nowhere:
        call_command("load_demo", stdout=nowhere)


def pages() -> list[dict[str, Any]]:
    """总览 and `targets/` against a plain table page and a bare view, all with the same login."""
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username="leader"))

    def get(path: str) -> Callable[[], None]:
        def ask() -> None:
            assert client.get(path).status_code == 200, path

        return ask

    table, bare = get("/bench/table/"), get("/bench/bare/")
    found = []
    for name, path, bounds in (("总览", "/", (12, 60)), ("targets/", "/api/v1/targets/", (6, 30))):
        found.append(compare(f"{name} against a plain table page", get(path), table, bounds[0], 40))
        found.append(compare(f"{name} against a bare view", get(path), bare, bounds[1], 40))
    return found


def fill() -> list[int]:
    """1,600 targets with 24 months each, written in bulk; the targets' ids."""
    from accounts.models import Unit
    from common import clock
    from goals.models import Indicator, Plan, Reading, ReportingUnit, Section, Target, Theme, WarningProfile
    from goals.progress import period_end

    unit = Unit.objects.get(code="taoyan")
    plan = Plan.objects.create(slug="bench", name="bench", unit=unit, year=2022, profile=WarningProfile.objects.get())
    section = Section.objects.create(plan=plan, code="s", name="s")
    theme = Theme.objects.create(plan=plan, section=section, code="t", name="t")
    indicators = Indicator.objects.bulk_create(
        Indicator(code=f"bench.{n}", name=f"bench {n}", basis="amount") for n in range(TARGETS)
    )
    ReportingUnit.objects.bulk_create(ReportingUnit(indicator=i, unit=unit) for i in indicators)
    targets = Target.objects.bulk_create(
        Target(
            plan=plan,
            theme=theme,
            indicator=i,
            basis="amount",
            code=i.code,
            name=i.name,
            rule="total",
            goal=Decimal(1_000),
            due=plan.end,
            lead_office=unit,
        )
        for i in indicators
    )
    now = clock.now()
    Reading.objects.bulk_create(
        (
            Reading(
                indicator=i,
                unit=unit,
                period=period_end(2021 * 12 + month),
                is_share=False,
                value=Decimal((n * 7 + month) % 90),
                state="approved",
                entered_at=now,
                approved_at=now,
            )
            for n, i in enumerate(indicators)
            for month in range(1, MONTHS + 1)
        ),
        batch_size=5_000,
    )
    return [t.pk for t in targets]


def recomputing() -> list[dict[str, Any]]:
    """Recompute of everything stored (today and nine month's ends) against one statement with the same sums."""
    from django.db import connection

    from goals.progress.recompute import recompute

    ids = fill()
    days = {"before": date(2021, 1, 1), "start": date(2022, 1, 1), "end": date(2022, 9, 30)}

    def sums() -> None:
        with connection.cursor() as cursor:
            cursor.execute(SUMS, days)
            assert len(cursor.fetchall()) >= TARGETS

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    name = f"recompute of {TARGETS:,} targets over {TARGETS * MONTHS:,} readings against one SQL statement of the sums"
    return [compare(name, lambda: recompute(ids), sums, 150, 7)]


def doorbell() -> list[dict[str, Any]]:
    """From an approval to the new figure, with Redis and one worker, in shares of two seconds."""
    from celery import current_app
    from django.conf import settings

    from accounts.models import User
    from goals import reporting
    from goals.models import Indicator, Progress, Target

    environment = os.environ | {"REDIS_URL": REDIS}
    command = [sys.executable, "-m", "celery", "-A", "taoyan", "worker", "-P", "threads", "-c", "1"]
    worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    settings.REDIS_URL = REDIS
    current_app.conf.update(broker_url=REDIS, task_always_eager=False)
    target = Target.objects.get(code="economy.service_revenue_growth")
    feed = User.objects.get(username="feed")
    Indicator.objects.get(code=target.code).feeds.add(feed)
    unit = target.indicator.reporting.earliest("pk").unit
    shares = []
    try:
        for turn in range(12):
            before = Progress.objects.get(target=target, slot=0).computed_at
            row = {"indicator": target.indicator, "unit": unit, "period": date(2022, 9, 30), "state": "approved"}
            begun = time.perf_counter()
            reporting.post_readings(feed, [row | {"value": Decimal(100 + turn)}])
            while Progress.objects.get(target=target, slot=0).computed_at == before:
                time.sleep(0.005)
                assert time.perf_counter() - begun < 60, "the worker did not answer"
            shares.append((time.perf_counter() - begun) / 2)
    finally:
        worker.terminate()
        worker.wait()
    # The first waits for the worker to start.
    return [result("approval to new figure with Redis and one worker, in shares of 2 s", shares[2:], 1)]


def main() -> int:
    set_up()
    results = [*pages(), *recomputing(), *imports.measured(compare, result)]
    results += [*registers.measured(compare, result), *rest.measured(compare, result), *doorbell()]
    (ROOT / "bench" / "results.json").write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n")
    return 0 if all(r["holds"] for r in results) else 1


if __name__ == "__main__":
    sys.exit(main())
