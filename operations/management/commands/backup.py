"""`manage.py backup FILE`: the database, the evidence and a manifest in one file, while the portal goes on."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from operations.backup.databases import Unfit
from operations.backup.making import make


class Command(BaseCommand):
    help = "Write the database, the evidence and a manifest into one file that `restore` verifies."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            made = make(file.absolute())
        except (Unfit, OSError) as error:
            raise CommandError(str(error)) from error
        counts = made.manifest.counts
        self.stdout.write(
            f"已备份 / backed up: {file}, {made.size} bytes, {sum(counts.values())} rows in {len(counts)} tables, "
            f"{len(made.manifest.members) - 1} files of evidence, audit event {made.manifest.audit_sequence}\n"
            f"sha256 {made.digest}"
        )
        for name in made.manifest.missing:
            self.stderr.write(f"佐证文件不在 / evidence without its file: {name}")
