"""Celery tasks: each calls a service."""

from celery import shared_task

from accounts import idempotency


@shared_task(name="accounts.tasks.forget_keys", ignore_result=True)
def forget_keys() -> None:
    """Nightly: idempotency keys that nobody can ask for any more."""
    idempotency.forget_old()
