"""The recompute of 1,600 targets, and the way of an approval through the doorbell, in the demonstration's database."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from bench import harness

Result = Callable[..., dict[str, Any]]
TARGETS, MONTHS = 1_600, 24
# What the same sums cost when nothing else is done with them: year to date and last year's, by target.
SUMS = """
SELECT t.id, SUM(r.value) FILTER (WHERE r.period >= %(start)s), SUM(r.value) FILTER (WHERE r.period < %(start)s),
       COUNT(*) FILTER (WHERE r.period >= %(start)s)
FROM goals_target t JOIN goals_reading r ON r.indicator_id = t.indicator_id
WHERE r.state = 'approved' AND r.period BETWEEN %(before)s AND %(end)s GROUP BY t.id
"""


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


def recomputing(compare: Result) -> None:
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
    compare(name, lambda: recompute(ids), sums, 150, 7)


def doorbell(result: Result, address: str) -> None:
    """From an approval to the new figure, with Redis and one worker, in shares of two seconds."""
    from celery import current_app
    from django.conf import settings

    from accounts.models import User
    from goals import reporting
    from goals.models import Indicator, Progress, Target

    environment = os.environ | {"REDIS_URL": address}
    command = [sys.executable, "-m", "celery", "-A", "taoyan", "worker", "-P", "threads", "-c", "1"]
    worker = subprocess.Popen(
        command, cwd=harness.ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    settings.REDIS_URL = address
    current_app.conf.update(broker_url=address, task_always_eager=False)
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
        settings.REDIS_URL = ""
        current_app.conf.update(broker_url="memory://", task_always_eager=True)
    # The first waits for the worker to start.
    result("approval to new figure with Redis and one worker, in shares of 2 s", shares[2:], 1)


def measured(compare: Result, result: Result) -> None:
    recomputing(compare)


def ringing(compare: Result, result: Result) -> None:
    with harness.redis() as address:
        doorbell(result, address)
