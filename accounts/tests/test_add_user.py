"""`manage.py add_user` makes accounts, and refuses what doesn't fit together."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Grant, Token, User

pytestmark = pytest.mark.django_db


def add(*args: str) -> str:
    out = StringIO()
    call_command("add_user", *args, stdout=out)
    return out.getvalue()


def test_the_last_line_is_a_write_token_kept_as_its_digest_alone() -> None:
    key = add("alice", "--role", "leader", "--token").splitlines()[-1]

    token = Token.objects.get()
    assert token.digest == Token.digest_of(key) and token.scope == "write" and key not in str(vars(token))


def test_roles_without_a_unit_hold_for_the_whole_portal() -> None:
    add("alice", "--role", "reporter", "--role", "reviewer")

    assert set(Grant.objects.values_list("role", "unit")) == {("reporter", None), ("reviewer", None)}


@pytest.mark.parametrize(
    "args",
    [
        ("alice", "--role", "administrator", "--role", "leader"),
        ("alice", "--role", "leader", "--unit", "nowhere"),
        ("a b", "--role", "leader"),
    ],
)
def test_what_does_not_fit_makes_no_account(args: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        add(*args)

    assert not User.objects.exists()
