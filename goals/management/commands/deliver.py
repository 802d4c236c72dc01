"""`manage.py deliver`: send what is due to the hooks now, as the sweep does; says how many messages arrived."""

from typing import Any

from django.core.management.base import BaseCommand

from goals.webhooks.delivery import deliver_due


class Command(BaseCommand):
    help = "Send what is due to the hooks now, and say how many messages arrived."

    def handle(self, *args: Any, **options: Any) -> None:
        arrived = deliver_due()
        self.stdout.write(f"已送达 {arrived} 条 / {arrived} delivered")
