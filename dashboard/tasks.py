"""Celery tasks: each calls a service."""

from celery import shared_task

from dashboard.bulletin import making


@shared_task(name="dashboard.tasks.make_bulletin", ignore_result=True)
def make_bulletin(pk: str) -> None:
    """A bulletin, with its progress kept in its row."""
    making.make(pk)
