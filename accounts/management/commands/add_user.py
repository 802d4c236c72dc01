"""`manage.py add_user NAME --role ROLE …`: a person or machine account with its roles, and a token if asked."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Grant, Role, Token, Unit, User
from accounts.names import tidy
from audit import trail


class Command(BaseCommand):
    help = "Make a person or machine account. With --token the last line printed is the token."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--unit", help="code of the unit for which the roles hold; without it the whole portal")
        parser.add_argument("--role", action="append", required=True, choices=Role.values, dest="roles")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
        parser.add_argument("--must-change", action="store_true", help="ask for a new password at the first login")
        parser.add_argument("--token", action="store_true", help="make a write token valid for a year and print it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = self._make(**options)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(f"{options['name']}: {', '.join(options['roles'])}")
        if key:
            self.stdout.write(key)

    @transaction.atomic
    def _make(
        self,
        name: str,
        unit: str | None,
        roles: list[str],
        password_stdin: bool,
        must_change: bool,
        token: bool,
        **_: Any,
    ) -> str:
        user = User(username=tidy(name), is_machine=Role.DATA_FEED in roles, must_change_password=must_change)
        if password_stdin:
            password = sys.stdin.readline().rstrip("\r\n")
            validate_password(password, user)
            user.set_password(password)
        else:
            user.set_unusable_password()
        user.is_staff = user.is_superuser = Role.ADMINISTRATOR in roles
        user.full_clean(exclude=["password"])
        user.save()
        place = Unit.objects.filter(code=unit).first() if unit else None
        if unit and place is None:
            raise CommandError(f"没有单位 {unit} / no unit {unit}")
        for role in dict.fromkeys(roles):
            grant = Grant(user=user, role=role, unit=place)
            grant.full_clean()
            grant.save()
        key = Token.issue(user, name=user.username, scope=Token.Scope.WRITE)[1] if token else ""
        entry = trail.Entry("add_user", "user", user.username, after={"roles": roles, "unit": unit, "token": token})
        trail.record(trail.Actor(), [entry])
        return key
