"""When the daily work is done. Rung every few minutes by Celery's beat, or by the one server's own thread."""

from datetime import time
from functools import partial

from common import clock
from goals import digest, recomputing, reminders, slots

REMIND_AT = time(7, 30)


def run_due() -> None:
    """Do what of today's work is due and hasn't been done: reminders every day, then mails on working days."""
    day = clock.today()
    if clock.now().time() < REMIND_AT:
        return
    slot = day.isoformat()
    if slots.is_done("remind", slot) or slots.once("remind", slot, partial(reminders.remind, day)):
        digest.send_due(day)


def renew_due() -> None:
    """From midnight on, once: what the date alone changes."""
    slot = clock.today().isoformat()
    if not slots.is_done("renew", slot):
        slots.once("renew", slot, recomputing.renew)
