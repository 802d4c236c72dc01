"""`manage.py restore FILE`: verified as a whole, loaded beside, verified there, then put in place at one stroke."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from operations.backup.archive import Damaged
from operations.backup.databases import Unfit
from operations.backup.restoring import read, restore


class Command(BaseCommand):
    help = "Restore a backup; the portal is stopped. Refused before anything changes: damage, another version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--verify", action="store_true", help="only say whether the file is whole and fits")
        parser.add_argument("--replace", action="store_true", help="what is there is kept under another name")
        parser.add_argument("--recompute", action="store_true", help="compute all progress anew instead of comparing")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            if options["verify"]:
                manifest, digest = read(file)
                self.stdout.write(f"备份完好 / the backup is whole: {manifest.made_at}, {manifest.code}, {digest}")
                return
            done = restore(
                file, replace=options["replace"], recompute=options["recompute"], tell=lambda said: self._tell(said)
            )
        except (Damaged, Unfit, OSError) as error:
            raise CommandError(f"没有恢复 / nothing was restored: {error}") from error
        rows = sum(done.manifest.counts.values())
        self._tell(f"已恢复 / restored: {rows} rows, audit event {done.manifest.audit_sequence}")
        for kept in filter(None, (done.old_database, done.old_evidence)):
            self._tell(f"原有内容另存为 / what was there is kept as {kept}")

    def _tell(self, said: str) -> None:
        self.stdout.write(said)
