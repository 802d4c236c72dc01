"""Celery tasks of orders."""

from functools import partial

from celery import shared_task

from common import clock
from goals import slots
from supervision import proposing


@shared_task(name="supervision.tasks.propose", ignore_result=True)
def propose() -> None:
    """Nightly, once a day: what lags anew is proposed to the leaders."""
    today = clock.today()
    slots.once("propose_orders", today.isoformat(), partial(proposing.propose, today))
