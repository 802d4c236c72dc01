"""`manage.py settle_restored MANIFEST DIGEST`: what `restore` runs upon the database that it loaded beside."""

from argparse import ArgumentParser
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from operations.backup.archive import Manifest
from operations.backup.settling import MOST_TOLD, problems, settle


class Command(BaseCommand):
    help = "A step of restore: verify the database that DATABASE_URL names, and note in its trail what it is of."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("manifest", type=Path)
        parser.add_argument("digest")
        parser.add_argument("--recompute", action="store_true")

    def handle(self, *args: Any, manifest: Path, digest: str, recompute: bool, **options: Any) -> None:
        noted = Manifest.read(manifest.read_bytes())
        found = list(islice(problems(noted, recompute=recompute), MOST_TOLD))
        if found:
            raise CommandError("\n".join(found))
        settle(noted, digest, recompute=recompute)
