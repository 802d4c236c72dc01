"""A broker that didn't answer is left alone for a while: who waits for a page waits for it once, not each time."""

import time

from django.conf import settings

SECONDS = 15.0
_silent_until: dict[str, float] = {}


def is_silent() -> bool:
    """Did it fail to answer this process a moment ago? The sweep does what isn't rung for."""
    return time.monotonic() < _silent_until.get(settings.REDIS_URL, 0.0)


def note_silence() -> None:
    _silent_until[settings.REDIS_URL] = time.monotonic() + SECONDS
