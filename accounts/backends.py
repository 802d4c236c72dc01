"""Who a name and a password belong to."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from django.http import HttpRequest

from accounts.models import User
from accounts.names import normalise, tidy


def named(name: str) -> User | None:
    """The user of this name, in one query. An exact name wins; any other spelling must fit one user alone."""
    exact = tidy(name)
    found = list(User.objects.filter(Q(username=exact) | Q(username__iexact=normalise(name)))[:3])
    same = [user for user in found if user.username == exact]
    return (same or found)[0] if len(same or found) == 1 else None


class PortalBackend(ModelBackend):
    """Django's, finding names in any spelling.

    Each try costs one password hash, also where nobody has the name, the account is switched off or has no password:
    the time that an answer takes tells nothing.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **more: Any
    ) -> User | None:
        if username is None or password is None:
            return None
        user = named(username)
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None
