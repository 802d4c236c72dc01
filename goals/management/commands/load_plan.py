"""`manage.py load_plan FILE [--unit CODE] [--assignments FILE] [--dry-run]`: load a plan's YAML form."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from goals.assignments import load_assignments
from goals.loading import PlanFileError, load_plan


class Command(BaseCommand):
    help = "Load a plan from its YAML form, and with --assignments the lead offices from the assignment sheet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--unit", default="", help="code of the unit whose plan it is (default: taoyan)")
        parser.add_argument("--assignments", type=Path, help="任务分解表, YAML or Excel")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")

    def handle(
        self, *args: Any, file: Path, unit: str, assignments: Path | None, dry_run: bool, **options: Any
    ) -> None:
        try:
            report = load_plan(file, unit=unit, dry_run=dry_run)
            changed = load_assignments(assignments, dry_run=dry_run) if assignments else []
        except PlanFileError as error:
            raise CommandError(str(error)) from error
        for line in [*report.changed, *changed]:
            self.stdout.write(f"~ {line}")
        for line in report.gone:
            self.stdout.write(f"? {line}: 文件中已没有，未删除 / no longer in the file, kept")
        counted = f"+{len(report.created)} ~{len(report.changed) + len(changed)} ?{len(report.gone)}"
        self.stdout.write(("(--dry-run) " if dry_run else "") + counted)
        if report.is_unchanged and not changed:
            self.stdout.write("无变化 / unchanged")
