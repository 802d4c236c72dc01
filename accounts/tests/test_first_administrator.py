"""The first administrator of a portal that nobody can log in to yet."""

from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import User

pytestmark = pytest.mark.django_db


def first_administrator() -> str:
    out = StringIO()
    call_command("first_administrator", stdout=out)
    return out.getvalue()


def test_the_printed_password_is_the_administrators() -> None:
    password = first_administrator().split()[-1]

    assert User.objects.get().check_password(password)
    assert User.objects.get().grants.get().role == "administrator"


def test_a_second_call_prints_and_changes_nothing() -> None:
    first_administrator()

    assert first_administrator() == ""
    assert User.objects.count() == 1
