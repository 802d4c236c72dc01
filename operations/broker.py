"""Redis, asked briefly: one that hangs must not hold up who asks how it is."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

SECONDS = 0.5


def is_reachable() -> bool:
    """Does the broker answer?"""
    return _asked(lambda redis: redis.ping()) is not None


def depths() -> dict[str, int | None]:
    """How many tasks wait in each queue; nothing where tasks run in process, None where the broker doesn't answer."""
    if not settings.REDIS_URL:
        return {}
    names = [queue.name for queue in settings.CELERY_TASK_QUEUES]

    def ask(redis: "Redis") -> Any:
        with redis.pipeline(transaction=False) as asked:
            for name in names:
                asked.llen(name)
            return asked.execute()

    found = _asked(ask)
    return dict(zip(names, found or [None] * len(names), strict=True))


def _asked(ask: Callable[["Redis"], Any]) -> Any:
    """The answer; None where there is none."""
    try:
        with Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=SECONDS,
            socket_connect_timeout=SECONDS,
            retry=Retry(NoBackoff(), 0),
        ) as redis:
            return ask(redis)
    except RedisError:
        return None
