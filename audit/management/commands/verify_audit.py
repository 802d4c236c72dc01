"""`manage.py verify_audit`: does the audit chain hold?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.models import Head
from audit.trail import first_broken_link


class Command(BaseCommand):
    help = "Verify the audit trail's hash chain; name the first broken link."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = first_broken_link()
        if broken is not None:
            raise CommandError(f"审计链在第 {broken} 条断开 / the chain is broken at event {broken}")
        self.stdout.write(f"审计链完整，共 {Head.objects.get(pk=1).sequence} 条 / the chain holds")
