"""`manage.py first_administrator`: where nobody can log in yet, one administrator, whose password is printed
once, and changed at the first login."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.models import Grant, Role, User
from audit import trail

NAME = "admin"


class Command(BaseCommand):
    help = "Make the administrator `admin` and print the password, unless there is a user already."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            return
        password = secrets.token_urlsafe(12)
        user = User(username=NAME, name="系统管理员", is_staff=True, is_superuser=True, must_change_password=True)
        user.set_password(password)
        user.save()
        Grant.objects.create(user=user, role=Role.ADMINISTRATOR)
        trail.record(trail.Actor(), [trail.Entry("add_user", "user", NAME, after={"roles": [Role.ADMINISTRATOR]})])
        self.stdout.write(f"系统管理员 / administrator: {NAME}\n密码只显示一次 / shown only once: {password}")
