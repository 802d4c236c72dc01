"""The embedded server: one process, eight threads; without a broker, one more that sweeps, and checks nightly."""

import logging
import threading
from typing import Any

workers = 1
worker_class = "gthread"
threads = 8
control_socket_disable = True
limit_request_field_size = 8_190
limit_request_line = 8_190


def post_worker_init(worker: Any) -> None:
    """Start the sweep in this worker, as a Celery beat and worker would elsewhere."""
    from django.conf import settings

    if not settings.REDIS_URL:
        threading.Thread(target=_sweep_for_ever, args=(settings.SWEEP_SECONDS,), daemon=True).start()


def _sweep_for_ever(seconds: int) -> None:
    from django.conf import settings
    from django.db import close_old_connections
    from django.utils.timezone import localdate, localtime

    from goals.progress.recompute import check_and_log, sweep

    pause, checked = threading.Event(), localdate()
    while True:
        close_old_connections()
        try:
            sweep()
            if localdate() > checked and localtime().hour >= settings.CHECK_HOUR:
                checked = localdate()
                check_and_log()
        except Exception:
            logging.getLogger("sweep").exception("the sweep failed; it is tried again")
        close_old_connections()
        pause.wait(seconds)
