"""How long a session lasts: so long without use, and so long altogether.

Ages are real time, whatever day the demonstration pretends it is.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

BEGAN, SEEN = "began", "seen"
# The use of a session is noted at most so often: a page is no reason to write.
NOTED_EVERY = 60


def _now() -> int:
    return int(timezone.now().timestamp())


@receiver(user_logged_in)
def begin(sender: object, request: HttpRequest, **more: Any) -> None:
    """From the login on."""
    request.session[BEGAN] = request.session[SEEN] = _now()


def end_if_too_old(request: HttpRequest) -> None:
    """Sign out who was idle or logged in for too long; `request.signed_out` then says who it was."""
    session, now = request.session, _now()
    if SESSION_KEY not in session:
        return
    began, seen = session.get(BEGAN), session.get(SEEN)
    if began is None or seen is None:
        session[BEGAN] = session[SEEN] = now
    elif now - seen >= settings.SESSION_IDLE_MINUTES * 60 or now - began >= settings.SESSION_HOURS * 3600:
        request.signed_out = session[SESSION_KEY]  # type: ignore[attr-defined]
        session.flush()
    elif not 0 <= now - seen < NOTED_EVERY:
        session[SEEN] = now
