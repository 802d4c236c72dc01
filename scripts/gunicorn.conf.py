"""The embedded server: one process, eight threads, and a thread that sweeps when no broker is configured."""

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
    from django.db import close_old_connections

    from goals.progress.recompute import sweep

    pause = threading.Event()
    while True:
        close_old_connections()
        try:
            sweep()
        except Exception:
            logging.getLogger("sweep").exception("the sweep failed; it is tried again")
        close_old_connections()
        pause.wait(seconds)
