"""Celery tasks: each calls a service."""

from celery import shared_task

from common import clock
from goals import daily, evidence_orphans, recomputing, slots
from goals.importing import files, preview
from goals.progress import recompute as progress
from goals.progress.books import book_of
from goals.webhooks import delivery


@shared_task(name="goals.tasks.recompute_targets", ignore_result=True)
def recompute_targets(ids: list[int], book: str = "target") -> None:
    """The doorbell's answer. What the portal itself never asks for is not done: the log tells of it."""
    if len(ids) > progress.CHUNK or not all(isinstance(pk, int) for pk in ids):
        raise ValueError(f"not the ids of at most {progress.CHUNK} targets")
    progress.recompute(ids, book_of(book))


@shared_task(name="goals.tasks.check_stored", ignore_result=True)
def check_stored() -> None:
    """Nightly: everything computed again, and compared with what is stored. The log says where that differs."""
    slots.once("check", clock.today().isoformat(), recomputing.nightly)


@shared_task(name="goals.tasks.recompute_chunk", ignore_result=True)
def recompute_chunk(run_id: int) -> None:
    """A piece of a run over everything, whichever is free."""
    recomputing.work(run_id)


@shared_task(name="goals.tasks.clear_evidence", ignore_result=True)
def clear_evidence() -> None:
    """Nightly: files of evidence that a crash left without their row."""
    slots.once("clear_evidence", clock.today().isoformat(), evidence_orphans.clear)


@shared_task(name="goals.tasks.remind", ignore_result=True)
def remind() -> None:
    """Every few minutes: the day's reminders and mails, once their time has come, each once."""
    daily.run_due()


@shared_task(name="goals.tasks.renew", ignore_result=True)
def renew() -> None:
    """Every few minutes: a new day's progress, once its midnight has passed."""
    daily.renew_due()


@shared_task(name="goals.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """What the doorbell missed, and pieces of a run that nobody does, every 15 seconds."""
    progress.sweep()
    recomputing.tend()


@shared_task(name="goals.tasks.read_import", ignore_result=True)
def read_import(job_id: str) -> None:
    """The preview of a large upload, with its progress kept in the job."""
    preview.read_again(job_id)


@shared_task(name="goals.tasks.clear_imports", ignore_result=True)
def clear_imports() -> None:
    """Nightly: uploads that nobody confirmed within a week."""
    slots.once("clear_imports", clock.today().isoformat(), files.clear_old)


@shared_task(name="goals.tasks.deliver", ignore_result=True)
def deliver(ids: list[str]) -> None:
    """Messages to hooks, as soon as they were written."""
    delivery.deliver_some(ids)


@shared_task(name="goals.tasks.deliver_due", ignore_result=True)
def deliver_due() -> None:
    """Messages that the doorbell missed or that are due again, every 15 seconds."""
    delivery.deliver_due()


@shared_task(name="goals.tasks.clear_deliveries", ignore_result=True)
def clear_deliveries() -> None:
    """Nightly: messages of three months ago."""
    slots.once("clear_deliveries", clock.today().isoformat(), delivery.clear_old)


# What Celery's beat rings at night, and the one server's thread from the same hour on.
NIGHTLY = (check_stored, clear_imports, clear_evidence, clear_deliveries)
