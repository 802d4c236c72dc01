"""The embedded server: one process, eight threads; without a broker three more: two sweep, one keeps the timetable."""

import logging
import os
import threading
from collections.abc import Callable
from typing import Any

workers = 1
worker_class = "gthread"
threads = 8
control_socket_disable = True
limit_request_field_size = 8_190
limit_request_line = 8_190


def post_worker_init(worker: Any) -> None:
    """Start in this worker what a Celery beat and worker would do elsewhere."""
    from django.conf import settings

    from goals.tasks import sweep
    from goals.webhooks.delivery import deliver_due

    if not settings.REDIS_URL:
        periodic = (
            (settings.SWEEP_SECONDS, sweep),
            # Apart from the other: a slow receiver holds up no figure.
            (settings.SWEEP_SECONDS, deliver_due),
            (settings.REMIND_MINUTES * 60, _timetable()),
        )
        for seconds, work in periodic:
            threading.Thread(target=_for_ever, args=(seconds, work), daemon=True).start()


def _timetable() -> Callable[[], None]:
    """Reminders and mails from the morning; what is done at night, not on the day of the start."""
    from django.conf import settings
    from django.utils.timezone import localdate, localtime

    from accounts.tasks import forget_keys
    from goals import tasks
    from supervision.tasks import propose

    started = localdate()

    def work() -> None:
        if localdate() > started and localtime().hour >= settings.CHECK_HOUR:
            for task in (*tasks.NIGHTLY, forget_keys, propose):
                task()
        tasks.renew()
        tasks.remind()

    return work


def _for_ever(seconds: int, work: Callable[[], object]) -> None:
    from django.db import close_old_connections

    pause = threading.Event()
    while True:
        close_old_connections()
        try:
            work()
        except Exception:
            logging.getLogger("periodic").exception("periodic work failed; it is tried again")
        close_old_connections()
        pause.wait(seconds)


def child_exit(server: Any, worker: Any) -> None:
    """Where several processes count for `/metrics`, what lived in the one that ended is no longer counted as living."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)
