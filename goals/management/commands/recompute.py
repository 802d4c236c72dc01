"""`manage.py recompute [--check]`: compute all progress again, or compare what is stored with a fresh computation."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from goals.progress import recompute as progress
from goals.progress.books import books


class Command(BaseCommand):
    help = "Recompute all progress; with --check compare what is stored with a computation from scratch."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        if check:
            differences = progress.check()
            if differences:
                raise CommandError("\n".join([*differences[:50], f"{len(differences)} 处不一致 / differences"]))
            self.stdout.write("一致 / no difference")
            return
        done = 0
        for book in books():
            done += progress.recompute(book.subject._default_manager.values_list("pk", flat=True), book)
        self.stdout.write(f"已重算 {done} 项 / recomputed")
