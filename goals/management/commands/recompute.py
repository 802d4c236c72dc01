"""`manage.py recompute [--check | --today]`: compute all progress again, or compare what is stored with a fresh one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.errors import Conflict
from goals import recomputing
from goals.models import RecomputeRun
from goals.progress import recompute as progress


class Command(BaseCommand):
    help = "Recompute all progress; with --check compare what is stored with a computation from scratch."

    def add_arguments(self, parser: ArgumentParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--check", action="store_true", help="compare, and change nothing")
        how.add_argument("--today", action="store_true", help="today's rows alone, not the months before")

    def handle(self, *args: Any, check: bool = False, today: bool = False, **options: Any) -> None:
        if check:
            differences = progress.check()
            if differences:
                raise CommandError("\n".join([*differences[:50], f"{len(differences)} 处不一致 / differences"]))
            self.stdout.write("一致 / no difference")
            return
        try:
            scope = RecomputeRun.Scope.TODAY if today else RecomputeRun.Scope.ALL
            run = recomputing.start_run(scope=scope, reason="command")
        except Conflict:
            # What another began and didn't end is ended first; then there is nothing else to do.
            run = RecomputeRun.objects.get(state=RecomputeRun.State.RUNNING)
            self.stdout.write(f"接着做第 {run.pk} 次 / going on with run {run.pk}")
        recomputing.work_off(run.pk)
        found = recomputing.runs().get(pk=run.pk)
        if found.parked:
            raise CommandError(f"{found.parked} 块搁置 / parked; 见运行页 / see the operator's page")
        self.stdout.write(f"已重算 {found.done} 项 / recomputed")
