"""Counting what every process shall count together, in Redis where there is one, and never at the price of an answer.

A Redis that is down or hangs costs one request a fraction of a second (`CACHES` has the timeouts); then this process
counts for itself for a while before it asks again.
"""

import logging
import time

from django.core.cache import caches

log = logging.getLogger(__name__)
LEFT_ALONE = 10.0
_down_until = 0.0


def count(key: str, seconds: int) -> int:
    """How often this key was counted within the time that it lives, this time included."""
    global _down_until
    if time.monotonic() >= _down_until:
        try:
            return _count("default", key, seconds)
        except Exception as error:
            _down_until = time.monotonic() + LEFT_ALONE
            log.warning("the cache does not answer (%s); counting in this process for now", type(error).__name__)
    return _count("local", key, seconds)


def _count(cache: str, key: str, seconds: int) -> int:
    found = caches[cache]
    try:
        return int(found.incr(key))
    except ValueError:
        # Whoever of two is second finds the other's one.
        return 1 if found.add(key, 1, timeout=seconds) else int(found.incr(key))
