"""Too many wrong passwords: the name is locked for that address, an address that tries too often altogether.

Failures are rows of the database, so that every process counts the same ones. django-axes asks the handler before each
try and answers with `accounts.views.locked_out`.
"""

import ipaddress
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from axes.handlers.base import AbstractAxesHandler, AxesBaseHandler
from axes.models import AccessFailureLog
from axes.signals import user_locked_out
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.backends import named
from accounts.models import User
from accounts.names import normalise
from audit import trail
from common.pages import origin

log = logging.getLogger(__name__)
HOUR = timedelta(hours=1)
LONGEST_NAME = 150


@dataclass(frozen=True)
class Lock:
    """Until when nobody gets in: this name from this address, or any name from it."""

    until: datetime
    whole_address: bool


def name_of(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The name that was tried, as failures are counted."""
    typed = (credentials or {}).get("username") or request.POST.get("username", "")
    return normalise(str(typed)[:LONGEST_NAME])


def address_of(request: HttpRequest) -> str | None:
    """The peer's address; None behind a socket that has none."""
    try:
        return str(ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None


def lock_on(name: str, address: str | None) -> Lock | None:
    """The lock that holds now. Tries during it don't lengthen it."""
    now, lasts = timezone.now(), settings.AXES_COOLOFF_TIME
    locked = _failures(address, now - lasts).filter(username=name, locked_out=True).order_by("-attempt_time").first()
    if locked:
        return Lock(locked.attempt_time + lasts, whole_address=False)
    limit = settings.LOGIN_FAILURES_PER_ADDRESS
    times = _failures(address, now - HOUR).order_by("-attempt_time").values_list("attempt_time", flat=True)
    over = list(times[limit - 1 : limit])
    return Lock(over[0] + HOUR, whole_address=True) if over else None


def tries_left(name: str, address: str | None) -> int:
    """How often a wrong password may still be typed before the lock."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    return max(0, settings.AXES_FAILURE_LIMIT - _failures(address, since).filter(username=name).count())


def unlock(name: str) -> None:
    """Forget the failures of a name at every address."""
    AccessFailureLog.objects.filter(username=normalise(name)).delete()


def _failures(address: str | None, since: datetime) -> "QuerySet[AccessFailureLog]":
    return AccessFailureLog.objects.filter(ip_address=address, attempt_time__gt=since)


@transaction.atomic
def note_failure(request: HttpRequest, name: str, address: str | None) -> bool:
    """Count a wrong password and tell the trail; is the name locked by it?"""
    user = named(name)
    locks = tries_left(name, address) <= 1
    AccessFailureLog.objects.create(username=name, ip_address=address, path_info=request.path[:255], locked_out=locks)
    AccessFailureLog.objects.filter(attempt_time__lt=timezone.now() - HOUR).delete()
    actions = ["login_failed", "lock_out"] if locks else ["login_failed"]
    # What nobody is called may be a password typed into the wrong field: it isn't kept.
    entries = [trail.Entry(action, "user", user.username if user else "") for action in actions]
    trail.record(trail.Actor(name=str(user) if user else "", origin=origin(request)), entries)
    return locks


class Handler(AbstractAxesHandler, AxesBaseHandler):
    """What django-axes asks, and tells."""

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        return lock_on(name_of(request, credentials), address_of(request)) is not None

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        left = tries_left(name_of(request, credentials), address_of(request))
        return int(settings.AXES_FAILURE_LIMIT) - left

    def user_login_failed(self, sender: object, credentials: dict[str, Any], request: Any = None, **more: Any) -> None:
        if request is None:
            return
        request.axes_credentials = credentials
        if request.axes_locked_out:
            log.warning("login refused while locked, from %s", origin(request))
            return
        name, address = name_of(request, credentials), address_of(request)
        if note_failure(request, name, address):
            log.warning("locked after %s wrong passwords, from %s", settings.AXES_FAILURE_LIMIT, origin(request))
            request.axes_locked_out = True
            user_locked_out.send("axes", request=request, username=name, ip_address=address)

    def user_logged_in(self, sender: object, request: HttpRequest, user: User, **more: Any) -> None:
        """Only failures one after the other lock."""
        AccessFailureLog.objects.filter(username=normalise(user.username), ip_address=address_of(request)).delete()

    def user_logged_out(self, sender: object, request: HttpRequest, user: User, **more: Any) -> None:
        """Nothing: the trail tells of it."""
