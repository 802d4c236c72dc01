"""`manage.py make_scenario street|district|province --seed N`: invented plans with two years of readings, in bulk."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from goals import recomputing
from goals.models import RecomputeRun
from goals.scenario import SIZES, Refused, make


class Command(BaseCommand):
    help = "Fill an empty database with invented plans, marked as such; their progress is then computed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("size", choices=list(SIZES))
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same rows")
        parser.add_argument("--password", default="", help="for all invented users; without one nobody can log in")
        parser.add_argument(
            "--progress",
            choices=("all", "today", "none"),
            default="all",
            help="what is computed at once: all months, today, or nothing (then the sweep does it)",
        )

    def handle(self, *args: Any, size: str, seed: int, password: str, progress: str, **options: Any) -> None:
        begun = time.monotonic()
        try:
            counts = make(size, seed, password=password, tell=lambda name, n: self.stdout.write(f"{name}: {n}"))
        except Refused as error:
            raise CommandError(str(error)) from error
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        self.stdout.write(f"{sum(counts.values())} 行 / rows, {time.monotonic() - begun:.1f} s")
        if progress != "none":
            scope = RecomputeRun.Scope.ALL if progress == "all" else RecomputeRun.Scope.TODAY
            run = recomputing.start_run(scope=scope, reason="make_scenario")
            recomputing.work_off(run.pk)
            self.stdout.write(f"已重算 {recomputing.runs().get(pk=run.pk).done} 项 / recomputed")
