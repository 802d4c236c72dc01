"""What users do with their own account, each in the trail: log in and out, a new password, signing out everywhere."""

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from accounts.models import User
from audit import trail
from common.pages import origin


@transaction.atomic
def log_in(request: HttpRequest, user: User) -> None:
    login(request, user)
    _tell(request, user, "login")


@transaction.atomic
def log_out(request: HttpRequest) -> None:
    if isinstance(request.user, User):
        _tell(request, request.user, "logout")
    logout(request)


@transaction.atomic
def change_password(request: HttpRequest, user: User, password: str) -> None:
    """The checked new password; every session but this one ends by it."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "password_changed_at", "must_change_password"])
    update_session_auth_hash(request, user)
    _tell(request, user, "change_password")


@transaction.atomic
def sign_out_everywhere(request: HttpRequest, user: User) -> None:
    """Every session of the user ends, this one too."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    _tell(request, user, "sign_out_everywhere")
    logout(request)


def choose_language(user: User, language: str) -> None:
    """Kept for the next login; a language that the portal lacks is no choice."""
    if language in dict(settings.LANGUAGES):
        User.objects.filter(pk=user.pk).update(language=language)


def _tell(request: HttpRequest, user: User, action: str) -> None:
    actor = trail.Actor(id=user.pk, name=str(user), origin=origin(request))
    trail.record(actor, [trail.Entry(action, "user", user.username)])
