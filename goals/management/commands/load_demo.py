"""`manage.py load_demo`: the demonstration in an empty database; lists its users each time."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Grant, User
from goals import demonstration


class Command(BaseCommand):
    help = "Load the demonstration (needs DEMO=1 and a database without users), and list one user per role."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("演示数据只在 DEMO=1 时装载 / the demonstration needs DEMO=1")
        if not User.objects.exists():
            demonstration.load()
        elif not User.objects.filter(username="leader", name__startswith="演示").exists():
            raise CommandError("数据库已有其他用户，不装载演示数据 / this database is in use")
        self.stdout.write(f"演示用户 / demonstration users (密码 / password: {demonstration.PASSWORD})")
        seen = set()
        for grant in Grant.objects.select_related("user", "unit").order_by("user__pk"):
            if grant.role not in seen:
                seen.add(grant.role)
                place = grant.unit.name if grant.unit else "全部 / everywhere"
                self.stdout.write(f"  {grant.user.username:<10} {grant.role:<14} {grant.get_role_display()} · {place}")
